"""The event catalogue: everything that can be written into a call's log.

A call is an append-only list of these. `FACTS` come from outside (carrier, recogniser, clock, a person) and are what
the call machine steps on; `DECISIONS` are what it decided, written beside them for whoever reads the log. A replay
feeds the facts and must decide the same.

No event holds a raw digit that was not released (see `ivr.vocabulary.masking`).
"""

from dataclasses import dataclass, field
from typing import Final

from ivr.vocabulary.answered import ANSWER_DECISIONS, ANSWER_FACTS
from ivr.vocabulary.event import Event as Event
from ivr.vocabulary.ids import (
    AnswerId,
    CallId,
    DigitsId,
    NodeId,
    PromptId,
    RequestId,
    StreamId,
    UtteranceId,
)
from ivr.vocabulary.kept import PlaceKept
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.messages import VoicemailAsked, VoicemailDone, VoicemailLeft, VoicemailTaken
from ivr.vocabulary.personal import PERSONAL_DECISIONS, PERSONAL_FACTS
from ivr.vocabulary.supervision import SUPERVISION_DECISIONS, SUPERVISION_FACTS
from ivr.vocabulary.transfers import TRANSFER_DECISIONS, TRANSFER_FACTS, QueuesSeen

SCHEMA_VERSION: Final = 1
"Version of the events below; a reader accepts this and every earlier one."


# ── facts: the line ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CallOffered(Event):
    """The carrier asks whether we take a call. `caller` is E.164 or `anonymous`."""

    caller: str
    called: str
    carrier: str = "twilio"


@dataclass(frozen=True, slots=True)
class FlowPinned(Event):
    """The flow, with its phrases, that this call keeps to its end. `digest` finds its text in the flow store."""

    flow: str
    digest: str
    language: LanguageTag


@dataclass(frozen=True, slots=True)
class CallAnswered(Event):
    """The first media stream is up. `admission` is the nonce of the token it came with, now used."""

    stream: StreamId
    admission: str


@dataclass(frozen=True, slots=True)
class StreamLost(Event):
    """The media stream ended though the call had not."""

    why: str


@dataclass(frozen=True, slots=True)
class TakenUp(Event):
    """Another media stream picked the call up again."""

    stream: StreamId
    admission: str


@dataclass(frozen=True, slots=True)
class CallEnded(Event):
    """The call is over. `by` is caller, assistant, agent, carrier or fault."""

    by: str


@dataclass(frozen=True, slots=True)
class HoursSeen(Event):
    """How the business's schedules stand now: told before the call is answered, and whenever that changes.

    is_open  names of those that are open.
    today    name to the date where that schedule is kept, ISO 8601.
    """

    is_open: tuple[str, ...]
    today: dict[str, str]


@dataclass(frozen=True, slots=True)
class CustomerFound(Event):
    """The customer records know who calls from this number. Looked up beside the call, which waits for nothing."""

    name: str
    segment: str = ""


# ── facts: the caller ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class UtteranceClosed(Event):
    """The caller stopped speaking: turn-taking closed the utterance spanning this caller audio.

    going_on  they did not stop: it was closed because it outgrew a recogniser's window.
    """

    utterance: UtteranceId
    start_ms: int
    end_ms: int
    going_on: bool = False


@dataclass(frozen=True, slots=True)
class PauseJudged(Event):
    """How finished the words before a pause sounded (`ivr.turns.completeness`), by which turn-taking went on.

    The audio time of this entry is when the judgement was admitted; a replay of the turn-taking feeds it there.
    """

    start_ms: int
    end_ms: int
    completeness: str


@dataclass(frozen=True, slots=True)
class AsideJudged(Event):
    """What was made of the words under a prompt so far (`ivr.turns.asides`), by which it was cut or went on."""

    start_ms: int
    end_ms: int
    verdict: str


@dataclass(frozen=True, slots=True)
class DigitGroup:
    """One digit run, or another value that was asked for, held back and seen only by its length and shape."""

    token: DigitsId
    length: int
    shape: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One approved answer near what was said.

    score  0..1, calibrated: the chance that this is the one.
    name   what the two best are called in the language of the words, for asking which was meant.
    """

    answer: AnswerId
    score: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Perceived(Event):
    """What was understood of one utterance, as words and numbers.

    text        masked words in the caller's language.
    confidence  0..1, of the recogniser.
    posterior   0..1, of `language` among the flow's languages.
    hits        approved answers, best first, at most five.
    passages    passages of approved documents, best first, at most five: what an answer may be composed from.
    signals     name to score 0..1: `person`, `goodbye`, `repeat`, `yes`, `no`, …
    """

    utterance: UtteranceId
    text: str
    confidence: float
    language: LanguageTag
    posterior: float
    digits: tuple[DigitGroup, ...] = ()
    hits: tuple[Hit, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    passages: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPerceived(Event):
    """The recogniser could not serve this utterance: what was said is unknown. `why` names the error's class."""

    utterance: UtteranceId
    why: str


@dataclass(frozen=True, slots=True)
class KeyPressed(Event):
    """One key. `key` is the key itself when it is a command the flow listens for, else the mask."""

    key: str


@dataclass(frozen=True, slots=True)
class KeysEntered(Event):
    """A run of keys came to its end (terminator, pause or full length), seen only by its length and shape."""

    digits: DigitGroup


@dataclass(frozen=True, slots=True)
class DigitsReleased(Event):
    """Digits that the flow asked for, or `""` when they are no longer in memory and must be asked for again."""

    token: DigitsId
    digits: str


@dataclass(frozen=True, slots=True)
class CallerSilent(Event):
    """The caller had the floor and said nothing for `for_ms` of audio."""

    for_ms: int


