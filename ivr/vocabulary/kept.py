"""The event of a kept place: who is on the line was cut off before, or is called back.

It stands in the caller's log among the others (`ivr.vocabulary.events`).
"""

from dataclasses import dataclass

from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import CallbackId, CallId
from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class PlaceKept(Event):
    """A place in this queue is kept for who is on the line, from the call `before`.

    They were cut off there, or wait to be called back, and call again; with a `callback`, we have called them.
    """

    before: CallId
    queue: str
    reason: str
    language: LanguageTag
    callback: CallbackId | None = None
