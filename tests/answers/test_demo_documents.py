"""The demo bank's documents: what they say, and the golden questions about them."""

import re
from collections import Counter
from functools import cache

from ivr.adapters.documents.reading import read_document
from ivr.adapters.files.knowledge import examine
from ivr.answers.ingest.contradictions import Told, contradictions, told_by
from ivr.answers.ingest.passages import passages
from ivr.answers.intake import id_from
from ivr.answers.words import tokens
from ivr.demo import FOLDER
from ivr.measure.golden import read_golden
from tests.answers.conftest import EN

BANK = FOLDER / "bank"
ROWS = read_golden(BANK / "golden" / "documents-en.jsonl")


@cache
def _passages() -> dict[str, str]:
    """What each passage says, by its id, as an import would cut it."""
    cut = [passages(read_document(file), id_from(file.stem)) for file in sorted((BANK / "documents").glob("*.md"))]
    assert not any(each.flags or each.skipped for each in cut)
    return {passage.id: passage.text for each in cut for passage in each.passages}


def test_every_passage_is_asked_for_and_what_answers_stands_in_it() -> None:
    told = _passages()
    assert len(told) >= 25
    assert {row.expected for row in ROWS} - {None} == set(told)
    for row in ROWS:
        assert row.expected is None or any(words in told[row.expected] for words in row.contains), row.question


def test_there_are_questions_enough_of_both_sorts_each_once_and_none_of_an_approved_answer() -> None:
    counted = Counter(row.expected is None for row in ROWS)
    assert counted[False] >= 30 and counted[True] >= 15
    assert len({row.id for row in ROWS}) == len({row.question.casefold() for row in ROWS}) == len(ROWS)
    wordings = {" ".join(tokens(text)) for each in examine(BANK / "knowledge").answers for text in each.questions[EN]}
    assert not [row.question for row in ROWS if " ".join(tokens(row.question)) in wordings]


def test_the_documents_contradict_neither_each_other_nor_an_approved_answer() -> None:
    documents = [Told(id, id.partition("#")[0], EN, words, "the demo") for id, words in _passages().items()]
    answers = examine(BANK / "knowledge").answers
    assert contradictions(documents + told_by([], answers)) == []
    wrong = Told("wrong#1", "wrong", EN, "A transfer to a bank in another country costs twelve pounds.", "here")
    assert [each.what for each in contradictions([*documents, wrong, *told_by([], answers)])]


def test_a_passage_stands_alone() -> None:
    for id, words in _passages().items():
        assert not re.match(r"(It|They|That|This|These|He|She)\b", words), id
        assert 60 <= len(words) <= 400, id
