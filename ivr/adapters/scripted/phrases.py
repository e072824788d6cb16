"""A phrase cache in memory."""

from ivr.vocabulary.units import MuLaw


class MemoryPhraseCache:
    """`PhraseCache` that forgets with the process."""

    def __init__(self) -> None:
        self.kept: dict[str, MuLaw] = {}

    async def get(self, key: str) -> MuLaw | None:
        return self.kept.get(key)

    async def put(self, key: str, audio: MuLaw) -> None:
        self.kept[key] = audio
