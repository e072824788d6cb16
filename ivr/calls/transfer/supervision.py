"""A supervisor in a call that an agent has: a small machine of its own beside the transfer's, on the same facts.

It decides about the supervisor's leg alone. The transfer goes its way as if they were not there, with one exception:
when they take the caller over (`TakenOver`). They are there as long as caller and agent are together, and no longer.
What is said of who hears them is what the carrier has confirmed; when that is not known, they are hung up on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ivr.calls.transfer.state import (
    DropLeg,
    FreeAgent,
    Mode,
    RingSupervisor,
    Stage,
    Supervision,
    TakePart,
    TellAgent,
    Transfer,
    TransferStep,
    Watch,
    takes_part,
)
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import DeadlinePassed
from ivr.vocabulary.ids import LegId
from ivr.vocabulary.supervision import (
    PartTaken,
    SuperviseAsked,
    SuperviseFailed,
    SuperviseStopped,
    SupervisionFact,
    SupervisionMoved,
)
from ivr.vocabulary.transfers import AgentAnswered, AgentJoined, AgentLeft, AgentUnreachable

Handler = Callable[[Transfer, Any], TransferStep]

DEADLINE: Final = "transfer.supervision"
TOOK_OVER: Final = "took over"
"Why somebody is no supervisor any more who has the caller now."
TOGETHER: Final = frozenset({Stage.BRIDGED, Stage.HELD, Stage.CONSULTING})
"Where there is something to listen to: caller and agent are in the room."
LISTENS_TO: Final[tuple[type[Event], ...]] = (
    SuperviseAsked, SuperviseStopped, PartTaken, SuperviseFailed, AgentAnswered, AgentJoined, AgentLeft,
    AgentUnreachable, DeadlinePassed,
)  # fmt: skip
"The facts of the machine; those about legs when it is the supervisor's."
IS_THEN: Final[Mapping[str, Watch]] = {
    Mode.LISTEN: Watch.LISTENING,
    Mode.WHISPER: Watch.WHISPERING,
    Mode.JOIN: Watch.JOINED,
}
MODE_OF: Final[Mapping[Watch, Mode]] = {watch: Mode(mode) for mode, watch in IS_THEN.items()}


@dataclass(frozen=True, slots=True)
class Edge:
    """What a fact does where a supervisor stands so, and where they may stand after it."""

    handler: Handler
    to: frozenset[Watch]


@dataclass(frozen=True, slots=True)
class Row:
    """deadline_ms  how long it may last by itself; None: as long as caller and agent are together."""

    deadline_ms: int | None
    edges: Mapping[type[Event], Edge]


# ── what facts do ────────────────────────────────────────────────────────────────────────────────────────────────


def stay(transfer: Transfer, event: Event) -> TransferStep:
    return TransferStep(transfer)


def begun(transfer: Transfer, event: SuperviseAsked) -> TransferStep:
    """Their telephone is rung, where caller and agent are together, and they are neither of its agents."""
    if transfer.stage not in TOGETHER or takes_part(transfer, agent=event.agent):
        return TransferStep(transfer)
    leg = LegId(f"{transfer.id}.s{transfer.watches + 1}")
    watch = Supervision(event.agent, event.name, leg, Watch.OFF, Mode(event.mode))
    step = TransferStep(transfer).to(watch=watch, watches=transfer.watches + 1)
    return _moved(step, Watch.DIALLING, event.mode).do(RingSupervisor(event.agent, leg))


def wanted(transfer: Transfer, event: SuperviseAsked) -> TransferStep:
    """While it rings: what they want is kept until they are in the room."""
    watch = _of(transfer)
    if event.agent != watch.agent:
        return TransferStep(transfer)
    return TransferStep(transfer).to(watch=replace(watch, wanted=Mode(event.mode)))


def came(transfer: Transfer, event: AgentJoined) -> TransferStep:
    """They are in the room, muted. What they wanted more than that comes next."""
    step = _moved(TransferStep(transfer), Watch.LISTENING, "in the room")
    return step if _of(transfer).wanted is Mode.LISTEN else step.do(_part(step.transfer))


def changed(transfer: Transfer, event: SuperviseAsked) -> TransferStep:
    watch, mode = _of(transfer), Mode(event.mode)
    if event.agent != watch.agent or (mode is watch.wanted and IS_THEN.get(mode) is watch.watch):
        return TransferStep(transfer)
    step = TransferStep(transfer).to(watch=replace(watch, wanted=mode))
    return step.do(_part(step.transfer))


def taken(transfer: Transfer, event: PartTaken) -> TransferStep:
    """The carrier has done it: now it is so."""
    if event.leg != _of(transfer).leg or event.mode not in IS_THEN:
        return TransferStep(transfer)
    return _moved(TransferStep(transfer), IS_THEN[event.mode], "asked")


def not_rung(transfer: Transfer, event: SuperviseFailed) -> TransferStep:
    """The carrier would not call them."""
    return _over(TransferStep(transfer), "failed") if event.leg == _of(transfer).leg else TransferStep(transfer)


def not_taken(transfer: Transfer, event: SuperviseFailed) -> TransferStep:
    """It is as it was, and they are told. When that is not sure, somebody may hear them unknown to them: hang up."""
    watch = _of(transfer)
    if event.leg != watch.leg:
        return TransferStep(transfer)
    if not event.sure:
        return _over(TransferStep(transfer), "failed")
    step = TransferStep(transfer).to(watch=replace(watch, wanted=MODE_OF[watch.watch]))
    return step.do(TellAgent(watch.agent, "part_failed"))


def stopped(transfer: Transfer, event: SuperviseStopped) -> TransferStep:
    return _over(TransferStep(transfer), "stopped") if event.agent == _of(transfer).agent else TransferStep(transfer)


def hung_up(transfer: Transfer, event: AgentLeft) -> TransferStep:
    """Their line ended: caller and agent go on."""
    return _over(TransferStep(transfer), "hung up")


def unreachable(transfer: Transfer, event: AgentUnreachable) -> TransferStep:
    """Busy, not answered, or a machine."""
    return _over(TransferStep(transfer), event.why)


def rang_out(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    """They are not in the room in time."""
    return _over(TransferStep(transfer), "no_answer")


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────


def _edge(handler: Handler, *to: Watch) -> Edge:
    return Edge(handler, frozenset(to))


def _stay(watch: Watch) -> dict[type[Event], Edge]:
    return {kind: _edge(stay, watch) for kind in LISTENS_TO}


def _in_room(watch: Watch) -> Row:
    heard = frozenset(IS_THEN.values())
    return Row(
        None,
        _stay(watch)
        | {
            SuperviseAsked: _edge(changed, watch),
            PartTaken: Edge(taken, heard),
            SuperviseFailed: _edge(not_taken, watch, Watch.OFF),
            SuperviseStopped: _edge(stopped, watch, Watch.OFF),
            AgentLeft: _edge(hung_up, Watch.OFF),
            AgentUnreachable: _edge(unreachable, Watch.OFF),
        },
    )


SUPERVISION: Final[Mapping[Watch, Row]] = {
    Watch.OFF: Row(None, _stay(Watch.OFF) | {SuperviseAsked: _edge(begun, Watch.OFF, Watch.DIALLING)}),
    Watch.DIALLING: Row(
        30_000,
        _stay(Watch.DIALLING)
        | {
            SuperviseAsked: _edge(wanted, Watch.DIALLING),
            SuperviseStopped: _edge(stopped, Watch.DIALLING, Watch.OFF),
            SuperviseFailed: _edge(not_rung, Watch.DIALLING, Watch.OFF),
            AgentJoined: _edge(came, Watch.LISTENING),
            AgentLeft: _edge(hung_up, Watch.OFF),
            AgentUnreachable: _edge(unreachable, Watch.OFF),
            DeadlinePassed: _edge(rang_out, Watch.OFF),
        },
    ),
    Watch.LISTENING: _in_room(Watch.LISTENING),
    Watch.WHISPERING: _in_room(Watch.WHISPERING),
    Watch.JOINED: _in_room(Watch.JOINED),
}
"The whole machine. docs/transfer-machine.md draws it from here."


def concerns(transfer: Transfer, event: Event) -> bool:
    """Whether this fact is for this machine, and not for the transfer's."""
    if isinstance(event, DeadlinePassed):
        return event.deadline == DEADLINE
    if isinstance(event, SupervisionFact):
        return True
    return isinstance(event, LISTENS_TO) and is_theirs(transfer, getattr(event, "leg", None))


