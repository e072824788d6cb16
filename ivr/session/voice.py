"""The voice: words to µ-law, rendered once and kept. What it is given to speak has no numerals left in it.

What everybody hears (fixed phrases, approved answers) is kept on disk by sentence; what only one caller hears (a
telephone number read back) is rendered for that caller and kept nowhere. When no engine can speak, such a sentence is
put together from kept pieces.
"""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from typing import Final

from ivr.answers.verbal import in_words
from ivr.audio import g711
from ivr.ports.speech import NamedSpeech, TextToSpeech
from ivr.ports.store import PhraseCache
from ivr.session.clauses import clauses
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MULAW_SILENCE, SAMPLE_RATE_HZ, MuLaw

SENTENCE_GAP_MS: Final = 180
"Silence between two sentences of one prompt."
KEPT_IN_MEMORY: Final = 600
"Sentences; at 3 s each about 15 MB."

WARM: Final = "warm"
"What `Voice.warmth` says once everything shared is kept."

_END: Final = re.compile(r"(?<=[.!?…])[\"'”’]?\s+(?=[\"'“¿¡A-ZÀ-ÖØ-Þ0-9])")
_ABBREVIATION: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|Sr|Sra|Dra|a\.m|p\.m|e\.g|i\.e)\.$")


def sentences(text: str) -> list[str]:
    """`text` cut into sentences, none empty."""
    found: list[str] = []
    for piece in _END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += " " + piece
        elif piece.strip():
            found.append(piece.strip())
    return found


class Voice:
    """Renders sentences. One per process, shared by all calls.

    house_voice  names the voice that callers should hear in a language: audio of any other is spoken and not kept.
    slow         the languages whose voice is so slow that a caller should hear a sentence's beginning before its end
                 is rendered.
    """

    def __init__(
        self,
        engine: NamedSpeech,
        cache: PhraseCache,
        house_voice: Callable[[LanguageTag], str | None],
        slow: Collection[LanguageTag] = (),
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._house_voice = house_voice
        self._slow = frozenset(slow)
        self._asked: dict[tuple[LanguageTag, str], None] = {}
        self._memory: OrderedDict[str, MuLaw] = OrderedDict()
        self._busy: dict[str, asyncio.Lock] = {}
        self._shared: dict[tuple[LanguageTag, str], None] = {}
        self.kept = 0
        "Shared sentences known to be kept, as far as warming has looked."
        self._pieces: dict[tuple[LanguageTag, str], str] = {}

    def share(self, texts: Iterable[str], language: LanguageTag) -> None:
        """These words are the same for every caller: their sentences may be kept on disk, and serve as pieces."""
        for text in texts:
            for sentence in sentences(text):
                self._shared[(language, sentence)] = None
                self._pieces[(language, _bare(sentence))] = sentence

    def shared(self) -> list[tuple[LanguageTag, str]]:
        """Every shared sentence, in the order given."""
        return list(self._shared)

    def asked(self) -> tuple[LanguageTag, str] | None:
        """A shared sentence that a caller had to wait for since the last look: the next one to render ahead."""
        return self._asked.popitem()[0] if self._asked else None

    @property
    def warmth(self) -> str:
        """How far warming has come."""
        total = len(self._shared)
        return WARM if self.kept >= total else f"{self.kept} of {total} sentences rendered ahead"

    async def keep(self, sentence: str, language: LanguageTag, engine: TextToSpeech) -> bool:
        """Render a shared sentence onto the disk by `engine`, if it is not there. True when it was rendered now."""
        key = self._key(sentence, language)
        if key in self._memory or await self._cache.get(key) is not None:
            return False
        await self._cache.put(key, g711.encode(await engine.synthesize(in_words(sentence, language), language)))
        return True

    async def pieces(self, sentence: str, language: LanguageTag, rate: float = 1.0) -> list[str]:
        """`sentence` in the pieces in which it is best rendered now: whole, or clause by clause by a slow voice."""
        if language not in self._slow:
            return [sentence]
        key, shared = self._key(sentence, language, rate), (language, sentence) in self._shared
        if key in self._memory:
            return [sentence]
        if shared and (stored := await self._cache.get(key)) is not None:
            self._remember(key, stored)
            return [sentence]
        if shared and rate == 1.0:
            self._asked[(language, sentence)] = None
        return clauses(sentence)

    async def render(self, sentence: str, language: LanguageTag, rate: float = 1.0) -> MuLaw:
        """One sentence as µ-law. Raises BackendError when neither an engine nor the kept pieces can speak it.

        rate  pace of the voice. When no engine can speak, the voice's own pace stands in for another.
        """
        key = self._key(sentence, language, rate)
        if (kept := self._memory.get(key)) is not None:
            self._memory.move_to_end(key)
            return kept
        lock = self._busy.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                if (kept := self._memory.get(key)) is not None:
                    return kept
                return await self._make(key, sentence, language, rate)
        finally:
            if not lock.locked():
                self._busy.pop(key, None)

    async def _make(self, key: str, sentence: str, language: LanguageTag, rate: float) -> MuLaw:
        shared = (language, sentence) in self._shared
        if shared and (stored := await self._cache.get(key)) is not None:
            return self._remember(key, stored)
        try:
            spoken = await self._engine.speak(in_words(sentence, language), language, rate)
        except BackendError:
            if rate != 1.0:
                return await self.render(sentence, language)
            pieces = self._pieces_of(sentence, language)
            if not pieces or pieces == [sentence]:
                raise
            return MuLaw(b"".join([await self.render(piece, language) for piece in pieces]))
        audio = g711.encode(spoken.audio)
        if spoken.voice != self._house_voice(language):
            return audio  # a spare voice helps out; once the house's own is back, it is heard again
        if shared:
            await self._cache.put(key, audio)
        return self._remember(key, audio)

    def _remember(self, key: str, audio: MuLaw) -> MuLaw:
        self._memory[key] = audio
        while len(self._memory) > KEPT_IN_MEMORY:
            self._memory.popitem(last=False)
        return audio

    def _pieces_of(self, sentence: str, language: LanguageTag) -> list[str] | None:
        """The sentence as the longest kept pieces, in order; None when a word is in none of them."""
        words, found, at = sentence.split(), [], 0
        while at < len(words):
            for end in range(len(words), at, -1):
                piece = self._pieces.get((language, _bare(" ".join(words[at:end]))))
                if piece is not None:
                    found.append(piece)
                    at = end
                    break
            else:
                return None
        return found

    def _key(self, sentence: str, language: LanguageTag, rate: float = 1.0) -> str:
        pace = "" if rate == 1.0 else f"|{rate}"
        name = f"{self._house_voice(language) or 'none'}{pace}|{language}|{in_words(sentence, language)}"
        return hashlib.sha256(name.encode()).hexdigest()


def gap() -> MuLaw:
    """The silence between two sentences."""
    return MuLaw(bytes([MULAW_SILENCE]) * (SAMPLE_RATE_HZ * SENTENCE_GAP_MS // 1_000))


def _bare(text: str) -> str:
    return re.sub(r"[^\w\s]", "", text).lower().strip()
