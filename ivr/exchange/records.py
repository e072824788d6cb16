"""Call records: what the exchange knows of a call, and how webhooks and callbacks say it.

A record is written by its call alone; REST and callbacks read it. Facts: docs/carrier-wire.md, section 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from ivr.exchange.dead_air import DeadAir

API_VERSION = "2010-04-01"

Status = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
Direction = Literal["inbound", "outbound-api", "outbound-dial"]

FINAL: frozenset[str] = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
EVENT_OF: dict[str, str] = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"} | dict.fromkeys(
    FINAL, "completed"
)
"The name of the status callback event that reports a status."


def now() -> datetime:
    """The present, in UTC, whole seconds as the carrier's dates are."""
    return datetime.now(UTC).replace(microsecond=0)


def rfc2822(moment: datetime | None) -> str | None:
    """A date as the carrier writes it, `Wed, 15 Oct 2025 12:00:00 +0000`."""
    return format_datetime(moment) if moment else None


@dataclass(slots=True)
class CallRecord:
    """One call leg."""

    sid: str
    account_sid: str
    from_number: str
    to_number: str
    direction: Direction
    status: Status
    caller_name: str = ""
    forwarded_from: str = ""
    number_sid: str = ""
    parent_call_sid: str = ""
    answered_by: str = ""
    "What machine detection made of who answered: human, machine_start and so on; empty without it."
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    started: datetime | None = None
    "When it was answered."
    ended: datetime | None = None
    duration_s: int | None = None
    "Whole seconds of audio time between answer and end; None until then."
    ear: DeadAir = field(default_factory=DeadAir)
    "How long this end heard nothing."

    @property
    def live(self) -> bool:
        """Whether the call has not ended."""
        return self.status not in FINAL


def call_parameters(record: CallRecord) -> dict[str, str]:
    """The parameters every voice webhook carries, with geography, duplicates and some that nobody documented."""
    params = {
        "CallSid": record.sid,
        "AccountSid": record.account_sid,
        "From": record.from_number,
        "To": record.to_number,
        "CallStatus": record.status,
        "ApiVersion": API_VERSION,
        "Direction": record.direction,
        "Caller": record.from_number,
        "Called": record.to_number,
    }
    optional = {
        "CallerName": record.caller_name,
        "ForwardedFrom": record.forwarded_from,
        "ParentCallSid": record.parent_call_sid,
        "AnsweredBy": record.answered_by,
    }
    params |= {name: value for name, value in optional.items() if value}
    for names, number in ((("From", "Caller"), record.from_number), (("To", "Called"), record.to_number)):
        for name in names:
            params |= _geography(name, number)
    if record.direction == "inbound":
        params["StirVerstat"] = "TN-Validation-Passed-A"
    # The carrier adds parameters without notice; these stand for them.
    params["ExchangeTrunk"] = "local 1/2 & more"
    params["CallPath"] = ""
    return params


def _geography(name: str, number: str) -> dict[str, str]:
    american = number.startswith("+1") and len(number) == 12
    return {
        f"{name}City": "SAN FRANCISCO" if american else "",
        f"{name}State": "CA" if american else "",
        f"{name}Zip": "94105" if american else "",
        f"{name}Country": "US" if american else "",
    }
