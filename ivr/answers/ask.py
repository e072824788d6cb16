"""Asking: one question in writing, decided as a call would decide it."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ivr.answers.compose import Answer, Blocked, Judged, Question
from ivr.answers.know import Standing, standing
from ivr.answers.understand import Understood
from ivr.calls.approving import PERSON_ONLY
from ivr.calls.choosing import near_tie
from ivr.calls.meaning import SIGNAL, known_passages
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

Kind = Literal["approved", "composed", "clarify", "refused", "transfer"]


class Finds(Protocol):
    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked: ...


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
    more     what is told to a caller who wants to hear on; "" when they are not offered to.
    policy   how the business wants its topic answered: of an answer, or of one that only a person gives.
    """

    answer: str
    kind: Kind
    sources: tuple[AnswerId, ...]
    ms: float
    hits: tuple[Hit, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    more: str = ""
    policy: AnswerPolicy = AnswerPolicy.AUTOMATIC


async def ask(
    question: str,
    language: LanguageTag,
    understanding: Understands,
    answers: Finds,
    phrases: Mapping[str, str] | None = None,
    compose: Composes | None = None,
) -> Asked:
    """Answer a question as a call would: a wish for a person first, then what is known. Raises nothing of its own.

    phrases  what is said when nothing is told, as the flow words it; `choose` is said between two answers.
    compose  makes an answer from passages, when no approved answer is known; None when there are none.
    """
    began = time.perf_counter()
    understood = await understanding.understand(question, language)
    kind, found = _decide(understood.hits, understood.signals, language, answers)
    if kind in {"clarify", "refused"} and compose is not None and (known := known_passages(understood.passages)):
        found = await compose(Question(question, language, known), lambda _: None)
        if isinstance(found, Answer):
            kind = "composed"
        elif found.reason == PERSON_ONLY:
            kind = "transfer"
    took = round((time.perf_counter() - began) * 1_000, 2)
    more = await _more(question, found, compose) if isinstance(found, Answer) and compose is not None else ""
    words = found.text if isinstance(found, Answer) else (phrases or {}).get(kind, "")
    if kind == "clarify" and (tie := near_tie(understood.hits)) is not None:
        first, second = tie.names
        words = (phrases or {}).get("choose", words).replace("{first}", first).replace("{second}", second)
    sources = found.sources if isinstance(found, Answer) else ()
    hits = understood.hits or understood.passages
    return Asked(words, kind, sources, took, hits, understood.signals, more, _policy(found))


def _policy(found: Answer | Blocked | None) -> AnswerPolicy:
    if isinstance(found, Answer):
        return found.rule.policy
    only_a_person = found is not None and found.reason == PERSON_ONLY
    return AnswerPolicy.PERSON_ONLY if only_a_person else AnswerPolicy.AUTOMATIC


async def _more(question: str, said: Answer, compose: Composes) -> str:
    """What a caller hears who wants to hear on."""
    if not said.more:
        return ""
    found = await compose(Question(question, said.language, said.sources[:1], told=said.text), lambda _: None)
    return found.text if isinstance(found, Answer) else ""


def _decide(
    hits: tuple[Hit, ...], signals: Mapping[str, float], language: LanguageTag, answers: Finds
) -> tuple[Kind, Answer | Blocked | None]:
    if signals.get("person", 0.0) >= SIGNAL:
        return "transfer", None
    if standing(hits) is Standing.KNOWN and near_tie(hits) is not None:
        return "clarify", None
    match standing(hits):
        case Standing.KNOWN:
            found = answers.answer([hit.answer for hit in hits], language)
            if isinstance(found, Answer):
                return "approved", found
            return "transfer" if found.reason == PERSON_ONLY else "refused", found
        case _ if signals.get("callback", 0.0) >= SIGNAL:
            return "transfer", None
        case Standing.UNSURE:
            return "clarify", None
        case _:
            return "refused", None
