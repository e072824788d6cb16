"""What is spelled, and how."""

import pytest

from ivr.calls.spelling import MOST_PARTS, spelled
from ivr.vocabulary.language import LanguageTag

SIGNS = {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "/": "slash"}


def spell(text: str, language: str = "en", names: tuple[str, ...] = ("Harbour Bank",)) -> str:
    return spelled(text, LanguageTag(language), SIGNS, names)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Please visit any Harbour branch.", "Harbour: H, A, R, B, O, U, R."),
        ("Ask for Miss O'Hara.", "Miss: M, I, S, S. O'Hara: O, H, A, R, A."),
        ("Put in your PIN.", "PIN: P, I, N."),
        ("Write to help@my-bank.com, please.", "H, E, L, P, at, M, Y, dash, B, A, N, K, dot, C, O, M."),
        ("Go to www.bank.com/help.", "W, W, W, dot, B, A, N, K, dot, C, O, M, slash, H, E, L, P."),
        ("Your code is HB-204.", "H, B, dash, 2, 0, 4."),
        ("Is it 2 0 2, 5 5 5, 0 1 4 3?", "2, 0, 2, 5, 5, 5, 0, 1, 4, 3."),
    ],
)
def test_names_addresses_codes_and_digits_are_spelled(text: str, letters: str) -> None:
    assert spell(text) == letters


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Log in at bank dot com.", "B, A, N, K, dot, C, O, M."),
        ("Write to help at bank dot com, please.", "H, E, L, P, at, B, A, N, K, dot, C, O, M."),
    ],
)
def test_an_address_may_be_written_as_it_is_said(text: str, letters: str) -> None:
    assert spell(text) == letters


def test_an_address_is_spelled_and_the_name_beside_it_is_not() -> None:
    assert spell("Harbour Bank is at bank.com.") == "B, A, N, K, dot, C, O, M."


@pytest.mark.parametrize(
    "text",
    ["We open at nine on Monday.", "It costs 1.50 dollars.", "We open at 9 a.m.", "I don't know. We are closed.", ""],
)
def test_what_has_no_letters_to_write_down_is_not_spelled(text: str) -> None:
    assert spell(text) == ""


def test_what_was_spelled_is_spelled_the_same_again() -> None:
    once = spell("Mail help@bank.com.")
    assert spell(once) == once


def test_where_every_noun_has_a_capital_only_known_names_are_spelled() -> None:
    assert spell("Die Karte der Hafen kommt.", "de", ("Hafen",)) == "Hafen: H, A, F, E, N."


def test_nobody_is_read_more_than_they_can_write_down() -> None:
    many = "See " + ", ".join(f"a{letter}@bank.com" for letter in "bcdefgh")
    assert spell(many).count("at") == MOST_PARTS
