"""What the desk is told, and what it sends. The types of the page are made from these (`scripts/write-api-types`)."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from ivr.calls.routing.state import Presence
from ivr.calls.transfer.state import Mode, Stage, Watch
from ivr.ports.identity import Role
from ivr.web.answers import Told

Note = Annotated[str, Field(max_length=2_000)]
"What an agent wrote."


class Risk(StrEnum):
    """How soon a person is needed, by the reason of the transfer."""

    URGENT = "urgent"
    SOON = "soon"
    USUAL = "usual"


class Disposition(StrEnum):
    """What came of a call, by the agent who had it."""

    SOLVED = "solved"
    CALL_BACK = "call_back"
    PASSED_ON = "passed_on"
    NOT_SOLVED = "not_solved"
    WRONG_PLACE = "wrong_place"
    "The caller was not to be here at all."


class SummaryLine(Told):
    """One line of the summary, and the turns of the call that carry it; 1 is the caller's first."""

    kind: str
    text: str
    turns: list[int]


class Notice(Told):
    """Something that happened to this call which the agent must know, by the names of `TellAgent`."""

    id: str
    what: str


class Supervised(Told):
    """A supervisor in a call that an agent has.

    by       their agent's id.
    wanted   what they asked for last; state, what it is.
    why      of off: stopped, hung up, busy, no_answer, voicemail, failed, took over, …
    """

    by: str
    name: str
    state: Watch
    wanted: Mode
    why: str


class Card(Told):
    """One call of the agent's.

    seat         first: the call is theirs, or offered to them; second: they are consulted; supervisor: it is another
                 agent's.
    agent_name   of who has the call; "" while nobody has.
    supervised   of the seat of a supervisor: how they take part.
    second_in    the colleague who is consulted has answered, and can take the caller.
    caller       their number; "" when it is withheld.
    wanted_ms    since when the caller wants a person; stage_ms, since when it stands where it stands; met_ms, when the
                 two first met, 0 before that. Unix ms.
    until_ms     when the time to write it down is over; None before that.
    over         the caller has hung up, or the call has ended otherwise.
    """

    call: str
    transfer: str
    seat: Literal["first", "second", "supervisor"]
    stage: Stage
    agent: str
    agent_name: str
    supervised: Supervised | None
    second: str
    second_in: bool
    caller: str
    language: str
    reason: str
    risk: Risk
    queue: str
    wanted_ms: int
    stage_ms: int
    met_ms: int
    until_ms: int | None
    over: bool
    summary: list[SummaryLine]
    notices: list[Notice]


class InQueue(Told):
    """A caller who waits. `position` 0: an agent is rung for them."""

    call: str
    queue: str
    language: str
    reason: str
    risk: Risk
    since_ms: int
    position: int
    wait_s: int | None


class Promised(Told):
    """A call back that was promised."""

    id: str
    number: str
    queue: str
    language: str
    reason: str
    since_ms: int
    attempts: int


class Colleague(Told):
    """Another agent."""

    id: str
    name: str
    presence: Presence
    since_ms: int
    languages: list[str]
    calls: int


class Suggestion(Told):
    """An approved answer that may be read to the caller, word for word. `score` 0..1: the chance that it is the one."""

    id: str
    name: str
    text: str
    score: float


class Suggested(Told):
    """Approved answers to these words; `words` "" when the caller has said nothing yet."""

    words: str
    language: str
    answers: list[Suggestion]


class Message(Told):
    """A message that a caller left, to be dealt with. `words` "": it could not be made out, and must be listened to."""

    call: str
    recording: str
    caller: str
    language: str
    words: str
    seconds: int
    left_ms: int


class Source(Told):
    """What a draft stands on: an approved answer, or a passage of a document. `text` "": it is in use no more."""

    id: str
    title: str
    text: str


class Draft(Told):
    """An answer that a caller waits for, and a person looks at first.

    question  what they asked; "" when that is not known.
    topic     by whose policy it is looked at.
    until_ms  until when it can be approved: Unix ms, by the server's clock; since_ms, since when they wait.
    """

    call: str
    request: str
    caller: str
    language: str
    topic: str
    question: str
    text: str
    sources: list[Source]
    since_ms: int
    until_ms: int


