"""In every stage of a transfer: the agent's browser is killed, the agent's line breaks, the caller hangs up.

Who is left has somebody to talk to who knows what happened; and nothing else is left.
"""

import pytest

from ivr.calls.routing.state import Presence
from ivr.calls.transfer.state import Stage
from ivr.vocabulary.transfers import TransferMoved, WrappedUp
from tests.journeys.offices import ANA, CONSULTED, T, office

MOST_DEAD_AIR_MS = 2_000
BOTH = pytest.mark.parametrize("kind", ["browser", "table"])


# ── the agent's browser, or their line ───────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("stage", [Stage.RINGING, Stage.BRIEFING, Stage.JOINING])
async def test_an_agent_who_is_lost_before_they_meet_is_followed_by_the_next(kind: str, stage: Stage) -> None:
    async with office(kind) as here:
        await here.reaches(stage)
        await here.ana.drops()
        await here.ben_takes_the_caller()
        assert here.at.dead_air_ms() <= MOST_DEAD_AIR_MS
        failed = (stage, kind) == (Stage.RINGING, "table")
        assert (await here.presence())[0] is (Presence.AWAY if failed else Presence.AVAILABLE)
        await here.at.hangs_up()


@BOTH
@pytest.mark.parametrize("stage", [Stage.BRIDGED, Stage.HELD, Stage.CONSULTING])
async def test_an_agent_who_is_lost_after_they_met_leaves_the_caller_with_the_assistant(
    kind: str, stage: Stage
) -> None:
    async with office(kind) as here:
        await here.reaches(stage)
        await here.ana.drops()
        await here.at.hears("The line broke off.")
        await here.at.hears("Anything else?")
        assert here.at.dead_air_ms() <= MOST_DEAD_AIR_MS * 3  # the way back, at six times the speed of a carrier
        await here.is_served_by_the_assistant()
        await here.ben.is_quiet()
        assert here.at.in_room == set()
        assert await here.presence() == (Presence.WRAP_UP, Presence.AVAILABLE)
        await here.at.hangs_up()


async def test_an_agent_who_is_lost_while_they_consult_leaves_the_caller_with_their_colleague() -> None:
    async with office("browser") as here:
        await here.reaches(CONSULTED)
        await here.ana.drops()
        await here.at.until(TransferMoved, why="the first agent hung up")
        await here.caller_is_off_hold()
        assert here.at.in_room == {"t1.2", "caller"}
        assert await here.presence() == (Presence.WRAP_UP, Presence.BUSY)
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", [Stage.CONSULTING, CONSULTED])
async def test_a_colleague_who_is_lost_leaves_the_caller_with_the_first_agent(stage: str) -> None:
    async with office("table", bens="browser") as here:
        await here.reaches(stage)
        await here.ben.drops()
        await here.at.until(TransferMoved, why="consultation over")
        await here.caller_is_off_hold()
        assert here.at.in_room == {"t1.1", "caller"}
        assert await here.told(ANA) == (["second_unreachable"] if stage == Stage.CONSULTING else [])
        assert await here.presence() == (Presence.BUSY, Presence.AVAILABLE)
        await here.at.hangs_up()


async def test_an_agent_who_is_lost_while_the_caller_goes_back_has_still_left_their_note() -> None:
    async with office("browser") as here:
        await here.reaches(Stage.RETURNING)
        await here.ana.drops()
        await here.at.hears("Back with me: the card is blocked")
        await here.is_served_by_the_assistant()
        await here.at.hangs_up()


async def test_a_browser_that_is_killed_while_its_agent_writes_changes_nothing_for_the_caller() -> None:
    async with office("browser") as here:
        await here.reaches(Stage.WRAP_UP)
        await here.ana.drops()
        await here.is_served_by_the_assistant()
        assert (await here.presence())[0] is Presence.WRAP_UP
        await here.at.tell(WrappedUp(T, "solved", "said from another page"))
        await here.at.until(TransferMoved, stage="done")
        assert (await here.presence())[0] is Presence.AVAILABLE
        await here.at.hangs_up()


# ── the caller ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", [Stage.RINGING, Stage.BRIEFING, Stage.JOINING])
async def test_a_caller_who_hangs_up_before_they_meet_silences_the_telephone_at_once(stage: Stage) -> None:
    async with office("browser") as here:
        await here.reaches(stage)
        await here.at.hangs_up()
        await here.ana.is_quiet()
        await here.at.until(TransferMoved, stage="done")
        assert await here.told(ANA) == ["caller_gone"]
        assert await here.presence() == (Presence.AVAILABLE, Presence.AVAILABLE)


@pytest.mark.parametrize("stage", [Stage.BRIDGED, Stage.HELD, Stage.CONSULTING, CONSULTED, Stage.RETURNING])
async def test_a_caller_who_hangs_up_after_they_met_leaves_the_agent_to_write_it_down(stage: str) -> None:
    async with office("browser") as here:
        await here.reaches(stage)
        await here.at.hangs_up()
        await here.ana.is_quiet()
        await here.ben.is_quiet()
        await here.at.until(TransferMoved, stage="wrap_up")
        assert (await here.told(ANA))[-1] == "caller_gone"
        assert await here.presence() == (Presence.WRAP_UP, Presence.AVAILABLE)


async def test_a_caller_who_hangs_up_while_it_is_written_down_leaves_the_agent_their_time() -> None:
    async with office("browser") as here:
        await here.reaches(Stage.WRAP_UP)
        await here.at.hangs_up()
        assert (await here.presence())[0] is Presence.WRAP_UP
