"""In the room, and out of it: hold, consultation, passing on, the way back, and what the agent does afterwards."""

from dataclasses import replace

from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import (
    BringBack,
    CloseRoom,
    DropLeg,
    FindAgent,
    FreeAgent,
    HoldCaller,
    LeaveQueue,
    LetIn,
    Outcome,
    Party,
    Ring,
    SayInRoom,
    Stage,
    TellAgent,
    TellCaller,
    Transfer,
    TransferStep,
    UnholdCaller,
    Watch,
    drop_second,
    over,
)
from ivr.calls.transfer.waiting import not_wanted
from ivr.vocabulary.events import CallEnded, DeadlinePassed, TakenUp
from ivr.vocabulary.ids import LegId
from ivr.vocabulary.transfers import (
    AgentAnswered,
    AgentDeclined,
    AgentJoined,
    AgentLeft,
    AgentUnreachable,
    CallerOut,
    CarrierFailed,
    ConsultAsked,
    ConsultEnded,
    HoldAsked,
    ReturnAsked,
    SayAsked,
    SayFailed,
    TakenOver,
    UnholdAsked,
    WrappedUp,
)

# ── in the room ──────────────────────────────────────────────────────────────────────────────────────────────────


def hold(transfer: Transfer, event: HoldAsked) -> TransferStep:
    return TransferStep(transfer).to(Stage.HELD, "hold").do(HoldCaller())


def unhold(transfer: Transfer, event: UnholdAsked | DeadlinePassed) -> TransferStep:
    """Taken off hold, by the agent, or because nobody is on hold for ever."""
    return TransferStep(transfer).to(Stage.BRIDGED, "unhold").do(UnholdCaller())


def not_held(transfer: Transfer, event: CarrierFailed) -> TransferStep:
    """Hold or its end did not work: the agent is told, and hears the caller."""
    step = TransferStep(transfer).to(Stage.BRIDGED, f"{event.what} failed")
    return step if transfer.party is None else step.do(TellAgent(transfer.party.agent, "hold_failed"))


def say(transfer: Transfer, event: SayAsked) -> TransferStep:
    return TransferStep(transfer).do(SayInRoom())


def not_said(transfer: Transfer, event: SayFailed) -> TransferStep:
    """The agent reads it out instead."""
    step = TransferStep(transfer)
    return step if transfer.party is None else step.do(TellAgent(transfer.party.agent, "not_said"))


def consult(transfer: Transfer, event: ConsultAsked) -> TransferStep:
    leg = LegId(f"{transfer.id}.{transfer.rings + 1}")
    step = TransferStep(transfer).to(Stage.CONSULTING, "consult", rings=transfer.rings + 1)
    held = () if transfer.stage is Stage.HELD else (HoldCaller(),)
    return step.to(second=Party(event.agent, "", leg)).do(*held, Ring(event.agent, leg))


def second_answered(transfer: Transfer, event: AgentAnswered) -> TransferStep:
    second = transfer.second
    if second is None or event.leg != second.leg:
        return not_wanted(transfer, event)
    return TransferStep(transfer).to(second=replace(second, answered=True)).do(LetIn(second.leg))


def second_in(transfer: Transfer, event: AgentJoined) -> TransferStep:
    second = transfer.second
    if second is None or event.leg != second.leg:
        return TransferStep(transfer)
    return TransferStep(transfer).to(second=replace(second, in_room=True))


def second_unreachable(transfer: Transfer, event: AgentUnreachable | AgentDeclined | CarrierFailed) -> TransferStep:
    """The other agent cannot be had, or the carrier would not do its part: the first one has the caller again."""
    match event:
        case AgentUnreachable(leg=leg) if transfer.second is None or leg != transfer.second.leg:
            return TransferStep(transfer)
        case AgentDeclined(agent=agent) if transfer.second is None or agent != transfer.second.agent:
            return TransferStep(transfer)
        case _:
            step = without_second(TransferStep(transfer), "available")
            return step if transfer.party is None else step.do(TellAgent(transfer.party.agent, "second_unreachable"))


def consulted(transfer: Transfer, event: ConsultEnded | DeadlinePassed) -> TransferStep:
    """The other agent takes the caller, when they are there and that was wanted; else the first one goes on."""
    second, first = transfer.second, transfer.party
    onward = isinstance(event, ConsultEnded) and event.onward
    if not onward or second is None or not second.in_room or first is None:
        return without_second(TransferStep(transfer), "available")
    step = TransferStep(transfer).to(Stage.BRIDGED, "passed on", party=second, second=None)
    return step.do(UnholdCaller(), DropLeg(first.leg), FreeAgent(first.agent, "wrap_up"))


def left_consultation(transfer: Transfer, event: AgentLeft) -> TransferStep:
    """One of the two hung up: the other one has the caller."""
    first, second = transfer.party, transfer.second
    if second is not None and event.leg == second.leg:
        return without_second(TransferStep(transfer), "available")
    if first is None or event.leg != first.leg:
        return TransferStep(transfer)
    if second is None or not second.in_room:
        return agent_gone(transfer, event)
    step = TransferStep(transfer).to(Stage.BRIDGED, "the first agent hung up", party=second, second=None)
    return step.do(UnholdCaller(), FreeAgent(first.agent, "wrap_up"))


def without_second(step: TransferStep, presence: str) -> TransferStep:
    second = step.transfer.second
    if second is not None:
        step = step.do(DropLeg(second.leg), FreeAgent(second.agent, presence))
    return step.to(Stage.BRIDGED, "consultation over", second=None).do(UnholdCaller())


