"""Taking part: a call's time in a conference, from joining to what comes after its `<Dial>`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from ivr.exchange.conference import NotAdmitted, Room, Seat, WhyLeft
from ivr.exchange.prompts import MUSIC, Background
from ivr.exchange.records import call_parameters
from ivr.exchange.sources import At, absolute
from ivr.exchange.twiml import TwimlError
from ivr.exchange.twiml_dial import Conference, Dial
from ivr.exchange.waiting import first_or_none
from ivr.exchange.webhooks import WebhookFailed

if TYPE_CHECKING:
    from ivr.exchange.leg import CallLeg

log = structlog.get_logger("exchange.conference")

JOINED: Final[Mapping[str, str]] = {"DialCallStatus": "answered"}
"What the action of a `<Dial>` to a conference is told."
NOT_JOINED: Final[Mapping[str, str]] = {"DialCallStatus": "failed"}


async def take_part(
    leg: CallLeg, verb: Dial, terms: Conference, here: str, room: Room | None = None
) -> Mapping[str, str]:
    """Join, stay until something ends it, leave; what the action is told.

    room  The room to join, where it is not the one that the terms name.
    Raises TwimlError for an address that is none.
    """
    terms = _with_addresses(terms, here)
    office = leg.office
    seat = Seat(leg.record, leg.line, terms, office.config.jitter_ms[terms.jitter])
    seat.wait_with = waiting_with(terms)
    try:
        room = room or office.rooms.open(terms.name)
        room.join(seat)
    except NotAdmitted as refused:
        log.warning("not admitted", call=leg.record.sid, code=refused.code, detail=refused.message)
        if room and not room.seats and not room.invited:
            room.end("last-participant-left", leg.record.sid)
        return NOT_JOINED
    line, star = leg.line, _hangs_up(seat, verb)
    line.listener, line.source, line.key_listener = seat.speak, seat.hear, star
    why: WhyLeft = "participant_hung_up"
    try:
        async with asyncio.TaskGroup() as group:
            beside = [
                group.create_task(_background(leg, room, seat)),
                group.create_task(_limit(leg, seat, verb.time_limit_s)),
            ]
            why = await seat.ousted
            for task in beside:
                task.cancel()
    except asyncio.CancelledError:
        why = leg.why_left
        raise
    finally:
        line.listener, line.source = None, line.playout.frame
        if line.key_listener is star:
            line.key_listener = None
        line.hush()
        room.leave(seat, why, "completed" if why == "participant_hung_up" else "in-progress")
    return NOT_JOINED if why == "participant_add_failed" else JOINED


def waiting_with(terms: Conference) -> Background:
    """What a participant on these terms hears while it waits."""
    if terms.wait_url is None:
        return MUSIC
    return At(terms.wait_url, terms.wait_method) if terms.wait_url else None


def _with_addresses(terms: Conference, here: str) -> Conference:
    def full(url: str) -> str:
        return absolute(here, url) if url else ""

    return replace(
        terms,
        wait_url=full(terms.wait_url) if terms.wait_url is not None else None,
        status_callback=full(terms.status_callback),
        recording_callback=full(terms.recording_callback),
    )


def _hangs_up(seat: Seat, verb: Dial):  # type: ignore[no-untyped-def]
    def press(digit: str) -> None:
        if digit == "*" and verb.hangup_on_star:
            seat.oust("participant_hung_up")

    return press


async def _limit(leg: CallLeg, seat: Seat, limit_s: int) -> None:
    await leg.pacer.wait_ms(limit_s * 1_000)
    seat.oust("participant_hung_up")


async def _background(leg: CallLeg, room: Room, seat: Seat) -> None:
    """Let the participant hear what belongs to its state, and something else whenever that changes."""
    while True:
        seat.changed.clear()
        await first_or_none(_one_background(leg, room, seat), seat.changed.wait())


async def _one_background(leg: CallLeg, room: Room, seat: Seat) -> None:
    params = call_parameters(leg.record) | {"ConferenceSid": room.sid, "FriendlyName": room.name}
    try:
        await leg.office.announcer.background(room.background(seat), params, leg.record.sid, leg.line)
    except (WebhookFailed, TwimlError) as failed:
        log.warning("nothing to hear", call=leg.record.sid, code=failed.code, detail=failed.message, held=seat.held)
        if not seat.held:  # the conference is not fully established without its waitUrl
            seat.oust("participant_add_failed")
    await seat.changed.wait()  # through: silence from here on
