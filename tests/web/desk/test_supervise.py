"""What supervisors see of calls that others have, and what they may do in them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.calls.routing.state import Waiting
from ivr.ports.identity import Role
from ivr.vocabulary.events import CallEnded, PromptStarted
from ivr.vocabulary.ids import AgentId, LegId, PromptId
from ivr.vocabulary.supervision import PartTaken, SuperviseAsked, SuperviseStopped, SupervisionMoved
from ivr.vocabulary.transfers import AgentJoined, AgentReserved, TakenOver
from tests.web.conftest import House
from tests.web.desk.conftest import CALL, EN, NUMBER, SAID, Agent, Office, T, _at_the_desk, told

SUE, LEG = AgentId("u-sue"), LegId("t1.s1")
MODES = ("listen", "whisper", "join", "take_over")


@pytest.fixture
async def sam(house: House) -> AsyncIterator[Agent]:
    """Another supervisor, with a telephone."""
    async for agent in _at_the_desk(house, "sam", Role.SUPERVISOR):
        await agent.is_available()
        yield agent


async def supervises(who: Agent, mode: str) -> tuple[int, Any]:
    return await who.browser.ask("POST", f"/api/desk/live/{CALL}/supervise", {"mode": mode})


async def stops(who: Agent) -> tuple[int, Any]:
    return await who.browser.ask("POST", f"/api/desk/live/{CALL}/stop", {})


async def live(who: Agent) -> dict[str, Any]:
    (line,) = (await who.desk())["live"]
    found: dict[str, Any] = line
    return found


async def is_in_it(office: Office, sue: Agent) -> None:
    """Sue listens to Ana's call: what the session does about it has happened."""
    assert (await supervises(sue, "listen"))[0] == 200
    now_ms = office.house.people_clock.wall_ms()
    waiting = Waiting(CALL, T, "cards", NUMBER, EN, "theft", now_ms)
    assert await office.house.desk.directory.attend(SUE, waiting, now_ms)
    await office.happens(AgentJoined(T, LEG), SupervisionMoved(T, SUE, "Sue", "listening", "in the room"))
    await office.house.desk.hub.look()


@pytest.mark.parametrize("mode", MODES)
async def test_a_supervisor_asks_to_take_part_and_the_log_says_who(
    office: Office, ana: Agent, sue: Agent, mode: str
) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    assert (await supervises(sue, mode))[0] == 200
    assert (await office.log())[-1] == SuperviseAsked(T, SUE, "Sue", mode)
    line = await live(sue)
    assert (line["agent"], line["stage"]) == ("Ana", "bridged")
    assert line["supervised"] == {"by": "u-sue", "name": "Sue", "state": "dialling", "wanted": mode, "why": mode}


async def test_who_is_in_the_call_sees_it_and_how_they_are_heard(office: Office, ana: Agent, sue: Agent) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    await is_in_it(office, sue)
    (card,) = (await sue.desk())["cards"]
    assert (card["seat"], card["agent_name"], card["supervised"]["state"]) == ("supervisor", "Ana", "listening")
    await office.happens(PartTaken(T, LEG, "join"))
    (card,) = (await sue.desk())["cards"]
    assert card["supervised"]["state"] == "joined"
    assert (await live(sue))["agent"] == "Ana", "it is one call, and Ana's"
    await office.happens(TakenOver(T, SUE, "Sue", LEG))
    (card,) = (await sue.desk())["cards"]
    assert (card["seat"], card["agent_name"], card["supervised"]) == ("first", "Sue", None)
    assert (await sue.does("hold"))[0] == 200


@pytest.mark.parametrize("what", ["accept", "hold", "return", "say", "wrap-up"])
async def test_who_listens_does_not_act_for_the_agent(office: Office, ana: Agent, sue: Agent, what: str) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    await is_in_it(office, sue)
    bodies = {"say": {"answer": "block", "language": "en"}, "wrap-up": {"disposition": "solved"}}
    before = await office.log()
    status, refused = await sue.does(what, bodies.get(what, {}))
    assert (status, refused["code"]) == (409, "gone")
    assert await office.log() == before


async def test_who_is_in_the_call_gets_out_of_it(office: Office, ana: Agent, sue: Agent) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    assert (await stops(sue))[0] == 409
    await is_in_it(office, sue)
    assert (await stops(sue))[0] == 200
    assert (await office.log())[-1] == SuperviseStopped(T, SUE)
    assert (await live(sue))["supervised"]["state"] == "off"


async def test_an_agent_supervises_nobody(office: Office, ana: Agent, ben: Agent) -> None:
    await office.is_talking_to(ana.user)
    before = await office.log()
    assert (await supervises(ben, "listen"))[0] == 403
    assert (await stops(ben))[0] == 403
    assert await office.log() == before


