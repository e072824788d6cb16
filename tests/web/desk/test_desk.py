"""What an agent sees at the desk, what they may do, and what that does to the call."""

from typing import Any

import pytest

from ivr.calls.routing.state import Waiting
from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import (
    CallEnded,
    RoomSpoken,
)
from ivr.vocabulary.ids import AgentId, AnswerId, CallId, PromptId, TransferId
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentDeclined,
    CarrierFailed,
    ConsultAsked,
    HoldAsked,
    ReturnAsked,
    SayAsked,
    TransferMoved,
    UnholdAsked,
    WrappedUp,
)
from tests.web.conftest import EXCHANGE, House
from tests.web.desk.conftest import CALL, EN, NUMBER, Agent, Office, T


async def test_who_becomes_available_first_gets_a_telephone_in_the_browser(house: House, ana: Agent) -> None:
    me = (await ana.desk())["me"]
    assert (me["agent"], me["address"], me["presence"]) == (ana.user.id, f"client:{ana.user.id}", "available")
    status, phone = await ana.browser.ask("POST", "/api/desk/phone")
    assert status == 200
    assert (phone["url"], phone["ticket"], phone["identity"]) == (EXCHANGE, "a-ticket", me["address"])


async def test_the_telephone_is_for_a_browser_on_this_machine(ana: Agent) -> None:
    _, phone = await ana.browser.ask("POST", "/api/desk/phone", Host="localhost:1", Origin="http://localhost:1")
    assert phone["ticket"] == "a-ticket"
    ana.browser.cookies = {"__Host-ivr": ana.browser.token}
    _, phone = await ana.browser.ask(
        "POST", "/api/desk/phone", Host="voice.example.com", Origin="https://voice.example.com"
    )
    assert (phone["ticket"], phone["why"]) == ("", "elsewhere")


@pytest.mark.parametrize("presence", ["available", "busy", "break", "offline"])
async def test_an_agent_chooses_what_they_do(ana: Agent, presence: str) -> None:
    await ana.browser.ask("PUT", "/api/desk/presence", {"presence": presence})
    assert (await ana.desk())["me"]["presence"] == presence


@pytest.mark.parametrize("presence", ["wrap_up", "away", "dancing", None])
async def test_nobody_chooses_what_comes_by_itself(ana: Agent, presence: str | None) -> None:
    assert (await ana.browser.ask("PUT", "/api/desk/presence", {"presence": presence}))[0] == 422


async def test_a_supervisor_chooses_for_others_and_an_agent_does_not(ana: Agent, ben: Agent, sue: Agent) -> None:
    path = f"/api/desk/agents/{ben.user.id}/presence"
    assert (await ana.browser.ask("PUT", path, {"presence": "break"}))[0] == 403
    assert (await sue.browser.ask("PUT", path, {"presence": "break"}))[0] == 200
    assert (await ben.desk())["me"]["presence"] == "break"
    nobody = "/api/desk/agents/nobody/presence"
    assert (await sue.browser.ask("PUT", nobody, {"presence": "break"}))[0] == 404


