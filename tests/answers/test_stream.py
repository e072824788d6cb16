"""Sentences as they come out of a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.answers.stream import LONGEST, Endless, Sentences


def cut(text: str, size: int = 3) -> list[str]:
    sentences, found = Sentences(), list[str]()
    for at in range(0, len(text), size):
        found += sentences.feed(text[at : at + size])
    return found + sentences.rest()


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "We open at 9 a.m. and close at 5 p.m. on weekdays. Come in.",
            ["We open at 9 a.m. and close at 5 p.m. on weekdays.", "Come in."],
        ),
        ("It costs 3.50 euros. Ask Mr. Smith or Dr. Who.", ["It costs 3.50 euros.", "Ask Mr. Smith or Dr. Who."]),
        ("See No. 7 for that. J. Doe signs.", ["See No. 7 for that.", "J. Doe signs."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Hallo. Das ist z.B. Berlin. Gut.", ["Hallo.", "Das ist z.B. Berlin.", "Gut."]),
        ("これは無料です。はい。", ["これは無料です。", "はい。"]),
        ("One line\nAnother line\nhalf", ["One line", "Another line"]),
        ("", []),
        ("You will certainly get back all of", []),
        ("It is free. You will certainly", ["It is free."]),
    ],
)
def test_a_sentence_is_given_when_its_end_is_certain(text: str, whole: list[str], size: int) -> None:
    assert cut(text, size) == whole


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    sentences = Sentences()
    assert sentences.feed("It is free. ") == []
    assert sentences.feed("N") == ["It is free."]


@pytest.mark.parametrize("text", ["and more " * 100, "x" * 500])
def test_words_without_an_end_are_let_go_of(text: str) -> None:
    with pytest.raises(Endless):
        cut(text)


@given(st.text(max_size=LONGEST - 1), st.integers(1, 50))
def test_nothing_is_made_up(text: str, size: int) -> None:
    found = cut(text, size)
    assert "".join("".join(found).split()) in "".join(text.split())
