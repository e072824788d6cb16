"""What the desk asks and does.

Acting  A person acts only on calls that they have. What they do enters the call's log as a fact, and the call's own
        machine decides what comes of it; the page sees that as the next state of the desk.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web
from pydantic import BaseModel

from ivr.audio.wav import write_wav
from ivr.calls.routing.state import Agent, Presence
from ivr.calls.transfer.state import Stage, Transfer
from ivr.ports.identity import User
from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import PromptStarted
from ivr.vocabulary.ids import AgentId, AnswerId, CallId, PromptId, RecordingId, TransferId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import mask
from ivr.vocabulary.messages import VoicemailDone
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentDeclined,
    ConsultAsked,
    ConsultEnded,
    HoldAsked,
    ReturnAsked,
    SayAsked,
    UnholdAsked,
    WrappedUp,
)
from ivr.web.answers import answer, read, refuse
from ivr.web.desk import approve, supervise
from ivr.web.desk.acting import Nothing, gone, guarded, parts
from ivr.web.desk.caller import caller_of
from ivr.web.desk.live import live
from ivr.web.desk.models import (
    Caller,
    Chosen,
    Concluded,
    Consulted,
    Phone,
    Returned,
    SaidForMe,
    Snapshot,
    Suggested,
    WrapUp,
    Wrong,
)
from ivr.web.desk.view import agent_of, calls_of, desk, is_theirs_to_watch, said
from ivr.web.doors import AGENT, SESSION, SUPERVISOR, door
from ivr.web.phone_guard import is_local

CALL: Final = "/api/desk/calls/{call}/{transfer}"
MESSAGE: Final = "/api/desk/messages/{call}/{recording}"
LONGEST_WORDS: Final = 400
"Characters of a question that an agent types."
ENGLISH: Final = LanguageTag("en")

_record = structlog.get_logger("desk")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, on which transfer of a call that they have."""

    user: User
    agent: AgentId
    call: CallId
    transfer: Transfer

    @property
    def id(self) -> TransferId:
        return self.transfer.id


Fact = Callable[[Acting, BaseModel], Event]
Handling = Callable[[web.Request], Awaitable[web.Response]]
_ASKED: Final = frozenset({Stage.RINGING, Stage.BRIEFING})
_REFUSABLE: Final = _ASKED | {Stage.CONSULTING}
"A colleague who is consulted may decline too; of the one who consults, the machine takes no notice."
_TALKING: Final = frozenset({Stage.BRIDGED, Stage.HELD, Stage.CONSULTING})


def routes() -> Sequence[web.RouteDef]:
    """Every route of the desk."""
    return [
        web.get("/api/desk", _snapshot),
        web.get("/api/desk/live", live),
        web.put("/api/desk/presence", _presence),
        web.put("/api/desk/agents/{agent}/presence", _presence_of),
        web.post("/api/desk/phone", _phone),
        web.post(f"{CALL}/accept", _does(Nothing, _ASKED, lambda by, _: AgentAccepted(by.id, by.agent, "desk"))),
        web.post(f"{CALL}/decline", _does(Nothing, _REFUSABLE, lambda by, _: AgentDeclined(by.id, by.agent, "desk"))),
        web.post(f"{CALL}/hold", _does(Nothing, frozenset({Stage.BRIDGED}), lambda by, _: HoldAsked(by.id))),
        web.post(f"{CALL}/unhold", _does(Nothing, frozenset({Stage.HELD}), lambda by, _: UnholdAsked(by.id))),
        web.post(f"{CALL}/return", _does(Returned, _TALKING, _return_asked)),
        web.post(f"{CALL}/consult", _does(Consulted, frozenset({Stage.BRIDGED, Stage.HELD}), _consult_asked)),
        web.post(f"{CALL}/conclude", _does(Concluded, frozenset({Stage.CONSULTING}), _consult_ended)),
        web.post(f"{CALL}/say", _say),
        web.post(f"{CALL}/wrap-up", _wrap_up),
        web.post(f"{CALL}/wrong", _wrong),
        web.get(f"{CALL}/caller", _caller),
        web.get(f"{MESSAGE}/audio", _audio),
        web.post(f"{MESSAGE}/done", _dealt_with),
        web.get(f"{CALL}/answers", _answers),
        *supervise.routes(),
        *approve.routes(),
    ]


# ── how things stand ─────────────────────────────────────────────────────────────────────────────────────────────


@door(AGENT, gives=Snapshot)
async def _snapshot(request: web.Request) -> web.Response:
    """The desk as it stands, with all that was said in each of its calls."""
    deps, tools = parts(request)
    try:
        await tools.hub.look()
    except BackendError:
        pass  # the snapshot says that it is stale
    user = request[SESSION].user
    words = [said(call, known.said, user) for call, known in calls_of(tools.hub, user).items()]
    return answer(Snapshot(desk=desk(tools.hub, user, tools.business, deps.clock.wall_ms()), said=words))


