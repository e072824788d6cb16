"""What routing decides upon: agents and what they do now, callers and their places, callbacks, queues.

Room       Pure decisions about queues.
May enter  ivr.vocabulary, ivr.flows.hours.
Time       `wall_ms` is Unix time in ms, always an argument.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from ivr.flows.hours import Hours, Schedule, is_open, local, next_change
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId, UserId
from ivr.vocabulary.language import LanguageTag

# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Presence(StrEnum):
    """What an agent does. They choose any of these; while they are available, busy and wrap_up come by themselves."""

    AVAILABLE = "available"
    BUSY = "busy"
    "Has as many calls as they can have at once, or says so."
    WRAP_UP = "wrap_up"
    "Writes down what came of a call, until they are done or their time for it is over."
    BREAK = "break"
    AWAY = "away"
    "Did not answer: gets no calls until they say that they are there."
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who takes calls.

    address    how they are rung: an E.164 number, or `client:` and the name of a browser's telephone.
    queues     those they serve; () is every queue whose skills they have.
    languages  those they speak with callers; () is not known, and no language is kept from them.
    capacity   calls at once.
    user       the person who signs in, if it is one.
    only       a caller's number or a call id: a temporary agent who gets this caller and nobody else. For them the
               queue is open at any hour.
    """

    id: AgentId
    name: str
    address: str
    queues: tuple[str, ...] = ()
    languages: tuple[LanguageTag, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = 1
    user: UserId | None = None
    only: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """An agent is kept for a caller: rung, in conversation, or writing down what came of it.

    since_ms  when they were reserved.
    until_ms  when their time to write it down is over; None before that.
    """

    agent: AgentId
    call: CallId
    transfer: TransferId
    queue: str
    since_ms: int
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent, and what they chose to do.

    since_ms  when they chose it.
    idle_ms   since when they have had nothing to do: who waits longest is rung first.
    added_ms  when they were added.
    """

    agent: Agent
    presence: Presence
    since_ms: int
    idle_ms: int
    added_ms: int


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent as others see them.

    presence  what they do, with what comes by itself: busy, wrap_up.
    holds     the callers they are kept for.
    """

    agent: Agent
    presence: Presence
    since_ms: int
    holds: tuple[Hold, ...] = ()


# ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────

URGENT: Final = 0
SOON: Final = 1
USUAL: Final = 2
PRIORITY: Final[Mapping[str, int]] = {"danger": URGENT, "theft": SOON, "fraud": SOON, "distress": SOON}
"By the reason of the transfer; every other reason is USUAL. Among equals, who has waited longest is first."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who wants an agent.

    transfer  unique within the call.
    number    of the caller, E.164; "" when withheld.
    language  the one they speak, as detected.
    reason    of the transfer, from the closed list.
    since_ms  since when they wait: their place. Who was cut off, or is called back, keeps it.
    passed    agents who were asked and did not take the call.
    knows     the agent they spoke with before they were cut off: the first to be asked.
    here_ms   since when they have waited in this call; the directory's to say.
    """

    call: CallId
    transfer: TransferId
    queue: str
    number: str
    language: LanguageTag
    reason: str
    since_ms: int
    passed: tuple[AgentId, ...] = ()
    knows: AgentId | None = None
    here_ms: int = 0

    @property
    def priority(self) -> int:
        """URGENT, SOON or USUAL."""
        return PRIORITY.get(self.reason, USUAL)


@dataclass(frozen=True, slots=True)
class Place:
    """A caller's place in a queue.

    seen_ms  when somebody last asked on their behalf: a place that nobody asks for holds up no one.
    left_ms  when they hung up, or their call with the agent ended; None while they are there.
    """

    waiting: Waiting
    seen_ms: int
    left_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A caller in a queue, as others see them. `position` 1 is next; 0 while an agent is kept for them."""

    waiting: Waiting
    position: int
    wait_s: int | None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """This agent is kept for the caller, and for nobody else."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class Nobody:
    """No agent can be had now. The fields are those of the event `NobodyFree`.

    why       busy: the place is kept; closed; nobody_there; too_long: the queue's longest wait is over.
    position  in the queue, 1 is next; 0 unless `why` is busy.
    wait_s    honest estimate of the wait; None when there is nothing to tell it from.
    opens     of a closed queue: when it opens again there, ISO 8601; "" when that is not known.
    in_days   that many days ahead, there.
    """

    why: str
    position: int = 0
    wait_s: int | None = None
    opens: str = ""
    in_days: int = 0


# ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────────


class CallbackState(StrEnum):
    PENDING = "pending"
    "Keeps its place in the queue."
    DIALLING = "dialling"
    "Its turn has come, and somebody dials."
    REACHED = "reached"
    GIVEN_UP = "given_up"
    "Nobody was reached in as many attempts as are made."
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Callback:
    """A promise to call somebody back, at the place they had in the queue.

    call      the call in which it was promised: its log is the context.
    number    to dial, E.164.
    since_ms  the place: since when they have waited.
    attempts  begun so far.
    due_ms    not dialled before this.
    state_ms  when `state` last changed.
    seen_ms   when a dialler last asked what is due.
    outcome   of the last attempt; "" before there was one.
    """

    id: CallbackId
    call: CallId
    number: str
    language: LanguageTag
    queue: str
    reason: str
    since_ms: int
    due_ms: int = 0
    attempts: int = 0
    state: CallbackState = CallbackState.PENDING
    state_ms: int = 0
    seen_ms: int = 0
    outcome: str = ""


# ── queues ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, as an admin set it up.

    names            by language, as said in the middle of a sentence.
    schedule         when it is open, a name in the opening hours; "" is always.
    callback_hours   when callbacks of it are dialled; "" is when it is open.
    skills           an agent must have all of them.
    skills_for       by the reason of the transfer: skills that an agent should have besides.
    match_wait_s     who has waited so long for an agent of their language, and with the skills for their reason, may
                     get another one. When there is none, or the caller is in danger, that is at once.
    longest_wait_s   a caller who has waited so long is left waiting no longer.
    wrap_up_s        an agent's time after a call; 0 is none.
    after_hours      what is offered when it is closed: callback, voicemail; in this order.
    """

    name: str
    names: Mapping[LanguageTag, str] = field(default_factory=dict)
    schedule: str = ""
    callback_hours: str = ""
    skills: tuple[str, ...] = ()
    skills_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    match_wait_s: int = 120
    longest_wait_s: int = 20 * 60
    wrap_up_s: int = 60
    after_hours: tuple[str, ...] = ("callback",)


@dataclass(frozen=True, slots=True)
class Plan:
    """The queues and the opening hours they go by. A queue that nobody set up is open, with what `Queue` says."""

    queues: Mapping[str, Queue] = field(default_factory=dict)
    hours: Hours = field(default_factory=dict)

    def queue(self, name: str) -> Queue:
        return self.queues.get(name) or Queue(name)

    def is_open(self, name: str, wall_ms: int) -> bool:
        """Whether this queue takes calls at this moment."""
        return self._open(self.queue(name).schedule, wall_ms)

    def opens(self, name: str, wall_ms: int) -> tuple[str, int]:
        """When this queue opens next, as the clocks there show it, and how many days ahead; ("", 0) when that is not
        known, or it is open."""
        schedule: Schedule | None = self.hours.get(self.queue(name).schedule)
        if schedule is None or is_open(schedule, moment(wall_ms)):
            return "", 0
        change = next_change(schedule, moment(wall_ms))
        if change is None:
            return "", 0
        ahead = change.date() - local(schedule, moment(wall_ms)).date()
        return change.replace(tzinfo=None).isoformat(timespec="minutes"), ahead.days

    def may_call_back(self, name: str, wall_ms: int) -> bool:
        """Whether people may be called back from this queue at this moment."""
        return self._open(self.calling_hours(name), wall_ms)

    def calling_hours(self, name: str) -> str:
        """The schedule that callbacks go by; "" is always."""
        queue = self.queue(name)
        return queue.callback_hours or queue.schedule

    def _open(self, schedule: str, wall_ms: int) -> bool:
        found: Schedule | None = self.hours.get(schedule)
        return found is None or is_open(found, moment(wall_ms))


def moment(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1_000, UTC)


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Board:
    """Everything about agents and queues at one moment.

    version  goes up when something changed that somebody could wait for.
    handled  queue to how long its latest calls took, from reserved to written down, in ms; newest last.
    """

    version: int = 0
    seats: Mapping[AgentId, Seat] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    places: tuple[Place, ...] = ()
    callbacks: Mapping[CallbackId, Callback] = field(default_factory=dict)
    handled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
