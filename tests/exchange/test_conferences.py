"""Conferences, run on real calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ivr.exchange.app import RunningExchange
from ivr.exchange.mixer import add
from tests.exchange.conftest import exchange_for
from tests.exchange.meeting import TONES, A, B, C, Meeting, heard, sounding
from tests.exchange.product import Product

ALL = "statusCallback='/conference' statusCallbackEvent='start end join leave mute hold modify announcement'"
LOUD = bytes([0x10]) * 160


@pytest.fixture
async def running(product: Product) -> AsyncIterator[RunningExchange]:
    async with exchange_for(product, strict=True) as running:
        yield running
        async with asyncio.timeout(5):
            await running.exchange.settled()
        assert running.exchange.office.rooms.live == [] and running.exchange.live == {}
        assert running.exchange.pacer._subscribers == {}


@pytest.fixture
def meeting(product: Product, running: RunningExchange) -> Meeting:
    product.twiml["/after"] = "<Response><Hangup/></Response>"
    return Meeting(product, running)


async def leave(*phones: object) -> None:
    for phone in phones:
        phone.hang_up()  # type: ignore[attr-defined]
        await phone.ended_call()  # type: ignore[attr-defined]


async def test_three_hear_each_other_and_nobody_himself(meeting: Meeting) -> None:
    a, b, c = [await meeting.join(number) for number in (A, B, C)]
    await meeting.speak(a)
    assert (heard(a, A), heard(b, A), heard(c, A)) == (0, 5, 5)
    await meeting.speak(c, 3)
    assert (heard(a, C), heard(b, C), heard(c, C)) == (3, 3, 0)
    await leave(a, b, c)


async def test_two_who_speak_at_once_are_heard_together(meeting: Meeting) -> None:
    a, b, c = [await meeting.join(number) for number in (A, B, C)]
    a.say(TONES[A] * 40)
    b.say(TONES[B] * 40)
    await meeting.ticks(60)
    both = add(TONES[A], TONES[B])
    assert sum(frame == both for _, frame in c.heard_frames) >= 35
    assert heard(a, B) == 40 and heard(b, A) == 40
    await leave(a, b, c)


async def test_a_conference_begins_with_the_second_who_may_begin_it(meeting: Meeting) -> None:
    a = await meeting.join(A, f"{ALL} startConferenceOnEnter='false'")
    b = await meeting.join(B, "startConferenceOnEnter='false'")
    await meeting.speak(a)
    assert meeting.room.status == "init" and heard(b, A) == 0
    c = await meeting.join(C)
    await meeting.speak(a)
    assert meeting.room.status == "in-progress" and heard(b, A) == 5 and heard(c, A) == 5
    await meeting.product.asked("/conference", 4)
    assert meeting.events() == ["participant-join", "participant-join", "participant-join", "conference-start"]
    await leave(a, b, c)


async def test_who_waits_hears_the_carriers_music_and_none_once_it_begins(meeting: Meeting) -> None:
    a = await meeting.join(A)
    await meeting.ticks(50)
    assert sounding(a) > 20
    b = await meeting.join(B)
    await meeting.ticks(5)
    before = sounding(a)
    await meeting.ticks(30)
    assert sounding(a) == before and sounding(b) == 0
    await leave(a, b)


@pytest.mark.parametrize(("wait", "sounds"), [("waitUrl=''", False), ("waitUrl='/wait' waitMethod='GET'", True)])
async def test_who_waits_hears_its_wait_url(meeting: Meeting, wait: str, sounds: bool) -> None:
    meeting.product.twiml["/wait"] = "<Response><Play>/sound</Play><Pause/><Redirect method='GET'/></Response>"
    meeting.product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 5, content_type="audio/basic")
    a = await meeting.join(A, wait)
    await meeting.ticks(150)
    assert (sounding(a) >= 10) is sounds
    if sounds:
        assert meeting.product.seen("/wait")[0]["ConferenceSid"] == meeting.room.sid
    await leave(a)


async def test_a_wait_url_may_be_a_sound_file_which_repeats(meeting: Meeting) -> None:
    meeting.product.twiml["/wait"] = lambda params: web.Response(body=LOUD * 5, content_type="audio/basic")
    a = await meeting.join(A, "waitUrl='/wait'")
    await meeting.ticks(30)
    assert sounding(a) > 15
    await leave(a)


@pytest.mark.parametrize(
    "inner",
    [
        "<Gather/>",
        "<Record/>",
        "<Hangup/>",
        "<Reject/>",
        "<Enqueue>q</Enqueue>",
        "<Dial>+15550001111</Dial>",
        "<Connect><Stream url='wss://h.example/'/></Connect>",
    ],
)
async def test_what_listens_behind_a_wait_url_is_refused_as_13238(meeting: Meeting, inner: str) -> None:
    meeting.product.twiml["/wait"] = f"<Response><Say>One moment.</Say>{inner}</Response>"
    meeting.product.twiml["/action"] = "<Response><Hangup/></Response>"
    phone = meeting.dial(A, "waitUrl='/wait'", dial="action='/action'")
    await phone.ended_call()
    assert (await meeting.product.asked("/action"))["DialCallStatus"] == "failed"
    (found,) = meeting.running.exchange.violations
    assert found.rule == "conference.prompt-verb"


async def test_a_wait_url_that_fails_leads_to_what_stands_after_dial(meeting: Meeting) -> None:
    meeting.product.twiml["/wait"] = lambda params: web.Response(status=500)
    phone = meeting.dial(A, "waitUrl='/wait'")
    await phone.ended_call()
    assert len(meeting.product.seen("/after")) == 1
    assert meeting.running.exchange.violations.counts == {"webhook.failed": 1}


async def test_a_muted_participant_hears_and_is_not_heard(meeting: Meeting) -> None:
    a, b = await meeting.join(A, "muted='true'"), await meeting.join(B)
    await meeting.speak(a)
    await meeting.speak(b)
    assert heard(b, A) == 0 and heard(a, B) == 5
    await leave(a, b)


async def test_a_coach_is_heard_by_the_coached_alone(meeting: Meeting) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    coach = await meeting.join(C, f"coach='{b.call_sid}'")
    await meeting.speak(coach)
    assert heard(b, C) == 5 and heard(a, C) == 0
    await meeting.speak(a)
    assert heard(coach, A) == 5
    await leave(coach, a, b)


async def test_to_coach_nobody_leads_to_what_stands_after_dial(meeting: Meeting) -> None:
    phone = meeting.dial(A, "coach='CA0'", dial="action='/action'")
    meeting.product.twiml["/action"] = "<Response/>"
    await phone.ended_call()
    assert meeting.product.seen("/action")[0]["DialCallStatus"] == "failed"


@pytest.mark.parametrize(("beep", "joining", "leaving"), [("true", 1, 1), ("false", 0, 0), ("onEnter", 1, 0)])
async def test_a_beep_sounds_where_it_is_wanted(meeting: Meeting, beep: str, joining: int, leaving: int) -> None:
    a = await meeting.join(A, "waitUrl=''")
    b = await meeting.join(B, f"beep='{beep}' waitUrl=''")
    await meeting.ticks(30)
    assert (sounding(a) > 5) is bool(joining)
    before = sounding(a)
    await leave(b)
    await meeting.ticks(30)
    assert (sounding(a) - before > 5) is bool(leaving)
    await leave(a)


async def test_a_small_jitter_buffer_delays_by_150_to_200_ms(meeting: Meeting) -> None:
    a, b = await meeting.join(A, "waitUrl='' jitterBufferSize='small'"), await meeting.join(B, "jitterBufferSize='off'")
    offset = a._call.line.ticks - b._call.line.ticks  # type: ignore[union-attr]
    a.say(TONES[A])
    a.say_mark("said")
    said = await a.wait("spoken", "said")
    await meeting.until(lambda: heard(b, A) == 1)
    (tick,) = [tick for tick, frame in b.heard_frames if frame == TONES[A]]
    assert 150 <= (tick + offset - said.tick) * 20 <= 220
    await leave(a, b)


async def test_the_last_to_leave_ends_the_conference_and_the_callbacks_say_so(meeting: Meeting) -> None:
    a = await meeting.join(A, f"{ALL} participantLabel='agent'")
    b = await meeting.join(B, "participantLabel='caller' statusCallback='/ignored'")
    await leave(b)
    await leave(a)
    await meeting.product.asked("/conference", 6)
    told = meeting.product.seen("/conference")
    assert meeting.events() == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert [params["SequenceNumber"] for params in told] == ["1", "2", "3", "4", "5", "6"]
    assert {(params["ConferenceSid"], params["FriendlyName"]) for params in told} == {(meeting.room.sid, "room")}
    assert told[0] | {"Timestamp": ""} == {
        "ConferenceSid": meeting.room.sid,
        "FriendlyName": "room",
        "AccountSid": told[0]["AccountSid"],
        "StatusCallbackEvent": "participant-join",
        "SequenceNumber": "1",
        "Timestamp": "",
        "CallSid": a.call_sid,
        "Muted": "false",
        "Hold": "false",
        "Coaching": "false",
        "EndConferenceOnExit": "false",
        "StartConferenceOnEnter": "true",
        "ParticipantLabel": "agent",
    }
    assert told[3]["ReasonParticipantLeft"] == "participant_hung_up"
    assert (told[3]["CallSid"], told[3]["ParticipantCallStatus"]) == (b.call_sid, "completed")
    assert told[5]["ReasonConferenceEnded"] == "last-participant-left"
    assert told[5]["CallSidEndingConference"] == a.call_sid
    assert meeting.product.seen("/ignored") == []


async def test_only_the_events_asked_for_are_reported(meeting: Meeting) -> None:
    a = await meeting.join(A, "statusCallback='/conference' statusCallbackEvent='leave'")
    await leave(a)
    await meeting.running.exchange.settled()
    assert meeting.events() == ["participant-leave"]
    assert meeting.product.seen("/conference")[0]["SequenceNumber"] == "2"


async def test_who_ends_it_on_exit_sends_all_to_what_stands_after_their_dial(meeting: Meeting) -> None:
    meeting.product.twiml["/action"] = "<Response><Hangup/></Response>"
    a = await meeting.join(A, ALL, dial="action='/action'")
    b = await meeting.join(B, "endConferenceOnExit='true'")
    await leave(b)
    await a.ended_call()
    assert (await meeting.product.asked("/action"))["DialCallStatus"] == "answered"
    await meeting.running.exchange.settled()
    left = [params["ReasonParticipantLeft"] for params in meeting.product.seen("/conference")[3:5]]
    assert left == ["participant_hung_up", "moderator_ended_conference"]
    assert meeting.product.seen("/conference")[-1]["ReasonConferenceEnded"] == (
        "participant-with-end-conference-on-exit-left"
    )


@pytest.mark.parametrize("terms", ["participantLabel='agent'", "maxParticipants='2'"])
async def test_who_is_not_admitted_goes_on_after_dial(meeting: Meeting, terms: str) -> None:
    a, b = await meeting.join(A, "participantLabel='agent'"), await meeting.join(B)
    c = meeting.dial(C, terms)
    await c.ended_call()
    assert len(meeting.product.seen("/after")) == 1 and len(meeting.room.seats) == 2
    await leave(a, b)


async def test_a_label_is_free_again_once_its_bearer_has_left(meeting: Meeting) -> None:
    a, b = await meeting.join(A), await meeting.join(B, "participantLabel='agent'")
    await leave(b)
    c = await meeting.join(C, "participantLabel='agent'")
    await leave(a, c)


async def test_star_leaves_if_it_was_asked_for(meeting: Meeting) -> None:
    a = await meeting.join(A, dial="hangupOnStar='true'")
    b = await meeting.join(B)
    b.press("*")
    a.press("1*")
    await a.ended_call()
    assert len(meeting.product.seen("/after")) == 1 and list(meeting.room.seats) == [b.call_sid]
    await leave(b)


async def test_a_time_limit_ends_the_stay(meeting: Meeting) -> None:
    a = await meeting.join(A, dial="timeLimit='1'")
    end = await a.ended_call()
    assert 50 <= end.tick <= 70 and len(meeting.product.seen("/after")) == 1


async def test_the_same_name_is_a_new_conference_after_the_end(meeting: Meeting) -> None:
    await leave(await meeting.join(A))
    first = meeting.room.sid
    await leave(await meeting.join(B))
    assert meeting.room.sid != first


async def test_after_dial_there_must_be_something_and_a_beep_is_spelt_as_the_carrier_does(meeting: Meeting) -> None:
    a = await meeting.join(A, "beep='False'", after="")
    await leave(a)
    assert meeting.running.exchange.violations.counts == {"twiml.after-dial": 1, "conference.beep": 1}


async def test_after_the_conference_the_telephone_is_as_before(meeting: Meeting) -> None:
    meeting.product.twiml["/after"] = "<Response><Play>/sound</Play></Response>"
    meeting.product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 5, content_type="audio/basic")
    a = await meeting.join(A, "waitUrl=''", dial="hangupOnStar='true'")
    a.press("*")
    await a.ended_call()
    assert sounding(a) == 5
