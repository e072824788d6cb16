"""`<Dial>`: a conference to join, or telephones to ring, read from TwiML.

Pure. Raises TwimlError with the carrier's error code. Facts: docs/carrier-wire.md, section 9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.jitter import DELAY_MS
from ivr.exchange.twiml_values import TwimlError, method, sure_flag, whole

BEEPS: Final = ("true", "false", "onEnter", "onExit")
CONFERENCE_EVENTS: Final = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
CALL_EVENTS: Final = ("initiated", "ringing", "answered", "completed")
MAX_PARTICIPANTS: Final = 250
MAX_LABEL_CHARS: Final = 128
DETECTIONS: Final = ("", "Enable", "DetectMessageEnd")
_NUMBER = re.compile(r"^\+?[0-9][0-9 ().-]{2,24}$")


@dataclass(frozen=True, slots=True)
class Conference:
    """A named room, and how this call takes part in it."""

    name: str
    label: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    muted: bool = False
    beep: str = "true"
    "As written: a value that is none of BEEPS sounds like true, the default."
    jitter: str = "large"
    wait_url: str | None = None
    "None is the carrier's own music, empty is silence."
    wait_method: str = "POST"
    max_participants: int = MAX_PARTICIPANTS
    coach: str = ""
    "Call sid of the participant who alone is to hear this one."
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ()
    record: bool = False
    recording_callback: str = ""
    recording_callback_method: str = "POST"

    @property
    def beeps_on_enter(self) -> bool:
        """Whether the others hear a beep when this one comes."""
        return self.beep not in ("false", "onExit")

    @property
    def beeps_on_exit(self) -> bool:
        """Whether the others hear a beep when this one goes."""
        return self.beep not in ("false", "onEnter")


@dataclass(frozen=True, slots=True)
class Callee:
    """A telephone to ring: a number, `client:identity` or `sip:address`."""

    address: str
    url: str = ""
    "A document that the one who answered hears before being connected."
    method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    machine_detection: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect the call, to a conference or to the callee who answers first; then the action, or the next verb."""

    conference: Conference | None = None
    callees: tuple[Callee, ...] = ()
    action: str = ""
    method: str = "POST"
    timeout_s: int = 30
    "How long the callees ring."
    time_limit_s: int = 14_400
    hangup_on_star: bool = False
    caller_id: str = ""
    answer_on_bridge: bool = False
    sequential: bool = False


def dial(element: Element) -> Dial:
    """Read one `<Dial>`."""
    conference, callees = _nouns(element)
    return Dial(
        conference=conference,
        callees=callees,
        action=element.get("action", ""),
        method=method(element, 13210),
        timeout_s=whole(element, "timeout", 30, 13212, low=1, high=600),
        time_limit_s=whole(element, "timeLimit", 14_400, 13216, low=1),
        hangup_on_star=sure_flag(element, "hangupOnStar", False, 13213),
        caller_id=element.get("callerId", ""),
        answer_on_bridge=sure_flag(element, "answerOnBridge", False, 12200),
        sequential=sure_flag(element, "sequential", False, 12200),
    )


def _nouns(element: Element) -> tuple[Conference | None, tuple[Callee, ...]]:
    bare = (element.text or "").strip()
    if not len(element):
        return None, (Callee(_number(bare)),)
    if bare:
        raise TwimlError(13215, "<Dial> holds a number or elements, not both")
    if any(child.tag == "Conference" for child in element):
        if len(element) > 1:
            raise TwimlError(13215, "<Dial> holds one <Conference> and nothing beside it")
        return _conference(element[0]), ()
    return None, tuple(_callee(child) for child in element)


def _conference(element: Element) -> Conference:
    name = " ".join((element.text or "").split())
    if not name:
        raise TwimlError(13237, "<Conference> has no name")
    label = element.get("participantLabel", "")
    if len(label) > MAX_LABEL_CHARS:
        raise TwimlError(12200, f"participantLabel has more than {MAX_LABEL_CHARS} characters")
    jitter = element.get("jitterBufferSize", "large").lower()
    if jitter not in DELAY_MS:
        raise TwimlError(12200, f"jitterBufferSize={jitter!r}: {', '.join(DELAY_MS)} are known")
    record = element.get("record", "do-not-record")
    if record not in ("do-not-record", "record-from-start", "true", "false"):
        raise TwimlError(12200, f"<Conference record={record!r}>: do-not-record or record-from-start is needed")
    return Conference(
        name=name,
        label=label,
        start_on_enter=sure_flag(element, "startConferenceOnEnter", True, 13232),
        end_on_exit=sure_flag(element, "endConferenceOnExit", False, 13231),
        muted=sure_flag(element, "muted", False, 13230),
        beep=element.get("beep", "true"),
        jitter=jitter,
        wait_url=element.get("waitUrl"),
        wait_method=method(element, 13234, "waitMethod"),
        max_participants=whole(element, "maxParticipants", MAX_PARTICIPANTS, 12200, low=2, high=MAX_PARTICIPANTS),
        coach=element.get("coach", ""),
        status_callback=element.get("statusCallback", ""),
        status_callback_method=method(element, 12200, "statusCallbackMethod"),
        status_callback_events=_events(element, CONFERENCE_EVENTS, ()),
        record=record in ("record-from-start", "true"),
        recording_callback=element.get("recordingStatusCallback", ""),
        recording_callback_method=method(element, 12200, "recordingStatusCallbackMethod"),
    )


def _callee(element: Element) -> Callee:
    text = (element.text or "").strip()
    match element.tag:
        case "Number":
            address = _number(text)
        case "Client":
            identity = element.find("Identity")
            address = _address("client", text or ("" if identity is None else (identity.text or "").strip()))
        case "Sip":
            address = _address("sip", text.removeprefix("sip:"))
        case _:
            raise TwimlError(13215, f"<Dial> holds Number, Client, Sip or Conference, not <{element.tag}>")
    detection = element.get("machineDetection", "")
    if detection not in DETECTIONS:
        raise TwimlError(12200, f"machineDetection={detection!r}: Enable or DetectMessageEnd is needed")
    return Callee(
        address=address,
        url=element.get("url", ""),
        method=method(element, 13217),
        status_callback=element.get("statusCallback", ""),
        status_callback_method=method(element, 12200, "statusCallbackMethod"),
        status_callback_events=_events(element, CALL_EVENTS, ("completed",)),
        machine_detection=detection,
    )


def _number(text: str) -> str:
    if not _NUMBER.match(text):
        raise TwimlError(13223, f"<Dial>: {text!r} is not a telephone number")
    return "+" * text.startswith("+") + re.sub(r"[^0-9]", "", text)


def _address(scheme: str, name: str) -> str:
    if not name or re.search(r"\s", name) or len(name) > 200:
        raise TwimlError(13223, f"<Dial>: {name!r} is no {scheme} address")
    return f"{scheme}:{name}"


def _events(element: Element, known: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    events = tuple(element.get("statusCallbackEvent", " ".join(default)).split())
    if unknown := set(events) - set(known):
        raise TwimlError(12200, f"statusCallbackEvent {sorted(unknown)[0]!r}: {', '.join(known)} are known")
    return events
