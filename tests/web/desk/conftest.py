"""A call that wants an agent, and agents who are signed in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from ivr.calls.routing.state import Presence, Waiting
from ivr.ports.identity import Role, User
from ivr.ports.store import Entry
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallOffered, EscalationRaised, LanguageSet, Perceived, PromptHeard, PromptStarted
from ivr.vocabulary.ids import AgentId, CallId, LegId, PromptId, TransferId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentAnswered,
    AgentJoined,
    AgentReserved,
    CallerJoined,
    TransferMoved,
    TransferRequested,
)
from tests.web.conftest import House
from tests.web.visitor import Visitor, there_is, visitor

CALL, T = CallId("CA1"), TransferId("t1")
EN = LanguageTag("en")
NUMBER = "+12025550143"
SAID: list[Event] = [
    CallOffered(NUMBER, "+12025550100"),
    LanguageSet(EN, "first"),
    Perceived(UtteranceId("u1"), "my card was stolen", 0.9, EN, 0.99),
    PromptStarted(PromptId("p1"), "offer", "I am connecting you.", EN),
    PromptHeard(PromptId("p1")),
    EscalationRaised("theft", (UtteranceId("u1"),), "stolen"),
    TransferRequested(T, "cards", "theft"),
]


@dataclass
class Office:
    """The house, with one call that its log tells of."""

    house: House
    wrote: list[Event] = field(default_factory=list)

    async def happens(self, *events: Event) -> None:
        """Write these into the call."""
        wall_ms = self.house.people_clock.wall_ms()
        entries = [Entry(0, wall_ms, event) for event in events]
        await self.house.log.append(CALL, len(await self.house.log.read(CALL)), entries)

    async def log(self) -> list[Event]:
        return [logged.event for logged in await self.house.log.read(CALL)]

    async def wants_an_agent(self) -> None:
        await self.happens(*SAID)

    async def rings(self, user: User, seat: Presence = Presence.AVAILABLE) -> None:
        """Reserve this person for the caller, and ring them."""
        wall_ms = self.house.people_clock.wall_ms()
        waiting = Waiting(CALL, T, "cards", NUMBER, EN, "theft", wall_ms)
        found = await self.house.desk.directory.engage(AgentId(user.id), waiting, wall_ms)
        assert found is not None
        await self.happens(AgentReserved(T, found.id, found.name), TransferMoved(T, "ringing", "reserved"))
        await self.house.desk.hub.look()

    async def is_talking_to(self, user: User) -> None:
        await self.rings(user)
        await self.happens(
            AgentAnswered(T, LegId("t1.1")),
            AgentAccepted(T, AgentId(user.id), "desk"),
            TransferMoved(T, "joining", "accepted"),
            AgentJoined(T, LegId("t1.1")),
            CallerJoined(T),
            TransferMoved(T, "bridged", "both are in the room"),
        )


@pytest.fixture
async def office(house: House) -> Office:
    office = Office(house)
    await office.wants_an_agent()
    return office


@dataclass
class Agent:
    """An agent at their desk."""

    user: User
    browser: Visitor

    async def desk(self) -> dict[str, Any]:
        status, told = await self.browser.ask("GET", "/api/desk")
        assert status == 200, told
        desk: dict[str, Any] = told["desk"]
        return desk

    async def does(self, what: str, body: Any = None) -> tuple[int, Any]:
        return await self.browser.ask("POST", f"/api/desk/calls/{CALL}/{T}/{what}", body or {})

    async def is_available(self) -> None:
        assert (await self.browser.ask("PUT", "/api/desk/presence", {"presence": "available"}))[0] == 200

    def live(self) -> Any:
        """The desk's socket."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        headers = {"Origin": self.browser.own, "Cookie": cookie}
        return self.browser.http.ws_connect(f"{self.browser.own}/api/desk/live", headers=headers)


async def told(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = await socket.receive_json(timeout=10)
    return message


async def _at_the_desk(house: House, name: str, role: Role) -> AsyncIterator[Agent]:
    user = await there_is(house, name, role)
    async with visitor(house) as browser:
        assert await browser.signs_in(name) == 200
        yield Agent(user, browser)


@pytest.fixture
async def ana(house: House) -> AsyncIterator[Agent]:
    """An agent, available."""
    async for agent in _at_the_desk(house, "ana", Role.AGENT):
        await agent.is_available()
        yield agent


@pytest.fixture
async def ben(house: House) -> AsyncIterator[Agent]:
    """Another agent, available."""
    async for agent in _at_the_desk(house, "ben", Role.AGENT):
        await agent.is_available()
        yield agent


@pytest.fixture
async def sue(house: House) -> AsyncIterator[Agent]:
    """A supervisor, who takes no calls."""
    async for agent in _at_the_desk(house, "sue", Role.SUPERVISOR):
        yield agent
