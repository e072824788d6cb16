"""Asking: one question in writing, decided as a call would decide it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ivr.answers.compose import Answers, Blocked
from ivr.answers.know import Standing, standing
from ivr.answers.understand import Understood
from ivr.calls.choosing import near_tie
from ivr.calls.meaning import SIGNAL
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

Kind = Literal["approved", "clarify", "refused", "transfer"]


class Understands(Protocol):
    async def understand(self, text: str, language: LanguageTag) -> Understood: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller would get.

    answer   the words; "" when the kind has none of its own and `phrases` gave none.
    sources  approved answers behind the words.
    ms       time it took.
    """

    answer: str
    kind: Kind
    sources: tuple[AnswerId, ...]
    ms: float
    hits: tuple[Hit, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)


async def ask(
    question: str,
    language: LanguageTag,
    understanding: Understands,
    answers: Answers,
    phrases: Mapping[str, str] | None = None,
) -> Asked:
    """Answer a question as a call would: a wish for a person first, then what is known. Raises nothing of its own.

    phrases  what is said when the kind is not `approved`, as the flow words it; `choose` is said between two answers.
    """
    began = time.perf_counter()
    understood = await understanding.understand(question, language)
    kind, text, sources = _decide(understood.hits, understood.signals, language, answers)
    took = round((time.perf_counter() - began) * 1_000, 2)
    words = text or (phrases or {}).get(kind, "")
    if kind == "clarify" and (tie := near_tie(understood.hits)) is not None:
        first, second = tie.names
        words = (phrases or {}).get("choose", words).replace("{first}", first).replace("{second}", second)
    return Asked(words, kind, sources, took, understood.hits, understood.signals)


def _decide(
    hits: tuple[Hit, ...], signals: Mapping[str, float], language: LanguageTag, answers: Answers
) -> tuple[Kind, str, tuple[AnswerId, ...]]:
    if signals.get("person", 0.0) >= SIGNAL:
        return "transfer", "", ()
    if standing(hits) is Standing.KNOWN and near_tie(hits) is not None:
        return "clarify", "", ()
    match standing(hits):
        case Standing.KNOWN:
            found = answers.answer([hit.answer for hit in hits], language)
            return ("refused", "", ()) if isinstance(found, Blocked) else ("approved", found.text, found.sources)
        case _ if signals.get("callback", 0.0) >= SIGNAL:
            return "transfer", "", ()
        case Standing.UNSURE:
            return "clarify", "", ()
        case _:
            return "refused", "", ()
