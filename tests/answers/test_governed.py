"""What may be said under the policies of a business."""

from collections.abc import Callable, Sequence

import pytest

from ivr.answers.compose import Answer, Blocked, Judged, Question
from ivr.answers.governed import NOBODY, PERSON_ONLY, Governed, Held
from ivr.flows.policies import Policies, Rule
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
TOPICS = {"fees": "accounts", "death": "bereavement", "ombudsman": "complaints", "loans#1": "loans"}
POLICIES = Policies(
    {
        "complaints": AnswerPolicy.PERSON_ONLY,
        "bereavement": AnswerPolicy.APPROVE_FIRST,
        "loans": AnswerPolicy.AUTOMATIC,
    },
    within_s=30,
)


class Finds:
    """Answers with the first candidate's id; composes from every passage it is given."""

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        if not candidates:
            return Blocked("no_candidate")
        return Answer("approved", candidates[0], (candidates[0],), language)

    def purse(self) -> None:
        """Nothing is spent here."""

    async def compose(
        self, asked: Question, judged: Callable[[Judged], None], purse: object = None
    ) -> Answer | Blocked:
        return Answer("composed", "so it is", asked.passages, asked.language)


def governed(*, someone: bool = True, policies: Policies = POLICIES) -> Governed:
    return Governed(Finds(), Held(lambda id: TOPICS.get(id, ""), lambda: policies, lambda: someone))


def answer(id: str, *, someone: bool = True) -> Answer | Blocked:
    return governed(someone=someone).answer([AnswerId(id)], EN)


def rule_of(found: Answer | Blocked) -> Rule:
    assert isinstance(found, Answer)
    return found.rule


async def composed(*passages: str, someone: bool = True) -> Answer | Blocked:
    asked = Question("why", EN, tuple(map(AnswerId, passages)))
    return await governed(someone=someone).compose(asked, lambda judged: None)


def test_a_topic_without_a_policy_is_answered_automatically() -> None:
    assert rule_of(answer("fees")) == Rule(AnswerPolicy.AUTOMATIC, "accounts", 30)


def test_a_person_looks_first_where_the_policy_says_so_within_the_time_it_says() -> None:
    assert rule_of(answer("death")) == Rule(AnswerPolicy.APPROVE_FIRST, "bereavement", 30)


def test_nobody_waits_for_a_person_when_none_is_there() -> None:
    assert answer("death", someone=False) is NOBODY


@pytest.mark.parametrize("someone", [True, False])
def test_what_only_a_person_may_say_is_not_said(someone: bool) -> None:
    assert answer("ombudsman", someone=someone) is PERSON_ONLY


def test_what_could_not_be_answered_anyway_stays_that() -> None:
    assert governed().answer([], EN) == Blocked("no_candidate")


def test_an_edited_policy_holds_for_the_next_answer() -> None:
    policies = [Policies()]
    asked = Governed(Finds(), Held(lambda id: TOPICS[id], lambda: policies[0], lambda: True))
    assert rule_of(asked.answer([AnswerId("ombudsman")], EN)).policy is AnswerPolicy.AUTOMATIC
    policies[0] = POLICIES
    assert asked.answer([AnswerId("ombudsman")], EN) is PERSON_ONLY


async def test_the_strictest_policy_of_the_passages_behind_it_holds_for_a_composed_answer() -> None:
    assert rule_of(await composed("loans#1", "death")) == Rule(AnswerPolicy.APPROVE_FIRST, "bereavement", 30)


async def test_nothing_is_composed_where_only_a_person_may_answer() -> None:
    assert await composed("ombudsman", "loans#1") is PERSON_ONLY
    assert await composed("death", someone=False) is NOBODY


async def test_what_only_a_person_may_say_is_left_out_of_what_is_composed() -> None:
    found = await composed("loans#1", "ombudsman")
    assert isinstance(found, Answer)
    assert found.sources == ("loans#1",)


async def test_a_passage_that_nobody_could_look_at_blocks_what_stands_on_it_too() -> None:
    assert await composed("loans#1", "death", someone=False) is NOBODY
