"""What every `CarrierWire` keeps to, whichever carrier it speaks for."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest

from ivr.adapters.twilio.wire import TwilioWire
from ivr.ports.carrier import (
    AudioIn,
    CarrierWire,
    ConnectStream,
    HangUp,
    LegReport,
    RecordingReport,
    RecordMessage,
    RoomReport,
    SayThenHangUp,
    StreamStarted,
    Webhook,
)
from ivr.vocabulary.errors import ConfigError, PeerProtocolError
from ivr.vocabulary.ids import CallId, StreamId

ACCOUNT = "AC" + "a" * 32
TOKEN = "f00d" * 8
CALL = CallId("CA" + "1" * 32)
STREAM = StreamId("MZ" + "2" * 32)


@dataclass(frozen=True)
class Peer:
    """A wire under test, and the carrier's end of it: how to sign, and how a stream begins."""

    wire: CarrierWire

    def post(self, url: str, form: dict[str, str]) -> Webhook:
        text = url + "".join(name + form[name] for name in sorted(form))
        return Webhook("POST", url, {"X-Twilio-Signature": self.sign(text)}, tuple(form.items()))

    def upgrade(self, url: str) -> dict[str, str]:
        return {"X-Twilio-Signature": self.sign(url)}

    @staticmethod
    def sign(text: str) -> str:
        return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()

    @staticmethod
    def start() -> str:
        form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"accountSid": ACCOUNT, "callSid": CALL, "mediaFormat": form, "customParameters": {"token": "t"}}
        return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": STREAM, "start": start})


@pytest.fixture(params=["twilio"])
def peer() -> Peer:
    return Peer(TwilioWire(ACCOUNT, TOKEN))


VOICE = "https://ivr.example.com/twilio/voice"
FORM = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": "+15550001111", "To": "+15550002222", "CallStatus": "ringing"}


def test_a_signed_webhook_is_genuine_and_one_changed_letter_is_not(peer: Peer) -> None:
    webhook = peer.post(VOICE, FORM)
    assert peer.wire.webhook_is_genuine(webhook)
    for index, (name, value) in enumerate(webhook.form):
        forged = list(webhook.form)
        forged[index] = (name, value + "1")
        assert not peer.wire.webhook_is_genuine(Webhook("POST", VOICE, webhook.headers, tuple(forged)))


def test_an_unsigned_webhook_or_upgrade_is_not_genuine(peer: Peer) -> None:
    assert not peer.wire.webhook_is_genuine(Webhook("POST", VOICE, {}, tuple(FORM.items())))
    assert not peer.wire.upgrade_is_genuine("wss://ivr.example.com/twilio/media", {})


def test_a_signed_upgrade_is_genuine_for_its_own_path_alone(peer: Peer) -> None:
    headers = peer.upgrade("wss://ivr.example.com/twilio/media")
    assert peer.wire.upgrade_is_genuine("wss://ivr.example.com/twilio/media", headers)
    assert not peer.wire.upgrade_is_genuine("wss://ivr.example.com/twilio/other", headers)


def test_a_leg_says_how_it_was_answered_and_what_was_pressed(peer: Peer) -> None:
    url, answered = VOICE.replace("voice", "agent"), FORM | {"CallStatus": "in-progress"}
    assert peer.wire.decode_leg(peer.post(url, answered | {"Digits": "1"})) == LegReport(CALL, "in-progress", keys="1")
    machine = peer.wire.decode_leg(peer.post(url, answered | {"AnsweredBy": "machine_start"}))
    assert machine == LegReport(CALL, "in-progress", is_machine=True)
    with pytest.raises(PeerProtocolError):
        peer.wire.decode_leg(peer.post(url, answered | {"Digits": "1; drop"}))
    with pytest.raises(PeerProtocolError):
        peer.wire.decode_leg(peer.post(url, answered | {"AccountSid": "AC" + "b" * 32}))


def test_a_room_says_who_came_and_went_and_other_events_are_of_no_interest(peer: Peer) -> None:
    about = {"AccountSid": ACCOUNT, "ConferenceSid": "CF" + "3" * 32, "FriendlyName": "room"}
    joined = about | {"StatusCallbackEvent": "participant-join", "CallSid": CALL, "ParticipantLabel": "t1.1"}
    assert peer.wire.decode_room(peer.post(VOICE, joined)) == RoomReport("joined", CALL, "t1.1")
    left = joined | {"StatusCallbackEvent": "participant-leave", "ParticipantLabel": ""}
    assert peer.wire.decode_room(peer.post(VOICE, left)) == RoomReport("left", CALL, "")
    url = "https://h.example/said/7"
    for event, told in (("announcement-end", "said"), ("announcement-fail", "not_said")):
        announced = peer.post(VOICE, about | {"StatusCallbackEvent": event, "AnnounceUrl": url})
        assert peer.wire.decode_room(announced) == RoomReport(told, CallId(""), "", url)
    began = about | {"StatusCallbackEvent": "conference-start"}
    assert peer.wire.decode_room(peer.post(VOICE, began)).event == ""
    with pytest.raises(PeerProtocolError):
        peer.wire.decode_room(peer.post(VOICE, joined | {"AccountSid": "AC" + "b" * 32}))


