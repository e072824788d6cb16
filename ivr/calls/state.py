"""The state of a call, what a step yields, and what to listen for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from ivr.calls.effects import Effect
from ivr.calls.escalation.trail import UNTRODDEN, Trail
from ivr.calls.transfer.state import Transfer
from ivr.calls.values.read import BY_KEYS, LONGEST_DIGITS, Wanted
from ivr.flows.schema import Collect, Flow, Menu, Question
from ivr.flows.schema import Transfer as TransferNode
from ivr.turns.floor import Patience
from ivr.vocabulary.events import Event
from ivr.vocabulary.ids import AnswerId, CallbackId, DigitsId, NodeId, PromptId, RequestId, StreamId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import QueuesSeen


class Phase(StrEnum):
    OFFERED = "offered"
    "The carrier asked; the media stream is not up yet."
    SPEAKING = "speaking"
    "A prompt plays. The caller may cut it."
    LISTENING = "listening"
    "The caller has the floor."
    UNDERSTANDING = "understanding"
    "An utterance closed; what was said is being made out."
    ANSWERING = "answering"
    "An answer was asked for."
    RELEASING = "releasing"
    "Digits that the flow asked for are being fetched from memory."
    CHECKING = "checking"
    "The customer records are asked whether the caller is who they are, or for facts of theirs."
    HOLDING = "holding"
    "The caller asked us to wait a moment. Nothing is asked until they are back."
    APPROVING = "approving"
    "A person at a desk looks at the answer. The caller was told so, and hears music."
    WAITING = "waiting"
    "The caller waits for an agent, and hears music. They may ask something meanwhile."
    TRANSFERRED = "transferred"
    "The caller is in a room with the agent, or on the way there or back. The assistant neither speaks nor hears."
    RECORDING = "recording"
    "The caller leaves a message, which the carrier records. Their stream is gone meanwhile."
    ADRIFT = "adrift"
    "The media stream ended and the call did not: another stream may pick it up."
    LEAVING = "leaving"
    "The last words play; then we hang up."
    ENDED = "ended"


class Then(StrEnum):
    """What follows when the prompt now playing has been heard."""

    LISTEN = "listen"
    GO_ON = "go_on"
    "The node is done: enter the next."
    ASK_AGAIN = "ask_again"
    "Ask whether there is anything else."
    RESUME = "resume"
    "Say again what the node last asked."
    RECORD = "record"
    "The carrier records the caller's message."
    HAND_OVER = "hand_over"
    "A person is owed to the caller: they are brought to one."
    WAIT = "wait"
    "Music again: the caller waits for an agent."
    HANG_UP = "hang_up"


class Asked(StrEnum):
    """What the assistant last asked for: decides patience, and how keys and a bare yes or no are read."""

    ANYTHING = "anything"
    ANYTHING_ELSE = "anything_else"
    MORE = "more"
    '"There is more on this. Shall I go on?"'
    PERSON = "person"
    '"I don\'t know that. Shall somebody call you back?"'
    CALLER_NUMBER = "caller_number"
    '"Shall we call the number you are calling from?"'
    NUMBER = "number"
    READBACK = "readback"
    '"That was …: is it right?"'
    VALUE = "value"
    "What a collect node asks for."
    YES_NO = "yes_no"
    "The same, when it is a yes or a no."
    CONFIRM = "confirm"
    '"I have …: is that right?"'
    CHOICE = "choice"
    "One of the options of a menu."
    EITHER = "either"
    '"Do you mean …, or …?"'
    CALLED_BACK = "called_back"
    '"You asked us to call you back: do you want to speak with somebody now?"'
    INSTEAD = "instead"
    '"Shall we call you back, or would you like to leave a message?"'
    KEEP_PLACE = "keep_place"
    '"We were cut off. Shall I keep your place?"'


@dataclass(frozen=True, slots=True)
class Choice:
    """Two answers that the caller was asked to choose from, and the names they were asked by."""

    answers: tuple[AnswerId, AnswerId]
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that a person looks at first: what they were shown, and how long they may take.

    told  how often the caller was told, because of the time alone, that it is still being looked at.
    """

    request: RequestId
    text: str
    sources: tuple[AnswerId, ...]
    within_s: int
    composed: bool
    told: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A place in a queue that is kept for the caller, and why they wanted a person. `callback`: we called them."""

    queue: str
    reason: str
    callback: CallbackId | None = None


@dataclass(frozen=True, slots=True)
class Fillers:
    """What was said while replies were late: how many there were, the last one's phrase, and its audio time."""

    said: int = 0
    last: str = ""
    at_ms: int | None = None


