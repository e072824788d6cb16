"""The desk's socket: how everything stands, pushed whenever it changes.

Each connection begins with all of it, so nothing that happened while it was gone is missing; then comes what is new.
Nothing waits in a queue: what changes while the page is being told is told next, together.
"""

import asyncio
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from ivr.ports.identity import Role, Session, User
from ivr.vocabulary.errors import BackendError
from ivr.web.desk.hub import Viewer
from ivr.web.desk.models import Desk, Pushed, Said
from ivr.web.desk.tools import DeskTools
from ivr.web.desk.view import calls_of, desk, said
from ivr.web.doors import AGENT, SESSION, door
from ivr.web.keys import DEPS, Deps

MOST_VIEWERS: Final = 512
"Desks that may be open at once on this node."
LOOK_EVERY_S: Final = 15.0
"How often it is looked whether the person is still signed in."
SIGNED_OUT: Final = 4_401
"Code of a socket that is closed because the session has ended."


@door(AGENT, gives=Pushed)
async def live(request: web.Request) -> web.StreamResponse:
    """Follow the desk: a WebSocket, each message a `Pushed`; with `?reads=CALL` a supervisor reads that call."""
    deps = request.app[DEPS]
    assert deps.desk is not None, "this route is there only with a desk"  # noqa: S101
    if deps.desk.hub.viewers >= MOST_VIEWERS:
        raise web.HTTPServiceUnavailable(text="too many desks are open\n")
    socket = web.WebSocketResponse(heartbeat=20.0, compress=False, max_msg_size=1_024, timeout=2.0)
    await socket.prepare(request)
    user, reads = request[SESSION].user, request.query.get("reads", "")
    supervises = user.role.may(Role.SUPERVISOR)
    with deps.desk.hub.viewer(user.id, supervises=supervises, reads=reads if supervises else "") as viewer:
        try:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(_Telling(socket, deps, deps.desk, request[SESSION], viewer).run())
                async for message in socket:
                    if message.type is not WSMsgType.TEXT:
                        break  # a page has nothing to say here; the loop ends when it leaves
                telling.cancel()
        except* ConnectionError:
            pass  # the page is gone
    return socket


class _Telling:
    """Tells one page."""

    def __init__(
        self, socket: web.WebSocketResponse, deps: Deps, tools: DeskTools, session: Session, viewer: Viewer
    ) -> None:
        self._socket, self._deps, self._tools = socket, deps, tools
        self._session, self._viewer = session, viewer
        self._seq = 0
        self._told: Desk | None = None
        self._heard: dict[str, int] = {}
        "Call to how many of its captions were told."

    async def run(self) -> None:
        """Until the session ends, the node goes, or it is cancelled."""
        while not self._tools.hub.closing:
            user = await self._still_in()
            if user is None:
                await self._socket.close(code=SIGNED_OUT)
                return
            self._viewer.changed.clear()
            await self._tell(user)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._viewer.changed.wait()
            except TimeoutError:
                pass
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def _still_in(self) -> User | None:
        """The person as they are now; None when they are signed out, or may not be here any more."""
        assert self._deps.people is not None, "somebody has entered"  # noqa: S101
        try:
            session = await self._deps.people.sessions.by_id(self._session.id)
        except BackendError:
            return self._session.user  # the store is down: what was open a moment ago stays open
        return session.user if session is not None and not session.user.must_change else None

    async def _tell(self, user: User) -> None:
        now = desk(self._tools.hub, user, self._tools.business, self._tools.clock.wall_ms())
        said = self._said(user)
        changed = self._told is None or now.model_copy(update={"now_ms": self._told.now_ms}) != self._told
        if not changed and not said:
            return
        self._seq += 1
        self._told = now
        pushed = Pushed(seq=self._seq, desk=now if changed else None, said=said)
        await self._socket.send_str(pushed.model_dump_json())

    def _said(self, user: User) -> list[Said]:
        calls = calls_of(self._tools.hub, user, self._viewer.reads)
        heard, self._heard = self._heard, {call: len(known.said) for call, known in calls.items()}
        new = [said(call, known.said[heard.get(call, 0) :], user) for call, known in calls.items()]
        return [each for each in new if each.captions]
