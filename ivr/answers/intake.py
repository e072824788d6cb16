"""What is said of a document when it comes in: by whoever imports it, by the file itself, by the version before.

Room  Pure.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final

from ivr.ports.documents import Document, DocumentState, Passage
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

REVIEWED_WITHIN: Final = timedelta(days=365)
"When nobody says by which day somebody should look at it again."

LONGEST_ID: Final = 60
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a document; None is not said, and an empty text is said to be none.

    So are date.min for a first day, and date.max for a last one.
    """

    title: str | None = None
    topic: str | None = None
    language: LanguageTag | None = None
    owner: str | None = None
    review_by: date | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    segment: str | None = None

    def over(self, other: "Details") -> "Details":
        """The same, with what only the other one says."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(other, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Origin:
    """The file: its name without a folder, and its SHA-256 in hex."""

    source: str
    digest: str


def id_from(name: str) -> str:
    """The id of a document from the name of its file, without its ending; "" when nothing of it can be one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(_ID.findall(plain.replace("_", "-")))[:LONGEST_ID].strip("-")


def is_id(text: str) -> bool:
    """Whether this is small letters, digits and single hyphens."""
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


def said_in(source: str, said: Mapping[str, str], title: str, language: LanguageTag | None) -> Details:
    """What a file says of itself: in its front matter, by the names below, and otherwise.

    Raises ConfigError for a day that is none.
    """
    return Details(
        title=title or None,
        topic=said.get("topic"),
        language=language,
        owner=said.get("owner"),
        review_by=_day(source, said, "review_by"),
        effective_from=_day(source, said, "from"),
        effective_until=_day(source, said, "until"),
        segment=said.get("segment"),
    )


def said_of(document: Document) -> Details:
    """What was said of a version."""
    return Details(**{each.name: getattr(document, each.name) for each in fields(Details)})


def draft(
    id: str, origin: Origin, said: Details, latest: Document | None, passages: Sequence[Passage], day: date
) -> Document:
    """A draft of what came in. What is not said stays as in the latest version.

    Nobody has to say a day of review: it is a year on, then. What nobody said and nothing can be taken for is empty,
    and keeps it from being approved.
    """
    known = said.over(said_of(latest)) if latest is not None else said
    return Document(
        id=id,
        version=0,
        title=_line(known.title),
        topic=_line(known.topic),
        language=known.language or LanguageTag("en"),
        owner=_line(known.owner),
        source=origin.source,
        digest=origin.digest,
        state=DocumentState.DRAFT,
        effective_from=None if known.effective_from == date.min else known.effective_from,
        effective_until=None if known.effective_until == date.max else known.effective_until,
        review_by=known.review_by or day + REVIEWED_WITHIN,
        segment=_line(known.segment),
        passages=tuple(passages),
    )


def _day(source: str, said: Mapping[str, str], name: str) -> date | None:
    text = said.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        what = f"{name} is {text!r}, which is no day"
        raise ConfigError(what, where=f"{source}, front matter", fix="Write it as 2027-06-30.") from error


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
