"""What became of a call's transfer, as numbers and words for people. A fold over the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Stage
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallAnswered, CallEnded, EscalationRaised, Logged, Perceived
from ivr.vocabulary.ids import UtteranceId
from ivr.vocabulary.supervision import SupervisionMoved
from ivr.vocabulary.transfers import AgentReserved, AgentRung, TransferMoved, TransferRequested

SIGNAL = 0.5
"A signal's score from which it counts."


@dataclass(frozen=True, slots=True)
class Transferred:
    """The latest transfer of a call.

    signals      what was heard in the turns that asked for it, by name.
    agent        the name of the agent who was asked last, or of the supervisor who took over; "" when nobody was.
    state        the stage in which the call ended, or stands now.
    wait_ms      from the wish to the meeting, or to the end of the attempt; None while it goes on.
    rung_ms      from the wish until the carrier said that the first telephone is called; None when none was.
    from_ms      the wish, from_ms to until_ms the wait, in ms of wall time since the call was answered.
    """

    reason: str
    signals: tuple[str, ...]
    agent: str
    state: str
    wait_ms: int | None
    rung_ms: int | None
    from_ms: int
    until_ms: int | None


def transferred(log: Sequence[Logged]) -> Transferred | None:
    """None when nobody was wanted."""
    wish = next((each for each in reversed(log) if isinstance(each.event, TransferRequested)), None)
    if wish is None or not isinstance(wish.event, TransferRequested):
        return None
    answered_ms = next((each.wall_ms for each in log if isinstance(each.event, CallAnswered)), wish.wall_ms)
    after = [each for each in log if each.seq > wish.seq]
    lasted = [each for each in after if not _ended_before(after, each)]
    moves = [(each, each.event) for each in lasted if isinstance(each.event, TransferMoved)]
    met = next((each.wall_ms for each, event in moves if event.stage in {Stage.BRIDGED, Stage.DONE}), None)
    names = [name for each in lasted if (name := _who_has_them(each.event))]
    rung = next((each.wall_ms for each in lasted if isinstance(each.event, AgentRung)), None)
    return Transferred(
        reason=wish.event.reason,
        signals=_signals(log, wish),
        agent=names[-1] if names else "",
        state=moves[-1][1].stage if moves else Stage.QUEUED.value,
        wait_ms=None if met is None else round(met - wish.wall_ms),
        rung_ms=None if rung is None else round(rung - wish.wall_ms),
        from_ms=round(wish.wall_ms - answered_ms),
        until_ms=None if met is None else round(met - answered_ms),
    )


def _who_has_them(event: Event) -> str:
    match event:
        case AgentReserved(name=name) | SupervisionMoved(name=name, why=supervision.TOOK_OVER):
            return name
        case _:
            return ""


def _ended_before(log: Sequence[Logged], logged: Logged) -> bool:
    """Whether the call was over by then: its end moves the transfer, too, and is no state that it was in."""
    ended = next((each.seq for each in log if isinstance(each.event, CallEnded)), None)
    return ended is not None and logged.seq > ended


def _signals(log: Sequence[Logged], wish: Logged) -> tuple[str, ...]:
    turns: set[UtteranceId] = set()
    for each in log:
        if each.seq < wish.seq and isinstance(each.event, EscalationRaised):
            turns = set(each.event.turns)
    heard = [each.event for each in log if isinstance(each.event, Perceived) and each.event.utterance in turns]
    return tuple(dict.fromkeys(name for event in heard for name, score in event.signals.items() if score >= SIGNAL))
