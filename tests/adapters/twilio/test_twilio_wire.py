"""Twilio's own ways on the wire: signatures, tolerance, refusals, and speed where it counts."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.twilio.wire import MAX_MESSAGE_CHARS, TwilioWire
from ivr.ports.carrier import (
    AudioIn,
    AudioOut,
    ConnectStream,
    Ignored,
    KeyIn,
    MarkReturned,
    SayThenHangUp,
    StreamStarted,
    StreamStopped,
    Webhook,
)
from ivr.vocabulary.errors import ConfigError, PeerProtocolError
from ivr.vocabulary.ids import CallId, StreamId

ACCOUNT = "AC" + "a" * 32
TOKEN = "12345"
CALL = CallId("CA" + "1" * 32)
STREAM = StreamId("MZ" + "2" * 32)
WIRE = TwilioWire(ACCOUNT, TOKEN)


def sign(text: str, digest: str = "sha1", token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), digest).digest()).decode()


def post(url: str, form: list[tuple[str, str]], signature: str, **headers: str) -> Webhook:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Webhook("POST", url, {"x-twilio-signature": signature} | named, tuple(form))


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_published_vector_is_genuine() -> None:
    form = [("Digits", "1234"), ("To", "+18005551212"), ("From", "+14158675309"), ("Caller", "+14158675309")]
    form.append(("CallSid", "CA1234567890ABCDE"))
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert WIRE.webhook_is_genuine(post(url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="))
    assert not WIRE.webhook_is_genuine(post(url + "3", form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="))


def test_repeated_parameters_are_signed_once_each_in_order() -> None:
    url = "https://h.example/twilio/status"
    form = [("Event", "join"), ("A", "1"), ("Event", "answered"), ("Event", "join")]
    assert WIRE.webhook_is_genuine(post(url, form, sign(url + "A1EventansweredEventjoin")))


def test_parameters_new_to_us_are_part_of_the_signature() -> None:
    url = "https://h.example/twilio/voice"
    assert WIRE.webhook_is_genuine(
        post(url, [("Novel", "x"), ("CallSid", CALL)], sign(url + "CallSid" + CALL + "Novelx"))
    )


@pytest.mark.parametrize("signed", ["https://h.example/a?b=%20c", "https://h.example:443/a?b=%20c"])
def test_a_get_is_signed_over_its_still_encoded_query_with_the_port_or_without(signed: str) -> None:
    webhook = Webhook("GET", "https://h.example/a?b=%20c", {"X-Twilio-Signature": sign(signed)}, ())
    assert WIRE.webhook_is_genuine(webhook)
    decoded = Webhook("GET", "https://h.example/a?b= c", webhook.headers, ())
    assert not WIRE.webhook_is_genuine(decoded)


def test_a_json_body_is_genuine_only_with_its_hash_in_the_signed_url() -> None:
    body = b'{"a":1}'
    url = "https://h.example/hook?bodySHA256=" + hashlib.sha256(body).hexdigest()
    headers = {"X-Twilio-Signature": sign(url)}
    assert WIRE.webhook_is_genuine(Webhook("POST", url, headers, (), body))
    assert not WIRE.webhook_is_genuine(Webhook("POST", url, headers, (), body + b" "))
    bare = "https://h.example/hook"
    assert not WIRE.webhook_is_genuine(Webhook("POST", bare, {"X-Twilio-Signature": sign(bare)}, (), body))


def test_the_signature_settings_choose_the_algorithm() -> None:
    url = "https://h.example/hook"
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    name = "X-Twilio-Webhooks-Signature-Settings"
    assert WIRE.webhook_is_genuine(post(url, [], sign(url, "sha256"), **{name: settings}))
    assert not WIRE.webhook_is_genuine(post(url, [], sign(url, "sha256")))
    assert not WIRE.webhook_is_genuine(post(url, [], sign(url), **{name: settings}))
    assert not WIRE.webhook_is_genuine(post(url, [], sign(url), **{name: "algorithm=NONE"}))


def test_the_next_auth_token_counts_while_tokens_are_rotated() -> None:
    url = "https://h.example/hook"
    webhook = post(url, [], sign(url, token="next"))
    assert not WIRE.webhook_is_genuine(webhook)
    assert TwilioWire(ACCOUNT, TOKEN, other_tokens=["next"]).webhook_is_genuine(webhook)


@pytest.mark.parametrize(
    "signed",
    ["wss://h.example/m", "wss://h.example/m/", "wss://h.example:443/m", "wss://h.example:443/m/"],
)
@pytest.mark.parametrize("asked", ["wss://h.example/m", "wss://h.example:443/m", "https://h.example/m"])
def test_an_upgrade_is_genuine_in_each_spelling_twilio_signs(signed: str, asked: str) -> None:
    assert WIRE.upgrade_is_genuine(asked, {"x-twilio-signature": sign(signed)})


@pytest.mark.parametrize(
    "signed", ["https://h.example/m", "wss://h.example/n", "wss://h.example:444/m", "wss://evil/m"]
)
def test_an_upgrade_signed_for_something_else_is_not_genuine(signed: str) -> None:
    assert not WIRE.upgrade_is_genuine("wss://h.example/m", {"x-twilio-signature": sign(signed)})


def test_a_local_upgrade_keeps_its_port() -> None:
    headers = {"X-Twilio-Signature": sign("ws://127.0.0.1:8080/twilio/media")}
    assert WIRE.upgrade_is_genuine("ws://127.0.0.1:8080/twilio/media", headers)


@given(
    st.text(max_size=40),
    st.text(max_size=40),
    st.text(max_size=60),
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=3),
    st.binary(max_size=20),
)
def test_no_forged_request_makes_the_check_raise(
    url: str, signature: str, settings: str, form: list[tuple[str, str]], body: bytes
) -> None:
    headers = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings}
    assert WIRE.webhook_is_genuine(Webhook("POST", url, headers, tuple(form), body)) is False
    assert WIRE.upgrade_is_genuine("wss://" + url, headers) is False


@pytest.mark.parametrize("url", ["https://h:port/x", "https://[::1/x", "", "\ud800", "https://h/\ud800"])
def test_urls_that_cannot_be_read_are_not_genuine(url: str) -> None:
    headers = {"X-Twilio-Signature": sign("x")}
    assert not WIRE.webhook_is_genuine(Webhook("POST", url, headers, (("a", "\udfff"),)))
    assert not WIRE.upgrade_is_genuine("wss://" + url, headers)


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────

FORM = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": "+15550001111", "To": "+15550002222"}


def offer(**changes: str) -> Webhook:
    return Webhook("POST", "https://h.example/twilio/voice", {}, tuple((FORM | changes).items()))


@pytest.mark.parametrize("caller", ["anonymous", "", " "])
def test_a_withheld_number_still_gets_through(caller: str) -> None:
    assert WIRE.decode_offer(offer(From=caller)).caller == "anonymous"


def test_an_offer_may_come_by_get() -> None:
    webhook = Webhook("GET", "https://h.example/twilio/voice?" + urlencode(FORM), {}, ())
    assert WIRE.decode_offer(webhook).caller == "+15550001111"


def test_control_and_direction_characters_do_not_get_past_the_offer() -> None:
    assert WIRE.decode_offer(offer(From="sip:\x00a\u202elice@h\r\n")).caller == "sip:alice@h"


@pytest.mark.parametrize(
    "changes",
    [
        {"CallSid": "CA123"},
        {"CallSid": CALL + "\n"},
        {"CallSid": "CA" + "١" * 32},
        {"AccountSid": "AC" + "b" * 32},
        {"From": "+" + "1" * 300},
        {"To": "\x00"},
    ],
)
def test_a_malformed_offer_is_a_protocol_error(changes: dict[str, str]) -> None:
    with pytest.raises(PeerProtocolError):
        WIRE.decode_offer(offer(**changes))


def test_two_different_callers_in_one_offer_are_a_protocol_error() -> None:
    webhook = offer()
    with pytest.raises(PeerProtocolError, match="From"):
        WIRE.decode_offer(Webhook("POST", webhook.url, {}, (*webhook.form, ("From", "+15559999999"))))


@pytest.mark.parametrize(("given_", "read"), [("0", 0), ("17", 17), ("", -1), ("-4", -1), ("²", -1), ("9" * 40, -1)])
def test_a_status_without_a_usable_sequence_number_has_minus_one(given_: str, read: int) -> None:
    assert WIRE.decode_status(offer(CallStatus="Completed", SequenceNumber=given_)).sequence == read


@pytest.mark.parametrize("state", ["", "a b", "x" * 50, "ringing\x00"])
def test_a_status_that_is_not_a_word_is_a_protocol_error(state: str) -> None:
    with pytest.raises(PeerProtocolError):
        WIRE.decode_status(offer(CallStatus=state))


def test_credentials_that_cannot_be_right_name_their_setting() -> None:
    with pytest.raises(ConfigError, match="IVR_TWILIO_ACCOUNT_SID"):
        TwilioWire("SK123", TOKEN)
    with pytest.raises(ConfigError, match="IVR_TWILIO_AUTH_TOKEN"):
        TwilioWire(ACCOUNT, " ")


# ── media messages ───────────────────────────────────────────────────────────────────────────────────────────────


def message(event: str, **parts: Any) -> str:
    return orjson.dumps({"event": event, "streamSid": STREAM, **parts}).decode()


def start(**changes: Any) -> str:
    plain: dict[str, Any] = {
        "accountSid": ACCOUNT,
        "callSid": CALL,
        "streamSid": STREAM,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {},
    }
    return message("start", start=plain | changes)


def test_every_message_twilio_sends_is_read() -> None:
    connected = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
    assert WIRE.decode_message(connected) == Ignored("connected")
    media = message("media", sequenceNumber="2", media={"track": "inbound", "chunk": "1", "payload": "//8="})
    assert WIRE.decode_message(media) == AudioIn(STREAM, b"\xff\xff")
    assert WIRE.decode_message(message("dtmf", dtmf={"track": "inbound_track", "digit": "#"})) == KeyIn(STREAM, "#")
    assert WIRE.decode_message(message("mark", mark={"name": "p1"})) == MarkReturned(STREAM, "p1")
    assert WIRE.decode_message(message("stop", stop={"callSid": CALL})) == StreamStopped(STREAM)


def test_counters_that_jump_and_fields_new_to_us_are_let_pass() -> None:
    text = message("media", sequenceNumber="999999999999", novel=[1], media={"payload": "", "chunk": 7, "new": {}})
    assert WIRE.decode_message(text) == AudioIn(STREAM, b"")
    assert WIRE.decode_message(message("whisper")) == Ignored("whisper")
    assert WIRE.decode_message(start(novel=1, customParameters=None)) == StreamStarted(STREAM, CALL, {})


def test_what_the_caller_hears_is_not_the_caller() -> None:
    text = message("media", media={"track": "outbound", "payload": "//8="})
    assert WIRE.decode_message(text) == AudioOut(STREAM, b"\xff\xff")


@pytest.mark.parametrize(
    "text",
    [
        message("media"),
        message("media", media=[]),
        message("media", media={}),
        message("media", media={"payload": 7}),
        message("media", media={"payload": "not base64!"}),
        message("media", media={"payload": "//8"}),
        message("media", media={"payload": "é"}),
        '{"event":"media","media":{"payload":"//8="}}',
        '{"event":"media","streamSid":"MZ1\\"","media":{"payload":"//8="}}',
        message("dtmf", dtmf={"digit": "12"}),
        message("dtmf", dtmf={"digit": ""}),
        message("dtmf", dtmf={"digit": 5}),
        message("mark", mark={}),
        message("mark", mark={"name": 3}),
        '{"event":"stop"}',
        message("start"),
        start(accountSid="AC" + "b" * 32),
        start(callSid="CA1"),
        start(callSid=None),
        start(streamSid="MZ" + "3" * 32),
        start(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 16000, "channels": 1}),
        start(mediaFormat={"encoding": "audio/l16", "sampleRate": 8000, "channels": 1}),
        start(mediaFormat=None),
        start(customParameters={"k": 1}),
        start(customParameters=["k"]),
        message("media", media={"payload": "A" * MAX_MESSAGE_CHARS}),
        "[" * 5000,
        '{"event":"media"}{"event":"media"}',
    ],
)
def test_a_broken_media_message_is_a_protocol_error(text: str) -> None:
    with pytest.raises(PeerProtocolError):
        WIRE.decode_message(text)


def test_a_protocol_error_does_not_repeat_what_the_caller_keyed() -> None:
    with pytest.raises(PeerProtocolError) as caught:
        WIRE.decode_message('{"event":"dtmf","dtmf":{"digit":"4929"')
    assert "4929" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


NAMES = st.sampled_from(["event", "streamSid", "media", "mark", "start", "dtmf", "stop", "payload", "name", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JUNK = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(NAMES, x, max_size=4), max_leaves=12)


@given(JUNK, st.sampled_from(["media", "mark", "start", "dtmf", "stop", "connected"]))
def test_no_json_at_all_brings_anything_but_a_message_or_a_protocol_error(junk: Any, event: str) -> None:
    shaped = {"event": event, "streamSid": STREAM, event: junk} | (junk if isinstance(junk, dict) else {})
    try:
        WIRE.decode_message(json.dumps(shaped))
    except PeerProtocolError:
        pass


@given(st.binary(max_size=2000))
def test_audio_of_any_length_comes_back_as_it_went(audio: bytes) -> None:
    text = WIRE.encode_audio(STREAM, audio)
    assert WIRE.decode_message(text) == AudioIn(STREAM, audio)
    assert set(orjson.loads(text)) == {"event", "streamSid", "media"}


@given(st.text(max_size=50))
def test_a_mark_of_any_name_comes_back_as_it_went(name: str) -> None:
    assert WIRE.decode_message(WIRE.encode_mark(STREAM, name)) == MarkReturned(STREAM, name)


def test_clear_is_exactly_what_twilio_takes() -> None:
    assert orjson.loads(WIRE.encode_clear(STREAM)) == {"event": "clear", "streamSid": STREAM}


# ── TwiML ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["https://h/m", "wss:///m", "wss://h/m?token=1", "wss://h/m#x"])
def test_a_stream_url_twilio_would_refuse_or_cut_is_a_config_error(url: str) -> None:
    with pytest.raises(ConfigError, match="IVR_PUBLIC_URL"):
        WIRE.render(ConnectStream(url, {}, "https://h/next"))


@pytest.mark.parametrize(("tag", "said"), [("en", "en-US"), ("pt", "pt-BR"), ("es-MX", "es-MX"), ("xx", None)])
def test_the_carriers_voice_speaks_the_callers_language_where_it_can(tag: str, said: str | None) -> None:
    say = ElementTree.fromstring(WIRE.render(SayThenHangUp("x", tag))).find("Say")
    assert say is not None
    assert say.get("language") == said