# ── presence ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door(AGENT, takes=Chosen, gives=Nothing)
async def _presence(request: web.Request) -> web.Response:
    """Choose what one does. Who becomes available for the first time gets a telephone in the browser."""
    _, tools = parts(request)
    asked = await read(request, Chosen)
    if isinstance(asked, web.Response):
        return asked
    user = request[SESSION].user

    async def act() -> web.Response:
        await tools.hub.look()
        mine = agent_of(tools.hub, user)
        if mine is None:
            agent = Agent(AgentId(user.id), user.shown, f"client:{user.id}", languages=user.languages, user=user.id)
            await tools.directory.add_agent(agent, Presence(asked.presence), tools.clock.wall_ms())
        else:
            await tools.directory.set_presence(mine.agent.id, Presence(asked.presence), tools.clock.wall_ms())
        await tools.hub.look()
        return answer(Nothing())

    return await guarded(act)


@door(SUPERVISOR, takes=Chosen, gives=Nothing)
async def _presence_of(request: web.Request) -> web.Response:
    """Choose for somebody else what they do."""
    _, tools = parts(request)
    asked = await read(request, Chosen)
    if isinstance(asked, web.Response):
        return asked
    agent = AgentId(request.match_info["agent"])

    async def act() -> web.Response:
        if not await tools.directory.set_presence(agent, Presence(asked.presence), tools.clock.wall_ms()):
            return refuse(404, "no_agent", "There is no such agent any more.")
        _record.info("presence was changed by somebody else", agent=agent, by=request[SESSION].user.id)
        await tools.hub.look()
        return answer(Nothing())

    return await guarded(act)


# ── the telephone in the page ────────────────────────────────────────────────────────────────────────────────────


@door(AGENT, gives=Phone)
async def _phone(request: web.Request) -> web.Response:
    """What the telephone in the page takes; or why the page is none."""
    deps, tools = parts(request)
    line = deps.phone.line if deps.phone is not None else None
    mine = agent_of(tools.hub, request[SESSION].user)
    address = mine.agent.address if mine is not None else ""
    if not address.startswith("client:"):
        return answer(Phone(why="other_phone"))
    if line is None:
        token = tools.phone_token(address) if tools.phone_token is not None else ""
        return answer(Phone(token=token, identity=address) if token else Phone(why="no_key"))
    if not is_local(request):
        return answer(Phone(why="elsewhere"))
    return answer(Phone(url=line.url, ticket=line.ticket(), identity=address))


# ── acting on a call ─────────────────────────────────────────────────────────────────────────────────────────────


def _does(takes: type[BaseModel], stages: frozenset[Stage], fact: Fact) -> Handling:
    """A handler that lets a fact into the call, where its transfer stands in one of these stages."""

    @door(AGENT, takes=takes, gives=Nothing)
    async def handle(request: web.Request) -> web.Response:
        asked = await read(request, takes)
        if isinstance(asked, web.Response):
            return asked
        by = _acting(request)
        if by is None or by.transfer.stage not in stages or is_theirs_to_watch(by.transfer, by.agent):
            return gone()
        return await _tell(request, by, fact(by, asked))

    return handle


def _return_asked(by: Acting, asked: BaseModel) -> Event:
    assert isinstance(asked, Returned)  # noqa: S101
    return ReturnAsked(by.id, _masked(asked.note))


def _consult_asked(by: Acting, asked: BaseModel) -> Event:
    assert isinstance(asked, Consulted)  # noqa: S101
    return ConsultAsked(by.id, AgentId(asked.agent))


def _consult_ended(by: Acting, asked: BaseModel) -> Event:
    assert isinstance(asked, Concluded)  # noqa: S101
    return ConsultEnded(by.id, asked.onward)


@door(AGENT, takes=SaidForMe, gives=Nothing)
async def _say(request: web.Request) -> web.Response:
    """Have the assistant's voice say an approved answer to the caller."""
    _, tools = parts(request)
    asked = await read(request, SaidForMe)
    if isinstance(asked, web.Response):
        return asked
    by = _acting(request)
    if by is None or by.transfer.stage is not Stage.BRIDGED or is_theirs_to_watch(by.transfer, by.agent):
        return gone()
    answer, language = AnswerId(asked.answer), LanguageTag(asked.language)
    if not (text := tools.approved(answer, language)):
        return refuse(404, "no_answer", "This answer is not approved in this language any more.")
    return await _tell(request, by, SayAsked(by.id, by.agent, answer, text, language))


