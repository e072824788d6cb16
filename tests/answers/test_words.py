"""Words survive what a recogniser does to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.answers.lexicon import Lexicon
from ivr.answers.words import MAX_TOKENS, SMALL_WORDS, likeness, sound, tokens

WORDINGS = ["how do I change the pin on my card", "what does a transfer cost", "my card was stolen", "unblock my pin"]


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon(WORDINGS, range(len(WORDINGS)), SMALL_WORDS["en"])


def test_accents_case_and_apostrophes_do_not_make_another_word() -> None:
    assert tokens("Don’t ABRÍS, s'il vous plaît!") == ["dont", "abris", "sil", "vous", "plait"]


def test_a_script_without_spaces_is_read_in_pairs_of_letters() -> None:
    assert tokens("営業時間は") == ["営業", "業時", "時間", "間は"]


@given(st.text(max_size=5_000))
def test_any_text_gives_a_bounded_number_of_words(text: str) -> None:
    assert len(tokens(text)) <= MAX_TOKENS


@pytest.mark.parametrize(("heard", "said"), [("cart", "card"), ("cars", "cards"), ("piin", "pin"), ("reel", "real")])
def test_words_that_sound_alike_are_alike(heard: str, said: str) -> None:
    assert likeness(heard, said) >= 0.9


@pytest.mark.parametrize(("one", "other"), [("card", "close"), ("pin", "fee"), ("12", "13"), ("loan", "phone")])
def test_words_that_do_not_sound_alike_are_not(one: str, other: str) -> None:
    assert likeness(one, other) < 0.8


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), st.text(max_size=12))
def test_likeness_is_between_nothing_and_sameness_and_goes_both_ways(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    assert likeness(one, one) == 1.0


def test_another_script_has_no_consonants_to_compare() -> None:
    assert sound("карта") == ""


def test_what_whisper_wrote_is_mended_to_what_we_know(lexicon: Lexicon) -> None:
    mended, share = lexicon.mend("How do I change the PI in on my cart?")
    assert mended == "how do i change the pin on my card"
    assert 0 < share < 1


def test_torn_words_are_put_together_by_the_surest_pair(lexicon: Lexicon) -> None:
    assert lexicon.mend("a PI in")[0] == "a pin"


def test_text_in_known_words_is_left_exactly_as_it_was(lexicon: Lexicon) -> None:
    assert lexicon.mend("My card, please: change the PIN!") == ("My card, please: change the PIN!", 0.0)


def test_words_from_elsewhere_are_not_bent_into_ours(lexicon: Lexicon) -> None:
    assert lexicon.mend("tickets for the opera")[1] == 0.0


def test_the_wording_itself_overlaps_fully_with_its_row(lexicon: Lexicon) -> None:
    overlap = lexicon.overlap(WORDINGS[1])
    assert overlap.asked[1] == pytest.approx(1) and overlap.covered[1] == pytest.approx(1)
    assert overlap.asked.argmax() == 1


def test_words_that_nobody_wrote_count_as_unknown(lexicon: Lexicon) -> None:
    assert lexicon.overlap("opera tickets").unknown == pytest.approx(1)
    assert lexicon.overlap("change pin").unknown == 0


@given(st.text(max_size=200))
def test_overlap_stays_within_bounds_whatever_is_said(text: str) -> None:
    overlap = Lexicon(WORDINGS, range(len(WORDINGS)), frozenset()).overlap(text)
    for shares in (overlap.asked, overlap.covered):
        assert ((shares >= 0) & (shares <= 1.0001)).all()


def test_an_empty_lexicon_finds_nothing() -> None:
    empty = Lexicon([], [], frozenset())
    assert len(empty) == 0
    assert empty.overlap("anything").unknown == 1.0
    assert empty.mend("anything") == ("anything", 0.0)
