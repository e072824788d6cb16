"""The writer: a model's words where they passed, the passage's own everywhere else, and always in time."""

import asyncio
from collections.abc import Sequence

import pytest

from ivr.adapters.scripted import Faults
from ivr.adapters.scripted.writing import Piece, ScriptedEntailment, in_pieces, says
from ivr.answers.compose import Answer, Blocked, Judged
from ivr.answers.writer import Gate, Purse, Writer
from ivr.ports.language_model import Turn
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag
from tests.answers.writing import (
    BOOK,
    EN,
    ES,
    EXTRACT,
    FEES,
    HOURS,
    LIMITS,
    PASSAGES,
    VERBATIM,
    Told,
    extract,
    passage,
)


def text_of(found: Answer | Blocked) -> str:
    assert isinstance(found, Answer)
    return found.text


async def test_what_the_model_writes_is_spoken_when_it_passes() -> None:
    told = Told(says("It takes four days. Within the country it is free. More."))
    found = await told.asks()
    assert found == Answer("composed", "It takes four days. Within the country it is free.", (FEES.id,), EN)
    assert told.reasons == [(True, "extract"), (True, "extract")]
    assert told.model is not None
    assert told.model.closed == 1


async def test_it_stands_on_every_passage_that_it_took_from() -> None:
    found = await Told(says("On Saturdays we open at ten. It takes four days.")).asks()
    assert isinstance(found, Answer)
    assert found.sources == (HOURS.id, FEES.id)


async def test_the_first_sentence_that_fails_ends_the_models_part() -> None:
    told = Told(says("It takes four days. You get 500 dollars. Within the country it is free."))
    assert text_of(await told.asks()) == "It takes four days."
    assert told.reasons == [(True, "extract"), (False, "number")]


async def test_when_nothing_passes_the_passages_own_words_are_spoken() -> None:
    told = Told(says("You get 500 dollars."))
    assert text_of(await told.asks()) == EXTRACT
    assert told.reasons == [(False, "number"), (True, "extract")]


async def test_a_sentence_said_over_again_ends_it() -> None:
    assert text_of(await Told(says("It takes four days. It takes four days. ")).asks()) == "It takes four days."


async def test_half_a_sentence_is_none() -> None:
    told = Told(says("It takes four"))
    assert text_of(await told.asks()) == EXTRACT


@pytest.mark.parametrize(
    "error",
    [BackendUnavailable("down"), BackendRejected("bad key"), DeadlineExceeded("late"), BackendUnavailable("cut")],
)
async def test_whatever_breaks_the_model_off_what_had_passed_is_spoken(error: Exception) -> None:
    broken: list[Piece] = [*in_pieces("It takes four days. Within the "), error]  # type: ignore[list-item]
    assert text_of(await Told(lambda _: broken).asks()) == "It takes four days."
    at_once: list[Piece] = [error]  # type: ignore[list-item]
    assert text_of(await Told(lambda _: at_once).asks()) == EXTRACT


async def test_a_model_that_is_down_costs_no_time() -> None:
    told = Told(says("It takes four days."), faults=Faults(down=True))
    assert text_of(await told.asks()) == EXTRACT
    assert told.clock.now_ms() == 0


async def test_a_mistake_of_ours_costs_the_models_words_and_not_the_answer() -> None:
    def wrong(turns: Sequence[Turn]) -> list[Piece]:
        raise RuntimeError("ours")

    assert text_of(await Told(wrong).asks()) == EXTRACT


async def test_a_gate_that_fails_lets_nothing_through() -> None:
    def broken(*_: object) -> Answer | None:
        raise RuntimeError("ours")

    assert await Told(says("You get 500 dollars."), gate=Gate(VERBATIM.judge, broken)).asks() == Blocked("not_grounded")
    assert text_of(await Told(says("It takes four days."), gate=Gate(broken, extract)).asks()) == EXTRACT  # type: ignore[arg-type]


async def test_a_model_that_is_silent_is_waited_for_no_longer_than_a_caller_waits() -> None:
    told = Told(lambda _: (3_600_000.0,))
    assert text_of(await told.asks()) == EXTRACT
    assert told.clock.now_ms() == LIMITS.first_ms


async def test_a_first_sentence_that_comes_late_is_not_waited_for() -> None:
    told = Told(lambda _: [400.0, "It takes ", 400.0, "four days. ", "More."])
    assert text_of(await told.asks()) == EXTRACT
    assert told.clock.now_ms() == LIMITS.first_ms