def taken_over(transfer: Transfer, event: TakenOver) -> TransferStep:
    """A supervisor has the caller from here on; the agent, and whom they consult, are let go. Late, it is nothing."""
    first = transfer.party
    if first is None or not supervision.in_room(transfer, event.leg):
        return TransferStep(transfer)
    step = _with_supervisor(transfer, "taken over")
    return step.do(TellAgent(first.agent, "taken_over"), DropLeg(first.leg), FreeAgent(first.agent, "wrap_up"))


def _with_supervisor(transfer: Transfer, why: str) -> TransferStep:
    watch = transfer.watch
    assert watch is not None, "they are in the room"  # noqa: S101
    taken = Party(watch.agent, watch.name, watch.leg, answered=True, in_room=True)
    step = drop_second(TransferStep(transfer)).to(Stage.BRIDGED, why, party=taken)
    return step if transfer.stage is Stage.BRIDGED else step.do(UnholdCaller())


# ── out of the room ──────────────────────────────────────────────────────────────────────────────────────────────


def handed_back(transfer: Transfer, event: ReturnAsked) -> TransferStep:
    """The agent gives the caller back, with a note. The caller leaves the room before the agent does."""
    step = drop_second(TransferStep(transfer)).to(Stage.RETURNING, "handed back", note=event.note)
    return step.to(outcome=Outcome.RETURNED).do(BringBack())


def agent_gone(transfer: Transfer, event: AgentLeft) -> TransferStep:
    """The agent's leg ended while the caller was in the room: nobody is left alone there. A supervisor who speaks with
    them has them; with one who only listens or whispers they never spoke.
    """
    if transfer.party is None or event.leg != transfer.party.leg:
        return TransferStep(transfer)
    if transfer.watch is not None and transfer.watch.watch is Watch.JOINED:
        step = _with_supervisor(transfer, "the agent's line ended")
        return step.do(FreeAgent(transfer.party.agent, "wrap_up"))
    party = replace(transfer.party, in_room=False)
    step = drop_second(TransferStep(transfer)).to(Stage.RETURNING, "the agent's line ended", party=party)
    return step.to(outcome=Outcome.RETURNED).do(BringBack())


def out(transfer: Transfer, event: CallerOut) -> TransferStep:
    """The caller is out of the room, and nobody asked for it. The carrier asks where they go: back to the assistant."""
    return drop_second(TransferStep(transfer)).to(Stage.RETURNING, "the room ended", outcome=Outcome.RETURNED)


def too_long(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    """A bridge nobody ended for hours: something was lost. Ask the caller whether they are there."""
    step = drop_second(TransferStep(transfer)).to(Stage.RETURNING, "longest call")
    return step.to(outcome=Outcome.RETURNED).do(BringBack())


def back(transfer: Transfer, event: TakenUp) -> TransferStep:
    """The caller is on a stream of the assistant again. Who met nobody is still the first in the queue."""
    if transfer.party is None:
        step = TransferStep(transfer).to(Stage.QUEUED, "back in the queue")
        return step.do(TellCaller("again"), FindAgent(transfer.queue, transfer.passed))
    step = to_wrap_up(TransferStep(transfer), "back with the assistant")
    return step.do(TellCaller("back" if transfer.note else "agent_gone"))


def not_brought(transfer: Transfer, event: CarrierFailed) -> TransferStep:
    """The carrier would not bring the caller back. An agent who is still there keeps them; else the room is ended.

    What it did not do for a caller who was still in the room (to end a hold, say) is of no interest any more.
    """
    if event.what != "bring_back":
        return TransferStep(transfer)
    party = transfer.party
    if party is not None and party.in_room:
        step = TransferStep(transfer).to(Stage.BRIDGED, "the caller could not be brought back", outcome=Outcome.OPEN)
        return step.do(TellAgent(party.agent, "not_returned"))
    return TransferStep(transfer).do(CloseRoom())


def not_back(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    """The caller did not come back in time. The carrier asks what comes next when their line is free again."""
    return to_wrap_up(TransferStep(transfer).do(CloseRoom()), "the caller did not come back")


def gone_in_room(transfer: Transfer, event: CallEnded) -> TransferStep:
    """The caller hung up after they had met; or on the way back from a room in which nobody was."""
    if transfer.party is None:
        return over(TransferStep(transfer), Outcome.ABANDONED, "the caller hung up")
    step = drop_second(TransferStep(transfer)).to(outcome=Outcome.SERVED)
    return to_wrap_up(step.do(TellAgent(transfer.party.agent, "caller_gone")), "the caller hung up")


def to_wrap_up(step: TransferStep, why: str) -> TransferStep:
    party = step.transfer.party
    if party is None:
        return over(step, Outcome.NOBODY, why)
    return step.to(Stage.WRAP_UP, why).do(DropLeg(party.leg), FreeAgent(party.agent, "wrap_up"))


def wrapped_up(transfer: Transfer, event: WrappedUp | DeadlinePassed) -> TransferStep:
    """Who is written up is served, and their place goes; when time is up, they may have been cut off."""
    step = TransferStep(transfer)
    if isinstance(event, WrappedUp):
        step = step.do(LeaveQueue())
    if transfer.party is not None:
        step = step.do(FreeAgent(transfer.party.agent, "available"))
    return step.to(Stage.DONE, "wrapped up", party=None)
