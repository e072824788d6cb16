"""The voice: rendered once, kept where it may be, and put together from pieces when no engine can speak."""

import asyncio

import pytest

from ivr.adapters.clock import SystemClock
from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.codec import decode, encode
from ivr.adapters.scripted.faults import Faults
from ivr.adapters.scripted.phrases import MemoryPhraseCache
from ivr.adapters.scripted.speech import ScriptedSpeech
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.audio import g711
from ivr.session.voice import WARM, Voice, sentences
from ivr.session.warm import warm
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

EN, ES = LanguageTag("en"), LanguageTag("es")
LONG = "Abrimos de lunes a viernes, de nueve de la mañana a cinco de la tarde."
CLAUSES = ["Abrimos de lunes a viernes,", "de nueve de la mañana a cinco de la tarde."]


class House:
    """A voice with a spare one behind it."""

    def __init__(self) -> None:
        self.faults, self.spare_faults = Faults(), Faults()
        self.first = ScriptedSpeech(faults=self.faults)
        self.cache = MemoryPhraseCache()
        spare = Spare(faults=self.spare_faults)
        self.voice = Voice(FallbackSpeech([self.first, spare], SystemClock()), self.cache, self.first.voice, [ES])

    async def hears(self, sentence: str) -> str:
        return decode(Pcm16(g711.decode(await self.voice.render(sentence, EN))))


class Spare(ScriptedSpeech):
    """Speaks everything backwards, to be told apart."""

    def voice(self, language: LanguageTag) -> str | None:
        return "spare"

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        await self.faults.meet()
        return encode(text[::-1])


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith is in. Call her.", ["Dr. Smith is in.", "Call her."]),
        ("It costs 1.50 dollars.", ["It costs 1.50 dollars."]),
        ("¿Sí? ¡Claro!", ["¿Sí?", "¡Claro!"]),
        ("  ", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


async def test_a_sentence_is_rendered_once(house: House) -> None:
    assert await house.hears("Hello.") == await house.hears("Hello.") == "Hello."
    assert house.faults.requests == 1


async def test_what_one_caller_hears_is_kept_on_no_disk(house: House) -> None:
    await house.hears("Is it 4 1 5?")
    assert house.cache.kept == {}


async def test_what_every_caller_hears_is_kept(house: House) -> None:
    house.voice.share(["Hello."], EN)
    await house.hears("Hello.")
    assert len(house.cache.kept) == 1


async def test_a_spare_voice_helps_out_and_is_forgotten(house: House) -> None:
    house.voice.share(["Hello."], EN)
    house.faults.fail_with = [BackendRejected("not this one")]
    assert await house.hears("Hello.") == ".olleH"
    assert house.cache.kept == {}
    assert await house.hears("Hello.") == "Hello."


async def test_with_no_engine_a_sentence_is_put_together_from_kept_pieces(house: House) -> None:
    house.voice.share(["Shall we call", "4", "1", "5"], EN)
    await warm(house.voice, house.first, SystemClock())
    house.faults.down = house.spare_faults.down = True
    audio = await house.voice.render("Shall we call 4, 1 5?", EN)
    alone = [await house.voice.render(piece, EN) for piece in ("Shall we call", "4", "1", "5")]
    assert audio == b"".join(alone)


async def test_a_word_that_is_in_no_piece_cannot_be_spoken_without_an_engine(house: House) -> None:
    house.voice.share(["Shall we call"], EN)
    house.faults.down = house.spare_faults.down = True
    with pytest.raises(BackendError):
        await house.voice.render("Shall we call Anna?", EN)


async def test_warming_renders_what_is_shared_and_says_when_it_is_done(house: House) -> None:
    house.voice.share(["One.", "Two."], EN)
    assert house.voice.warmth == "0 of 2 sentences rendered ahead"
    await warm(house.voice, house.first, SystemClock())
    assert house.voice.warmth == WARM
    assert len(house.cache.kept) == 2


async def test_a_slower_rendering_is_another_one(house: House) -> None:
    usual, slow = [await house.voice.render("Hello.", EN, rate) for rate in (1.0, 0.8)]
    assert len(slow) > len(usual)
    assert await house.voice.render("Hello.", EN) == usual
    assert house.faults.requests == 2


async def test_with_no_engine_the_usual_pace_stands_in_for_a_slower_one(house: House) -> None:
    usual = await house.voice.render("Hello.", EN)
    house.faults.down = house.spare_faults.down = True
    assert await house.voice.render("Hello.", EN, 0.8) == usual


async def test_a_slow_voice_speaks_by_clause_what_is_not_kept_and_whole_what_is(house: House) -> None:
    house.voice.share([LONG], ES)
    assert await house.voice.pieces(LONG, ES) == CLAUSES
    await house.voice.keep(LONG, ES, house.first)
    assert await house.voice.pieces(LONG, ES) == [LONG]


async def test_a_quick_voice_speaks_whole_sentences(house: House) -> None:
    assert await house.voice.pieces(LONG, EN) == [LONG]


async def test_a_clause_is_kept_on_no_disk_so_that_the_sentence_is_rendered_whole(house: House) -> None:
    house.voice.share([LONG], ES)
    await house.voice.render(CLAUSES[0], ES)
    assert house.cache.kept == {}


async def test_what_a_caller_had_to_wait_for_is_rendered_ahead_next(house: House) -> None:
    house.voice.share(["Primero.", "Después.", LONG], ES)
    await house.voice.pieces(LONG, ES)
    order: list[str] = []

    class Noting(ScriptedSpeech):
        async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
            order.append(text)
            return await super().synthesize(text, language, rate)

    await warm(house.voice, Noting(), SystemClock())
    assert order == [LONG, "Primero.", "Después."]
    assert house.voice.warmth == WARM


async def test_a_language_whose_voice_is_down_does_not_keep_the_others_cold(house: House) -> None:
    house.voice.share(["Hola."], ES)
    house.voice.share(["Hello."], EN)

    class EnglishOnly(ScriptedSpeech):
        async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
            if language == ES:
                raise BackendUnavailable("its worker is down")
            return await super().synthesize(text, language, rate)

    clock = FakeClock()
    warming = asyncio.create_task(warm(house.voice, EnglishOnly(), clock))
    while not warming.done():
        await clock.advance(10_000)
    assert len(house.cache.kept) == 1


async def test_while_calls_are_live_warming_rests(house: House) -> None:
    clock = FakeClock()
    house.voice.share(["One.", "Two."], EN)
    slow = ScriptedSpeech(faults=Faults(clock=clock, delay_ms=1_000))
    warming = asyncio.create_task(warm(house.voice, slow, clock, lambda: 1))
    await clock.advance(4_900)
    assert len(house.cache.kept) == 1
    await clock.advance(3_200)
    assert len(house.cache.kept) == 2
    assert warming.done()
