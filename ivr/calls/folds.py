"""Folds over a call's log: its state, a check that it decides the same again, its transcript and its outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ivr.calls.machine import step
from ivr.calls.state import Call
from ivr.calls.transfer.state import Stage
from ivr.flows.schema import Script
from ivr.vocabulary.answered import DraftApproved
from ivr.vocabulary.events import (
    DECISIONS,
    AnswerReady,
    CallbackAgreed,
    CallEnded,
    EscalationRaised,
    Event,
    LanguageSet,
    Logged,
    NotPerceived,
    Perceived,
    PromptCut,
    PromptHeard,
    PromptStarted,
    RoomSpoken,
    TurnTimed,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, PromptId, UtteranceId
from ivr.vocabulary.messages import VoicemailLeft, VoicemailTaken
from ivr.vocabulary.transfers import TransferMoved


def state(log: Iterable[Logged], script: Script) -> Call:
    """Where the call stands: the machine stepped over the log's facts."""
    call = Call()
    for logged in log:
        if not isinstance(logged.event, DECISIONS):
            call = step(call, logged.event, script).call
    return call


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that a replay did not make again: what stands in the log, and what was decided now."""

    seq: int
    logged: Event | None
    decided: Event | None


def differences(log: Sequence[Logged], script: Script) -> list[Difference]:
    """Replay: feed the logged facts and compare every decision. [] means that it decides the same."""
    found: list[Difference] = []
    call = Call()
    expected: list[Event] = []
    seq = 0
    for logged in log:
        seq = logged.seq
        if isinstance(logged.event, DECISIONS):
            decided = expected.pop(0) if expected else None
            if decided != logged.event:
                found.append(Difference(seq, logged.event, decided))
            continue
        found += [Difference(seq, None, event) for event in expected]
        result = step(call, logged.event, script)
        call, expected = result.call, list(result.notes)
    return found + [Difference(seq, None, event) for event in expected]


@dataclass(frozen=True, slots=True)
class Turn:
    """One caller turn and the reply to it, as it was heard.

    caller     masked words; "" for keys and silence.
    language   the one that the call was in when it was replied to.
    assistant  everything that was said in reply, in order.
    kind       approved, composed, edited, personal (looked up for a verified caller), clarify, refused, transfer, or
               "" for everything else.
    fillers    what was said by the way until the reply was there; no part of it.
    filler_ms  from the caller's last word to the first frame of the first filler; None without one.
    heard      share of the reply's prompts that the caller heard, 0..1.
    at_ms      audio time at which the turn was understood.
    seq        number of the log entry that opened the turn.
    heard_as   of each text in `assistant`, the words that the caller heard; "" for none.
    """

    caller: str
    language: str
    assistant: tuple[str, ...] = ()
    kind: str = ""
    sources: tuple[AnswerId, ...] = ()
    fillers: tuple[str, ...] = ()
    filler_ms: float | None = None
    heard: float = 0.0
    stages_ms: dict[str, float] = field(default_factory=dict)
    at_ms: int = 0
    seq: int = 0
    heard_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomLine:
    """What caller or agent said while they spoke with each other. `speaker` is `caller` or the agent's name."""

    speaker: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A call as people read it. `greeting` is what was said before the caller's first turn, `room` with an agent."""

    language: str
    greeting: tuple[str, ...]
    turns: tuple[Turn, ...]
    outcome: str
    ended_by: str
    reason: str
    number: str
    room: tuple[RoomLine, ...] = ()
    voicemails: tuple[VoicemailLeft, ...] = ()
    "Messages that were left and are kept."


_KINDS = {
    "clarify": "clarify",
    "choice": "clarify",
    "refusal": "refused",
    "offer": "transfer",
    "transfer": "transfer",
    "fact": "personal",
}


