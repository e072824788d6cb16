"""Messages that callers left, at the desk: read, listened to, dealt with."""

import io
import wave

from ivr.vocabulary.ids import RecordingId, UserId
from ivr.vocabulary.messages import VoicemailDone, VoicemailLeft
from ivr.vocabulary.units import MuLaw
from ivr.web.desk.messages import Messages
from tests.web.desk.conftest import CALL, EN, NUMBER, Agent, Office, told


async def _leaves_a_message(office: Office) -> RecordingId:
    recording = await office.house.recordings.keep(CALL, MuLaw(b"\xff" * 8_000))
    await office.happens(VoicemailLeft(recording, 1, "call me back, please", EN, "RE1"))
    return recording


async def test_a_message_is_told_to_every_desk_as_soon_as_it_is_there(office: Office, ana: Agent) -> None:
    async with ana.live() as socket:
        assert (await told(socket))["desk"]["messages"] == []
        recording = await _leaves_a_message(office)
        (message,) = (await told(socket))["desk"]["messages"]
        assert (message["recording"], message["caller"], message["words"]) == (
            recording,
            NUMBER,
            "call me back, please",
        )


async def test_a_message_can_be_listened_to_by_who_is_signed_in(office: Office, ana: Agent) -> None:
    recording = await _leaves_a_message(office)
    cookie = "; ".join(f"{name}={value}" for name, value in ana.browser.cookies.items())
    url = f"{ana.browser.own}/api/desk/messages/{CALL}/{recording}/audio"
    async with ana.browser.http.get(url, headers={"Cookie": cookie}) as response:
        assert (response.status, response.content_type) == (200, "audio/wav")
        with wave.open(io.BytesIO(await response.read())) as file:
            assert (file.getframerate(), file.getnframes()) == (8_000, 8_000)
    async with ana.browser.http.get(url) as response:
        assert response.status == 401


async def test_a_message_that_was_dealt_with_waits_no_more_and_the_log_says_who_did(office: Office, ana: Agent) -> None:
    recording = await _leaves_a_message(office)
    path = f"/api/desk/messages/{CALL}/{recording}/done"
    assert (await ana.browser.ask("POST", path, {}))[0] == 200
    assert (await office.log())[-1] == VoicemailDone(recording, ana.user.id)
    assert (await ana.desk())["messages"] == []
    assert (await ana.browser.ask("POST", path, {}))[0] == 409
    assert (await ana.browser.ask("GET", f"/api/desk/messages/{CALL}/{recording}/audio"))[0] == 409


async def test_what_waited_before_a_start_waits_after_it(office: Office) -> None:
    recording = await _leaves_a_message(office)
    fresh = Messages()
    await fresh.read(office.house.log)
    assert [message.recording for message in fresh.waiting] == [recording]
    await office.happens(VoicemailDone(recording, UserId("u1")))
    after = Messages()
    await after.read(office.house.log)
    assert after.waiting == []
