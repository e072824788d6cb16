"""The events of a message that a caller leaves: asked for, recorded by the carrier, and kept here.

They stand in the caller's log among the others (`ivr.vocabulary.events`).
"""

from dataclasses import dataclass

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import RecordingId, UserId
from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class VoicemailAsked(Event):
    """Decided: the caller was told to leave a message, and the carrier records it."""


@dataclass(frozen=True, slots=True)
class VoicemailTaken(Event):
    """The carrier has recorded the caller's message, under its own name; nothing was said when `seconds` is 0.

    failed  it could not do its part, and nobody knows whether anything was recorded.
    """

    recording: str
    seconds: int
    failed: bool = False


@dataclass(frozen=True, slots=True)
class VoicemailLeft(Event):
    """The message was fetched and is kept here. `words` are masked; "" when they could not be made out.

    taken_as  the carrier's name of it.
    """

    recording: RecordingId
    seconds: int
    words: str
    language: LanguageTag
    taken_as: str


@dataclass(frozen=True, slots=True)
class VoicemailDone(Event):
    """Somebody has dealt with this message. `by` is who."""

    recording: RecordingId
    by: UserId