@pytest.mark.parametrize("what", ["supervise", "stop"])
async def test_only_the_page_of_this_server_asks(office: Office, ana: Agent, sue: Agent, what: str) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    path = f"/api/desk/live/{CALL}/{what}"
    status, _ = await sue.browser.ask("POST", path, {"mode": "listen"}, Origin="https://evil.example")
    assert status == 403


@pytest.mark.parametrize("mode", ["", "spy", None])
async def test_there_are_four_ways_to_take_part(office: Office, ana: Agent, sue: Agent, mode: Any) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    assert (await supervises(sue, mode))[0] == 422


async def test_why_not_is_told_in_words(office: Office, ana: Agent, sue: Agent, sam: Agent) -> None:
    status, refused = await supervises(sue, "listen")
    assert (status, refused["code"]) == (409, "no_phone")
    status, refused = await supervises(sam, "listen")
    assert (status, refused["code"]) == (409, "no_agent_has_it")
    await sue.is_available()
    await office.is_talking_to(ana.user)
    await is_in_it(office, sue)
    status, refused = await supervises(sam, "join")
    assert (status, refused["code"], refused["message"]) == (409, "taken", "Sue supervises this call already.")
    assert (await stops(sam))[0] == 409
    await office.happens(CallEnded("caller"))
    status, refused = await supervises(sue, "join")
    assert (status, refused["code"]) == (404, "no_call")


async def test_nobody_supervises_a_call_of_their_own(office: Office, sue: Agent) -> None:
    await sue.is_available()
    await office.is_talking_to(sue.user)
    status, refused = await supervises(sue, "whisper")
    assert (status, refused["code"]) == (409, "own_call")


async def test_a_caller_who_waits_is_fetched_by_a_supervisor(office: Office, sue: Agent) -> None:
    await sue.is_available()
    assert (await supervises(sue, "take_over"))[0] == 200
    assert (await office.log())[-1] == AgentReserved(T, SUE, "Sue")


async def test_a_call_with_the_assistant_is_seen_by_supervisors_and_read_along(
    office: Office, ana: Agent, sue: Agent
) -> None:
    line = await live(sue)
    assert (line["call"], line["agent"], line["stage"], line["caller"]) == (CALL, "", "queued", NUMBER)
    assert (await ana.desk())["live"] == []
    async with _reads(sue) as socket:
        first = await told(socket)
        (said,) = first["said"]
        assert [caption["kind"] for caption in said["captions"]] == ["caller", "assistant", "heard", "person"]
        await office.happens(PromptStarted(PromptId("p2"), "answer", "One moment.", EN))
        (said,) = (await told(socket))["said"]
        assert [caption["text"] for caption in said["captions"]] == ["One moment."]
    async with _reads(ana) as socket:
        assert (await told(socket))["said"] == [], "an agent reads the calls that they have"


async def test_a_call_that_is_over_is_seen_no_more(office: Office, sue: Agent) -> None:
    await office.happens(CallEnded("caller"))
    await office.house.desk.hub.look()
    assert (await sue.desk())["live"] == []
    assert office.house.desk.hub.call(CALL) is None, "nothing of it is kept in memory"


async def test_a_call_before_anybody_is_called_for_is_with_the_assistant(house: House, sue: Agent) -> None:
    await Office(house).happens(*SAID[:5])
    line = await live(sue)
    assert (line["stage"], line["reason"], line["supervised"]) == (None, "", None)
    assert line["stage_ms"] == house.people_clock.wall_ms()


async def test_who_listens_is_told_to_supervisors_and_who_is_heard_to_the_agent_too(
    office: Office, ana: Agent, sue: Agent
) -> None:
    await office.is_talking_to(ana.user)
    await sue.is_available()
    await is_in_it(office, sue)
    await office.happens(SupervisionMoved(T, SUE, "Sue", "joined", "asked"))
    seen = {}
    for who in (ana, sue):
        _, now = await who.browser.ask("GET", "/api/desk")
        (said,) = now["said"]
        seen[who.user.id] = [each["state"] for each in said["captions"] if each["kind"] == "supervision"]
    assert seen == {"u-ana": ["joined"], "u-sue": ["listening", "joined"]}


def _reads(who: Agent) -> Any:
    cookie = "; ".join(f"{name}={value}" for name, value in who.browser.cookies.items())
    headers = {"Origin": who.browser.own, "Cookie": cookie}
    return who.browser.http.ws_connect(f"{who.browser.own}/api/desk/live?reads={CALL}", headers=headers)
