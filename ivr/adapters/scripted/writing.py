"""A language model without a model: a script decides what it writes, and when.

With `echo`, the default, it copies the first sentence of the first passage it is given.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import Final

from ivr.adapters.scripted.faults import Faults
from ivr.ports.clock import Clock
from ivr.ports.language_model import Turn
from ivr.vocabulary.errors import BackendError, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag

Piece = str | float | BackendError
"What a model writes next; ms that pass before it writes on; or how it breaks off."

Script = Callable[[Sequence[Turn]], Iterable[Piece]]
"From what a model is told to what it does. It may never end."

_PASSAGE: Final = re.compile(r"<passages>\s*(.*?)\s*</passages>", re.DOTALL)
_SENTENCE: Final = re.compile(r".+?[.!?。](?=\s|$)")


def echo(turns: Sequence[Turn]) -> list[Piece]:
    """Copy the first sentence of the first passage."""
    found = _PASSAGE.search(turns[-1].text) if turns else None
    sentence = _SENTENCE.search(found[1]) if found else None
    return in_pieces(sentence[0] if sentence else "NONE")


def in_pieces(text: str) -> list[Piece]:
    """Cut a text as models do: a word at a time."""
    return list(re.findall(r"\s*\S+|\s+$", text))


def says(text: str) -> Script:
    """Write this, whatever it is told."""
    return lambda _: in_pieces(text)


class ScriptedModel:
    """`LanguageModel` by a script. `asked` keeps what it was told; `closed` counts streams that were closed early."""

    def __init__(
        self,
        script: Script = echo,
        *,
        clock: Clock | None = None,
        languages: Sequence[str] = ("*",),
        name: str = "scripted",
        faults: Faults | None = None,
    ) -> None:
        self.script, self.faults = script, faults or Faults()
        self.asked: list[tuple[Turn, ...]] = []
        self.closed = 0
        self._clock, self._languages, self._name = clock, languages, name

    @property
    def name(self) -> str:
        return self._name

    def writes(self, language: LanguageTag) -> bool:
        return "*" in self._languages or language.partition("-")[0] in self._languages

    async def write(self, turns: Sequence[Turn], *, most_tokens: int, within_ms: float) -> AsyncGenerator[str, None]:
        """Without a clock no time passes, and only `most_tokens` pieces end a script that never ends."""
        self.asked.append(tuple(turns))
        ends_ms = self._clock.now_ms() + within_ms if self._clock is not None else None
        await self.faults.meet()
        written = 0
        try:
            for piece in self.script(turns):
                if isinstance(piece, BackendError):
                    raise piece
                if isinstance(piece, str):
                    written += 1
                    yield piece
                    if written >= most_tokens:
                        return
                elif self._clock is not None and ends_ms is not None:
                    wakes_ms = self._clock.now_ms() + piece
                    await self._clock.sleep_until(min(wakes_ms, ends_ms))
                    if wakes_ms > ends_ms:
                        raise DeadlineExceeded(f"the script did not end within {within_ms:.0f} ms")
        except GeneratorExit:
            self.closed += 1
            raise

    async def close(self) -> None:
        """Nothing is held open."""


class ScriptedEntailment:
    """`Entailment` by words: the share of a claim's words that the premise has."""

    def __init__(self, *, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()

    @property
    def name(self) -> str:
        return "scripted-shared-words"

    async def entailed(self, premise: str, claims: Sequence[str], language: LanguageTag) -> list[float]:
        await self.faults.meet()
        known = _words(premise)
        return [len(_words(claim) & known) / max(1, len(_words(claim))) for claim in claims]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
