"""The second opinion on composed answers: it catches what the gate must not let through."""

import pytest

from ivr.measure.support import unsupported

PASSAGE = (
    "The card costs 12 pounds a year. It is free for students. We do not charge for transfers within Europe. "
    "Anna Keller leads the team in Madrid since May 2019, which began small."
)


@pytest.mark.parametrize(
    "answer",
    [
        "The card costs 12 pounds a year.",
        "The card costs 12 pounds a year. It is free for students.",
        "We do not charge for transfers within Europe.",
        "Anna Keller leads the team in Madrid since May 2019, which began small.",
    ],
)
def test_words_of_the_passage_are_supported(answer: str) -> None:
    assert unsupported(answer, [PASSAGE]) == []


@pytest.mark.parametrize(
    "answer",
    [
        "The card costs 13 pounds a year.",
        "The card costs twelve pounds a year.",
        "The card is free for everybody.",
        "The card costs 12 pounds.",
        "We do not charge.",
        "Anna Keller leads the team in Madrid since May 2019.",
        "We do charge for transfers within Europe.",
        "It is not free for students.",
        "Anna Keller leads the team in Lisbon since May 2019.",
        "Peter Keller leads the team in Madrid since May 2019.",
        "Anna Keller leads the team in Madrid since June 2019.",
        "Anna Keller leads the team in Madrid since May 2020.",
    ],
)
def test_what_the_passage_does_not_say_is_caught(answer: str) -> None:
    assert unsupported(answer, [PASSAGE]) == [answer]


def test_each_sentence_counts_by_itself() -> None:
    assert unsupported("The card costs 12 pounds a year. It costs 9.", [PASSAGE]) == ["It costs 9."]


def test_no_two_passages_support_one_sentence_together() -> None:
    assert unsupported("The loan costs 12 pounds.", ["The loan is cheap.", "The card costs 12 pounds."]) != []