async def test_a_ringing_call_tells_who_calls_why_and_for_how_long(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    (card,) = (await ana.desk())["cards"]
    assert (card["stage"], card["seat"], card["caller"], card["language"]) == ("ringing", "first", NUMBER, "en")
    assert (card["reason"], card["risk"], card["queue"]) == ("theft", "soon", "cards")
    assert card["wanted_ms"] == office.house.people_clock.wall_ms()
    assert card["summary"] == [{"kind": "why", "text": "9 entries, in en", "turns": [1]}]


async def test_what_was_said_before_is_there_with_the_call(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    _, told = await ana.browser.ask("GET", "/api/desk")
    (said,) = told["said"]
    assert [caption["kind"] for caption in said["captions"]] == [
        "caller", "assistant", "heard", "person", "reserved", "stage",
    ]  # fmt: skip


async def test_nobody_sees_the_call_of_another_agent(office: Office, ana: Agent, ben: Agent, sue: Agent) -> None:
    await office.rings(ana.user)
    for other in (ben, sue):
        _, told = await other.browser.ask("GET", "/api/desk")
        assert (told["desk"]["cards"], told["said"]) == ([], [])


async def test_the_queue_is_shown_in_the_order_in_which_callers_get_agents(
    office: Office, ana: Agent, sue: Agent
) -> None:
    await office.rings(ana.user)  # so that she is there, and not free
    now_ms = office.house.people_clock.wall_ms()
    for number, reason in (("2", "asked"), ("3", "danger")):
        waiting = Waiting(CallId(f"CA{number}"), T, "general", f"+1202555010{number}", EN, reason, now_ms)
        await office.house.desk.directory.reserve(waiting, now_ms)
    queue = (await sue.desk())["queue"]
    assert [(each["reason"], each["risk"], each["position"]) for each in queue] == [
        ("danger", "urgent", 1), ("asked", "usual", 2),
    ]  # fmt: skip


async def test_colleagues_are_shown_with_what_they_do(ana: Agent, ben: Agent) -> None:
    (colleague,) = (await ana.desk())["colleagues"]
    assert (colleague["id"], colleague["name"], colleague["presence"]) == (ben.user.id, "Ben", "available")


async def test_a_supervisor_sees_the_calls_that_agents_have(office: Office, ana: Agent, ben: Agent, sue: Agent) -> None:
    await office.is_talking_to(ana.user)
    (live,) = (await sue.desk())["live"]
    assert (live["agent"], live["stage"], live["reason"], live["caller"]) == ("Ana", "bridged", "theft", NUMBER)
    assert (await ben.desk())["live"] == []


async def test_when_the_queues_cannot_be_asked_nothing_is_pretended(house: House, ana: Agent) -> None:
    house.board.down = True
    status, told = await ana.browser.ask("PUT", "/api/desk/presence", {"presence": "break"})
    assert (status, told["code"]) == (503, "unavailable")
    house.board.down = False
    assert (await ana.desk())["me"]["presence"] == "available"


@pytest.mark.parametrize(
    ("what", "body", "fact"),
    [
        ("accept", {}, AgentAccepted(T, AgentId("u-ana"), "desk")),
        ("decline", {}, AgentDeclined(T, AgentId("u-ana"), "desk")),
    ],
)
async def test_who_is_rung_accepts_or_declines(
    office: Office, ana: Agent, what: str, body: dict[str, Any], fact: Event
) -> None:
    await office.rings(ana.user)
    assert (await ana.does(what, body))[0] == 200
    assert (await office.log())[-1] == fact


@pytest.mark.parametrize(
    ("what", "body", "fact"),
    [
        ("hold", {}, HoldAsked(T)),
        ("return", {"note": "card 4539 1488 0343 6467 is blocked"}, None),
        ("consult", {"agent": "u-ben"}, ConsultAsked(T, AgentId("u-ben"))),
    ],
)
async def test_who_talks_may_hold_return_and_consult(
    office: Office, ana: Agent, what: str, body: dict[str, Any], fact: Event | None
) -> None:
    await office.is_talking_to(ana.user)
    assert (await ana.does(what, body))[0] == 200
    last = (await office.log())[-1]
    assert last == fact or isinstance(last, ReturnAsked)
    if isinstance(last, ReturnAsked):
        assert "4539" not in last.note, "a card number is kept no more than in the caller's words"


async def test_who_holds_takes_the_caller_off_hold(office: Office, ana: Agent) -> None:
    await office.is_talking_to(ana.user)
    await ana.does("hold")
    await office.happens(TransferMoved(T, "held", "asked"))
    assert (await ana.desk())["cards"][0]["stage"] == "held"
    assert (await ana.does("unhold"))[0] == 200
    assert (await office.log())[-1] == UnholdAsked(T)


@pytest.mark.parametrize("what", ["hold", "unhold", "return", "conclude"])
async def test_what_does_not_fit_how_the_call_stands_is_refused(office: Office, ana: Agent, what: str) -> None:
    await office.rings(ana.user)
    body = {"onward": True} if what == "conclude" else {}
    before = await office.log()
    status, told = await ana.does(what, body)
    assert (status, told["code"]) == (409, "gone")
    assert await office.log() == before


@pytest.mark.parametrize("what", ["accept", "decline", "hold", "unhold", "return", "wrap-up", "wrong"])
async def test_nobody_acts_on_the_call_of_another_agent(office: Office, ana: Agent, ben: Agent, what: str) -> None:
    await office.is_talking_to(ana.user)
    before = await office.log()
    bodies = {"wrap-up": {"disposition": "solved"}, "wrong": {"prompt": "p1"}}
    status, told = await ben.does(what, bodies.get(what))
    assert (status, told["code"]) == (409, "gone")
    assert await office.log() == before


async def test_a_call_is_written_down_and_the_agent_is_free_for_the_next(office: Office, ana: Agent) -> None:
    await office.is_talking_to(ana.user)
    await office.happens(CallEnded("caller"), TransferMoved(T, "wrap_up", "the caller hung up"))
    (card,) = (await ana.desk())["cards"]
    assert (card["stage"], card["over"], card["notices"][-1]["what"]) == ("wrap_up", True, "caller_gone")
    assert (await ana.does("wrap-up", {"disposition": "solved", "note": "card blocked"}))[0] == 200
    assert (await office.log())[-1] == WrappedUp(T, "solved", "card blocked")
    desk = await ana.desk()
    assert (desk["cards"], desk["me"]["presence"]) == ([], "available")


@pytest.mark.parametrize("disposition", ["", "great", None])
async def test_a_call_is_written_down_as_one_of_a_few_things(
    office: Office, ana: Agent, disposition: str | None
) -> None:
    await office.is_talking_to(ana.user)
    assert (await ana.does("wrap-up", {"disposition": disposition}))[0] == 422


async def test_what_the_assistant_said_is_marked_wrong(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    assert (await ana.does("wrong", {"prompt": "p1", "why": "say it kinder"}))[0] == 200
    assert (await office.log())[-1] == TurnMarkedWrong(PromptId("p1"), ana.user.id, "say it kinder")
    assert (await ana.does("wrong", {"prompt": "p9"}))[0] == 404


async def test_another_transfer_of_the_call_is_not_theirs(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    path = f"/api/desk/calls/{CALL}/{TransferId('t9')}/accept"
    assert (await ana.browser.ask("POST", path, {}))[0] == 409


async def test_what_the_carrier_did_not_do_is_told(office: Office, ana: Agent) -> None:
    await office.is_talking_to(ana.user)
    await office.happens(
        HoldAsked(T), TransferMoved(T, "held", "asked"), CarrierFailed(T, "hold", "gone"),
        TransferMoved(T, "bridged", "hold failed"),
    )  # fmt: skip
    (card,) = (await ana.desk())["cards"]
    assert (card["stage"], card["notices"][-1]["what"]) == ("bridged", "hold_failed")


async def test_approved_answers_are_suggested_to_what_the_caller_said_last(office: Office, ana: Agent) -> None:
    await office.is_talking_to(ana.user)
    path = f"/api/desk/calls/{CALL}/{T}/answers"
    _, told = await ana.browser.ask("GET", path)
    assert told["answers"][0]["text"] == "To “my card was stolen” in en: we block it."
    await office.happens(RoomSpoken("caller", "", "and my phone", EN), RoomSpoken("agent", "Ana", "I see", EN))
    _, told = await ana.browser.ask("GET", path)
    assert told["words"] == "and my phone"
    _, told = await ana.browser.ask("GET", f"{path}?words=the%20fee")
    assert told["words"] == "the fee"


async def test_an_approved_answer_is_said_by_the_assistant(office: Office, ana: Agent, ben: Agent) -> None:
    await office.is_talking_to(ana.user)
    asked = {"answer": "block", "language": "en"}
    assert (await ben.does("say", asked))[0] == 409
    status, refusal = await ana.does("say", asked | {"language": "es"})
    assert (status, refusal["code"]) == (404, "no_answer")
    assert (await ana.does("say", asked | {"text": "Send me your PIN."}))[0] == 422
    assert (await ana.does("say", asked))[0] == 200
    said = SayAsked(T, AgentId(ana.user.id), AnswerId("block"), "We block your card at once.", EN)
    assert (await office.log())[-1] == said
    await office.happens(HoldAsked(T), TransferMoved(T, "held", "hold"))
    assert (await ana.does("say", asked))[0] == 409


async def test_suggestions_are_for_who_has_the_call(office: Office, ana: Agent, ben: Agent) -> None:
    await office.is_talking_to(ana.user)
    assert (await ben.browser.ask("GET", f"/api/desk/calls/{CALL}/{T}/answers"))[0] == 409
