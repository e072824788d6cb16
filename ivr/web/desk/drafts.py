"""Drafts: answers that a caller waits for and a person is to look at, and what became of the latest of them.

They are of calls that live on this node: a call that another process takes up has dropped its draft.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.answered import DraftProposed, DraftSettled
from ivr.vocabulary.events import AnswerRequested, Logged, Perceived
from ivr.vocabulary.ids import CallId, RequestId, UtteranceId

REMEMBERED: Final = 20
"Drafts that were settled: a page that had shown one says what became of it."
CALLS: Final = 4_096
"Calls whose last words are remembered, for the question behind a draft; the oldest go first."


@dataclass(frozen=True, slots=True)
class Waits:
    """A draft that waits, and what the caller asked. `since_ms` is Unix ms."""

    call: CallId
    draft: DraftProposed
    question: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Over:
    """A draft that waits no more, and what became of it (`DraftSettled`)."""

    call: CallId
    settled: DraftSettled


@dataclass(slots=True)
class _Asked:
    """The last words of a call, and those that an answer was asked for."""

    utterance: UtteranceId | None = None
    text: str = ""
    question: str = ""


class Drafts:
    """One per node; `observe` takes every logged event of it."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[CallId, RequestId], Waits] = {}
        self._over: deque[Over] = deque(maxlen=REMEMBERED)
        self._asked: OrderedDict[CallId, _Asked] = OrderedDict()

    @property
    def waiting(self) -> list[Waits]:
        """Those that wait, the longest first."""
        return sorted(self._waiting.values(), key=lambda each: each.since_ms + each.draft.within_s * 1_000)

    @property
    def over(self) -> list[Over]:
        """The latest that wait no more."""
        return list(self._over)

    def observe(self, logged: Logged) -> bool:
        """Take one entry of a log; whether it changed what waits."""
        match logged.event:
            case Perceived(utterance=utterance, text=text) if text:
                asked = self._of(logged.call)
                asked.utterance, asked.text = utterance, text
            case AnswerRequested(utterance=utterance):
                asked = self._of(logged.call)
                asked.question = asked.text if asked.utterance == utterance else ""
            case DraftProposed(request=request) as draft:
                question = self._of(logged.call).question
                self._waiting[logged.call, request] = Waits(logged.call, draft, question, logged.wall_ms)
                return True
            case DraftSettled(request=request) as settled:
                self._over.append(Over(logged.call, settled))
                return self._waiting.pop((logged.call, request), None) is not None
            case _:
                pass
        return False

    def find(self, call: CallId, request: RequestId) -> DraftProposed | None:
        """A draft that waits now."""
        found = self._waiting.get((call, request))
        return found.draft if found is not None else None

    def became(self, call: CallId, request: RequestId) -> DraftSettled | None:
        """What became of a draft, when that was of late."""
        found = (each.settled for each in reversed(self._over) if each.call == call)
        return next((settled for settled in found if settled.request == request), None)

    def _of(self, call: CallId) -> _Asked:
        asked = self._asked.setdefault(call, _Asked())
        while len(self._asked) > CALLS:
            self._asked.popitem(last=False)
        return asked