class _Teller:
    """Tells the transcript event by event."""

    def __init__(self) -> None:
        self.language, self.ended_by, self.reason, self.number = "", "", "", ""
        self.met = self.gave_up = False
        "Whether they have spoken with an agent; whether they hung up while they waited for one."
        self.turns: list[Turn] = []
        self.voicemails: list[VoicemailLeft] = []
        self.recorded = False
        self.greeting: list[str] = []
        self.room: list[RoomLine] = []
        self._turn_of: dict[PromptId, int] = {}
        self._heard: dict[PromptId, float] = {}
        self._texts: dict[PromptId, str] = {}
        self._heard_as: dict[PromptId, str] = {}
        self._answers: dict[str, str] = {}
        self._start_of: dict[UtteranceId, int] = {}
        self._told_until = -1
        self._fillers: tuple[str, ...] | None = None
        "Those said since an utterance was closed; None once its words are known."

    def tell(self, logged: Logged) -> None:
        match event := logged.event:
            case LanguageSet(language=language):
                self.language = language
                if self.turns:  # the caller's words that changed it were in it already
                    self.turns[-1] = replace(self.turns[-1], language=language)
            case UtteranceClosed(utterance=utterance, start_ms=start):
                self._start_of[utterance] = start
                self._fillers = self._fillers or ()
            case Perceived(utterance=utterance, text=text) if self._goes_on(utterance):
                # The turn before was closed too early: this is all of it.
                whole = replace(self.turns[-1], caller=text, language=self.language, kind="", sources=())
                self.turns[-1] = self._filled(whole)
            case Perceived(text=text):
                self.turns.append(self._filled(Turn(text, self.language, at_ms=logged.at_ms, seq=logged.seq)))
            case NotPerceived() if self.turns:
                self.turns[-1] = self._filled(self.turns[-1])
            case AnswerReady(answer_kind=kind, text=text):
                self._answers[text] = kind
            case DraftApproved(text=text):
                self._answers.setdefault(text, "edited")
            case PromptStarted(purpose="filler" | "approval", text=text):
                self._filler(text)
            case PromptStarted():
                self._prompt(event)
            case PromptHeard(prompt=prompt, fraction=fraction):
                self._heard[prompt], self._heard_as[prompt] = fraction, self._texts.get(prompt, "")
            case PromptCut(prompt=prompt, fraction=fraction, heard=words):
                self._heard[prompt], self._heard_as[prompt] = fraction, words
            case TurnTimed(prompt=prompt, stages_ms=stages) if prompt in self._turn_of:
                index = self._turn_of[prompt]
                self.turns[index] = replace(self.turns[index], stages_ms=stages, filler_ms=stages.get("filler"))
            case EscalationRaised(reason=reason, turns=turns):
                self.reason = reason
                if not turns and (not self.turns or self.turns[-1].assistant):
                    # a key asked for it, not words
                    self.turns.append(Turn("", self.language, at_ms=logged.at_ms, seq=logged.seq))
            case RoomSpoken(speaker=speaker, name=name, text=text, language=language):
                self.room.append(RoomLine(name or speaker, text, language))
            case CallbackAgreed(number=number):
                self.number = number
            case VoicemailTaken(seconds=seconds):
                self.recorded = self.recorded or seconds > 0
            case VoicemailLeft():
                self.voicemails.append(event)
            case TransferMoved(stage=Stage.BRIDGED.value):
                self.met = True
            case TransferMoved(stage=stage, why="the caller hung up"):
                self.gave_up = stage == Stage.DONE
            case CallEnded(by=by):
                self.ended_by = self.ended_by or by
            case _:
                pass

    def _goes_on(self, utterance: UtteranceId) -> bool:
        start = self._start_of.get(utterance, -1)
        before, self._told_until = self._told_until, start
        return bool(self.turns) and start >= 0 and start == before

    def _filler(self, text: str) -> None:
        if self._fillers is not None:
            self._fillers += (text,)
        elif self.turns:
            self.turns[-1] = replace(self.turns[-1], fillers=(*self.turns[-1].fillers, text))

    def _filled(self, turn: Turn) -> Turn:
        """The turn with the fillers that were said before its words were known."""
        fillers, self._fillers = self._fillers or (), None
        return replace(turn, fillers=turn.fillers + fillers)

    def _prompt(self, event: PromptStarted) -> None:
        if not self.turns:
            self.greeting.append(event.text)
            return
        turn = self.turns[-1]
        kind = self._answers.get(event.text, "approved") if event.purpose == "answer" else _KINDS.get(event.purpose, "")
        self._turn_of[event.prompt], self._texts[event.prompt] = len(self.turns) - 1, event.text
        self.turns[-1] = replace(
            turn,
            assistant=(*turn.assistant, event.text),
            kind=turn.kind or kind,
            sources=turn.sources or event.sources,
        )

    def told(self) -> Transcript:
        by_turn: dict[int, list[PromptId]] = {}
        for prompt, index in self._turn_of.items():
            by_turn.setdefault(index, []).append(prompt)
        turns = tuple(self._with_heard(turn, by_turn.get(index, [])) for index, turn in enumerate(self.turns))
        outcome = _outcome(
            turns,
            self.reason,
            self.number,
            met=self.met,
            gave_up=self.gave_up,
            recorded=self.recorded or bool(self.voicemails),
        )
        greeting = tuple(self.greeting)
        return Transcript(
            self.language,
            greeting,
            turns,
            outcome,
            self.ended_by,
            self.reason,
            self.number,
            tuple(self.room),
            tuple(self.voicemails),
        )

    def _with_heard(self, turn: Turn, prompts: Sequence[PromptId]) -> Turn:
        """The turn with what the caller heard of these, its replies."""
        shares = [self._heard.get(prompt, 0.0) for prompt in prompts]
        share = round(sum(shares) / len(shares), 3) if shares else 0.0
        return replace(turn, heard=share, heard_as=tuple(self._heard_as.get(prompt, "") for prompt in prompts))


def transcript(log: Iterable[Logged]) -> Transcript:
    """The call as people read it."""
    teller = _Teller()
    for logged in log:
        teller.tell(logged)
    return teller.told()


def _outcome(turns: Sequence[Turn], reason: str, number: str, *, met: bool, gave_up: bool, recorded: bool) -> str:
    if met:
        return "transferred"
    if number:
        return "callback"
    if recorded:
        return "voicemail"
    if gave_up:
        return "abandoned"
    if reason:
        return "person_offered"
    kinds = [turn.kind for turn in turns if turn.kind in {"approved", "composed", "edited", "personal", "refused"}]
    if not kinds:
        return "abandoned"
    return "refused" if kinds[-1] == "refused" else "answered"
