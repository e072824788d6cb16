"""Passages, and a gate of the simplest sort, for tests of the writer. The real one is proved in tests of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.answers.compose import Answer
from ivr.answers.index import sentences
from ivr.answers.writer import Gate
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EN, ES = LanguageTag("en"), LanguageTag("es")


def passage(id: str, text: str, language: LanguageTag = EN) -> ApprovedAnswer:
    return ApprovedAnswer(AnswerId(id), "fees", "Accounts team", "2027-06-30", {}, {language: text}, "fees.md")


FEES = passage("fees#1", "A transfer abroad costs fifteen euros. It takes four days. Within the country it is free.")
HOURS = passage("hours#1", "We open at nine on weekdays. On Saturdays we open at ten.")
PASSAGES = (FEES, HOURS)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A sentence passes when it stands in a passage; one that has a passage's word is a claim."""

    passed: bool
    text: str
    sources: tuple[AnswerId, ...]
    reason: str


def judge(sentence: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], question: str) -> Verbatim:
    for each in passages:
        if sentence in sentences(each.spoken.get(language, "")):
            return Verbatim(True, sentence, (each.id,), "extract")
    for each in passages:
        if set(sentence.split()) & set(each.spoken.get(language, "").split()):
            return Verbatim(False, "", (each.id,), "not_extract")
    return Verbatim(False, "", (), "number")


def extract(question: str, language: LanguageTag, passages: Sequence[ApprovedAnswer]) -> Answer | None:
    """The first sentence of the first passage that says something in this language."""
    for each in passages:
        if language in each.spoken:
            return Answer("composed", sentences(each.spoken[language])[0], (each.id,), language)
    return None


VERBATIM = Gate(judge, extract)
EXTRACT = "A transfer abroad costs fifteen euros."
