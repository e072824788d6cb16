"""Asking in writing decides as a call would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from ivr.answers.ask import ask
from ivr.answers.compose import Answer, Answers, Blocked, Question
from ivr.answers.governed import Governed, Held
from ivr.answers.names import name_of
from ivr.answers.understand import Understanding, Understood
from ivr.flows.policies import Policies
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, ES, approved


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


@dataclass(frozen=True)
class _Torn:
    """Understands everything as one of two."""

    score: float

    async def understand(self, text: str, language: LanguageTag) -> Understood:
        near = (Hit(AnswerId("pin"), self.score, "changing your PIN"), Hit(AnswerId("wire"), 0.4, "the wire fee"))
        return Understood(near, {})


@pytest.mark.parametrize("score", [0.45, 0.6])
async def test_between_two_near_answers_it_is_asked_which(answers: Answers, score: float) -> None:
    phrases = {"clarify": "Pardon?", "choose": "Do you mean {first}, or {second}?"}
    asked = await ask("my pin", EN, _Torn(score), answers, phrases)
    assert (asked.kind, asked.answer) == ("clarify", "Do you mean changing your PIN, or the wire fee?")


async def test_names_and_wordings_stand_in_for_each_other() -> None:
    pin = replace(approved("pin", ["How do I change my PIN?"], "At a machine."), names={ES: "cambiar el PIN"})
    assert name_of(pin, LanguageTag("es-MX")) == "cambiar el PIN"
    assert name_of(pin, EN) == "How do I change my PIN"
    assert name_of(pin, LanguageTag("de")) == ""


@dataclass(frozen=True)
class _Sure:
    """Understands everything as one answer, or as one passage."""

    hits: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()

    async def understand(self, text: str, language: LanguageTag) -> Understood:
        hits, passages = (tuple(Hit(AnswerId(id), 0.9) for id in ids) for ids in (self.hits, self.passages))
        return Understood(hits, {}, passages=passages)


class _Found:
    """Says of every answer what it is called, and of every passage two sentences, one at a time."""

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        return Answer("approved", candidates[0], tuple(candidates), language)

    def purse(self) -> None:
        """Nothing is spent here."""

    async def compose(self, asked: Question, judged: object, purse: object = None) -> Answer | Blocked:
        text = "The second." if asked.told else "The first."
        return Answer("composed", text, asked.passages, asked.language, more=not asked.told)


def _governed(**topics: AnswerPolicy) -> Governed:
    return Governed(_Found(), Held(lambda id: id.partition("#")[0], lambda: Policies(topics), lambda: True))


@pytest.mark.parametrize("understood", [_Sure(hits=("death",)), _Sure(passages=("death#1",))])
async def test_what_only_a_person_answers_is_a_transfer(understood: _Sure) -> None:
    answers = _governed(death=AnswerPolicy.PERSON_ONLY)
    asked = await ask("my husband died", EN, understood, answers, compose=answers.compose)
    assert (asked.kind, asked.answer, asked.policy) == ("transfer", "", AnswerPolicy.PERSON_ONLY)


async def test_what_a_person_looks_at_first_says_so() -> None:
    answers = _governed(fees=AnswerPolicy.APPROVE_FIRST)
    asked = await ask("what does it cost", EN, _Sure(hits=("fees",)), answers, compose=answers.compose)
    assert (asked.kind, asked.policy) == ("approved", AnswerPolicy.APPROVE_FIRST)


async def test_what_a_caller_may_hear_on_is_told_beside_the_answer() -> None:
    answers = _governed()
    asked = await ask("what does it cost", EN, _Sure(passages=("fees#1",)), answers, compose=answers.compose)
    assert (asked.kind, asked.answer, asked.more) == ("composed", "The first.", "The second.")