# ── facts: what the caller heard ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PromptHeard(Event):
    """The prompt played to its end."""

    prompt: PromptId
    fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class PromptCut(Event):
    """The prompt was cut; the caller heard `fraction` of its audio, which is about the words of `heard`."""

    prompt: PromptId
    fraction: float
    heard: str


# ── facts: outside work ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AnswerReady(Event):
    """The answer asked for. `sources` are the approved answers or passages it stands on.

    answer_kind  approved, composed, or edited: by a person who looked at it first.
    policy       how the business wants its topic answered: automatic, or approve-first, within so many seconds.
    more         the passage says more that is likely to help.
    """

    request: RequestId
    answer_kind: str
    text: str
    sources: tuple[AnswerId, ...]
    language: LanguageTag
    policy: str = "automatic"
    topic: str = ""
    within_s: int = 20
    more: bool = False


@dataclass(frozen=True, slots=True)
class ReplyLate(Event):
    """The caller has waited `for_ms` since `utterance` was closed, and there is still no reply to it."""

    utterance: UtteranceId
    for_ms: int


@dataclass(frozen=True, slots=True)
class DeadlinePassed(Event):
    """A waiting state's deadline came. `deadline` is the one armed when the state was entered."""

    deadline: str


@dataclass(frozen=True, slots=True)
class TurnTimed(Event):
    """How long the stages of a reply took, in ms of real time, up to its first audible frame.

    A stage `filler`, when there is one, is the whole time to the first frame of the filler before it.
    """

    utterance: UtteranceId
    prompt: PromptId
    stages_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Fault(Event):
    """Something of ours failed; the call goes on. `what` never quotes the caller."""

    where: str
    what: str


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LanguageSet(Event):
    """The call's language from here on, and why."""

    language: LanguageTag
    why: str


@dataclass(frozen=True, slots=True)
class NodeEntered(Event):
    """The flow moved to this node."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class PromptStarted(Event):
    """The assistant decided to say this. Written, and on disk, before any of it can be heard.

    purpose   what it is for: greeting, question, answer, refusal, clarify, apology, filler, offer, readback, goodbye, …
    sources   approved answers behind the words, if any.
    """

    prompt: PromptId
    purpose: str
    text: str
    language: LanguageTag
    sources: tuple[AnswerId, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerRequested(Event):
    """An answer was asked for, to what was said in `utterance`.

    candidates  approved answers, best first.
    passages    instead of them, what an answer is to be composed from, best first.
    """

    request: RequestId
    utterance: UtteranceId
    candidates: tuple[AnswerId, ...]
    passages: tuple[AnswerId, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarified(Event):
    """The caller was asked to say it differently, or which of two was meant, for the `times`-th time running."""

    times: int
    candidates: tuple[AnswerId, ...] = ()


@dataclass(frozen=True, slots=True)
class DigitsAsked(Event):
    """The flow took this group as what it had asked for, and wants it released as `shape`."""

    token: DigitsId
    shape: str


@dataclass(frozen=True, slots=True)
class Collected(Event):
    """The caller gave something that the flow asked for, and confirmed it; of a secret, `value` is the mask."""

    result: str
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class EscalationRaised(Event):
    """A person is called for: a reason from the closed list, and the turns and words behind it."""

    reason: str
    turns: tuple[UtteranceId, ...]
    words: str


@dataclass(frozen=True, slots=True)
class RoomSpoken(Event):
    """Something was said while caller and agent speak with each other: for reading, nothing is decided by it.

    speaker   `caller` or `agent`.
    name      the agent's, when it was the agent; with a supervisor's, while the caller hears both.
    text      masked words.
    """

    speaker: str
    name: str
    text: str
    language: LanguageTag


@dataclass(frozen=True, slots=True)
class CallbackAgreed(Event):
    """The caller confirmed that a person calls back on `number` (E.164 or as given)."""

    number: str
    reason: str


FACTS: Final[tuple[type[Event], ...]] = (
    CallOffered, FlowPinned, CallAnswered, StreamLost, TakenUp, CallEnded, HoursSeen, QueuesSeen, PlaceKept,
    CustomerFound, VoicemailTaken, VoicemailLeft, VoicemailDone, UtteranceClosed, PauseJudged, AsideJudged, Perceived,
    NotPerceived, KeyPressed, KeysEntered, DigitsReleased, CallerSilent, PromptHeard, PromptCut, AnswerReady,
    ReplyLate, DeadlinePassed, TurnTimed, RoomSpoken, Fault, *ANSWER_FACTS,
    *PERSONAL_FACTS, *TRANSFER_FACTS, *SUPERVISION_FACTS,
)  # fmt: skip
"What the call machine steps on, in every state."

DECISIONS: Final[tuple[type[Event], ...]] = (
    LanguageSet, NodeEntered, PromptStarted, AnswerRequested, Clarified, DigitsAsked, Collected,
    EscalationRaised, VoicemailAsked, CallbackAgreed, *ANSWER_DECISIONS, *PERSONAL_DECISIONS,
    *TRANSFER_DECISIONS, *SUPERVISION_DECISIONS,
)  # fmt: skip
"What the call machine decided."

CATALOGUE: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in (*FACTS, *DECISIONS)}

ESCALATION_REASONS: Final = (
    "asked", "theft", "fraud", "account_access", "dispute", "legal", "complaint", "distress", "danger", "abuse",
    "frustration", "repetition", "no_progress", "not_understood", "language", "person_only", "segment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logged:
    """One event as it stands in the log.

    seq       1, 2, 3, … without a gap.
    at_ms     audio time: ms of caller audio since the call was answered; never goes back.
    wall_ms   Unix time in ms.
    """

    call: CallId
    seq: int
    at_ms: int
    wall_ms: int
    event: Event
    version: int = SCHEMA_VERSION

    @property
    def kind(self) -> str:
        return self.event.kind
