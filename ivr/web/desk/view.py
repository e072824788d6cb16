"""The desk of one person, from what the hub knows. Pure."""

from typing import Any, Literal

from ivr.calls.routing.state import PRIORITY, SOON, URGENT, AgentNow, Hold, Presence, Queued
from ivr.calls.transfer.state import Stage, Transfer, takes_part
from ivr.ports.identity import Role, User
from ivr.vocabulary.ids import AgentId, CallId
from ivr.vocabulary.language import LanguageTag
from ivr.web.desk.hub import FORMING, Hub, KnownCall
from ivr.web.desk.models import (
    Card,
    Colleague,
    Desk,
    Draft,
    InQueue,
    LiveCall,
    Me,
    Notice,
    Promised,
    Risk,
    Said,
    SettledDraft,
    Supervised,
)
from ivr.web.desk.said import for_agents

READS = LanguageTag("en")
"What the desk is written in; who speaks none that we know reads that."


def desk(hub: Hub, user: User, business: str, now_ms: int) -> Desk:
    """Everything that this person sees, but what is said in their calls."""
    standing = hub.standing
    mine = agent_of(hub, user)
    approves = hub.may_approve(user.id, supervises=user.role.may(Role.SUPERVISOR))
    others = [each for each in standing.agents if mine is None or each.agent.id != mine.agent.id]
    return Desk(
        business=business,
        now_ms=now_ms,
        stale=standing.stale,
        me=_me(user, mine),
        cards=[card for hold in (mine.holds if mine else ()) if (card := _card(hub, hold, reads(user)))],
        queue=[
            InQueue(
                call=each.waiting.call,
                queue=each.waiting.queue,
                language=each.waiting.language,
                reason=each.waiting.reason,
                risk=risk(each.waiting.reason),
                since_ms=each.waiting.since_ms,
                position=each.position,
                wait_s=each.wait_s,
            )
            for each in standing.waiting
            if _still_waits(hub, each) and (mine is None or each.agent != mine.agent.id)
        ],
        callbacks=[
            Promised(
                id=each.id,
                number=each.number,
                queue=each.queue,
                language=each.language,
                reason=each.reason,
                since_ms=each.since_ms,
                attempts=each.attempts,
            )
            for each in standing.callbacks
        ],
        colleagues=[
            Colleague(
                id=each.agent.id,
                name=each.agent.name,
                presence=each.presence,
                since_ms=each.since_ms,
                languages=list(each.agent.languages),
                calls=len(each.holds),
            )
            for each in others
            if not each.agent.only
        ],
        messages=hub.messages.waiting,
        live=_live(hub) if user.role.may(Role.SUPERVISOR) else [],
        drafts=_drafts(hub) if approves else [],
        settled=_settled(hub, user) if approves else [],
    )


def _drafts(hub: Hub) -> list[Draft]:
    return [
        Draft(
            call=each.call,
            request=each.draft.request,
            caller=_number(known) if (known := hub.call(each.call)) is not None else "",
            language=each.draft.language,
            topic=each.draft.topic,
            question=each.question,
            text=each.draft.text,
            sources=[hub.shows(source, each.draft.language) for source in each.draft.sources],
            since_ms=each.since_ms,
            until_ms=each.since_ms + each.draft.within_s * 1_000,
        )
        for each in hub.drafts.waiting
    ]


def _settled(hub: Hub, user: User) -> list[SettledDraft]:
    return [
        SettledDraft.model_validate(
            {
                "call": each.call,
                "request": each.settled.request,
                "outcome": each.settled.outcome,
                "by": name_of(hub, each.settled.by) if each.settled.by else "",
                "mine": each.settled.by == user.id,
            }
        )
        for each in hub.drafts.over
    ]


def name_of(hub: Hub, user: str) -> str:
    """What an agent is called; who is none is a supervisor."""
    named = (each.agent.name for each in hub.standing.agents if each.agent.user == user)
    return next(named, "A supervisor")


def _still_waits(hub: Hub, queued: Queued) -> bool:
    """Whether they have no agent yet: who talks to one keeps a place of its own kind."""
    known = hub.call(queued.waiting.call)
    transfer = known.handled.transfer if known is not None else None
    return transfer is None or transfer.id != queued.waiting.transfer or transfer.stage in FORMING


def agent_of(hub: Hub, user: User) -> AgentNow | None:
    """The agent that this person is; None when they are none yet."""
    return next((each for each in hub.standing.agents if each.agent.user == user.id), None)


def calls_of(hub: Hub, user: User, reads: str = "") -> dict[str, KnownCall]:
    """The calls that this person has now, or writes down; and one that a supervisor reads along."""
    mine = agent_of(hub, user)
    held = {hold.call for hold in mine.holds} if mine else set()
    if reads and user.role.may(Role.SUPERVISOR):
        held.add(CallId(reads))
    return {call: known for call in held if (known := hub.call(call)) is not None}


