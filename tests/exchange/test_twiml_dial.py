"""Reading `<Dial>`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twilio.twiml.voice_response import Dial, VoiceResponse

from ivr.exchange import twiml_dial
from ivr.exchange.twiml import TwimlError, parse
from ivr.exchange.twiml_dial import Callee, Conference


def read(inner: str, attributes: str = "") -> twiml_dial.Dial:
    (verb,) = parse(f"<Response><Dial {attributes}>{inner}</Dial></Response>")
    assert isinstance(verb, twiml_dial.Dial)
    return verb


PLAIN = Conference("room")


@pytest.mark.parametrize(
    ("attributes", "meant"),
    [
        ("", PLAIN),
        ("startConferenceOnEnter='false'", replace(PLAIN, start_on_enter=False)),
        ("endConferenceOnExit='true'", replace(PLAIN, end_on_exit=True)),
        ("participantLabel='agent 1'", replace(PLAIN, label="agent 1")),
        ("muted='true'", replace(PLAIN, muted=True)),
        ("beep='false'", replace(PLAIN, beep="false")),
        ("beep='onEnter'", replace(PLAIN, beep="onEnter")),
        ("waitUrl=''", replace(PLAIN, wait_url="")),
        ("waitUrl='/w' waitMethod='GET'", replace(PLAIN, wait_url="/w", wait_method="GET")),
        ("jitterBufferSize='small'", replace(PLAIN, jitter="small")),
        ("jitterBufferSize='off'", replace(PLAIN, jitter="off")),
        ("maxParticipants='2'", replace(PLAIN, max_participants=2)),
        ("coach='CA1'", replace(PLAIN, coach="CA1")),
        ("record='record-from-start'", replace(PLAIN, record=True)),
        (
            "statusCallback='/s' statusCallbackEvent='start end join leave mute hold modify'",
            replace(
                PLAIN,
                status_callback="/s",
                status_callback_events=("start", "end", "join", "leave", "mute", "hold", "modify"),
            ),
        ),
    ],
)
def test_a_conference_is_read(attributes: str, meant: Conference) -> None:
    assert read(f"<Conference {attributes}> room </Conference>").conference == meant


@pytest.mark.parametrize(
    ("beep", "enter", "exits"),
    [
        ("true", True, True),
        ("false", False, False),
        ("onEnter", True, False),
        ("onExit", False, True),
        ("False", True, True),  # what the carrier's library makes of Python's False: no value, so the default sounds
    ],
)
def test_only_the_word_false_itself_silences_the_beep(beep: str, enter: bool, exits: bool) -> None:
    conference = replace(PLAIN, beep=beep)
    assert (conference.beeps_on_enter, conference.beeps_on_exit) == (enter, exits)


def test_what_the_carriers_library_writes_is_read_back() -> None:
    response = VoiceResponse()
    dial = Dial(action="https://h.example/after", time_limit=600, hangup_on_star=True)
    dial.conference(
        "room 7",
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        participant_label="agent",
        beep="false",
        jitter_buffer_size="small",
        status_callback="https://h.example/conference",
        status_callback_event="start end join leave",
    )
    response.append(dial)
    assert parse(str(response)) == (
        twiml_dial.Dial(
            Conference(
                "room 7",
                label="agent",
                beep="false",
                jitter="small",
                status_callback="https://h.example/conference",
                status_callback_events=("start", "end", "join", "leave"),
            ),
            action="https://h.example/after",
            time_limit_s=600,
            hangup_on_star=True,
        ),
    )


@pytest.mark.parametrize(
    ("inner", "callees"),
    [
        ("+1 555 000-1111", (Callee("+15550001111"),)),
        ("<Number>+15550001111</Number>", (Callee("+15550001111"),)),
        ("<Client>anna</Client><Client>ben</Client>", (Callee("client:anna"), Callee("client:ben"))),
        ("<Client><Identity>anna</Identity></Client>", (Callee("client:anna"),)),
        ("<Sip>sip:anna@desk.example</Sip>", (Callee("sip:anna@desk.example"),)),
        ("<Number url='/whisper'>+15550001111</Number>", (Callee("+15550001111", url="/whisper"),)),
    ],
)
def test_telephones_to_ring_are_read(inner: str, callees: tuple[Any, ...]) -> None:
    assert read(inner).callees == callees and read(inner).conference is None


@pytest.mark.parametrize(
    ("inner", "attributes", "code"),
    [
        ("", "", 13223),
        ("nobody", "", 13223),
        ("<Dance/>", "", 13215),
        ("<Conference>a</Conference><Number>+15550001111</Number>", "", 13215),
        ("+15550001111<Number>+15550001111</Number>", "", 13215),
        ("<Conference/>", "", 13237),
        ("<Conference muted='yes'>a</Conference>", "", 13230),
        ("<Conference endConferenceOnExit='1'>a</Conference>", "", 13231),
        ("<Conference startConferenceOnEnter=''>a</Conference>", "", 13232),
        ("<Conference waitMethod='PUT'>a</Conference>", "", 13234),
        ("<Conference maxParticipants='1'>a</Conference>", "", 12200),
        ("<Conference maxParticipants='251'>a</Conference>", "", 12200),
        ("<Conference jitterBufferSize='huge'>a</Conference>", "", 12200),
        ("<Conference record='maybe'>a</Conference>", "", 12200),
        ("<Conference statusCallbackEvent='dance'>a</Conference>", "", 12200),
        ("<Conference participantLabel='" + "x" * 129 + "'>a</Conference>", "", 12200),
        ("<Client>two words</Client>", "", 13223),
        ("<Number machineDetection='Perhaps'>+15550001111</Number>", "", 12200),
        ("<Conference>a</Conference>", "method='PUT'", 13210),
        ("<Conference>a</Conference>", "timeout='x'", 13212),
        ("<Conference>a</Conference>", "timeLimit='0'", 13216),
        ("<Conference>a</Conference>", "hangupOnStar='x'", 13213),
    ],
)
def test_a_dial_that_cannot_run_is_refused_with_the_carriers_code(inner: str, attributes: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        read(inner, attributes)
    assert refused.value.code == code
