"""What must be said of a document before people may hear its words.

Room  Pure. `day` is the day on which it is decided, by the clock of whoever asks.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ivr.ports.documents import MOVES, Document, DocumentState


class Lacks(StrEnum):
    """What keeps a version from being approved."""

    TITLE = "title"
    TOPIC = "topic"
    OWNER = "owner"
    REVIEW = "review"
    "The day by which it must be looked at again is over already."
    EFFECT = "effect"
    "Its last day is over, or before its first."
    WORDS = "words"
    "It has no passage that may be spoken."
    CONSENT = "consent"
    "Passages of it are quarantined, and nobody said that it is to be approved without them."


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is lacking, and what about it, for the person who decides."""

    lacks: Lacks
    what: str


_NAMED: Final = {Lacks.TITLE: "title", Lacks.TOPIC: "topic", Lacks.OWNER: "owner"}


def obstacles(document: Document, day: date, *, with_quarantined: bool = False) -> list[Obstacle]:
    """Everything that keeps this version from being approved on this day; [] when nothing does.

    with_quarantined  the person was told how many passages are quarantined, and approves the others.
    """
    found = [Obstacle(lacks, f"it has no {name}") for lacks, name in _NAMED.items() if not _given(document, name)]
    if document.review_by <= day:
        found.append(Obstacle(Lacks.REVIEW, f"it had to be looked at again by {document.review_by}"))
    first, last = document.effective_from, document.effective_until
    if last is not None and last < day:
        found.append(Obstacle(Lacks.EFFECT, f"its last day was {last}"))
    if first is not None and last is not None and last < first:
        found.append(Obstacle(Lacks.EFFECT, f"its last day, {last}, is before its first, {first}"))
    held, all_of_it = len(document.quarantined), len(document.passages)
    if held == all_of_it:
        found.append(Obstacle(Lacks.WORDS, "every passage of it is quarantined" if held else "it has no passages"))
    elif held and not with_quarantined:
        found.append(Obstacle(Lacks.CONSENT, f"{held} of its {all_of_it} passages {_are(held)} quarantined"))
    return found


def wrong_state(document: Document, to: DocumentState) -> str:
    """Why a version cannot be brought into this state from where it stands; "" when it can."""
    if to in MOVES[document.state]:
        return ""
    ways = sorted(MOVES[document.state])
    further = f"from there it goes to {' or '.join(ways)}" if ways else "only another version leads on"
    return f"version {document.version} is {STANDS[document.state]}; {further}"


STANDS: Final = {
    DocumentState.DRAFT: "a draft",
    DocumentState.REVIEW: "in review",
    DocumentState.APPROVED: "approved",
    DocumentState.EXPIRED: "expired",
    DocumentState.REVOKED: "revoked",
}
"How a state is said of a version."


def _given(document: Document, name: str) -> bool:
    return bool(str(getattr(document, name)).strip())


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
