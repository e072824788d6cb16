"""Digits that may not be stored are not; words and harmless numbers stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import mask, speaks_of_a_secret

EN = LanguageTag("en")
CARD = "4539148803436467"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "my card: four five three nine, one four eight eight, zero three four three, six four six seven"),
        ("en", "it's 4539 1488 0343 6467 okay"),
        ("en", "4539-1488-0343-6467"),
        ("en", "forty-five thirty-nine fourteen eighty-eight oh three forty-three sixty-four sixty-seven"),
        ("en", "four five, uh, three nine one four and then eight eight zero three four three six four six seven"),
        ("es", "cuatro cinco tres nueve uno cuatro ocho ocho cero tres cuatro tres seis cuatro seis siete"),
        (
            "es",
            "cuarenta y cinco treinta y nueve catorce ochenta y ocho cero tres cuarenta y tres sesenta y cuatro "
            "sesenta y siete",
        ),
        ("pt", "quatro cinco três nove um quatro oito oito zero três quatro três seis quatro seis sete"),
        (
            "fr",
            "quarante-cinq trente-neuf quatorze quatre-vingt-huit zéro trois quarante-trois soixante-quatre "
            "soixante-sept",
        ),
        ("de", "vier fünf drei neun eins vier acht acht null drei vier drei sechs vier sechs sieben"),
        ("it", "quattro cinque tre nove uno quattro otto otto zero tre quattro tre sei quattro sei sette"),
    ],
)  # fmt: skip
def test_a_card_number_is_found_as_numerals_and_as_words_in_every_language(language: str, said: str) -> None:
    masked = mask(said, LanguageTag(language))
    assert "".join(run.digits for run in masked.runs) == CARD
    assert not re.search(r"\d", masked.text)


@pytest.mark.parametrize(
    "said",
    [
        "What time do you open on Saturday?",
        "I was there at 9:30 am on May 12",
        "I paid $2,500.00 on 12/05/2026",
        "does it cost 20 dollars for 3 to 5 days",
        "which one is it, the first one or the second one",
        "I have 2 cards",
    ],
)
def test_dates_times_amounts_and_small_numbers_in_a_sentence_stay(said: str) -> None:
    assert mask(said, EN).text == said


def test_even_one_digit_is_held_back_while_something_is_being_read_out() -> None:
    assert mask("then a 7", EN, wary=True).text == "then a •"
    assert mask("at 9:30 am", EN, wary=True).runs


def test_a_security_code_and_a_pin_are_held_back() -> None:
    assert mask("the code is 123", EN).text == "the code is •••"
    assert mask("my pin is 12", EN).text == "my pin is ••"


@pytest.mark.parametrize("said", ["٤٥٣٩ ١٤٨٨", "45​39 14​88", "４５３９１４８８"])
def test_digits_in_disguise_are_digits(said: str) -> None:
    assert "".join(run.digits for run in mask(said, EN).runs) == "45391488"


def test_an_unknown_language_is_searched_for_the_number_words_of_all() -> None:
    assert mask("vier fünf drei neun", LanguageTag("nl")).text == "••••"


def test_words_for_cards_and_codes_are_noticed() -> None:
    assert speaks_of_a_secret("I'll read you my card")
    assert not speaks_of_a_secret("when do you open")


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_what_stays_is_no_longer_run_of_digits(text: str) -> None:
    masked = mask(text, EN, wary=True)
    assert not any(c.isdecimal() for c in masked.text)


@given(st.lists(st.sampled_from("0123456789"), min_size=13, max_size=19), st.sampled_from([" ", "-", "", ", ", " uh "]))
def test_a_long_digit_run_is_held_back_whole_however_it_is_grouped(digits: list[str], separator: str) -> None:
    said = "here it is " + separator.join(digits) + " thanks"
    masked = mask(said, EN)
    assert [run.digits for run in masked.runs] == ["".join(digits)]
