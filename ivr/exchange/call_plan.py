"""A call's plan: what it is to do and whom it reports to."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.exchange.sources import At, Source


@dataclass(frozen=True, slots=True)
class Plan:
    """What a call is to do and whom it reports to."""

    first: Source
    fallback: At | None = None
    status_url: str = ""
    status_method: str = "POST"
    status_events: tuple[str, ...] = ("completed",)
    ring_s: int = 60
    "How long an outgoing call rings."
    then: Source | None = None
    "What follows the end of its last document, instead of hanging up: `<Dial>` connects whom it called."
    detection: str = ""
    "Enable: find out who answered before the first document. DetectMessageEnd: and let a machine finish its greeting."
    detection_url: str = ""
    "Report that here instead, while the first document runs."
    detection_method: str = "POST"