class SettledDraft(Told):
    """A draft that waits no more. `by` is the name of who decided; "" when nobody did. `mine`: whoever looks did."""

    call: str
    request: str
    outcome: Literal["approved", "edited", "refused", "late", "dropped"]
    by: str
    mine: bool


class LiveCall(Told):
    """A call of this moment, as a supervisor sees it.

    agent       the name of who has it; "" while the assistant has.
    stage       None: the assistant has it, and nobody is called for.
    stage_ms    since when it stands there.
    supervised  a supervisor in it, or the last one of it.
    """

    call: str
    agent: str
    stage: Stage | None
    caller: str
    language: str
    reason: str
    risk: Risk
    stage_ms: int
    supervised: Supervised | None


class Me(Told):
    """Who sits at this desk, as an agent.

    agent    None: they take no calls yet; becoming available makes them an agent with a telephone in the browser.
    address  how they are rung: `client:…` is this page.
    """

    name: str
    role: Role
    agent: str | None
    address: str
    presence: Presence
    since_ms: int


class Desk(Told):
    """Everything but what is said in calls.

    now_ms  the server's clock; stale, the queue is not to be had now.
    live    all calls of this moment, for supervisors; [] for everybody else.
    drafts  answers that wait to be looked at, and settled, the latest that do no more; [] for who may not approve.
    """

    business: str
    now_ms: int
    stale: bool
    me: Me
    cards: list[Card]
    queue: list[InQueue]
    callbacks: list[Promised]
    colleagues: list[Colleague]
    live: list[LiveCall]
    messages: list[Message]
    drafts: list[Draft]
    settled: list[SettledDraft]


class Said(Told):
    """What was said in a call, and what happened in it, since it was last told: entries of its log as captions."""

    call: str
    captions: list[dict[str, Any]]


class Snapshot(Told):
    """The desk as it stands, with all that was said in each of its calls."""

    desk: Desk
    said: list[Said]


class Pushed(Told):
    """One message of the desk's socket. `seq` is 1, 2, 3, … without a gap: after one, connect again.

    desk  how everything stands now, in the place of what stood before; None when only words came.
    said  new words in calls, to be put after those told before.
    """

    seq: int
    desk: Desk | None = None
    said: list[Said] = Field(default_factory=list)


class Phone(Told):
    """What the telephone in the page takes: whom it rings, and how it is reached.

    url     where the local exchange is, and ticket, what opens it once; "" with a real carrier.
    token   with which the page registers with the carrier, for a quarter of an hour; "" with the local exchange.
    why     the page cannot be a telephone: no_key, elsewhere or other_phone.
    """

    url: str = ""
    ticket: str = ""
    token: str = ""
    identity: str = ""
    why: str = ""


class EarlierCall(Told):
    """A call from the same number, before this one.

    asked        the first words of it that were about something, as they were said.
    disposition  what came of it, by the agent who had it; "" when none had.
    """

    call: str
    started_ms: int
    outcome: str
    reason: str
    language: str
    asked: str
    disposition: str


class Caller(Told):
    """Who calls, and what they called about before.

    known     they are in the customer records; else name, segment, notes, prefers and id are "".
    failed    the records could not be asked, so nobody can tell.
    prefers   the language they prefer, by the records.
    """

    number: str
    known: bool
    failed: bool
    id: str
    name: str
    prefers: str
    segment: str
    notes: str
    calls: list[EarlierCall]


class Chosen(Told):
    """What an agent, or a supervisor for them, chose to do."""

    presence: Literal["available", "busy", "break", "offline"]


class SaidForMe(Told):
    """The approved answer that the assistant is to say."""

    answer: str
    language: str


class Supervise(Told):
    """How a supervisor wants to take part in a call. While the assistant has it, take_over brings them the caller."""

    mode: Mode


class Returned(Told):
    """Back to the assistant, with what was settled."""

    note: Note = ""


class Consulted(Told):
    """Which colleague is asked."""

    agent: str


class Concluded(Told):
    """A consultation is over; `onward`: the colleague takes the caller."""

    onward: bool


class Approved(Told):
    """The draft may be spoken. `text`: these words of the person's own, instead of it; None for the draft itself."""

    text: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None


class Refused(Told):
    """The caller is to speak with a person instead."""

    why: Note = ""


class WrapUp(Told):
    """What came of the call."""

    disposition: Disposition
    note: Note = ""


class Wrong(Told):
    """The assistant should not have said this."""

    prompt: str
    why: Note = ""