def said(call: str, captions: list[dict[str, Any]], user: User) -> Said:
    """What was said in a call, for this person."""
    supervises = user.role.may(Role.SUPERVISOR)
    return Said(call=call, captions=[each for each in captions if supervises or for_agents(each)])


def risk(reason: str) -> Risk:
    return {URGENT: Risk.URGENT, SOON: Risk.SOON}.get(PRIORITY.get(reason, -1), Risk.USUAL)


def reads(user: User) -> LanguageTag:
    """The language in which calls are told to this person."""
    return user.languages[0] if user.languages else READS


def _live(hub: Hub) -> list[LiveCall]:
    """Every call of this moment; those that agents have come first, and those they write down with them."""
    held = [
        _line(hold.call, known, agent.agent.name, _stage(hold, transfer))
        for agent in hub.standing.agents
        for hold in agent.holds
        if (known := hub.call(hold.call)) is not None
        and (transfer := known.handled.transfer) is not None
        and transfer.id == hold.transfer
        and not is_theirs_to_watch(transfer, agent.agent.id)
    ]
    shown = {line.call for line in held}
    others = [_line(call, known, "", _waits(known.handled.transfer)) for call, known in hub.going if call not in shown]
    return [*held, *others]


def _line(call: CallId, known: KnownCall, agent: str, stage: Stage | None) -> LiveCall:
    handled, transfer = known.handled, known.handled.transfer
    reason = transfer.reason if transfer is not None and stage is not None else ""
    return LiveCall(
        call=call,
        agent=agent,
        stage=stage,
        caller=_number(known),
        language=handled.language or "",
        reason=reason,
        risk=risk(reason),
        stage_ms=handled.moved_ms if stage is not None else handled.began_ms,
        supervised=supervised_of(transfer) if agent else None,
    )


def _waits(transfer: Transfer | None) -> Stage | None:
    """Of a call that no agent has: where they wait for one, or None."""
    return transfer.stage if transfer is not None and transfer.stage in FORMING else None


def is_theirs_to_watch(transfer: Transfer, agent: AgentId) -> bool:
    """Whether this agent is kept for the call as a supervisor: in it, or just out of it."""
    return transfer.watch is not None and transfer.watch.agent == agent and not takes_part(transfer, agent=agent)


def supervised_of(transfer: Transfer | None) -> Supervised | None:
    watch = transfer.watch if transfer is not None else None
    if watch is None:
        return None
    return Supervised(by=watch.agent, name=watch.name, state=watch.watch, wanted=watch.wanted, why=watch.why)


def _stage(hold: Hold, transfer: Transfer) -> Stage:
    return Stage.WRAP_UP if hold.until_ms is not None else transfer.stage


def _number(known: KnownCall) -> str:
    return "" if known.handled.caller == "anonymous" else known.handled.caller


def _me(user: User, mine: AgentNow | None) -> Me:
    if mine is None:
        return Me(name=user.shown, role=user.role, agent=None, address="", presence=Presence.OFFLINE, since_ms=0)
    return Me(
        name=user.shown,
        role=user.role,
        agent=mine.agent.id,
        address=mine.agent.address,
        presence=mine.presence,
        since_ms=mine.since_ms,
    )


def _seat(agent: AgentId, first: AgentId, second: AgentId) -> Literal["first", "second"]:
    return "second" if agent == second and agent != first else "first"


def _card(hub: Hub, hold: Hold, language: LanguageTag) -> Card | None:
    known = hub.call(hold.call)
    transfer = known.handled.transfer if known is not None else None
    if known is None or transfer is None or transfer.id != hold.transfer:
        return None
    handled = known.handled
    first = transfer.party.agent if transfer.party else AgentId("")
    second = transfer.second.agent if transfer.second else AgentId("")
    watches = is_theirs_to_watch(transfer, hold.agent)
    return Card(
        call=hold.call,
        transfer=hold.transfer,
        seat=_seat(hold.agent, first, second) if not watches else "supervisor",
        stage=_stage(hold, transfer),
        agent=first,
        agent_name=transfer.party.name if transfer.party else "",
        supervised=supervised_of(transfer) if watches else None,
        second=second,
        second_in=transfer.second is not None and transfer.second.in_room,
        caller=_number(known),
        language=handled.language or "",
        reason=transfer.reason,
        risk=risk(transfer.reason),
        queue=transfer.queue,
        wanted_ms=handled.wanted_ms,
        stage_ms=handled.moved_ms,
        met_ms=handled.met_ms,
        until_ms=hold.until_ms,
        over=bool(handled.ended_by),
        summary=known.summary(language, hub.summarise),
        notices=[Notice(id=str(each.seq), what=each.what) for each in handled.notices if each.agent == hold.agent],
    )
