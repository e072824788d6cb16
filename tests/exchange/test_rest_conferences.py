"""Conferences and participants, asked by the carrier's own, unmodified client."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.audio import g711
from ivr.exchange.app import RunningExchange
from ivr.exchange.faults import Fault
from ivr.exchange.phone import Phone
from ivr.exchange.watch import voiced
from ivr.vocabulary.units import Pcm16
from tests.exchange.conftest import exchange_for
from tests.exchange.meeting import TONES, A, B, C, Meeting, heard, sounding
from tests.exchange.product import NUMBER, MediaPeer, Product
from tests.exchange.test_conferences import ALL, LOUD, leave
from tests.exchange.test_rest import client_of, refused


@pytest.fixture
async def running(product: Product) -> AsyncIterator[RunningExchange]:
    async with exchange_for(product, strict=True) as running:
        yield running
        async with asyncio.timeout(5):
            await running.exchange.settled()
        assert running.exchange.office.rooms.live == []
        assert running.exchange.pacer._subscribers == {}


@pytest.fixture
def meeting(product: Product, running: RunningExchange) -> Meeting:
    product.twiml["/after"] = "<Response><Hangup/></Response>"
    return Meeting(product, running)


@pytest.fixture
async def client(running: RunningExchange) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        yield client_of(running, http)


def sound(product: Product, path: str, audio: bytes = LOUD * 5) -> str:
    product.twiml[path] = lambda params: web.Response(body=audio, content_type="audio/basic")
    return product.url + path


async def test_a_conference_is_listed_fetched_and_ended(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, ALL), await meeting.join(B)
    (found,) = await client.conferences.list_async(friendly_name="room", status="in-progress")
    assert found.sid == meeting.room.sid and found.friendly_name == "room"
    assert await client.conferences.list_async(status="completed") == []
    assert await client.conferences.list_async(friendly_name="other") == []
    assert (await client.conferences(found.sid).fetch_async()).status == "in-progress"
    ended = await client.conferences(found.sid).update_async(status="completed")
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    await a.ended_call()
    await b.ended_call()
    assert len(meeting.product.seen("/after")) == 2
    await meeting.running.exchange.settled()
    left = [p for p in meeting.product.seen("/conference") if p["StatusCallbackEvent"] == "participant-leave"]
    assert {params["ReasonParticipantLeft"] for params in left} == {"conference_ended_via_api"}
    await refused(client.conferences(found.sid).update_async(status="completed"), 404, 20404)
    assert (await client.conferences(found.sid).fetch_async()).status == "completed"
    assert await client.conferences(found.sid).participants.list_async() == []
    await refused(client.conferences("CF" + "0" * 32).fetch_async(), 404, 20404)


async def test_participants_are_found_by_call_or_label(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, "participantLabel='the agent'"), await meeting.join(B, "muted='true'")
    participants = client.conferences(meeting.room.sid).participants
    assert [entry.call_sid for entry in await participants.list_async()] == [b.call_sid, a.call_sid]
    assert [entry.call_sid for entry in await participants.list_async(muted=True)] == [b.call_sid]
    found = await client.conferences(meeting.room.sid).participants("the agent").fetch_async()
    assert (found.call_sid, found.label, found.status) == (a.call_sid, "the agent", "connected")
    assert (found.muted, found.hold, found.coaching, found.end_conference_on_exit) == (False, False, False, False)
    await refused(client.conferences(meeting.room.sid).participants("nobody").fetch_async(), 404, 20404)
    await leave(a, b)
    await refused(client.conferences(meeting.room.sid).participants(a.call_sid).fetch_async(), 404, 20404)


async def test_who_is_held_hears_the_hold_url_and_is_not_heard(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, f"{ALL} waitUrl=''"), await meeting.join(B)
    held = client.conferences(meeting.room.sid).participants(b.call_sid)
    meeting.product.twiml["/hold"] = "<Response><Play loop='0'>/sound</Play></Response>"
    sound(meeting.product, "/sound")
    assert (await held.update_async(hold=True, hold_url=f"{meeting.product.url}/hold")).hold is True
    await meeting.until(lambda: LOUD in b.heard)
    await meeting.speak(a)
    await meeting.speak(b)
    assert heard(a, B) == 0 and heard(b, A) == 0
    assert meeting.product.seen("/hold")[0]["ConferenceSid"] == meeting.room.sid
    assert (await held.update_async(hold=False)).hold is False
    await meeting.ticks(3)
    before = b.heard.count(LOUD)
    await meeting.speak(a)
    assert heard(b, A) == 5 and b.heard.count(LOUD) == before
    await leave(a, b)
    await meeting.running.exchange.settled()
    assert meeting.events()[3:5] == ["participant-hold", "participant-unhold"]


@pytest.mark.parametrize(("hold", "sounds"), [({}, True), ({"hold_url": ""}, False)])
async def test_hold_without_a_url_is_music_and_with_an_empty_one_silence(
    meeting: Meeting, client: Client, hold: dict[str, str], sounds: bool
) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    await client.conferences(meeting.room.sid).participants(b.call_sid).update_async(hold=True, **hold)
    before = sounding(b)
    await meeting.ticks(60)
    assert (sounding(b) - before > 20) is sounds
    await leave(a, b)


async def test_a_hold_url_that_listens_is_silence_and_a_broken_rule(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    meeting.product.twiml["/hold"] = "<Response><Gather numDigits='1'/></Response>"
    participant = client.conferences(meeting.room.sid).participants(b.call_sid)
    await participant.update_async(hold=True, hold_url=f"{meeting.product.url}/hold")
    await meeting.until(lambda: len(meeting.running.exchange.violations) == 1)
    assert meeting.running.exchange.violations.counts == {"conference.prompt-verb": 1}
    assert b.call_sid in meeting.room.seats
    await leave(a, b)


async def test_mute_and_unmute(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, ALL), await meeting.join(B)
    participant = client.conferences(meeting.room.sid).participants(b.call_sid)
    assert (await participant.update_async(muted=True)).muted is True
    await meeting.speak(b)
    assert heard(a, B) == 0
    await participant.update_async(muted=False)
    await meeting.speak(b)
    assert heard(a, B) == 5
    await leave(a, b)
    await meeting.running.exchange.settled()
    assert meeting.events()[3:5] == ["participant-mute", "participant-unmute"]


async def test_a_supervisor_listens_whispers_and_barges_in(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, ALL), await meeting.join(B)
    supervisor = await meeting.join(C, "muted='true'")
    participant = client.conferences(meeting.room.sid).participants(supervisor.call_sid)
    await refused(participant.update_async(coaching=True), 400, 20001)
    await refused(participant.update_async(coaching=True, call_sid_to_coach="CA" + "0" * 32), 400, 13240)
    whispering = await participant.update_async(muted=False, coaching=True, call_sid_to_coach=a.call_sid)
    assert (whispering.coaching, whispering.call_sid_to_coach) == (True, a.call_sid)
    await meeting.speak(supervisor)
    assert (heard(a, C), heard(b, C)) == (5, 0)
    await participant.update_async(coaching=False)
    await meeting.speak(supervisor)
    assert (heard(a, C), heard(b, C)) == (10, 5)
    await leave(supervisor, a, b)
    await meeting.running.exchange.settled()
    assert meeting.events().count("participant-modify") == 2


async def test_an_announcement_is_for_one_or_for_all(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, f"{ALL} waitUrl=''"), await meeting.join(B)
    url = sound(meeting.product, "/sound")
    conference = client.conferences(meeting.room.sid)
    await conference.participants(b.call_sid).update_async(announce_url=url)
    await meeting.product.asked("/conference", 4)
    assert (a.heard.count(LOUD), b.heard.count(LOUD)) == (0, 5)
    await conference.update_async(announce_url=url)
    await meeting.product.asked("/conference", 5)
    await meeting.ticks(2)
    assert (a.heard.count(LOUD), b.heard.count(LOUD)) == (5, 10)
    assert meeting.events()[3:] == ["announcement-end", "announcement-end"]
    meeting.product.twiml["/bad"] = "<Response><Hangup/></Response>"
    await conference.update_async(announce_url=f"{meeting.product.url}/bad")
    await meeting.until(lambda: meeting.running.exchange.violations.counts == {"conference.prompt-verb": 1})
    await meeting.product.asked("/conference", 6)
    assert meeting.events()[-1] == "announcement-fail"
    await leave(a, b)


async def test_end_on_exit_can_be_set_before_leaving_by_redirect(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A, f"{ALL} endConferenceOnExit='true'"), await meeting.join(B)
    await client.conferences(meeting.room.sid).participants(a.call_sid).update_async(end_conference_on_exit=False)
    await client.calls(a.call_sid).update_async(url=f"{meeting.product.url}/elsewhere")
    await a.ended_call()
    assert b.call_sid in meeting.room.seats and meeting.product.seen("/after") == []
    await leave(b)
    await meeting.running.exchange.settled()
    (left, _) = [p for p in meeting.product.seen("/conference") if p["StatusCallbackEvent"] == "participant-leave"]
    assert (left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == (
        "participant_updated_via_api",
        "in-progress",
    )


async def test_a_removed_participant_goes_on_after_dial(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    await client.conferences(meeting.room.sid).participants(b.call_sid).delete_async()
    await b.ended_call()
    assert len(meeting.product.seen("/after")) == 1 and list(meeting.room.seats) == [a.call_sid]
    await client.conferences(meeting.room.sid).participants(a.call_sid).delete_async()
    await a.ended_call()
    assert meeting.room.why_ended == "last-participant-kicked"


async def test_somebody_is_called_into_a_conference(meeting: Meeting, client: Client) -> None:
    a = await meeting.join(A, ALL)
    anna = Phone(meeting.running.exchange, "client:anna")
    anna.register()
    participants = client.conferences(meeting.room.sid).participants
    added = await participants.create_async(
        from_=NUMBER,
        to="client:anna",
        label="anna",
        beep="false",
        status_callback=f"{meeting.product.url}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    await anna.wait("incoming")
    assert (added.label, added.conference_sid) == ("anna", meeting.room.sid)
    assert (await client.conferences(meeting.room.sid).participants("anna").fetch_async()).status == "ringing"
    await refused(participants.create_async(from_=NUMBER, to="client:ben", label="anna"), 400, 16025)
    anna.answer()
    await meeting.until(lambda: anna.call_sid in meeting.room.seats)
    await meeting.speak(a)
    await meeting.until(lambda: sounding(anna) > 0)
    await leave(anna, a)
    await meeting.product.asked("/leg", 4)
    assert [params["CallStatus"] for params in meeting.product.seen("/leg")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert meeting.running.exchange.violations.counts == {}


async def test_somebody_who_cannot_be_added_is_reported_and_leaves_no_conference(
    meeting: Meeting, client: Client
) -> None:
    added = await client.conferences("fresh").participants.create_async(
        from_=NUMBER,
        to="client:nobody",
        label="ghost",
        beep=False,
        conference_status_callback=f"{meeting.product.url}/conference",
        conference_status_callback_event=["leave", "end"],
    )
    left = await meeting.product.asked("/conference")
    assert (left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == ("participant_add_failed", "failed")
    await meeting.product.asked("/conference", 2)
    assert (await client.conferences(added.conference_sid).fetch_async()).status == "completed"
    assert meeting.running.exchange.violations.counts == {"conference.beep": 1}


async def test_a_conference_that_ends_cancels_those_who_still_ring(meeting: Meeting, client: Client) -> None:
    a = await meeting.join(A)
    anna = Phone(meeting.running.exchange, "client:anna")
    anna.register()
    await client.conferences(meeting.room.sid).participants.create_async(from_=NUMBER, to="client:anna")
    await anna.wait("incoming")
    await client.conferences(meeting.room.sid).update_async(status="completed")
    assert (await anna.ended_call()).status == "canceled"
    await a.ended_call()


async def test_a_recorded_conference_holds_everybody_but_no_music(meeting: Meeting, client: Client) -> None:
    a = await meeting.join(A, "record='record-from-start' recordingStatusCallback='/recorded'")
    await meeting.ticks(30)
    b = await meeting.join(B)
    for phone in (a, b):
        await meeting.speak(phone)
    await leave(a, b)
    told = await meeting.product.asked("/recorded")
    assert (told["ConferenceSid"], told["RecordingSource"]) == (meeting.room.sid, "Conference")
    (found,) = await client.conferences(meeting.room.sid).recordings.list_async()
    assert (found.sid, found.conference_sid, found.source) == (told["RecordingSid"], meeting.room.sid, "Conference")
    recording = meeting.running.exchange.office.recordings.get(found.sid)
    assert recording is not None
    with wave.open(str(recording.path)) as file:
        audio = g711.encode(Pcm16(file.readframes(file.getnframes())))
    frames = [audio[at : at + 160] for at in range(0, len(audio), 160)]
    assert (frames.count(TONES[A]), frames.count(TONES[B])) == (5, 5)
    assert sum(voiced(frame) for frame in frames) == 10


async def test_adding_counts_as_a_call_for_the_limit(product: Product) -> None:
    async with exchange_for(product, rest_calls_per_second=0.001) as running, AsyncTwilioHttpClient() as http:
        client = client_of(running, http)
        await client.calls.create_async(to=A, from_=NUMBER, twiml="<Response/>")
        await refused(client.conferences("room").participants.create_async(from_=NUMBER, to=A), 429, 20429)
        assert list(running.exchange.office.rooms) == []


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_every_conference_request_can_be_made_to_fail(meeting: Meeting, client: Client, status: int) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    conference = client.conferences(meeting.room.sid)
    requests: list[Any] = [
        lambda: conference.fetch_async(),
        lambda: conference.update_async(status="completed"),
        lambda: conference.participants(b.call_sid).update_async(hold=True),
        lambda: conference.participants(b.call_sid).delete_async(),
        lambda: conference.participants.create_async(from_=NUMBER, to=C),
    ]
    for request in requests:
        meeting.running.exchange.faults.inject(Fault("rest.status", status=status, match="Conferences"))
        code = {429: 20429, 404: 20404}.get(status, 20_000 + status)
        await refused(request(), status, code)
    meeting.running.exchange.faults.inject(Fault("rest.status", status=status, match="Conferences"))
    with pytest.raises(TwilioException):  # a page that fails is not a TwilioRestException
        await client.conferences.list_async()
    assert meeting.room.live and not meeting.room.seats[b.call_sid].held and len(meeting.room.seats) == 2
    await leave(a, b)


async def test_a_request_may_be_carried_out_and_its_answer_lost(meeting: Meeting, client: Client) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    meeting.running.exchange.faults.inject(Fault("rest.timeout", ms=60_000, match="Participants"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client.conferences(meeting.room.sid).participants(b.call_sid).update_async(hold=True)
    assert meeting.room.seats[b.call_sid].held
    await leave(a, b)


async def test_callbacks_can_be_shuffled_and_repeated_and_lost(meeting: Meeting) -> None:
    faults = meeting.running.exchange.faults
    faults.inject(Fault("callback.reorder", match="/conference", times=2))
    faults.inject(Fault("callback.duplicate", match="/conference"))
    faults.inject(Fault("callback.drop", match="/conference", skip=4))
    a, b = await meeting.join(A, ALL), await meeting.join(B)
    await meeting.product.asked("/conference", 3)
    await leave(a, b)
    await meeting.running.exchange.settled()
    numbers = [params["SequenceNumber"] for params in meeting.product.seen("/conference")]
    assert numbers == ["3", "2", "1", "4", "4", "6"]


async def test_the_synchronous_client_works_as_well(meeting: Meeting) -> None:
    a, b = await meeting.join(A), await meeting.join(B)
    client = client_of(meeting.running, TwilioHttpClient())

    def work() -> list[bool]:
        (room,) = client.conferences.list(friendly_name="room")
        participant = client.conferences(room.sid).participants(b.call_sid)
        return [participant.update(hold=True).hold, participant.fetch().hold, participant.update(hold=False).hold]

    assert await asyncio.to_thread(work) == [True, True, False]
    await leave(a, b)


async def test_a_warm_transfer_in_the_order_of_the_carriers_protocol(
    meeting: Meeting, client: Client, product: Product
) -> None:
    """Caller on the stream; agent called, briefed, presses 1, joins; caller redirected; gap short; back again."""

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.until_stop()

    product.script = script
    product.twiml["/back"] = product.connect(after="<Hangup/>")
    meeting.documents[A] = product.connect(after="<Hangup/>")
    caller, agent = Phone(meeting.running.exchange, A), Phone(meeting.running.exchange, "client:anna")
    agent.register()
    caller.dial(NUMBER)
    await meeting.until(lambda: bool(product.peers and product.peers[0].start))

    briefing = sound(product, "/briefing.ulaw", LOUD * 20)
    product.twiml["/briefing"] = (
        f"<Response><Gather input='dtmf' numDigits='1' action='{product.url}/accepted' timeout='5'>"
        f"<Play>{briefing}</Play></Gather><Hangup/></Response>"
    )
    product.twiml["/accepted"] = lambda params: (
        "<Response><Dial action='/agent-done'><Conference startConferenceOnEnter='true' endConferenceOnExit='false' "
        f"participantLabel='agent' beep='false' jitterBufferSize='small' {ALL}>room</Conference></Dial></Response>"
    )
    product.twiml["/agent-done"] = "<Response><Hangup/></Response>"
    await client.calls.create_async(to="client:anna", from_=NUMBER, url=f"{product.url}/briefing", timeout=20)
    await agent.wait("incoming")
    agent.answer()
    await meeting.until(lambda: LOUD in agent.heard)
    agent.press("1")
    assert (await product.asked("/accepted"))["Digits"] == "1"
    assert (await product.asked("/conference"))["StatusCallbackEvent"] == "participant-join"

    assert caller._call is not None
    asked_at = caller._call.line.ticks
    joining = (
        f"<Response><Dial action='{product.url}/caller-done'><Conference participantLabel='caller' beep='false' "
        "endConferenceOnExit='true' jitterBufferSize='small'>room</Conference></Dial></Response>"
    )
    product.twiml["/caller-done"] = "<Response><Hangup/></Response>"
    await client.calls(caller.call_sid).update_async(twiml=joining)
    await meeting.until(lambda: meeting.room.status == "in-progress")
    assert caller._call.line.ticks - asked_at < 50
    await product.peers[0].done.wait()
    assert product.peers[0].received[-1]["event"] == "stop"
    agent.say(LOUD * 10)
    await meeting.until(lambda: caller.heard.count(LOUD) == 10)

    people = client.conferences(meeting.room.sid).participants
    await people("caller").update_async(end_conference_on_exit=False)
    await client.calls(caller.call_sid).update_async(url=f"{product.url}/back")
    await meeting.until(lambda: len(product.peers) == 2 and bool(product.peers[1].start))
    assert list(meeting.room.seats) == [agent.call_sid]
    await leave(caller, agent)
    assert meeting.running.exchange.violations.counts == {}
