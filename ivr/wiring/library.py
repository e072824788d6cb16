"""The library: imported documents as passages that answers are composed from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import structlog

from ivr.answers.compose import Answer, Blocked, Judged
from ivr.answers.writer import Purse
from ivr.ports.documents import Document, DocumentStore
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

_record = structlog.get_logger("library")


class Writes(Protocol):
    async def compose(
        self,
        question: str,
        language: LanguageTag,
        passages: Sequence[ApprovedAnswer],
        earlier: Sequence[str],
        judged: Callable[[Judged], None],
        purse: Purse | None = None,
        *,
        told: str = "",
    ) -> Answer | Blocked: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The passages in force on a day, by the store's revision.

    segments  of those that are not for everybody, whom they are for.
    """

    revision: int = -1
    day: date = date.min
    passages: tuple[ApprovedAnswer, ...] = ()
    segments: Mapping[AnswerId, str] = field(default_factory=dict)


class Library:
    """The documents, and who writes answers from them."""

    def __init__(self, documents: DocumentStore, writer: Writes, purse: Callable[[], Purse | None]) -> None:
        """purse: what one call may spend on the writer; None sets no bound."""
        self._documents = documents
        self.writer, self.purse = writer, purse

    async def changed(self, shelf: Shelf, day: date) -> bool:
        """Whether there is another shelf to be had. A store that cannot be asked has changed nothing."""
        if day != shelf.day:
            return True
        try:
            return await self._documents.revision() != shelf.revision
        except BackendError:
            return False

    async def look(self, shelf: Shelf, day: date) -> Shelf:
        """The shelf of today; the one before, when the store cannot be asked."""
        try:
            revision = await self._documents.revision()
            documents = await self._documents.in_force(day)
        except BackendError as error:
            _record.error("the documents cannot be read: those known stay in use", detail=str(error))
            return shelf
        segments = {passage.id: each.segment for each in documents if each.segment for passage in each.passages}
        return Shelf(revision, day, tuple(passages_of(documents)), segments)


def passages_of(documents: Sequence[Document]) -> list[ApprovedAnswer]:
    """Their passages, as answers that nobody wrote questions for. A heading is no part of what may be spoken."""
    return [
        ApprovedAnswer(
            id=passage.id,
            topic=each.topic,
            owner=each.owner,
            review_by=each.review_by.isoformat(),
            questions={},
            spoken={each.language: passage.text},
            where=f"{each.title}, {passage.where}" if passage.where else each.title,
            names={each.language: passage.heading or each.title},
        )
        for each in documents
        for passage in each.passages
        if not passage.flags
    ]
