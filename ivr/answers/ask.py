"""Asking: one question in writing, decided as a call would decide it."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ivr.answers.compose import Answer, Answers, Blocked, Judged, Question
from ivr.answers.know import Standing, standing
from ivr.answers.understand import Understood
from ivr.calls.choosing import near_tie
from ivr.calls.meaning import SIGNAL, known_passages
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

Kind = Literal["approved", "composed", "clarify", "refused", "transfer"]


class Understands(Protocol):
    async def understand(self, text: str, language: LanguageTag) -> Understood: ...


Composes = Callable[[Question, Callable[[Judged], None]], Awaitable[Answer | Blocked]]
"Words that stand on passages, or why there are none; and what is told of every sentence the gate looked at."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller would get.

    answer   the words; "" when the kind has none of its own and `phrases` gave none.
    sources  approved answers behind the words.
    ms       time it took.
    hits     what was found, best first: passages where no answers were.
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
    compose: Composes | None = None,
) -> Asked:
    """Answer a question as a call would: a wish for a person first, then what is known. Raises nothing of its own.

    phrases  what is said when nothing is told, as the flow words it; `choose` is said between two answers.
    compose  makes an answer from passages, when no approved answer is known; None when there are none.
    """
    began = time.perf_counter()
    understood = await understanding.understand(question, language)
    kind, text, sources = _decide(understood.hits, understood.signals, language, answers)
    if kind in {"clarify", "refused"} and compose is not None and (known := known_passages(understood.passages)):
        said = await compose(Question(question, language, known), lambda _: None)
        if isinstance(said, Answer):
            kind, text, sources = "composed", said.text, said.sources
    took = round((time.perf_counter() - began) * 1_000, 2)
    words = text or (phrases or {}).get(kind, "")
    if kind == "clarify" and (tie := near_tie(understood.hits)) is not None:
        first, second = tie.names
        words = (phrases or {}).get("choose", words).replace("{first}", first).replace("{second}", second)
    return Asked(words, kind, sources, took, understood.hits or understood.passages, understood.signals)


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
