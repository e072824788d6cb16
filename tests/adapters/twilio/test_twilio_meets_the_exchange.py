"""The adapter and the local exchange were written apart, from the same notes on the wire: here they meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.twilio.check import check_number
from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.adapters.twilio.wire import TwilioWire
from ivr.exchange import signature, stream_wire, twiml
from ivr.exchange.app import run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.twiml_dial import Dial
from ivr.ports.carrier import (
    AudioIn,
    Brief,
    ConnectStream,
    HangUp,
    JoinRoom,
    KeyIn,
    MarkReturned,
    SayThenHangUp,
    StreamStarted,
    StreamStopped,
    Webhook,
)
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.ids import CallId, StreamId

ACCOUNT, TOKEN = "AC" + "a" * 32, "f00d" * 8
CALL, STREAM = CallId("CA" + "1" * 32), StreamId("MZ" + "2" * 32)
WIRE = TwilioWire(ACCOUNT, TOKEN)
IDS = stream_wire.StreamIds(ACCOUNT, CALL, STREAM)

PAIRS = st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=6)
BASES = st.sampled_from(["https://h.example", "https://h.example:8443", "http://127.0.0.1:8080", "http://localhost:80"])


@given(BASES, PAIRS)
def test_a_form_signed_by_one_is_genuine_to_the_other(base: str, form: list[tuple[str, str]]) -> None:
    url = base + "/twilio/voice?a=%20b"
    # Names that repeat are signed by the adapter in the order of names, then of values; so are the exchange's pairs.
    signed = signature.sign(TOKEN, signature.signed_url(url), form)
    assert WIRE.webhook_is_genuine(Webhook("POST", url, {signature.HEADER: signed}, tuple(form)))


@pytest.mark.parametrize("url", ["wss://h.example/twilio/media", "ws://127.0.0.1:8080/twilio/media"])
def test_an_upgrade_signed_by_one_is_genuine_to_the_other(url: str) -> None:
    headers = {signature.HEADER: signature.sign(TOKEN, signature.signed_url(url))}
    assert WIRE.upgrade_is_genuine(url, headers)


@given(st.binary(max_size=900))
def test_the_exchanges_messages_are_read(audio: bytes) -> None:
    assert WIRE.decode_message(stream_wire.start(IDS, 1, {"k": "v"})) == StreamStarted(STREAM, CALL, {"k": "v"})
    assert WIRE.decode_message(stream_wire.media(STREAM, 2, 1, 5, audio)) == AudioIn(STREAM, audio)
    assert WIRE.decode_message(stream_wire.dtmf(STREAM, 3, "#")) == KeyIn(STREAM, "#")
    assert WIRE.decode_message(stream_wire.mark(STREAM, 4, "p1")) == MarkReturned(STREAM, "p1")
    assert WIRE.decode_message(stream_wire.stop(IDS, 5)) == StreamStopped(STREAM)


@given(
    st.binary(min_size=1, max_size=900).filter(
        lambda audio: not audio.startswith((b"RIFF", b"ID3", b"OggS", b".snd", b"fLaC"))
    )
)
def test_our_messages_break_none_of_the_exchanges_rules(audio: bytes) -> None:
    assert stream_wire.read(WIRE.encode_audio(STREAM, audio), STREAM) == stream_wire.MediaIn(audio)
    assert stream_wire.read(WIRE.encode_mark(STREAM, 'p1 "é"'), STREAM) == stream_wire.MarkIn('p1 "é"')
    assert stream_wire.read(WIRE.encode_clear(STREAM), STREAM) == stream_wire.ClearIn()


def test_our_documents_are_run_as_they_are_meant() -> None:
    connect, then = twiml.parse(
        WIRE.render(ConnectStream("wss://h.example/m", {"t": "a&<b"}, "https://h.example/next"))
    )
    assert isinstance(connect, twiml.ConnectStream)
    assert (connect.url, dict(connect.parameters)) == ("wss://h.example/m", {"t": "a&<b"})
    assert isinstance(then, twiml.Redirect)
    assert then.url == "https://h.example/next"
    assert twiml.parse(WIRE.render(HangUp())) == (twiml.Hangup(),)
    gather, again = twiml.parse(WIRE.render(Brief("Ana Ruiz. Card stolen.", "en", "https://h/key", "https://h/again")))
    assert isinstance(gather, twiml.Gather) and isinstance(again, twiml.Redirect)
    assert (gather.action, gather.num_digits, again.url) == ("https://h/key", 1, "https://h/again")
    (dial,) = twiml.parse(WIRE.render(JoinRoom("CA1.t1", "t1.1", "https://h/left", "https://h/room")))
    assert isinstance(dial, Dial) and dial.conference is not None
    assert (dial.action, dial.conference.name, dial.conference.label) == ("https://h/left", "CA1.t1", "t1.1")
    assert (dial.conference.beep, dial.conference.jitter, dial.conference.wait_url) == ("false", "small", "")
    assert dial.conference.start_on_enter and not dial.conference.end_on_exit
    assert not dial.conference.muted
    assert dial.conference.status_callback_events == ("join", "leave", "announcement")
    say, end = twiml.parse(WIRE.render(SayThenHangUp("Lo siento.", "es")))
    assert say == twiml.Say("Lo siento.", "es-ES")
    assert end == twiml.Hangup()


async def test_the_rest_client_reads_the_exchanges_account_and_numbers() -> None:
    public = "https://ivr.example.com"
    number = Number(
        "+15550002222",
        f"{public}/twilio/voice",
        voice_fallback_url=f"{public}/twilio/fallback",
        status_callback=f"{public}/twilio/status",
    )
    async with run_exchange(ExchangeConfig(ACCOUNT, TOKEN, "control", (number,))) as running:
        carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=running.url)
        stranger = TwilioCarrier(ACCOUNT, "wrong", base_url=running.url)
        try:
            assert await carrier.account_name() == "Local exchange"
            assert await check_number(carrier, public) == []
            await carrier.hang_up(CALL)
            with pytest.raises(BackendRejected, match="IVR_TWILIO_AUTH_TOKEN"):
                await stranger.account_name()
        finally:
            await carrier.close()
            await stranger.close()
