"""Documents: what was imported, who approved which version of it, and what of it may be spoken from today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag


class DocumentState(StrEnum):
    """Where a version of a document stands. One whose last day is over counts as `expired`, whatever is written."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Suspicion(StrEnum):
    """Why a passage is kept back at import."""

    HIDDEN = "hidden"
    "Text that a reader of the document does not see."
    INSTRUCTION = "instruction"
    "Words that speak to a model and not to a reader."
    LINK = "link"
    "A link to where nobody said that links may lead."


@dataclass(frozen=True, slots=True)
class Flag:
    """One suspicion about a passage. `words` are those behind it, at most 200 characters; `where` is a page or line."""

    suspicion: Suspicion
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can stand alone, cut by its structure.

    id       the document's id, `#` and a number from 1.
    heading  the headings above it, outermost first, joined with ` › `; "" when there are none.
    text     plain sentences, without markup. Quarantined passages hold what was found, for the reviewer.
    where    page, paragraph or row, for people.
    flags    not empty: quarantined. It is never found, never given to a model and never spoken.
    """

    id: AnswerId
    heading: str
    text: str
    where: str
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an imported document.

    id              small letters, digits and hyphens.
    version         1, 2, 3, … of the same id.
    topic           decides which answer policy holds.
    source          name of the file it came from, without a folder; `digest` is its SHA-256 in hex.
    effective_from  first day on which it counts; None from always. `effective_until` is the last; None for ever.
    review_by       day by which a person should look at it again.
    segment         only callers of this customer segment are answered from it; "" is everybody.
    """

    id: str
    version: int
    title: str
    topic: str
    language: LanguageTag
    owner: str
    source: str
    digest: str
    state: DocumentState
    effective_from: date | None
    effective_until: date | None
    review_by: date
    segment: str
    passages: tuple[Passage, ...]

    @property
    def quarantined(self) -> tuple[Passage, ...]:
        """The passages with flags."""
        return tuple(each for each in self.passages if each.flags)

    def spoken(self) -> "Document":
        """The same without its quarantined passages."""
        return replace(self, passages=tuple(each for each in self.passages if not each.flags))

    def standing(self, day: date) -> DocumentState:
        """Its state on this day: an approved one is expired when its last day is over."""
        over = self.effective_until is not None and self.effective_until < day
        return DocumentState.EXPIRED if self.state is DocumentState.APPROVED and over else self.state

    def counts_on(self, day: date) -> bool:
        """Whether it is approved, and this day is among those on which it is in effect."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and self.standing(day) is DocumentState.APPROVED

    def same_as(self, other: "Document") -> bool:
        """Whether all is the same but the number and the state of the version."""
        return self == replace(other, version=self.version, state=self.state)


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of a document's history: who brought a version into a state, when, and what they wrote about it."""

    document: str
    version: int
    state: DocumentState
    by: str
    wall_ms: int
    note: str = ""


MOVES: Final[dict[DocumentState, frozenset[DocumentState]]] = {
    DocumentState.DRAFT: frozenset({DocumentState.REVIEW, DocumentState.REVOKED}),
    DocumentState.REVIEW: frozenset({DocumentState.APPROVED, DocumentState.DRAFT, DocumentState.REVOKED}),
    DocumentState.APPROVED: frozenset({DocumentState.REVOKED, DocumentState.EXPIRED}),
    DocumentState.EXPIRED: frozenset(),
    DocumentState.REVOKED: frozenset(),
}
"From a state to those that a person may bring a version into. Words that changed are another version."

REPLACED: Final = "replaced by version {}"
"The note of a version that was revoked because a later decision approved another one."


class DocumentStore(Protocol):
    """Every version of every document. Nothing is ever changed or deleted but a version's state.

    Raises  BackendUnavailable, BackendRejected, beside what the methods say.
    """

    async def add(self, document: Document, by: str, wall_ms: int) -> Document:
        """Keep a new version, as a draft; returns it with its number.

        When the latest version is the same in all but its number and state, that one is returned and nothing is kept
        twice; unless it was revoked or has expired, from where only a new version leads on.
        """
        ...

    async def get(self, id: str, version: int | None = None) -> Document | None:
        """One version, the latest when none is named."""
        ...

    async def documents(self) -> list[Document]:
        """The latest version of each document, and an older one while it is the approved one; by id and version."""
        ...

    async def decide(self, id: str, version: int, state: DocumentState, by: str, wall_ms: int, note: str = "") -> bool:
        """Bring a version into a state, in one commit; approving one revokes the approved one before it.

        False when MOVES does not allow it any more, as when somebody else was first.
        """
        ...

    async def history(self, id: str) -> list[Decision]:
        """Everything decided about a document, oldest first."""
        ...

    async def revision(self) -> int:
        """A number that grows with every `add` and `decide`: cheap to ask for often."""
        ...

    async def in_force(self, day: date) -> Sequence[Document]:
        """The approved versions that count on this day, without their quarantined passages."""
        ...