def is_theirs(transfer: Transfer, leg: LegId | None) -> bool:
    """Whether this is the leg of a supervisor who is in the call now, or rung for it."""
    return is_on(transfer) and transfer.watch is not None and transfer.watch.leg == leg


def is_on(transfer: Transfer) -> bool:
    """Whether a supervisor is in the call, or rung for it."""
    return transfer.watch is not None and transfer.watch.watch is not Watch.OFF


def in_room(transfer: Transfer, leg: LegId) -> bool:
    """Whether this is the leg of a supervisor who is in the room."""
    return is_theirs(transfer, leg) and _of(transfer).watch is not Watch.DIALLING


def heard(transfer: Transfer) -> str:
    """Whom the caller hears in the room, by name: the agent, and a supervisor who has joined."""
    joined = transfer.watch is not None and transfer.watch.watch is Watch.JOINED
    parties = (transfer.party, transfer.watch if joined else None)
    return ", ".join(party.name for party in parties if party is not None and party.name)


def deadline_ms(transfer: Transfer) -> int | None:
    """How long the supervisor may stand where they stand; None when that ends by itself."""
    return None if transfer.watch is None else SUPERVISION[transfer.watch.watch].deadline_ms


def step(transfer: Transfer, event: Event) -> TransferStep:
    """Where the supervisor stands after a fact that `concerns` them. Raises IllegalTransition for our own mistakes."""
    at = transfer.watch.watch if transfer.watch is not None else Watch.OFF
    edge = SUPERVISION[at].edges[type(event)]
    result = edge.handler(transfer, event)
    after = result.transfer.watch.watch if result.transfer.watch is not None else Watch.OFF
    if after not in edge.to:
        raise IllegalTransition(f"{event.kind} led a supervisor from {at} to {after}, against the table")
    return result