async def test_further_sentences_are_waited_for_until_the_answer_must_be_there() -> None:
    told = Told(lambda _: [600.0, "It takes four days. ", "Within the country ", 590.0, "it is free. ", 1.0, "More."])
    assert text_of(await told.asks()) == "It takes four days. Within the country it is free."
    slow = Told(lambda _: [600.0, "It takes four days. ", "Within the country ", 610.0, "it is free. ", "More."])
    assert text_of(await slow.asks()) == "It takes four days."
    assert slow.clock.now_ms() == LIMITS.whole_ms


async def test_a_language_that_the_model_may_not_write_gets_the_passages_own_words() -> None:
    told = Told(says("Tarda cuatro días."))
    spanish = passage("tarifas#1", "Una transferencia cuesta quince euros. Tarda cuatro días.", ES)
    assert text_of(await told.asks(language=ES, passages=[spanish])) == "Una transferencia cuesta quince euros."
    assert told.model is not None
    assert told.model.asked == []


async def test_no_words_in_the_callers_language_are_none() -> None:
    assert await Told(says("It takes four days.")).asks(language=ES) == Blocked("not_grounded")
    assert await Told(None).asks(passages=[]) == Blocked("not_grounded")
    assert await Told(says("It takes four days.")).asks(passages=[]) == Blocked("not_grounded")


async def test_without_a_model_the_passages_own_words_are_spoken() -> None:
    told = Told(None)
    assert text_of(await told.asks()) == EXTRACT
    assert told.reasons == [(True, "extract")]


async def test_the_model_is_given_the_best_passages_and_what_was_asked_before() -> None:
    told = Told(says("x"))
    many = [passage(f"p#{number}", f"Passage number {number}.") for number in range(6)]
    await told.asks("and on Sundays?", passages=many, earlier=["one", "two", "when do you open"])
    assert told.model is not None
    ((*_, last),) = told.model.asked
    assert "Passage number 2." in last.text
    assert "Passage number 3." not in last.text
    assert (
        "<earlier>two</earlier>\n<earlier>when do you open</earlier>\n<question>and on Sundays?</question>" in last.text
    )


async def test_a_call_that_spent_its_tokens_hears_the_passages_own_words() -> None:
    told, purse = Told(says("It takes four days.")), Purse(1_000)
    assert text_of(await told.asks(purse=purse)) == "It takes four days."
    assert 0 < purse.left < 1_000
    purse.left = 0
    assert text_of(await told.asks(purse=purse)) == EXTRACT
    assert told.model is not None
    assert len(told.model.asked) == 1


async def test_a_claim_passes_by_the_judge_of_entailment_alone() -> None:
    claim = "A transfer abroad takes four days."
    assert text_of(await Told(says(claim)).asks()) == EXTRACT
    told = Told(says(claim), entailment=ScriptedEntailment())
    assert text_of(await told.asks()) == claim
    assert told.judged == [Judged(claim, True, "entailed", (FEES.id,))]


async def test_entailment_lifts_nothing_that_the_gate_refuses_for_another_reason() -> None:
    class Agrees:
        name = "agrees"

        async def entailed(self, premise: str, claims: Sequence[str], language: LanguageTag) -> list[float]:
            return [1.0] * len(claims)

    assert text_of(await Told(says("Lemons."), entailment=Agrees()).asks()) == EXTRACT


async def test_a_judge_that_is_down_or_late_lifts_nothing() -> None:
    claim = says("A transfer abroad takes four days.")
    assert text_of(await Told(claim, entailment=ScriptedEntailment(faults=Faults(down=True))).asks()) == EXTRACT
    late = Told(claim)
    late.writer = Writer(
        late.model,
        BOOK,
        VERBATIM,
        late.clock,
        entailment=ScriptedEntailment(faults=Faults(clock=late.clock, delay_ms=5_000)),
        limits=LIMITS,
    )
    assert text_of(await late.asks()) == EXTRACT
    assert late.clock.now_ms() == LIMITS.first_ms


async def test_the_instructions_own_words_pass_by_no_judge() -> None:
    class Agrees:
        name = "agrees"

        async def entailed(self, premise: str, claims: Sequence[str], language: LanguageTag) -> list[float]:
            return [1.0] * len(claims)

    leaks = BOOK["compose"][0].turns[0].text.partition(". ")[2]
    told = Told(says(f"{leaks} A transfer."), entailment=Agrees())
    assert text_of(await told.asks()) == EXTRACT
    assert (False, "instructions") in told.reasons


async def test_whoever_is_not_waited_for_stops_the_model() -> None:
    told = Told(lambda _: ["It ", 600.0, "takes"])
    task = asyncio.create_task(told.writer.compose("q", EN, PASSAGES, (), told.judged.append))
    await told.clock.settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told.clock.sleepers == 0
