"""Answers that a person at a desk looks at before the caller hears them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.calls.routing.state import Presence
from ivr.vocabulary.answered import AnswerPolicy, DraftApproved, DraftRefused, DraftSettled
from ivr.vocabulary.ids import CallId, RequestId
from tests.journeys.house import CALLER
from tests.web.conftest import House
from tests.web.desk.conftest import Agent
from tests.web.desk.conftest import told as next_of

DRAFTED = RequestId("a1")


@pytest.fixture
async def draft(house: House, ana: Agent) -> AsyncIterator[str]:
    """A caller has asked for the hours, and Ana's desk, which is open, shows the draft. This is their call."""
    house.policies["hours"] = AnswerPolicy.APPROVE_FIRST
    caller = house.street.caller()
    await caller.dial()
    async with ana.live() as desk:
        await next_of(desk)
        await caller.speaks("what are your hours")
        while not (await ana.desk())["drafts"]:
            await next_of(desk)
        yield caller.call
    await caller.hangs_up()


async def decides(who: Agent, call: str, what: str, body: Any = None, request: str = DRAFTED) -> tuple[int, Any]:
    return await who.browser.ask("POST", f"/api/desk/drafts/{call}/{request}/{what}", body or {})


async def became(house: House, call: str) -> list[DraftSettled]:
    events = [logged.event for logged in await house.log.read(CallId(call))]
    return [each for each in events if isinstance(each, DraftSettled)]


async def test_an_agent_sees_what_was_asked_and_what_would_be_said_and_approves_it(
    house: House, ana: Agent, draft: str
) -> None:
    (shown,) = (await ana.desk())["drafts"]
    assert shown["question"] == "what are your hours"
    assert shown["text"] == "We open at nine."
    assert shown["sources"] == [{"id": "hours", "title": "hours", "text": "We open at nine."}]
    assert (shown["call"], shown["caller"], shown["topic"]) == (draft, CALLER, "hours")
    assert shown["until_ms"] - shown["since_ms"] == 20_000
    status, why = await decides(ana, draft, "approve", request="a9")
    assert (status, why["message"]) == (409, "The caller waits for this answer no more.")

    assert (await decides(ana, draft, "approve"))[0] == 200
    assert await became(house, draft) == [DraftSettled(DRAFTED, "approved", "u-ana")]
    assert b'ivr_drafts_total{outcome="approved"} 1.0' in house.street.node.metrics.render()
    desk = await ana.desk()
    assert desk["drafts"] == []
    assert desk["settled"] == [{"call": draft, "request": "a1", "outcome": "approved", "by": "Ana", "mine": True}]


async def test_a_draft_whose_source_was_revoked_while_it_waited_is_not_spoken_as_it_is(
    house: House, ana: Agent, draft: str
) -> None:
    del house.in_use["hours"]
    status, why = await decides(ana, draft, "approve")
    assert (status, why["code"]) == (409, "revoked")
    assert await became(house, draft) == []
    assert (await decides(ana, draft, "approve", {"text": "At ten today."}))[0] == 200


async def test_edited_words_are_kept_and_spoken_as_one_line(house: House, ana: Agent, draft: str) -> None:
    assert (await decides(ana, draft, "approve", {"text": " From 10:30 to 12 and 14 to 18\non Friday. "}))[0] == 200
    events = [logged.event for logged in await house.log.read(CallId(draft))]
    assert DraftApproved(DRAFTED, "From 10:30 to 12 and 14 to 18 on Friday.", ana.user.id) in events
    assert await became(house, draft) == [DraftSettled(DRAFTED, "edited", "u-ana")]


async def test_of_two_who_decide_one_is_first_and_the_other_is_told(
    house: House, ana: Agent, ben: Agent, draft: str
) -> None:
    assert (await decides(ana, draft, "approve"))[0] == 200
    status, why = await decides(ben, draft, "approve", {"text": "At ten."})
    assert (status, why["message"]) == (409, "Ana has approved this answer already.")
    status, why = await decides(ben, draft, "refuse")
    assert status == 409
    assert await became(house, draft) == [DraftSettled(DRAFTED, "approved", "u-ana")]


async def test_who_comes_second_although_both_saw_the_draft_is_told(
    house: House, ana: Agent, ben: Agent, draft: str
) -> None:
    """Between the look and the deed: the log says who was first."""
    first, second = await asyncio.gather(
        decides(ana, draft, "approve", {"text": "At ten."}), decides(ben, draft, "approve", {"text": "At eleven."})
    )
    assert sorted((first[0], second[0])) == [200, 409]
    (settled,) = await became(house, draft)
    assert settled.by == ("u-ana" if first[0] == 200 else "u-ben")


async def test_a_caller_is_handed_over_by_who_would_rather_speak_with_them(
    house: House, ana: Agent, draft: str
) -> None:
    assert (await decides(ana, draft, "refuse", {"why": "card 4111111111111111"}))[0] == 200
    events = [logged.event for logged in await house.log.read(CallId(draft))]
    assert DraftRefused(DRAFTED, ana.user.id, f"card {'•' * 16}") in events
    assert await became(house, draft) == [DraftSettled(DRAFTED, "refused", "u-ana")]


async def test_words_that_may_not_be_kept_or_say_nothing_are_refused(house: House, ana: Agent, draft: str) -> None:
    for text, code in (
        ("It is 4111111111111111.", "digits"),
        ("It is four one one one, one one one one.", "digits"),
        ("Your PIN is 4711.", "digits"),
        ("  \n ", "empty"),
        ("", "not_understood"),
        ("a" * 1_001, "not_understood"),
    ):
        got, why = await decides(ana, draft, "approve", {"text": text})
        assert (got, why["code"]) == (422, code), text
    assert await became(house, draft) == []


async def test_a_supervisor_may_decide_and_an_agent_on_a_break_may_not(
    house: House, ana: Agent, ben: Agent, sue: Agent, draft: str
) -> None:
    assert (await ben.browser.ask("PUT", "/api/desk/presence", {"presence": "break"}))[0] == 200
    assert (await ben.desk())["drafts"] == []
    status, why = await decides(ben, draft, "approve")
    assert (status, why["code"]) == (409, "not_at_work")
    assert len((await sue.desk())["drafts"]) == 1
    assert (await decides(sue, draft, "approve"))[0] == 200
    assert (await ana.desk())["settled"][0]["by"] == "A supervisor"


async def test_somebody_is_there_while_a_desk_is_open_of_who_is_at_work(house: House, ana: Agent, sue: Agent) -> None:
    hub = house.desk.hub
    assert not hub.someone_approves()
    with hub.viewer(sue.user.id, supervises=True):
        assert hub.someone_approves()
    with hub.viewer(ana.user.id):
        assert hub.someone_approves()
        await house.desk.directory.set_presence(_agent(hub, ana), Presence.BREAK, 0)
        await hub.look()
        assert not hub.someone_approves()


def _agent(hub: Any, who: Agent) -> Any:
    return next(each.agent.id for each in hub.standing.agents if each.agent.user == who.user.id)
