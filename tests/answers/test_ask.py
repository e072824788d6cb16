"""Asking in writing decides as a call would."""

from ivr.answers.ask import ask
from ivr.answers.compose import Answers
from ivr.answers.understand import Understanding
from ivr.ports.store import ApprovedAnswer
from tests.answers.conftest import EN, ES


async def test_a_known_question_gets_the_approved_words(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    asked = await ask("how do I change my pin", EN, understanding, answers)
    assert (asked.kind, asked.answer, asked.sources) == ("approved", "At any cash machine.", ("pin",))
    assert asked.ms >= 0


async def test_a_wish_for_a_person_wins_over_an_answer(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    asked = await ask("I want to talk to a person, how do I change my pin", EN, understanding, answers)
    assert (asked.kind, asked.answer) == ("transfer", "")


async def test_a_callback_is_a_person_too_when_nothing_is_known(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    assert (await ask("call me back please", EN, understanding, answers)).kind == "transfer"


async def test_a_question_from_elsewhere_is_refused_in_the_flows_words(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    asked = await ask("tickets for an opera", EN, understanding, answers, {"refused": "I don't have that."})
    assert (asked.kind, asked.answer, asked.sources) == ("refused", "I don't have that.", ())


async def test_what_has_no_words_in_the_callers_language_is_refused(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    asked = await ask("how do I change my pin", ES, understanding, answers)
    assert asked.kind in {"refused", "clarify"} and asked.answer == ""
