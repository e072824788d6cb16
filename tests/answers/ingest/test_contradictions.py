"""What of the knowledge wants a person's look: few findings, and each of them true."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ivr.adapters.documents.reading import read_document
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.answers.ingest.contradictions import Matter, Told, contradictions, report, stale, told_by
from ivr.answers.ingest.passages import passages
from ivr.ports.documents import DocumentState, Flag, Suspicion
from ivr.vocabulary.language import LanguageTag
from tests.documents import DAY, document

DEMO = Path(__file__).parents[3] / "ivr" / "demo" / "bank"


def told(*texts: str, language: str = "en", of: str = "") -> list[Told]:
    return [
        Told(f"doc{number}#1", of or f"doc{number}", LanguageTag(language), text, f"page {number}")
        for number, text in enumerate(texts, 1)
    ]


def matters(*texts: str, language: str = "en") -> list[Matter]:
    return [each.matter for each in contradictions(told(*texts, language=language))]


@pytest.mark.parametrize(
    ("matter", "language", "one", "other"),
    [
        (Matter.AMOUNT, "en", "A replacement card costs £6.", "A replacement card costs eight pounds."),
        (Matter.AMOUNT, "en", "The limit at cash machines is £500 a day.", "Our cash machines limit is £300 a day."),
        (Matter.PERCENTAGE, "en", "Interest on savings accounts is 2.5 percent.", "Savings account interest is 3 %."),
        (Matter.DATE, "en", "Our mortgage offer ends on 31 March.", "The mortgage offer ends on 30 April."),
        (Matter.NUMBER, "en", "A transfer abroad takes two days.", "A transfer abroad takes four days."),
        (Matter.NEGATION, "en", "You can change your PIN in the app.", "You can’t change your PIN in the app."),
        (Matter.NEGATION, "en", "There is a fee for a declined payment.", "There is no fee for a declined payment."),
        (Matter.AMOUNT, "en", "Service: Courier abroad. Fee: £12.", "Service: Courier abroad. Fee: £15."),
        (Matter.AMOUNT, "es", "La tarjeta nueva cuesta 6 euros.", "Una tarjeta nueva cuesta ocho euros."),
        (Matter.NEGATION, "es", "Puede cambiar su clave en la app.", "No puede cambiar su clave en la app."),
        (Matter.AMOUNT, "de", "Eine neue Karte kostet 6 Euro im Jahr.", "Die neue Karte kostet im Jahr 8 Euro."),
        (Matter.AMOUNT, "fr", "Une nouvelle carte coûte 6 euros par an.", "La nouvelle carte coûte 8 euros par an."),
    ],
)  # fmt: skip
def test_places_that_contradict_one_another_are_found_with_both(
    matter: Matter, language: str, one: str, other: str
) -> None:
    found = contradictions(told(f"Welcome to us. {one}", f"{other} Ask our staff.", language=language))
    assert [(each.matter, [(place.id, place.words) for place in each.places]) for each in found] == [
        (matter, [("doc1#1", one), ("doc2#1", other)])
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A replacement card costs £6.", "A replacement card costs six pounds."),
        ("A replacement card costs £6.", "A replacement card costs £6, or £12 by courier."),
        ("On Saturdays the branch opens at nine.", "On Sundays the branch opens at ten."),
        ("You can withdraw money with a card.", "You cannot withdraw money without a card."),
        ("If you are over sixty, the card costs £3.", "The card costs £6."),
        ("A transfer abroad costs £15.", "A transfer within the country costs £0."),
        ("It costs £6.", "It costs £8."),
        ("The card is sent within three days.", "The card costs £6 when it is sent."),
    ],
)
def test_places_that_speak_of_different_things_do_not_contradict(one: str, other: str) -> None:
    assert matters(one, other) == []


def test_sentences_of_one_passage_and_rows_of_one_table_are_not_compared() -> None:
    assert matters("Silver accounts cost £6 monthly. Silver accounts cost £8 monthly.") == []
    rows = told("Kind: Silver account. Fee: £6.", "Kind: Silver account. Fee: £8.", of="fees")
    assert contradictions(rows) == []


def test_other_languages_are_not_compared() -> None:
    mixed = told("Card fees: £6 for replacement cards.") + told("Card fees: £8 for replacement cards.", language="pt")
    assert contradictions(mixed) == []


def test_the_same_words_at_two_places_are_a_double() -> None:
    found = contradictions(told("A card costs £6.", "A card costs £6", "A card is free."))
    assert [(each.matter, [place.id for place in each.places]) for each in found] == [
        (Matter.DUPLICATE, ["doc1#1", "doc2#1"])
    ]


def test_quarantined_passages_are_not_read() -> None:
    flag = Flag(Suspicion.HIDDEN, "", "")
    plain = document("a", "A replacement card costs £6.")
    bad = document("b", "A replacement card costs £8.")
    bad = replace(bad, passages=(replace(bad.passages[0], flags=(flag,)),))
    assert report([plain, bad], [], DAY) == []


def test_what_is_due_over_or_not_yet_in_effect_is_said() -> None:
    base = replace(document("fees", "A card costs £6."), state=DocumentState.APPROVED)
    day = timedelta(days=1)
    assert _matters(base) == []
    assert _matters(replace(base, review_by=DAY)) == [Matter.DUE]
    assert _matters(replace(base, effective_from=DAY + day)) == [Matter.FUTURE]
    assert _matters(replace(base, effective_until=DAY - day)) == [Matter.EXPIRED]
    assert _matters(replace(base, state=DocumentState.DRAFT, review_by=DAY)) == []


def _matters(of: object) -> list[Matter]:
    return [each.matter for each in stale([of], [], DAY)]  # type: ignore[list-item]


async def test_the_demo_bank_does_not_contradict_itself() -> None:
    answers = await FolderKnowledge(DEMO / "knowledge").answers()
    texts = told_by([], answers)
    for file in sorted((DEMO / "documents").glob("*.md")):
        texts += [
            Told(each.id, file.stem, LanguageTag("en"), each.text, each.where)
            for each in passages(read_document(file), file.stem).passages
        ]
    assert len(texts) > 250
    assert contradictions(texts) == []
    assert [each.matter for each in stale([], answers, date(2030, 1, 1))] == [Matter.DUE] * len(answers)
