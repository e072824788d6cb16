"""Composing beside a call: worked ahead on a guess, kept when the guess was right, thrown away when it was not."""

import asyncio
from collections.abc import Callable, Sequence

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.phrases import MemoryPhraseCache
from ivr.adapters.scripted.speech import ScriptedSpeech
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.answers.compose import Answer as Words
from ivr.answers.compose import Blocked, Judged, Question
from ivr.answers.writer import Purse
from ivr.calls.effects import Answer
from ivr.flows.policies import ANY, Rule
from ivr.session.anticipate import replies
from ivr.session.composing import Composing
from ivr.session.voice import Voice
from ivr.vocabulary.answered import AnswerBlocked, AnswerPolicy, SentenceJudged
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import AnswerReady, Hit, Perceived, UtteranceClosed
from ivr.vocabulary.ids import AnswerId, RequestId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16
from tests.calls.caller import Caller
from tests.calls.script import script

EN = LanguageTag("en")
FEES = (AnswerId("fees#1"),)


class Writer:
    """Composes when it is let."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.stopped = 0
        self.may = asyncio.Event()
        self.fails = False
        self.rule = ANY

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Words | Blocked:
        return Words("approved", "We open at nine.", (candidates[0],), language, self.rule)

    def purse(self) -> Purse:
        return Purse(1_000)

    async def compose(self, asked: Question, judged: Callable[[Judged], None], purse: Purse | None) -> Words | Blocked:
        self.asked.append(asked)
        try:
            await self.may.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.fails:
            raise RuntimeError("a mistake of ours")
        judged(Judged("It costs 4111 1111 1111 1111.", False, "number"))
        return Words("composed", "It is free.", asked.passages, asked.language, self.rule)


class Counted(ScriptedSpeech):
    """Keeps what it was asked to speak."""

    def __init__(self, spoken: list[str]) -> None:
        super().__init__()
        self._spoken = spoken

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        self._spoken.append(text)
        return await super().synthesize(text, language, rate)


class Bench:
    def __init__(self) -> None:
        self.writer, self.posted = Writer(), list[Event]()
        self.spoken: list[str] = []
        tones = Counted(self.spoken)
        self.voice = Voice(FallbackSpeech([tones], FakeClock()), MemoryPhraseCache(), tones.voice)
        self.composing = Composing(self.writer, self.voice, self.posted.append)

    async def settle(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)


def request(question: str = "what does it cost", number: int = 1) -> Answer:
    return Answer(RequestId(f"a{number}"), (), EN, FEES, question)


async def test_what_is_known_by_heart_comes_at_once() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.answer(tasks, Answer(RequestId("a1"), (AnswerId("hours"),), EN))
    assert bench.posted == [AnswerReady(RequestId("a1"), "approved", "We open at nine.", (AnswerId("hours"),), EN)]


async def test_a_guess_that_was_right_is_taken_as_far_as_it_is() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.ahead(tasks, request(), 1.0)
        bench.writer.may.set()
        await bench.settle()
        assert bench.posted == [], "a guess says nothing"
        bench.composing.answer(tasks, request())
    assert len(bench.writer.asked) == 1
    judged, ready = bench.posted
    assert isinstance(judged, SentenceJudged) and "4111" not in judged.text
    assert ready == AnswerReady(RequestId("a1"), "composed", "It is free.", FEES, EN)


async def test_the_first_sentence_of_a_guess_is_in_sound_before_it_is_asked_for() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.writer.may.set()
        bench.composing.ahead(tasks, request(), 1.0)
    assert bench.spoken == ["It is free."] and bench.posted == []


async def test_what_a_person_is_to_look_at_first_is_put_into_no_sound_on_a_guess() -> None:
    bench = Bench()
    bench.writer.rule = Rule(AnswerPolicy.APPROVE_FIRST, "fees", 30)
    async with asyncio.TaskGroup() as tasks:
        bench.writer.may.set()
        bench.composing.ahead(tasks, request(), 1.0)
        await bench.settle()
        bench.composing.answer(tasks, request())
    assert bench.spoken == []
    assert bench.posted[-1] == AnswerReady(
        RequestId("a1"), "composed", "It is free.", FEES, EN, "approve-first", "fees", 30
    )


def test_a_guess_goes_no_further_than_why_the_caller_would_wait() -> None:
    caller = Caller(script()).dial()
    writer = Writer()
    writer.rule = Rule(AnswerPolicy.APPROVE_FIRST, "hours", 30)
    heard = Perceived(UtteranceId("u1"), "hours", 0.9, EN, 1.0, (), (Hit(AnswerId("hours"), 0.9),), {})
    reply = replies(caller.call, UtteranceClosed(UtteranceId("u1"), 0, 10), heard, caller.script, writer)
    assert [each.text for each in reply.said] == ["A colleague looks at my answer first."]


async def test_a_guess_that_was_wrong_is_stopped_and_composed_anew() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.ahead(tasks, request("what does it"), 1.0)
        await bench.settle()
        bench.composing.answer(tasks, request())
        await bench.settle()
        assert bench.writer.stopped == 1
        bench.writer.may.set()
    assert [asked.text for asked in bench.writer.asked] == ["what does it", "what does it cost"]
    assert sum(isinstance(event, AnswerReady) for event in bench.posted) == 1


async def test_a_caller_who_goes_on_stops_what_was_composed_on_a_guess() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.ahead(tasks, request(), 1.0)
        await bench.settle()
        bench.composing.forget()
    assert bench.writer.stopped == 1 and bench.posted == []


async def test_what_was_really_asked_for_is_not_stopped_by_a_sound() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.answer(tasks, request())
        await bench.settle()
        bench.composing.forget()
        bench.writer.may.set()
    assert isinstance(bench.posted[-1], AnswerReady)


async def test_the_next_question_stops_the_one_before() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.answer(tasks, request())
        await bench.settle()
        bench.composing.answer(tasks, request("and in France", 2))
        await bench.settle()
        bench.writer.may.set()
    assert bench.writer.stopped == 1
    assert [event.request for event in bench.posted if isinstance(event, AnswerReady)] == ["a2"]


async def test_a_mistake_of_ours_costs_the_answer_and_not_the_call() -> None:
    bench = Bench()
    bench.writer.fails = True
    async with asyncio.TaskGroup() as tasks:
        bench.composing.answer(tasks, request())
        bench.writer.may.set()
    assert bench.posted == [AnswerBlocked(RequestId("a1"), "failed")]


async def test_the_end_of_the_call_stops_everything() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.composing.answer(tasks, request())
        await bench.settle()
        bench.composing.stop()
    assert bench.writer.stopped == 1 and bench.posted == []


async def test_a_card_number_in_a_guess_reaches_no_model() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as tasks:
        bench.writer.may.set()
        bench.composing.ahead(tasks, request("my card is 4111 1111 1111 1111 what does it cost"), 1.0)
    assert "4111" not in bench.writer.asked[0].text
