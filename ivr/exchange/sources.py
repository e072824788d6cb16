"""Where a call's next document comes from, and how a document ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from ivr.exchange.line import EndReason
from ivr.exchange.twiml import TwimlError, Verb
from ivr.exchange.webhooks import Answer


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The documents are through. `reason` is what the phone is told; `status` overrides the usual final status."""

    reason: EndReason
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """A document to fetch."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inline:
    """A document given over REST. It has no URL, so its actions must be absolute."""

    twiml: str


@dataclass(frozen=True, slots=True)
class Verbs:
    """A document that the exchange wrote itself: what REST means by a participant, what `<Dial>` means by a callee."""

    verbs: tuple[Verb, ...]


Source = At | Inline | Verbs
Next = At | CallEnd | None
"What a verb leads to: another document, the end, or the next verb."


def absolute(here: str, url: str) -> str:
    """`url` as seen from the document at `here`; an empty url is the document itself.

    Raises TwimlError 11100 when that needs a base and the document came without one.
    """
    joined = urljoin(here, url) if url else here
    if urlsplit(joined).scheme not in ("http", "https"):
        raise TwimlError(11100, f"{url!r} is not an absolute http or https URL, and the document has no URL of its own")
    return joined


def usable(answer: Answer) -> Answer:
    """Refuse an answer that is no TwiML by its type. Raises TwimlError 12300."""
    if answer.content_type not in ("text/xml", "application/xml", "text/html"):
        raise TwimlError(12300, f"content type {answer.content_type} is not text/xml")
    return answer