_UNSET_LANGUAGE = LanguageTag("und")  # BCP 47: undetermined, until a flow is pinned
_NO_NODE = NodeId("")


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as far as decisions need it. A fold over its log."""

    phase: Phase = Phase.OFFERED
    language: LanguageTag = _UNSET_LANGUAGE
    at_home: bool = False
    "The caller has been heard in this language, or asked for it: it is more than a default."
    leaning: LanguageTag | str = ""
    "Another language that their last words were in, when these were too few to change to it."
    invited: int = 0
    "Other languages offered after the greeting so far."
    caller: str = ""
    node: NodeId = _NO_NODE
    stream: StreamId | None = None
    asked: Asked = Asked.ANYTHING
    then: Then = Then.LISTEN
    prompt: PromptId | None = None
    "The prompt playing, if any."
    said: str = ""
    "Words of the latest prompt."
    said_in: LanguageTag = _UNSET_LANGUAGE
    told: str = ""
    "Words of the latest prompt that told or asked something: for a caller who wants it said again."
    told_in: LanguageTag = _UNSET_LANGUAGE
    said_for: str = ""
    "Its purpose."
    firm: bool = False
    "It is said over the caller's words, and they do not stop it."
    rest: str = ""
    "What was left unsaid of a prompt that was cut, until the caller's words are known."
    utterance: UtteranceId | None = None
    "The utterance being understood."
    closed_ms: int = 0
    "Audio time at which it, or the one before it, was closed."
    fillers: Fillers = Fillers()
    rate: float = 1.0
    "Pace of the voice; 1.0 is its own."
    held: int = 0
    "Times we said that we wait since the caller asked us to; 0 when they did not, or are back."
    request: RequestId | None = None
    draft: Draft | None = None
    "The answer that a person is looking at."
    first: str = ""
    "What is said before the next prompt, as a part of it."
    choice: Choice | None = None
    "What the caller was asked to choose from, until they have said something."
    answering: AnswerId | None = None
    "The approved answer last spoken, or the passage that it stood on."
    asking: tuple[str, ...] = ()
    "What was asked and answered of late, masked, the last one last."
    composed: bool = False
    "It was composed, in answer to the last of these."
    more: str = ""
    "What of it was told last, when its passage says more that is likely to help."
    segment: str = ""
    "The customer's, once they are known."
    known: bool = False
    "The customer records know somebody under the number that calls."
    verified: str = ""
    "That number, once the caller has proved to be them."
    unproved: int = 0
    "Times in this call that what they gave to prove it was wrong."
    warned: bool = False
    "They were asked not to read out a card number, a code or a password."
    prompts: int = 0
    requests: int = 0
    clarified: int = 0
    going_on: bool = False
    "The utterance was closed while the caller went on speaking."
    monologues: int = 0
    "Times running that the caller was interrupted because of it."
    silences: int = 0
    attempts: int = 0
    "Numbers that were asked for and did not fit."
    offering: str = ""
    'Why a person is offered; "" when it is only that we do not know.'
    reason: str = ""
    "Why a person is wanted."
    owed: bool = False
    "A person is fetched as soon as what they asked is answered."
    trail: Trail = UNTRODDEN
    "What is remembered of their turns: what worries add up from."
    digits: DigitsId | None = None
    "The digit group being released."
    number: str = ""
    "The number to call back, once known."
    message_s: int = 0
    "Length of the message that the carrier has recorded, once it has."
    message_failed: bool = False
    "The carrier could not record it."
    value: str = ""
    "What was read back and is not confirmed yet."
    visited: frozenset[NodeId] = frozenset()
    "Nodes that the call has been at."
    results: Mapping[str, str] = field(default_factory=dict)
    "What the caller gave or chose, by the name that the flow keeps it under."
    is_open: tuple[str, ...] = ()
    "Names of the schedules that are open now."
    today: Mapping[str, str] = field(default_factory=dict)
    "The date where each schedule is kept, ISO 8601."
    queues: QueuesSeen | None = None
    "What the queues are called and offer, as told when the call began."
    transfer: Transfer | None = None
    "The latest transfer to an agent."
    transfers: int = 0
    kept: Kept | None = None
    "Their place from a call before, until it is known whether they want it."
    due: str = ""
    "What the transfer wants told to the caller (`TellCaller`) as soon as nothing else is being said."


# ── a step ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Step:
    """What one fact led to: the next state, the decisions to write down, and the effects to perform, in order."""

    call: Call
    notes: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()

    def note(self, *events: Event) -> "Step":
        return replace(self, notes=self.notes + events)

    def do(self, *effects: Effect) -> "Step":
        return replace(self, effects=self.effects + effects)

    def to(self, phase: Phase | None = None, **changes: Any) -> "Step":
        if phase is not None:
            changes["phase"] = phase
        return replace(self, call=replace(self.call, **changes))


# ── what to listen for ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Expectation:
    """How the session should listen now.

    wanted    what was asked for and is put together from what is said and keyed; None when nothing was.
    keys      the keys that are commands; with `wanted` and without these, every key is a part of it.
    choosing  a bare number chooses an option: it is no secret.
    alone     keys that are commands when nothing is keyed beside them, though a key is a part of what is wanted.
    star      what the star key stands for; "" when it begins again.
    """

    patience: Patience
    wanted: Wanted | None
    keys: frozenset[str]
    choosing: bool = False
    alone: frozenset[str] = frozenset()
    star: str = ""

    @property
    def collecting(self) -> bool:
        return self.wanted is not None


CALL_BACK: Final = Wanted("callback")
"A number to call back."
PATIENCE: Final[Mapping[str, Patience]] = {
    "name": Patience.LETTERS,
    "email": Patience.LETTERS,
    "digits": Patience.DIGITS,
    "phone": Patience.DIGITS,
}
"With what is asked for; other kinds are answered as questions are."


def expectation(call: Call, flow: Flow) -> Expectation:
    """What the caller may say or press now."""
    node = flow.nodes.get(call.node)
    options = node.options if isinstance(node, Menu | Question) else ()
    keys = frozenset(flow.keys) | {option.key for option in options if option.key is not None}
    if isinstance(node, TransferNode):
        waits = call.asked is not Asked.INSTEAD
        message = {"3"} if waits and node.voicemail is not None else set[str]()
        return Expectation(Patience.OPEN if waits else Patience.SHORT, None, keys | {"1", "2"} | message)
    match call.asked:
        case Asked.NUMBER:
            return Expectation(Patience.DIGITS, CALL_BACK, frozenset())
        case Asked.CALLER_NUMBER | Asked.READBACK:
            return Expectation(Patience.SHORT, CALL_BACK, keys | {"1", "2"})
        case Asked.MORE | Asked.PERSON | Asked.YES_NO | Asked.CALLED_BACK | Asked.KEEP_PLACE:
            return Expectation(Patience.SHORT, None, keys | {"1", "2"})
        case Asked.VALUE if isinstance(node, Collect):
            return _expects(node, keys)
        case Asked.CONFIRM if isinstance(node, Collect):
            return Expectation(Patience.SHORT, wanted(node, again=True), keys | {"1", "2"})
        case Asked.EITHER:
            return Expectation(Patience.SHORT, None, keys | {"1", "2"}, choosing=True)
        case Asked.CHOICE:
            return Expectation(Patience.SHORT, None, keys, choosing=True)
        case _:
            return Expectation(Patience.OPEN, None, keys)


def _expects(node: Collect, keys: frozenset[str]) -> Expectation:
    patience = PATIENCE.get(node.what, Patience.OPEN)
    if node.what not in BY_KEYS:
        return Expectation(patience, wanted(node), keys)
    star = "." if node.what == "amount" else ""
    return Expectation(patience, wanted(node), frozenset(), alone=keys, star=star)


def wanted(node: Collect, *, again: bool = False) -> Wanted:
    """What a node asks for."""
    longest = node.longest or LONGEST_DIGITS
    return Wanted(node.what, node.shortest or 1, longest, node.secret, again)
