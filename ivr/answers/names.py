"""Names: what an answer is called when a caller is asked whether that is the one: "changing your PIN"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

NAMED: Final = 2
"As many as a caller is asked to choose from."


def named(hits: Sequence[Hit], approved: Mapping[AnswerId, ApprovedAnswer], language: LanguageTag) -> tuple[Hit, ...]:
    """The same hits, the best of them with their names in this language."""
    return tuple(
        replace(hit, name=name_of(approved[hit.answer], language)) if n < NAMED and hit.answer in approved else hit
        for n, hit in enumerate(hits)
    )


def name_of(answer: ApprovedAnswer, language: LanguageTag) -> str:
    """Its name, else its first question; "" when it has neither in this language, and cannot be asked about."""
    name = answer.names.get(language)
    if name is None:
        primary = language.partition("-")[0]
        sisters = (said for tag, said in answer.names.items() if tag.partition("-")[0] == primary)
        name = next(sisters, None)
    if name is None:
        name = next(iter(answer.questions.get(language, ())), "")
    return name.strip(" ¿?.")
