"""Metrics: counted from the events as they are logged, so they agree with the log."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ivr.vocabulary.answered import AnswerPolicy, DraftSettled
from ivr.vocabulary.events import (
    AnswerReady,
    CallbackAgreed,
    CallEnded,
    CallOffered,
    EscalationRaised,
    Fault,
    Logged,
    NotPerceived,
    TakenUp,
    TurnTimed,
)

_STAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.5, 5.0)

SPOKEN = frozenset({"approved", "edited"})
"What becomes of drafts that the caller hears."


class Metrics:
    """One per process. `observe` takes every logged event."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._offered = Counter("ivr_calls_offered", "Calls the carrier offered.", registry=self.registry)
        self._ended = Counter("ivr_calls_ended", "Calls ended, by whom.", ["by"], registry=self.registry)
        self._taken_up = Counter(
            "ivr_calls_taken_up", "Calls picked up again on another stream.", registry=self.registry
        )
        self._answers = Counter("ivr_answers", "Answers spoken, by kind.", ["kind"], registry=self.registry)
        self._drafts = Counter(
            "ivr_drafts",
            "Answers that a person looked at first, by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self._escalations = Counter(
            "ivr_escalations", "Persons called for, by reason.", ["reason"], registry=self.registry
        )
        self._callbacks = Counter("ivr_callbacks_agreed", "Callbacks agreed.", registry=self.registry)
        self._unheard = Counter("ivr_not_perceived", "Utterances that could not be recognised.", registry=self.registry)
        self._faults = Counter("ivr_faults", "Faults inside calls, by place.", ["where"], registry=self.registry)
        self.refused = Counter("ivr_requests_refused", "Requests refused, by route.", ["route"], registry=self.registry)
        self.live = Gauge("ivr_calls_live", "Calls on this node now.", registry=self.registry)
        self._stage = Histogram(
            "ivr_turn_stage_seconds",
            "Stages of a reply, from the end of the caller's words to the first frame sent.",
            ["stage"],
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )

    def observe(self, logged: Logged) -> None:
        match logged.event:
            case CallOffered():
                self._offered.inc()
            case CallEnded(by=by):
                self._ended.labels(by).inc()
            case TakenUp():
                self._taken_up.inc()
            case AnswerReady(answer_kind=kind, policy=AnswerPolicy.AUTOMATIC.value):
                self._answers.labels(kind).inc()
            case DraftSettled(outcome=outcome):
                self._drafts.labels(outcome).inc()
                if outcome in SPOKEN:
                    self._answers.labels(outcome).inc()
            case EscalationRaised(reason=reason):
                self._escalations.labels(reason).inc()
            case CallbackAgreed():
                self._callbacks.inc()
            case NotPerceived():
                self._unheard.inc()
            case Fault(where=where):
                self._faults.labels(where).inc()
            case TurnTimed(stages_ms=stages):
                for stage, ms in stages.items():
                    self._stage.labels(stage).observe(ms / 1_000)
            case _:
                pass

    def render(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)