@door(AGENT, takes=WrapUp, gives=Nothing)
async def _wrap_up(request: web.Request) -> web.Response:
    """Write down what came of the call, and be free for the next one."""
    _, tools = parts(request)
    asked = await read(request, WrapUp)
    if isinstance(asked, web.Response):
        return asked
    by = _acting(request)
    if by is None or is_theirs_to_watch(by.transfer, by.agent):
        return gone()
    done = await _tell(request, by, WrappedUp(by.id, asked.disposition.value, _masked(asked.note)))
    if done.status != 200:
        return done

    async def act() -> web.Response:
        await tools.directory.release(by.agent, by.call, by.id, Presence.AVAILABLE, tools.clock.wall_ms())
        await tools.hub.look()
        return done

    return await guarded(act)


@door(AGENT, takes=Wrong, gives=Nothing)
async def _wrong(request: web.Request) -> web.Response:
    """Mark something that the assistant said as wrong."""
    _, tools = parts(request)
    asked = await read(request, Wrong)
    if isinstance(asked, web.Response):
        return asked
    by = _acting(request)
    known = tools.hub.call(by.call) if by is not None else None
    if by is None or known is None:
        return gone()
    said = {each.event.prompt for each in known.log if isinstance(each.event, PromptStarted)}
    if asked.prompt not in said:
        return refuse(404, "no_turn", "The assistant said no such thing in this call.")
    return await _tell(request, by, TurnMarkedWrong(PromptId(asked.prompt), by.user.id, _masked(asked.why)))


@door(AGENT, gives=Caller)
async def _caller(request: web.Request) -> web.Response:
    """Who calls, by the customer records, and their calls before."""
    deps, tools = parts(request)
    by = _acting(request)
    known = tools.hub.call(by.call) if by is not None else None
    if by is None or known is None:
        return gone()
    call, number = by.call, known.handled.caller

    async def act() -> web.Response:
        return answer(await caller_of(call, number, deps.log, deps.customers))

    return await guarded(act)


@door(AGENT, gives=Suggested)
async def _answers(request: web.Request) -> web.Response:
    """Approved answers to what the caller said last, or to `?words=…`."""
    _, tools = parts(request)
    by = _acting(request)
    known = tools.hub.call(by.call) if by is not None else None
    if known is None:
        return gone()
    said, language = known.last_words()
    words = request.query.get("words", "").strip()[:LONGEST_WORDS] or said
    tag = language or ENGLISH

    async def act() -> web.Response:
        answers = await tools.suggest(words, tag) if words else []
        return answer(Suggested(words=words, language=tag, answers=answers))

    return await guarded(act)


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door(AGENT)
async def _audio(request: web.Request) -> web.Response:
    """A message that waits, as WAV."""
    _, tools = parts(request)
    call, recording = CallId(request.match_info["call"]), RecordingId(request.match_info["recording"])

    async def act() -> web.Response:
        waits = tools.hub.messages.there_is(call, recording) and tools.recordings is not None
        audio = await tools.recordings.read(call, recording) if waits and tools.recordings is not None else None
        if audio is None:
            return gone()
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=write_wav(audio), content_type="audio/wav", headers=headers)

    return await guarded(act)


@door(AGENT, takes=Nothing, gives=Nothing)
async def _dealt_with(request: web.Request) -> web.Response:
    """Somebody has dealt with a message: it waits no more."""
    deps, tools = parts(request)
    asked = await read(request, Nothing)
    if isinstance(asked, web.Response):
        return asked
    call, recording = CallId(request.match_info["call"]), RecordingId(request.match_info["recording"])
    done = VoicemailDone(recording, request[SESSION].user.id)

    async def act() -> web.Response:
        if not tools.hub.messages.there_is(call, recording) or not await deps.switchboard.tell(call, done):
            return gone()
        return answer(Nothing())

    return await guarded(act)


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _acting(request: web.Request) -> Acting | None:
    """Who acts on what; None when they do not have this call."""
    _, tools = parts(request)
    user = request[SESSION].user
    mine = agent_of(tools.hub, user)
    call, id = CallId(request.match_info["call"]), request.match_info["transfer"]
    held = mine is not None and any(hold.call == call and hold.transfer == id for hold in mine.holds)
    known = tools.hub.call(call)
    if mine is None or not held or known is None or known.handled.transfer is None:
        return None
    return Acting(user, mine.agent.id, call, known.handled.transfer)


async def _tell(request: web.Request, by: Acting, fact: Event) -> web.Response:
    deps, _ = parts(request)

    async def act() -> web.Response:
        return answer(Nothing()) if await deps.switchboard.tell(by.call, fact) else gone()

    return await guarded(act)


def _masked(note: str) -> str:
    """What agents write is kept with the call: a card number in it no more than in the caller's words."""
    return mask(note.strip(), ENGLISH).text
