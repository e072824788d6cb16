"""Who calls: what the customer records and earlier calls tell an agent."""

from typing import Any

from ivr.ports.customers import Customer
from ivr.ports.store import Entry
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import AnswerReady, CallEnded, CallOffered, LanguageSet, Perceived, PromptStarted
from ivr.vocabulary.ids import AnswerId, CallId, PromptId, RequestId, TransferId, UtteranceId
from ivr.vocabulary.transfers import WrappedUp
from tests.web.desk.conftest import CALL, EN, NUMBER, Agent, Office, T

PATH = f"/api/desk/calls/{CALL}/{T}/caller"
EARLIER = CallId("CA0")
BEFORE: list[Event] = [
    CallOffered(NUMBER, "+12025550100"),
    LanguageSet(EN, "first"),
    Perceived(UtteranceId("u1"), "when are you open", 0.9, EN, 0.99),
    AnswerReady(RequestId("a1"), "approved", "At nine.", (AnswerId("hours"),), EN),
    PromptStarted(PromptId("p1"), "answer", "At nine.", EN, (AnswerId("hours"),)),
    WrappedUp(TransferId("t1"), "solved", ""),
    CallEnded("caller"),
]


async def _caller(agent: Agent) -> dict[str, Any]:
    status, told = await agent.browser.ask("GET", PATH)
    assert status == 200, told
    found: dict[str, Any] = told
    return found


async def test_an_agent_sees_who_calls_and_what_they_called_about_before(office: Office, ana: Agent) -> None:
    anna = Customer("HB-1", "Anna Meyer", EN, "premium", "Prefers mornings.")
    office.house.customers.customers[NUMBER] = anna
    await office.house.log.append(EARLIER, 0, [Entry(0, 1_000, event) for event in BEFORE])
    await office.rings(ana.user)
    assert await _caller(ana) == {
        "number": NUMBER,
        "known": True,
        "failed": False,
        "id": "HB-1",
        "name": "Anna Meyer",
        "prefers": "en",
        "segment": "premium",
        "notes": "Prefers mornings.",
        "calls": [
            {
                "call": EARLIER,
                "started_ms": 1_000,
                "outcome": "answered",
                "reason": "",
                "language": "en",
                "asked": "when are you open",
                "disposition": "solved",
            }
        ],
    }


async def test_who_is_not_known_has_a_number_and_no_name(office: Office, ana: Agent) -> None:
    await office.rings(ana.user)
    told = await _caller(ana)
    assert (told["number"], told["known"], told["failed"], told["name"], told["calls"]) == (
        NUMBER,
        False,
        False,
        "",
        [],
    )


async def test_records_that_cannot_be_asked_are_said_to_be_so(office: Office, ana: Agent) -> None:
    office.house.customers.fails = BackendUnavailable("down")
    await office.rings(ana.user)
    told = await _caller(ana)
    assert (told["known"], told["failed"]) == (False, True)


async def test_only_the_agent_who_has_the_call_may_see_who_calls(office: Office, ana: Agent, ben: Agent) -> None:
    await office.rings(ana.user)
    assert (await ben.browser.ask("GET", PATH))[0] == 409