def followed(step: TransferStep, before: Transfer) -> TransferStep:
    """The transfer has moved: whoever is in it as a supervisor goes with it."""
    transfer, party = step.transfer, step.transfer.party
    if not is_on(transfer):
        return step
    watch = _of(transfer)
    if party is not None and party.leg == watch.leg:
        return _moved(step, Watch.OFF, TOOK_OVER)
    if transfer.stage not in TOGETHER or party is None:
        return _over(step, "they are not together any more")
    others = before.party is None or before.party.leg != party.leg
    return step.do(_part(transfer)) if others and watch.wanted is Mode.WHISPER and _is_in_room(watch) else step


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _of(transfer: Transfer) -> Supervision:
    assert transfer.watch is not None, "only who is there stands somewhere"  # noqa: S101
    return transfer.watch


def _is_in_room(watch: Supervision) -> bool:
    return watch.watch not in {Watch.OFF, Watch.DIALLING}


def _part(transfer: Transfer) -> TakePart:
    watch = _of(transfer)
    to = transfer.party.leg if transfer.party is not None and watch.wanted is Mode.WHISPER else None
    return TakePart(watch.leg, watch.wanted, to)


def _moved(step: TransferStep, to: Watch, why: str) -> TransferStep:
    watch = _of(step.transfer)
    if watch.watch is to:
        return step
    note = SupervisionMoved(step.transfer.id, watch.agent, watch.name, to.value, why)
    moved = step.to(watch=replace(watch, watch=to, why=why))
    return replace(moved, notes=(*moved.notes, note))


def _over(step: TransferStep, why: str) -> TransferStep:
    watch = _of(step.transfer)
    return _moved(step, Watch.OFF, why).do(DropLeg(watch.leg), FreeAgent(watch.agent, "available"))