def test_an_offer_says_who_calls_whom(peer: Peer) -> None:
    offer = peer.wire.decode_offer(peer.post(VOICE, FORM))
    assert (offer.call, offer.caller, offer.called, offer.account) == (CALL, "+15550001111", "+15550002222", ACCOUNT)


@pytest.mark.parametrize("missing", ["CallSid", "AccountSid", "From", "To"])
def test_an_offer_without_a_required_parameter_is_a_protocol_error(peer: Peer, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    with pytest.raises(PeerProtocolError, match=missing):
        peer.wire.decode_offer(peer.post(VOICE, form))


@pytest.mark.parametrize(("state", "over"), [("ringing", False), ("in-progress", False), ("completed", True)])
def test_a_status_says_whether_the_call_is_over(peer: Peer, state: str, over: bool) -> None:
    form = FORM | {"CallStatus": state, "SequenceNumber": "3"}
    status = peer.wire.decode_status(peer.post(VOICE, form))
    assert (status.call, status.state, status.sequence, status.over) == (CALL, state, 3, over)


def test_a_stream_names_its_call_and_brings_its_parameters(peer: Peer) -> None:
    assert peer.wire.decode_message(peer.start()) == StreamStarted(STREAM, CALL, {"token": "t"})


def test_audio_sent_is_read_back_byte_for_byte(peer: Peer) -> None:
    audio = bytes(range(256))
    assert peer.wire.decode_message(peer.wire.encode_audio(STREAM, audio)) == AudioIn(STREAM, audio)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "null", "7", '"media"', "{}", '{"event":7}', "\x00", "{" * 9999]
)
def test_what_is_no_media_message_is_a_protocol_error(peer: Peer, text: str) -> None:
    with pytest.raises(PeerProtocolError):
        peer.wire.decode_message(text)


def test_a_stream_is_connected_with_its_parameters_and_followed_by_what_comes_next(peer: Peer) -> None:
    text = peer.wire.render(ConnectStream("wss://h.example/twilio/media", {"token": "a<b&c"}, "https://h.example/next"))
    root = ElementTree.fromstring(text)
    assert [verb.tag for verb in root] == ["Connect", "Redirect"]
    stream = root.find("Connect/Stream")
    assert stream is not None
    assert stream.get("url") == "wss://h.example/twilio/media"
    assert [(p.get("name"), p.get("value")) for p in stream] == [("token", "a<b&c")]
    assert root.findtext("Redirect") == "https://h.example/next"


def test_a_recording_says_whose_it_is_and_how_long(peer: Peer) -> None:
    about = {"AccountSid": ACCOUNT, "CallSid": CALL}
    recorded = about | {"RecordingSid": "RE" + "4" * 32, "RecordingDuration": "7"}
    expected = RecordingReport(CALL, "RE" + "4" * 32, 7)
    assert peer.wire.decode_recording(peer.post(VOICE, recorded)) == expected
    assert peer.wire.decode_recording(peer.post(VOICE, recorded | {"RecordingStatus": "completed"})) == expected
    absent = RecordingReport(CALL)
    assert peer.wire.decode_recording(peer.post(VOICE, recorded | {"RecordingStatus": "absent"})) == absent
    assert peer.wire.decode_recording(peer.post(VOICE, about)) == absent
    for broken in ({"RecordingSid": "RE1"}, {"RecordingDuration": "long"}):
        with pytest.raises(PeerProtocolError):
            peer.wire.decode_recording(peer.post(VOICE, recorded | broken))


def test_a_message_is_recorded_and_asked_about_even_when_nothing_was_said(peer: Peer) -> None:
    text = peer.wire.render(RecordMessage("https://h.example/next", "https://h.example/ready", 120))
    record, redirect = ElementTree.fromstring(text)
    assert (record.tag, record.get("action"), record.get("maxLength")) == ("Record", "https://h.example/next", "120")
    assert record.get("recordingStatusCallback") == "https://h.example/ready"
    assert redirect.text == "https://h.example/next"


def test_parameters_too_long_for_the_carrier_are_refused_with_the_reason(peer: Peer) -> None:
    with pytest.raises(ConfigError, match="500"):
        peer.wire.render(ConnectStream("wss://h.example/m", {"token": "x" * 495}, "https://h.example/next"))


def test_hanging_up_and_the_carriers_own_voice_end_the_call(peer: Peer) -> None:
    assert [verb.tag for verb in ElementTree.fromstring(peer.wire.render(HangUp()))] == ["Hangup"]
    said = ElementTree.fromstring(peer.wire.render(SayThenHangUp("Please call\nagain \x00<later>", "en")))
    assert [verb.tag for verb in said] == ["Say", "Hangup"]
    assert said.findtext("Say") == "Please call again <later>"
