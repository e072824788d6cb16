"""Twilio's TwiML: what a call is told to do.

Source     docs/carrier-wire.md; Twilio "TwiML for Programmable Voice".
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from twilio.twiml.voice_response import (  # type: ignore[import-untyped]
    Connect,
    Dial,
    Gather,
    Start,
    VoiceResponse,
)

from ivr.ports.carrier import Brief, ConnectStream, HangUp, Instruction, JoinRoom, RecordMessage, SayThenHangUp
from ivr.vocabulary.errors import ConfigError

MAX_PARAMETER_CHARS: Final = 500
"Names and values of all `<Parameter>`s of a stream together stay below this."

MAX_SAID_CHARS: Final = 4_000
"Longest text for the carrier's own voice (`<Say>` takes 4 096)."

MAX_BRIEFING_CHARS: Final = 1_000
"Longest briefing: a minute of speech."

DECIDES_WITHIN_S: Final = 6
"Silence after the briefing before it is read out once more."

MESSAGE_OVER_S: Final = 5
"Silence after which a message is over."

ROOM_EVENTS: Final = "join leave announcement"
"What a room reports. What else happens in it was asked for by us."

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_SAY_LANGUAGES: Final = {
    "ca": "ca-ES", "da": "da-DK", "de": "de-DE", "en": "en-US", "es": "es-ES", "fi": "fi-FI", "fr": "fr-FR",
    "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "nb": "nb-NO", "nl": "nl-NL", "pl": "pl-PL", "pt": "pt-BR",
    "ru": "ru-RU", "sv": "sv-SE", "zh": "zh-CN",
}  # fmt: skip
"`<Say>` wants a region with its language."


def render(instruction: Instruction) -> str:
    """The document for a webhook's reply or a redirect. Raises ConfigError for a stream that Twilio would refuse."""
    response = VoiceResponse()
    match instruction:
        case ConnectStream(url, parameters, then_url):
            _check_stream(url, parameters)
            connect = Connect()
            stream = connect.stream(url=url)
            for name, value in parameters.items():
                stream.parameter(name=name, value=value)
            response.append(connect)
            # Without a verb after <Connect> the call would end with its stream (docs/operating.md).
            response.redirect(then_url, method="POST")
        case HangUp():
            response.hangup()
        case SayThenHangUp(text, language):
            response.say(_said(text, MAX_SAID_CHARS), language=_say_language(language))
            response.hangup()
        case Brief(text, language, key_url, again_url):
            gather = Gather(input="dtmf", num_digits=1, action=key_url, method="POST", timeout=DECIDES_WITHIN_S)
            gather.say(_said(text, MAX_BRIEFING_CHARS), language=_say_language(language))
            response.append(gather)
            response.redirect(again_url, method="POST")
        case RecordMessage(then_url, ready_url, longest_s):
            response.record(
                action=then_url,
                method="POST",
                max_length=longest_s,
                timeout=MESSAGE_OVER_S,
                recording_status_callback=ready_url,
                recording_status_callback_method="POST",
            )
            # Where nothing was said, <Record> asks nobody and goes on to the next verb.
            response.redirect(then_url, method="POST")
        case JoinRoom():
            if instruction.copy_url:
                response.append(_copy(instruction))
            response.append(_room(instruction))
    return str(response)


def _room(instruction: JoinRoom) -> Dial:
    """Nobody ends the room by leaving it: who is left is asked about, and we say where they go."""
    dial = Dial(action=instruction.left_url, method="POST")
    terms: dict[str, object] = {"muted": True} if instruction.muted else {}
    if instruction.events_url:
        terms |= {"status_callback": instruction.events_url, "status_callback_event": ROOM_EVENTS}
    dial.conference(
        instruction.room,
        participant_label=instruction.label,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        beep="false",  # the library would write False as "False", which is no beep that Twilio knows
        jitter_buffer_size="small",
        wait_url="",
        **terms,
    )
    return dial


def _copy(instruction: JoinRoom) -> Start:
    """It lasts until we close its socket: the caller may leave the room and come back."""
    parameters = {"token": instruction.copy_token}
    _check_stream(instruction.copy_url, parameters)
    start = Start()
    stream = start.stream(url=instruction.copy_url, track="both_tracks", name=f"{instruction.room}.{instruction.label}")
    for name, value in parameters.items():
        stream.parameter(name=name, value=value)
    return start


def _said(text: str, longest: int) -> str:
    return _UNPRINTABLE.sub("", " ".join(text.split()))[:longest]


def _check_stream(url: str, parameters: Mapping[str, str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            f"the stream URL {url!r} is not wss:// and a path; Twilio drops the query of a stream URL",
            where="IVR_PUBLIC_URL",
            fix="Set the public URL to https:// and the host name, and pass what is needed as parameters.",
        )
    total = sum(len(name) + len(value) for name, value in parameters.items())
    if total >= MAX_PARAMETER_CHARS:
        raise ConfigError(
            f"the stream's parameters hold {total} characters; Twilio allows fewer than {MAX_PARAMETER_CHARS}",
            where="stream parameters",
            fix="Pass an id and look the rest up by it.",
        )


def _say_language(language: str) -> str | None:
    """The tag with a region; None leaves the choice to Twilio."""
    if re.fullmatch(r"[a-z]{2}-[A-Z]{2}", language):
        return language
    return _SAY_LANGUAGES.get(language.partition("-")[0].lower())
