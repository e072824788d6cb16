"""Reading TwiML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Connect, Gather, Stream, VoiceResponse

from ivr.exchange import twiml
from ivr.exchange.twiml import TwimlError, parse

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=60
).filter(str.strip)


@given(st.binary(max_size=300))
def test_any_bytes_either_read_or_are_refused_with_a_code(body: bytes) -> None:
    try:
        parse(body)
    except TwimlError as bad:
        assert 12100 <= bad.code <= 32000 or bad.code == 11100


XML_NAMES = st.sampled_from(["Response", "Say", "Play", "Gather", "Connect", "Stream", "Parameter", "Dance", "Record"])
ATTRIBUTES = st.sampled_from(
    ["", " url='ws://evil/'", " loop='-1'", " timeout='x'", " action='a'", " name='n' value='v'"]
)


@given(
    st.recursive(
        TEXT.map(lambda t: t.replace("<", "").replace("&", "")),
        lambda inner: st.tuples(XML_NAMES, ATTRIBUTES, st.lists(inner, max_size=3)).map(
            lambda t: f"<{t[0]}{t[1]}>{''.join(t[2])}</{t[0]}>"
        ),
        max_leaves=8,
    )
)
def test_any_well_formed_document_reads_or_is_refused(inner: str) -> None:
    try:
        parse(f"<Response>{inner}</Response>")
    except TwimlError:
        pass


@given(TEXT, st.sampled_from(["en-US", "es", "pt-BR"]), st.integers(0, 5))
def test_what_the_carriers_library_writes_is_read_back(text: str, language: str, loop: int) -> None:
    response = VoiceResponse()
    response.say(text, language=language, loop=loop)
    response.pause(length=loop)
    response.redirect("/next", method="GET")
    response.hangup()
    words = " ".join(text.split())
    assert parse(str(response)) == (
        twiml.Say(words, language, loop),
        twiml.Pause(loop),
        twiml.Redirect("/next", "GET"),
        twiml.Hangup(),
    )


def test_a_stream_and_a_gather_of_the_carriers_library_are_read() -> None:
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=3, action="/keys")
    gather.say("Press 1")
    response.append(gather)
    connect = Connect(action="/after")
    stream = Stream(url="wss://h.example/media", status_callback="https://h.example/s")
    stream.parameter(name="token", value="abc")
    connect.append(stream)
    response.append(connect)
    assert parse(str(response)) == (
        twiml.Gather((twiml.Say("Press 1"),), 1, "", 3.0, "/keys"),
        twiml.ConnectStream(
            "wss://h.example/media",
            parameters=(("token", "abc"),),
            action="/after",
            status_callback="https://h.example/s",
        ),
    )


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<Dance/>", 12200),
        ("<Say/>", 13520),
        ("<Say language='!'>x</Say>", 13511),
        ("<Play/>", 13420),
        ("<Pause length='x'/>", 13910),
        ("<Gather input='speech'/>", 12200),
        ("<Gather numDigits='0'/>", 13314),
        ("<Gather finishOnKey='12'/>", 13310),
        ("<Gather><Hangup/></Gather>", 12200),
        ("<Record maxLength='0'/>", 13611),
        ("<Redirect method='PUT'>/x</Redirect>", 13710),
        ("<Reject reason='bored'/>", 12200),
        ("<Connect/>", 12200),
        ("<Connect><Stream url='wss://a/'/><Stream url='wss://a/'/></Connect>", 12200),
        ("<Connect><Stream url='ws://h.example/'/></Connect>", 31922),
        ("<Connect><Stream url='ws://127.0.0.1.evil.example/'/></Connect>", 31922),
        ("<Connect><Stream url='https://h.example/'/></Connect>", 31922),
        ("<Connect><Stream url='wss://'/></Connect>", 31923),
        ("<Connect><Stream url='wss://h/'><Parameter name='n' value='" + "x" * 499 + "'/></Stream></Connect>", 12200),
    ],
)
def test_a_document_that_cannot_run_is_refused_with_the_carriers_code(inner: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(f"<Response>{inner}</Response>")
    assert refused.value.code == code


@pytest.mark.parametrize("url", ["ws://127.0.0.1:8080/m", "ws://localhost/m", "ws://[::1]:1/m", "wss://h.example/m"])
def test_plain_ws_is_for_this_machine_only(url: str) -> None:
    assert parse(f"<Response><Connect><Stream url='{url}'/></Connect></Response>")


def test_a_bomb_of_entities_is_refused_unread() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><Response><Say>&c;</Say></Response>'
    with pytest.raises(TwimlError, match="document type"):
        parse(bomb)
