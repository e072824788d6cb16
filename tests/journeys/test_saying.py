"""An agent has the assistant's voice say an approved answer: both hear it, and it is written down as its words."""

import pytest

from ivr.adapters.scripted import codec
from ivr.audio import g711
from ivr.exchange.faults import Fault
from ivr.vocabulary.events import RoomSpoken
from ivr.vocabulary.ids import AgentId, AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import HoldAsked, SayAsked, SayFailed, UnholdAsked
from ivr.vocabulary.units import MuLaw, Pcm16
from tests.journeys.offices import Office, T, office
from tests.journeys.softphone import OnTheTable

ANA = AgentId("ana")
WORDS = "We block your card. A new one comes by mail."
ASKED = SayAsked(T, ANA, AnswerId("block"), WORDS, LanguageTag("en"))


def _heard_by_ana(here: Office) -> str:
    assert isinstance(here.ana, OnTheTable)
    return " ".join(each.text for each in codec.listen(Pcm16(g711.decode(MuLaw(here.ana.phone.heard)))))


async def test_both_hear_it_and_it_is_the_assistants_in_the_transcript() -> None:
    async with office() as here:
        await here.reaches("bridged")
        await here.at.tell(ASKED)
        await here.at.until(RoomSpoken, speaker="assistant", name="", text=WORDS)
        await here.at.exchange.pacer.wait(100)
        assert WORDS in " ".join(here.at.caller.heard())
        assert WORDS in _heard_by_ana(here)
        assert [event.speaker for event in await here.at.events(RoomSpoken)] == ["assistant"]
        await here.at.hangs_up()


async def test_on_hold_nothing_is_said() -> None:
    async with office() as here:
        await here.reaches("held")
        await here.at.tell(ASKED)
        await here.at.tell(UnholdAsked(T))
        await here.caller_is_off_hold()
        await here.at.exchange.pacer.wait(100)
        assert await here.at.events(RoomSpoken) == []
        assert WORDS not in " ".join(here.at.caller.heard())
        await here.at.hangs_up()


@pytest.mark.parametrize("stage", ["held", "consulting"])
async def test_what_is_not_said_any_more_changes_nothing_in_a_later_stage(stage: str) -> None:
    async with office() as here:
        await here.reaches(stage)
        await here.at.tell(SayFailed(T, "the room had another turn"))
        assert await here.told(ANA) == ["not_said"]
        assert (await here.at.stages())[-1] == stage
        assert here.at.seat("caller").held
        await here.at.hangs_up()


@pytest.mark.parametrize("why", ["refused", "no voice", "not fetched"])
async def test_an_answer_that_is_not_said_is_told_at_the_desk_and_they_go_on_talking(why: str) -> None:
    async with office() as here:
        await here.reaches("bridged")
        match why:
            case "refused":
                here.fails("Conferences", 400)
            case "no voice":
                here.at.there.node.speaking.down = True
            case _:
                here.at.exchange.faults.inject(Fault("webhook.status", match="/said/", status=500, count=9))
        await here.at.tell(ASKED)
        await here.at.until(SayFailed)
        assert await here.told(ANA) == ["not_said"]
        assert here.at.in_room == {"t1.1", "caller"}
        here.at.there.node.speaking.down = False
        here.at.exchange.violations.clear()
        await here.at.tell(HoldAsked(T))
        await here.at.stage("held")
        await here.at.hangs_up()
