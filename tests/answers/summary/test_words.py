"""The words that calls are told in are whole, in every language."""

from pathlib import Path

from ivr.answers.summary import Book, book_of, read_books
from ivr.answers.summary.words import HEARD, LANGUAGES, READ
from ivr.vocabulary.language import LanguageTag

from .conftest import SCREEN, SPOKEN


def test_every_language_has_every_phrase_with_its_fills(books: dict[LanguageTag, Book]) -> None:
    assert set(books) == set(LANGUAGES)
    for book in books.values():
        assert set(book.phrases) == {*HEARD, *READ}


def test_an_operators_own_words_stand_before_ours(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("greeting: Hello.\nreason_theft: A theft\n", encoding="utf-8")
    books, faults = read_books([SPOKEN, tmp_path], SCREEN)
    assert faults == []
    english = books[LanguageTag("en")]
    assert english.say("reason_theft") == "A theft"
    assert english.say("reason_fraud") == "The caller suspects fraud"


def test_a_phrase_without_its_fill_and_one_that_is_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("briefing_who: Somebody calls.\n", encoding="utf-8")
    _, faults = read_books([tmp_path], SCREEN)
    assert ("'briefing_who' takes the wrong fills", "it takes {name}") in [(each.what, each.fix) for each in faults]
    assert "'briefing_why' has no words" in [each.what for each in faults]


def test_a_language_without_a_book_is_told_in_a_sister_or_in_english(books: dict[LanguageTag, Book]) -> None:
    assert book_of(books, LanguageTag("pt-BR")).language == "pt"
    assert book_of(books, LanguageTag("nl")).language == "en"


def test_fills_are_put_in_as_they_are(english: Book) -> None:
    assert english.say("asked", words="what does {number} mean") == "Asked: “what does {number} mean”"
