"""What supervisors do in calls that others have: listen, whisper to the agent, join, take over; and be out again.

What they ask for enters the call's log as a fact, with who asked. Who hears them is what the carrier has confirmed, and
the page sees that as the next state of the desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from ivr.calls.routing.state import AgentNow, Waiting
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Mode, Stage, Transfer, takes_part
from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import AgentId, CallId
from ivr.vocabulary.supervision import SuperviseAsked, SuperviseStopped
from ivr.vocabulary.transfers import AgentReserved
from ivr.web.answers import answer, read, refuse
from ivr.web.desk.acting import Nothing, gone, guarded, parts
from ivr.web.desk.hub import KnownCall
from ivr.web.desk.models import Supervise
from ivr.web.desk.tools import DeskTools
from ivr.web.desk.view import agent_of
from ivr.web.doors import SESSION, SUPERVISOR, door
from ivr.web.keys import Deps

LIVE: Final = "/api/desk/live/{call}"


def routes() -> Sequence[web.RouteDef]:
    return [web.post(f"{LIVE}/supervise", _supervise), web.post(f"{LIVE}/stop", _stop)]


@dataclass(frozen=True, slots=True)
class Supervising:
    """Who, as an agent with a telephone; and the call."""

    me: AgentNow
    call: CallId
    known: KnownCall

    @property
    def transfer(self) -> Transfer | None:
        return self.known.handled.transfer


@door(SUPERVISOR, takes=Supervise, gives=Nothing)
async def _supervise(request: web.Request) -> web.Response:
    """Take part in a call, or in another way. Of a caller who waits for an agent, take_over is to be that agent."""
    asked = await read(request, Supervise)
    if isinstance(asked, web.Response):
        return asked
    deps, tools = parts(request)

    async def act() -> web.Response:
        await tools.hub.look()
        by = _who(request, tools)
        if isinstance(by, web.Response):
            return by
        transfer = by.transfer
        if transfer is not None and transfer.stage is Stage.QUEUED and asked.mode is Mode.TAKE_OVER:
            return await _fetch(deps, tools, by, transfer)
        if transfer is None or transfer.stage not in supervision.TOGETHER:
            return refuse(409, "no_agent_has_it", "No agent has this call now. Its words can be read along.")
        if (why := _why_not(by, transfer)) is not None:
            return why
        fact = SuperviseAsked(transfer.id, by.me.agent.id, by.me.agent.name, asked.mode)
        return await _tell(deps, by.call, fact)

    return await guarded(act)


@door(SUPERVISOR, takes=Nothing, gives=Nothing)
async def _stop(request: web.Request) -> web.Response:
    """Be out of the call again."""
    asked = await read(request, Nothing)
    if isinstance(asked, web.Response):
        return asked
    deps, tools = parts(request)

    async def act() -> web.Response:
        by = _who(request, tools)
        if isinstance(by, web.Response):
            return by
        transfer = by.transfer
        if transfer is None or not _is_in_it(by, transfer):
            return gone()
        return await _tell(deps, by.call, SuperviseStopped(transfer.id, by.me.agent.id))

    return await guarded(act)


def _who(request: web.Request, tools: DeskTools) -> Supervising | web.Response:
    call = CallId(request.match_info["call"])
    known, me = tools.hub.call(call), agent_of(tools.hub, request[SESSION].user)
    if known is None or known.handled.ended_by:
        return refuse(404, "no_call", "This call is over.")
    if me is None:
        return refuse(409, "no_phone", "You have no telephone here yet. Say first what you do: busy, or available.")
    return Supervising(me, call, known)


def _why_not(by: Supervising, transfer: Transfer) -> web.Response | None:
    """Why they cannot be brought into the call, in words; None when they can."""
    if takes_part(transfer, agent=by.me.agent.id):
        return refuse(409, "own_call", "This is a call of your own.")
    if _is_in_it(by, transfer):
        return None
    if supervision.is_on(transfer) and transfer.watch is not None:
        return refuse(409, "taken", f"{transfer.watch.name} supervises this call already.")
    if by.me.holds:
        return refuse(409, "busy", "You have a call. End it and write it down first.")
    return None


def _is_in_it(by: Supervising, transfer: Transfer) -> bool:
    watch = transfer.watch
    return supervision.is_on(transfer) and watch is not None and watch.agent == by.me.agent.id


async def _fetch(deps: Deps, tools: DeskTools, by: Supervising, transfer: Transfer) -> web.Response:
    """Be the agent of a caller who waits: their telephone rings with it as any agent's does."""
    if by.me.holds:
        return refuse(409, "busy", "You have a call. End it and write it down first.")
    me, handled = by.me.agent, by.known.handled
    number = handled.caller if handled.caller.startswith("+") else ""
    language = handled.language or by.known.last_words()[1]
    assert language is not None, "a call has a language from its beginning"  # noqa: S101
    waiting = Waiting(by.call, transfer.id, transfer.queue, number, language, transfer.reason, handled.wanted_ms)
    kept = await tools.directory.attend(AgentId(me.id), waiting, tools.clock.wall_ms())
    if kept is None:
        return gone()
    return await _tell(deps, by.call, AgentReserved(transfer.id, me.id, me.name))


async def _tell(deps: Deps, call: CallId, fact: Event) -> web.Response:
    return answer(Nothing()) if await deps.switchboard.tell(call, fact) else gone()
