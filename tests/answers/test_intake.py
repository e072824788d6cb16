"""What is said of a document when it comes in."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.answers.intake import Details, Origin, draft, id_from, is_id, said_in, said_of
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from tests.documents import DAY, document

ORIGIN = Origin("fees.pdf", "cd" * 32)
BEFORE = replace(document("fees", "A new card costs £8."), segment="premium", effective_until=date(2027, 12, 31))


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("fees", "fees"),
        ("Fees 2026 (final)", "fees-2026-final"),
        ("Gebühren_und  Entgelte", "gebuhren-und-entgelte"),
        ("--a--", "a"),
        ("手数料", ""),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_document_is_named_after_its_file(name: str, id: str) -> None:
    assert id_from(name) == id


@given(st.text(max_size=100))
def test_a_name_makes_an_id_or_none_at_all(name: str) -> None:
    id = id_from(name)
    assert id == "" or (is_id(id) and id_from(id) == id)


def test_what_is_not_said_stays_as_in_the_version_before() -> None:
    said = Details(topic="cards", segment="", effective_from=date.min, effective_until=date.max)
    found = draft("fees", ORIGIN, said, BEFORE, BEFORE.passages, DAY)
    assert found == replace(
        BEFORE, version=0, topic="cards", segment="", effective_until=None, source="fees.pdf", digest="cd" * 32
    )
    again = draft("fees", ORIGIN, Details(), found, found.passages, DAY)
    assert again == found and said_of(again) == said_of(found)


def test_of_a_first_version_what_nobody_said_is_empty_and_it_is_looked_at_again_in_a_year() -> None:
    found = draft("fees", ORIGIN, Details(title="  Fees \n explained "), None, (), DAY)
    assert (found.title, found.topic, found.owner, found.segment) == ("Fees explained", "", "", "")
    assert (found.language, found.review_by) == (LanguageTag("en"), date(2027, 11, 27))


def test_who_imports_has_the_word_over_the_file() -> None:
    by_hand, by_file = Details(title="Fees 2027"), Details(title="fees_final_v2", owner="Pricing")
    assert by_hand.over(by_file) == Details(title="Fees 2027", owner="Pricing")


def test_a_file_says_of_itself_what_stands_in_its_front_matter() -> None:
    said = {"topic": "cards", "owner": "Cards team", "review_by": "2027-06-30", "until": "2027-12-31", "author": "x"}
    assert said_in("fees.md", said, "Fees", LanguageTag("es")) == Details(
        title="Fees",
        topic="cards",
        language=LanguageTag("es"),
        owner="Cards team",
        review_by=date(2027, 6, 30),
        effective_until=date(2027, 12, 31),
    )
    assert said_in("fees.pdf", {}, "", None) == Details()


def test_a_day_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match=r"fees\.md, front matter: review_by is 'soon', which is no day"):
        said_in("fees.md", {"review_by": "soon"}, "", None)
