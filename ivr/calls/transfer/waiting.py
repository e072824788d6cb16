"""Until two people meet: the queue, one agent's telephone after another, and the way into the room."""

from dataclasses import replace
from typing import Final

from ivr.calls.transfer.state import (
    BringBack,
    DropLeg,
    FindAgent,
    FreeAgent,
    LetIn,
    MoveCaller,
    Outcome,
    Party,
    Ring,
    Stage,
    TellAgent,
    TellCaller,
    Transfer,
    TransferStep,
    is_asked,
    let_go,
    over,
    takes_part,
)
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallEnded, DeadlinePassed
from ivr.vocabulary.ids import LegId
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentAnswered,
    AgentDeclined,
    AgentJoined,
    AgentLeft,
    AgentReserved,
    AgentUnreachable,
    CallerJoined,
    CallerOut,
    CarrierFailed,
    GiveUpAsked,
    NobodyFree,
    PlaceMoved,
)

MOST_FAILURES: Final = 2
"Times the carrier may fail us in one transfer before the caller is told that it does not work now."
MOST_WAITS: Final = 20
"Deadlines of the queue, a minute each, before a caller is not left waiting any longer."


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────


def stay(transfer: Transfer, event: Event) -> TransferStep:
    return TransferStep(transfer)


def reserved(transfer: Transfer, event: AgentReserved) -> TransferStep:
    leg = LegId(f"{transfer.id}.{transfer.rings + 1}")
    party = Party(event.agent, event.name, leg)
    step = TransferStep(transfer).to(Stage.RINGING, "reserved", party=party, rings=transfer.rings + 1, accepted=False)
    return step.do(Ring(event.agent, leg))


def not_now(transfer: Transfer, event: AgentReserved) -> TransferStep:
    """Somebody was reserved who is not needed: a reservation that crossed with another fact."""
    if takes_part(transfer, agent=event.agent):
        return TransferStep(transfer)
    return TransferStep(transfer).do(FreeAgent(event.agent, "available"))


def nobody(transfer: Transfer, event: NobodyFree) -> TransferStep:
    """All are busy: the caller hears their place. Else nobody can be had: why, and what is offered instead."""
    step = TransferStep(transfer).to(position=event.position, wait_s=event.wait_s)
    step = step.to(opens=event.opens, in_days=event.in_days)
    match event.why:
        case "busy":
            return step.do(TellCaller("waiting"))
        case "closed":
            return over(step, Outcome.CLOSED, "closed").do(TellCaller("closed"))
        case _:
            return over(step, Outcome.NOBODY, "nobody is there").do(TellCaller("no_agent"))


def moved_up(transfer: Transfer, event: PlaceMoved) -> TransferStep:
    step = TransferStep(transfer).to(position=event.position, wait_s=event.wait_s)
    return step.do(TellCaller("waiting")) if event.position != transfer.position else step


