"""The speaker: what is said by the way is let end, and everything else makes room at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.codec import decode_partial
from ivr.adapters.scripted.faults import Faults
from ivr.adapters.scripted.phrases import MemoryPhraseCache
from ivr.adapters.scripted.speech import ScriptedSpeech
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.audio import g711
from ivr.session.speaker import Speaker
from ivr.session.voice import Voice
from ivr.vocabulary.events import Event, PromptCut, PromptHeard
from ivr.vocabulary.ids import PromptId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MuLaw, Pcm16

EN, ES = LanguageTag("en"), LanguageTag("es")
FILLER, REPLY, LATER = PromptId("p1"), PromptId("p2"), PromptId("p3")


@dataclass
class Telephone:
    """A line that plays what it is sent and gives its marks back when the test says that time has passed."""

    sent: bytearray = field(default_factory=bytearray)
    marks: list[str] = field(default_factory=list)
    cleared: int = 0

    def audio(self, audio: MuLaw) -> None:
        self.sent += audio

    def mark(self, name: str) -> None:
        self.marks.append(name)

    def clear(self) -> None:
        self.cleared += 1

    @property
    def words(self) -> str:
        return decode_partial(Pcm16(g711.decode(MuLaw(bytes(self.sent)))))


@dataclass
class Stage:
    """A speaker on a telephone, and what it reported."""

    clock: FakeClock
    speech: Faults
    line: Telephone
    speaker: Speaker
    reported: list[Event]

    async def passes(self, ms: float) -> None:
        """Time passes; marks come back when the audio before them has been played."""
        for _ in range(int(ms // 100)):
            await self.clock.advance(100)
            while self.line.marks and self.clock.now_ms() * 8 >= len(self.line.sent):
                self.speaker.marked(self.line.marks.pop(0))
                await self.clock.settle()


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    clock, line, reported = FakeClock(), Telephone(), list[Event]()
    speech = Faults(clock=clock)
    tones = ScriptedSpeech(faults=speech)
    voice = Voice(FallbackSpeech([tones], clock), MemoryPhraseCache(), tones.voice, [ES])
    speaker = Speaker(voice, clock, reported.append, lambda prompt: None)
    speaker.attach(line)
    running = asyncio.create_task(speaker.run())
    try:
        yield Stage(clock, speech, line, speaker, reported)
    finally:
        running.cancel()


async def test_a_reply_waits_for_the_end_of_the_filler_before_it() -> None:
    async with stage() as on:
        on.speaker.say(FILLER, "Let me see.", EN, passing=True)
        await on.passes(100)
        on.speaker.say(REPLY, "At nine.", EN)
        await on.passes(4_000)
        assert on.line.words == "Let me see. At nine."
        assert on.line.cleared == 0
        assert on.reported == [PromptHeard(FILLER), PromptHeard(REPLY)]


async def test_a_filler_that_has_not_begun_makes_room_for_the_reply_and_does_not_hold_it_up() -> None:
    async with stage() as on:
        on.speech.delay_ms = 3_000
        on.speaker.say(FILLER, "Let me see.", EN, passing=True)
        await on.passes(100)
        on.speech.delay_ms = 0
        on.speaker.say(REPLY, "At nine.", EN)
        await on.passes(1_500)
        assert on.line.words == "At nine."
        assert on.reported == [PromptCut(FILLER, 0.0, ""), PromptHeard(REPLY)]


async def test_any_other_prompt_is_cut_by_what_follows() -> None:
    async with stage() as on:
        on.speaker.say(FILLER, "A long answer that nobody waits for.", EN)
        await on.passes(100)
        on.speaker.say(REPLY, "At nine.", EN)
        await on.passes(4_000)
        assert on.line.cleared == 1
        assert [type(event) for event in on.reported] == [PromptCut, PromptHeard]


async def test_a_caller_who_speaks_cuts_the_filler_and_the_reply_behind_it() -> None:
    async with stage() as on:
        on.speaker.say(FILLER, "Let me see.", EN, passing=True)
        await on.passes(100)
        on.speaker.say(REPLY, "At nine.", EN)
        on.speaker.cut()
        await on.passes(2_000)
        assert not on.speaker.speaking
        assert [event.prompt for event in on.reported if isinstance(event, PromptCut)] == [FILLER, REPLY]
        assert on.reported[-1] == PromptCut(REPLY, 0.0, "")


async def test_the_last_words_are_said_even_when_the_filler_before_them_is_cut() -> None:
    async with stage() as on:
        on.speaker.say(FILLER, "Let me see.", EN, passing=True)
        await on.passes(100)
        on.speaker.say(REPLY, "Goodbye.", EN, interruptible=False)
        on.speaker.cut()
        await on.passes(2_000)
        assert on.reported[-1] == PromptHeard(REPLY)


async def test_of_two_replies_behind_a_filler_the_later_is_said() -> None:
    async with stage() as on:
        on.speaker.say(FILLER, "Let me see.", EN, passing=True)
        await on.passes(100)
        on.speaker.say(REPLY, "At nine.", EN)
        on.speaker.say(LATER, "At ten.", EN)
        await on.passes(4_000)
        assert on.line.words == "Let me see. At ten."
        assert on.reported == [PromptCut(REPLY, 0.0, ""), PromptHeard(FILLER), PromptHeard(LATER)]


async def test_a_slow_voice_is_heard_from_its_first_clause_and_goes_on_without_a_gap() -> None:
    async with stage() as on:
        on.speech.delay_ms = 800
        on.speaker.say(REPLY, "Abrimos de lunes a viernes, de nueve de la mañana a cinco de la tarde.", ES)
        await on.passes(900)
        assert on.line.sent
        begun_ms = on.clock.now_ms() - len(on.line.sent) / 8
        await on.passes(20_000)
        assert on.line.words.split() == "Abrimos de lunes a viernes, de nueve de la mañana a cinco de la tarde.".split()
        assert on.reported == [PromptHeard(REPLY)]
        assert begun_ms < 900
        assert on.speech.requests == 2


async def test_the_next_sentence_is_rendered_while_one_plays() -> None:
    async with stage() as on:
        on.speech.delay_ms = 500
        on.speaker.say(REPLY, "We are open every day of the week. From nine to five.", EN)
        await on.passes(1_100)
        assert on.speech.requests == 2
        assert on.line.marks == []


async def test_nothing_leaves_earlier_than_it_must_however_much_is_rendered() -> None:
    async with stage() as on:
        on.speaker.say(REPLY, "We are open every day of the week. From nine to five.", EN)
        await on.passes(1_000)
        assert len(on.line.sent) / 8 <= 1_000 + 500


async def test_what_follows_a_cut_is_not_held_up_by_what_was_being_rendered() -> None:
    async with stage() as on:
        on.speech.delay_ms = 3_000
        on.speaker.say(FILLER, "Abrimos de lunes a viernes, de nueve de la mañana a cinco de la tarde.", ES)
        await on.passes(100)
        on.speech.delay_ms = 0
        on.speaker.say(REPLY, "At nine.", EN)
        await on.passes(1_500)
        assert on.line.words == "At nine."
