"""The demo bank in its three languages: everything that is known can be asked for, named and spoken in each of them."""

import re
from collections import Counter
from typing import Final

import pytest

from ivr.adapters.files.knowledge import examine
from ivr.answers.words import tokens
from ivr.demo import FOLDER
from ivr.measure.golden import Golden, read_golden
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

BANK = FOLDER / "bank"
LANGUAGES: Final = (LanguageTag("en"), LanguageTag("es"), LanguageTag("pt"))

ENGLISH: Final = frozenset(
    "the and or your you yours our we with from of to is are it this that these when what where how which who "
    "my at by on not can will would should please if then there card account branch app's money bank's".split()
)
"Words that no Spanish or Portuguese sentence holds; names such as Harbour Bank are none of them."

NOT_SAID: Final = {
    LanguageTag("es"): frozenset(
        "tú tu tus te ti contigo puedes tienes quieres vosotros vuestra vuestro app filial coste".split()
    ),
    LanguageTag("pt"): frozenset("tu teu tua te ti contigo app pin sucursal telemóvel multibanco ecrã".split()),
}
"What the bank does not say: it is polite, and calls each thing by one name (see the terms in docs/knowledge.md)."


@pytest.fixture(scope="module")
def answers() -> list[ApprovedAnswer]:
    return examine(BANK / "knowledge").answers


def said(answer: ApprovedAnswer, language: LanguageTag) -> list[str]:
    """What a caller may hear of it, with "…" where data fills in."""
    return [re.sub(r"\{[^}]*\}", "…", text) for text in (answer.spoken[language], answer.names[language])]


def golden(language: LanguageTag, suffix: str = "") -> list[Golden]:
    return read_golden(BANK / "golden" / f"{language}{suffix}.jsonl")


def test_every_file_of_the_demo_is_an_approved_answer(answers: list[ApprovedAnswer]) -> None:
    assert len(answers) == len(list((BANK / "knowledge").glob("*.md"))) >= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_asked_for_named_and_spoken(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    for answer in answers:
        assert len(answer.questions.get(language, ())) >= 8, answer.id
        assert all(text.strip() for text in said(answer, language)), answer.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spoken_is_short_and_holds_no_digits(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    for answer in answers:
        words, name = said(answer, language)
        assert not re.search(r"\d", words + name), answer.id
        assert len(re.findall(r"[.?!](\s|$)", words)) <= 3 and len(words) <= 260, answer.id
        assert name[-1] not in ".?!", answer.id


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_english_is_left_in_other_languages(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    for answer in answers:
        for text in (*said(answer, language), *answer.questions[language]):
            assert not ENGLISH & set(tokens(text)), (answer.id, text)
    for row in golden(language):
        assert not ENGLISH & set(tokens(row.question)), row


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_bank_is_polite_and_calls_a_thing_by_one_name(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    for answer in answers:
        for text in said(answer, language):
            assert not NOT_SAID[language] & set(re.findall(r"\w+", text.casefold())), (answer.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_or_name_belongs_to_two_answers(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    wordings = Counter(" ".join(tokens(text)) for answer in answers for text in set(answer.questions[language]))
    assert [text for text, times in wordings.items() if times > 1] == []
    assert len({answer.names[language] for answer in answers}) == len(answers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_questions_cover_every_answer_in_words_of_their_own(
    answers: list[ApprovedAnswer], language: LanguageTag
) -> None:
    rows = golden(language)
    wordings = {" ".join(tokens(text)) for answer in answers for text in answer.questions[language]}
    assert [row.question for row in rows if " ".join(tokens(row.question)) in wordings] == []
    covered = Counter(row.expected for row in rows)
    assert set(covered) - {None} == {answer.id for answer in answers}
    assert min(covered.values()) >= 3 and covered[None] >= 120
    assert {row.language for row in rows} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_questions_are_told_apart_by_their_ids(answers: list[ApprovedAnswer], language: LanguageTag) -> None:
    rows, noisy = golden(language), golden(language, "-noisy")
    assert len({row.id for row in (*rows, *noisy)}) == len(rows) + len(noisy)
    assert len(noisy) >= 20
    assert {row.expected for row in noisy} <= {None, *(answer.id for answer in answers)}
