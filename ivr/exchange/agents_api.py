"""Control endpoints for agents' telephones and for what each leg heard. Behind the control token, like the phones.

POST   /exchange/agents              {"identity", "manner"?, "ringsMs"?, "listensMs"?, "hangsUpMs"?, "keys"?, "says"?}:
                                     an agent who acts by itself until withdrawn. Manners: `agent_phone.MANNERS`;
                                     `says` is a WAV file in base64
GET    /exchange/agents/{identity}   its calls: {"identity", "busy", "calls": [leg reports]}
DELETE /exchange/agents/{identity}   withdraw it
GET    /exchange/legs/{CA}           a leg: parties, status, `deadAirMs`, `silences` [{"fromTick", "toTick", "spoke"}]
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from aiohttp import web

from ivr.exchange.agent_phone import AgentPhone, leg_report, manner_of
from ivr.exchange.sounds import decode
from ivr.exchange.switchboard import Exchange
from ivr.exchange.twiml import TwimlError

MAX_AGENTS: Final = 200


class AgentsApi:
    """The agents that were asked for over HTTP, by identity."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._agents: dict[str, AgentPhone] = {}

    async def add(self, request: web.Request) -> web.StreamResponse:
        """Register a temporary agent. One of the same identity is replaced."""
        try:
            body = await request.json()
            identity = body["identity"]
            if not isinstance(identity, str) or not 1 <= len(identity) <= 200 or any(map(str.isspace, identity)):
                raise ValueError("identity is a number, client:name or sip:address")
            sound = base64.b64decode(body.get("says", ""), validate=True)
            manner = manner_of(body, decode(sound, "audio/wav") if sound else b"")
        except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, TwimlError) as bad:
            raise web.HTTPBadRequest(text=f"{type(bad).__name__}: {bad}") from bad
        if identity in self._agents:
            self._agents.pop(identity).withdraw()
        if len(self._agents) >= MAX_AGENTS:
            raise web.HTTPConflict(text=f"there are {MAX_AGENTS} agents already")
        self._agents[identity] = AgentPhone(self._exchange, identity, manner)
        return web.json_response(self._agents[identity].as_json(), status=201)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What became of an agent's calls."""
        return web.json_response(self._agent(request).as_json())

    async def withdraw(self, request: web.Request) -> web.StreamResponse:
        """Take an agent away."""
        agent = self._agent(request)
        del self._agents[agent.number]
        agent.withdraw()
        return web.Response(status=204)

    async def leg(self, request: web.Request) -> web.StreamResponse:
        """A leg's report, while it lasts and afterwards."""
        record = self._exchange.calls.get(request.match_info["sid"])
        if record is None:
            raise web.HTTPNotFound(text="no such call")
        return web.json_response(leg_report(record))

    def _agent(self, request: web.Request) -> AgentPhone:
        agent = self._agents.get(request.match_info["identity"])
        if agent is None:
            raise web.HTTPNotFound(text="no such agent")
        return agent