def waited(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    """A minute in the queue: ask everybody again who is free; the caller does not wait for ever."""
    step = TransferStep(transfer).to(waits=transfer.waits + 1)
    if step.transfer.waits < MOST_WAITS:
        return step.to(passed=()).do(FindAgent(transfer.queue, ()))
    return over(step, Outcome.NOBODY, "waited too long").do(TellCaller("no_agent"))


def given_up(transfer: Transfer, event: GiveUpAsked) -> TransferStep:
    """The caller wants something else than to wait."""
    instead = {"callback": Outcome.CALLBACK, "voicemail": Outcome.VOICEMAIL}
    step = let_go(TransferStep(transfer), "available")
    return over(step, instead.get(event.instead, Outcome.CALLED_OFF), f"the caller wants the {event.instead}")


def abandoned(transfer: Transfer, event: CallEnded) -> TransferStep:
    """The caller hung up while they waited: the agent's telephone must not ring a moment longer."""
    step = TransferStep(transfer)
    if transfer.party is not None:
        step = step.do(TellAgent(transfer.party.agent, "caller_gone"))
    return over(let_go(step, "available"), Outcome.ABANDONED, "the caller hung up")


# ── one agent's telephone ────────────────────────────────────────────────────────────────────────────────────────


def accepted_early(transfer: Transfer, event: AgentAccepted) -> TransferStep:
    """Accepted on the desk while the telephone still rings: no briefing is read out when it is answered."""
    return TransferStep(transfer).to(accepted=True) if is_asked(transfer, event.agent) else too_late(transfer, event)


def answered(transfer: Transfer, event: AgentAnswered) -> TransferStep:
    party = transfer.party
    if party is None or event.leg != party.leg:
        return not_wanted(transfer, event)
    step = TransferStep(transfer).to(party=replace(party, answered=True))
    if transfer.accepted:
        return step.to(Stage.JOINING, "accepted").do(LetIn(party.leg))
    return step.to(Stage.BRIEFING, "answered")


def accepted(transfer: Transfer, event: AgentAccepted) -> TransferStep:
    party = transfer.party
    if party is None or not is_asked(transfer, event.agent):
        return too_late(transfer, event)
    return TransferStep(transfer).to(Stage.JOINING, f"accepted by {event.by}", accepted=True).do(LetIn(party.leg))


def too_late(transfer: Transfer, event: AgentAccepted) -> TransferStep:
    """Somebody else has the call, or nobody needs to any more: whoever accepted now is told."""
    if takes_part(transfer, agent=event.agent):
        return TransferStep(transfer)
    return TransferStep(transfer).do(TellAgent(event.agent, "taken"))


def not_wanted(transfer: Transfer, event: AgentAnswered) -> TransferStep:
    """A telephone was answered after all, and nobody waits for it any more."""
    if takes_part(transfer, leg=event.leg):
        return TransferStep(transfer)
    return TransferStep(transfer).do(DropLeg(event.leg))


def declined(transfer: Transfer, event: AgentDeclined) -> TransferStep:
    if not is_asked(transfer, event.agent):
        return TransferStep(transfer)
    return next_agent(TransferStep(transfer), "available", f"declined by {event.by}")


def unreachable(transfer: Transfer, event: AgentUnreachable) -> TransferStep:
    """Busy, not answered, or a machine: who does not answer is away until they say otherwise."""
    if transfer.party is None or event.leg != transfer.party.leg:
        return TransferStep(transfer)
    presence = "available" if event.why in {"busy", "canceled"} else "away"
    return next_agent(TransferStep(transfer), presence, event.why)


def hung_up(transfer: Transfer, event: AgentLeft) -> TransferStep:
    """Their leg ended before they were in the room with the caller."""
    if transfer.party is None or event.leg != transfer.party.leg:
        return TransferStep(transfer)
    return next_agent(TransferStep(transfer), "available", "the agent hung up")


def rang_out(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    return next_agent(TransferStep(transfer), "away", "no answer")


def undecided(transfer: Transfer, event: DeadlinePassed) -> TransferStep:
    """Answered, and then neither yes nor no: as good as nobody there. A voicemail does just that."""
    return next_agent(TransferStep(transfer), "away", "no decision")


def not_rung(transfer: Transfer, event: CarrierFailed) -> TransferStep:
    """The carrier would not call the agent, or not move the caller: the assistant still has them."""
    step = TransferStep(transfer).to(failures=transfer.failures + 1, moving=False)
    if step.transfer.failures < MOST_FAILURES:
        return next_agent(step, "available", f"{event.what} failed: {event.why}")
    return over(let_go(step, "available"), Outcome.FAILED, event.why).do(TellCaller("failed"))


def next_agent(step: TransferStep, presence: str, why: str) -> TransferStep:
    """Back into the queue, at the place the caller had, without the agent who did not take it."""
    party = step.transfer.party
    passed = step.transfer.passed if party is None else (*step.transfer.passed, party.agent)
    step = let_go(step, presence).to(Stage.QUEUED, why, passed=passed)
    return step.do(FindAgent(step.transfer.queue, passed))


# ── into the room ────────────────────────────────────────────────────────────────────────────────────────────────


def agent_in(transfer: Transfer, event: AgentJoined) -> TransferStep:
    """The agent is in the room: now the caller. Said twice, the caller is moved once."""
    party = transfer.party
    if party is None or event.leg != party.leg or party.in_room:
        return TransferStep(transfer)
    return TransferStep(transfer).to(party=replace(party, in_room=True), moving=True).do(MoveCaller())


def bridged(transfer: Transfer, event: CallerJoined) -> TransferStep:
    return TransferStep(transfer).to(Stage.BRIDGED, "both are in the room", moving=False)


def never_met(transfer: Transfer, event: AgentLeft | AgentUnreachable | DeadlinePassed) -> TransferStep:
    """The two did not come together. A caller who was asked into the room may be there alone: bring them back."""
    if not isinstance(event, DeadlinePassed) and (transfer.party is None or event.leg != transfer.party.leg):
        return TransferStep(transfer)
    if not transfer.moving:
        return next_agent(TransferStep(transfer), "available", "the agent did not enter the room")
    passed = transfer.passed if transfer.party is None else (*transfer.passed, transfer.party.agent)
    step = let_go(TransferStep(transfer), "available").to(Stage.RETURNING, "the two did not meet", passed=passed)
    return step.to(moving=False).do(BringBack())


def turned_away(transfer: Transfer, event: CallerOut) -> TransferStep:
    """The room would not take the caller, or ended at once: the carrier asks where they go, and it is back to us."""
    if not transfer.moving:
        return TransferStep(transfer)
    passed = transfer.passed if transfer.party is None else (*transfer.passed, transfer.party.agent)
    step = let_go(TransferStep(transfer), "available").to(Stage.RETURNING, "the room did not take the caller")
    return step.to(passed=passed, moving=False)
