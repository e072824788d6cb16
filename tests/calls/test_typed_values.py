"""What customer records hold is spoken only when it is of the kind that the flow says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.calls.values.said import said
from ivr.calls.values.typed import typed
from ivr.vocabulary.language import LanguageTag


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("amount", "1204.5", "1204.50"),
        ("amount", " -12.345 ", "-12.34"),
        ("amount", "0", "0.00"),
        ("amount", "1,204.50", None),
        ("amount", "about 5", None),
        ("amount", "NaN", None),
        ("amount", "1e40", None),
        ("date", "2027-03-01", "2027-03-01"),
        ("date", "2027-03-01T09:30:00", "2027-03-01"),
        ("date", "2027-03-01 09:30", "2027-03-01"),
        ("date", "2027-02-30", None),
        ("date", "01/03/2027", None),
        ("date", "2027-03-012", None),
        ("digits", "HB-1043", None),
        ("digits", "10 43-7", "10437"),
        ("digits", "4539 1488 0343 6467", None),
        ("phone", "(202) 555-0143", "+12025550143"),
        ("phone", "12", None),
        ("name", "  Anna   Meyer ", "Anna Meyer"),
        ("name", "", None),
        ("name", "Anna 4539148803436467", None),
        ("case", "Shipped", "shipped"),
        ("case", "on its way", "on_its_way"),
        ("case", "<b>", None),
        ("mood", "fine", None),
    ],
)
def test_a_value_is_of_its_kind_or_is_none(kind: str, text: str, value: str | None) -> None:
    assert typed(kind, text, "US") == value


@given(st.sampled_from(["amount", "date", "digits", "phone", "name", "case"]), st.text(max_size=40))
def test_no_text_breaks_the_reading_and_what_is_read_can_be_said(kind: str, text: str) -> None:
    value = typed(kind, text, "US")
    if value is not None:
        for language in ("en", "es", "pt", "fr", "de", "it"):
            assert said(kind, value, LanguageTag(language), "US", {}, "2026-11-27")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "minus twelve dollars and fifty cents"),
        ("es", "menos doce dólares con cincuenta centavos"),
        ("pt", "menos doze dólares e cinquenta centavos"),
    ],
)
def test_what_is_owed_is_said_as_less_than_nothing(language: str, words: str) -> None:
    assert said("amount", "-12.50", LanguageTag(language), "US", {}, "") == words
