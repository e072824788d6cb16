"""What the desk works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.ports.recordings import Recordings
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.web.desk.hub import Hub
from ivr.web.desk.models import Suggestion

Suggest = Callable[[str, LanguageTag], Awaitable[list[Suggestion]]]
"Approved answers to these words, best first. Raises BackendError."
Approved = Callable[[AnswerId, LanguageTag], str]
'The words of an approved answer in a language; "" when it has none.'


@dataclass(frozen=True, slots=True)
class DeskTools:
    """business  who is called. suggest  finds approved answers, approved reads one.

    clock       the one that the directory goes by.
    recordings  of messages; None cannot be listened to.
    phone_token with which the page of this address registers with the carrier; None without a key for it.
    """

    business: str
    suggest: Suggest
    approved: Approved
    directory: Directory
    hub: Hub
    clock: Clock
    recordings: Recordings | None = None
    phone_token: Callable[[str], str] | None = None
