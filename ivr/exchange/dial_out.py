"""`<Dial>` to telephones: ring them, connect the call to the first who answers, tell its action how it went.

The two ends meet in a room of their own that REST does not list. Facts: docs/carrier-wire.md, section 9.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ivr.exchange.call_plan import Plan
from ivr.exchange.conference import Room
from ivr.exchange.participation import take_part
from ivr.exchange.sounds import ringback
from ivr.exchange.sources import At, CallEnd, Verbs, absolute
from ivr.exchange.twiml_dial import Callee, Conference, Dial

if TYPE_CHECKING:
    from ivr.exchange.call import Call
    from ivr.exchange.leg import CallLeg

_TELLING: Final = ("busy", "no-answer", "failed", "canceled")
"Of several who did not answer, the status that is reported."


async def dial_out(leg: CallLeg, verb: Dial, here: str) -> Mapping[str, str]:
    """Ring, connect, wait until one of the two leaves; what the action is told. Raises TwimlError."""
    told: Mapping[str, str] = {"DialCallStatus": "no-answer"}
    for callees in [[callee] for callee in verb.callees] if verb.sequential else [verb.callees]:
        with leg.office.rooms.private(f"dial {leg.record.sid}") as room:
            told = await _try(leg, verb, callees, room, here)
        if told["DialCallStatus"] == "completed":
            break
    return told


async def _try(leg: CallLeg, verb: Dial, callees: Sequence[Callee], room: Room, here: str) -> Mapping[str, str]:
    caller_id = verb.caller_id or leg.record.from_number
    terms = Conference(room.name, beep="false", jitter="off", wait_url="", end_on_exit=True)
    calls: list[Call] = []
    try:
        for callee in callees:
            plan = _plan(verb, callee, Verbs((Dial(conference=terms),)), here)
            calls.append(leg.office.ring(callee.address, caller_id, plan, leg.record.sid))
        winner = await _first_to_come(leg, room, calls)
        if winner is None:
            statuses = {call.record.status: call.record.sid for call in calls}
            if "completed" in statuses:  # answered, and left before being connected
                return {"DialCallStatus": "completed", "DialCallSid": statuses["completed"], "DialBridged": "false"}
            return {"DialCallStatus": next((status for status in _TELLING if status in statuses), "no-answer")}
        _let_go([call for call in calls if call is not winner], "somebody else answered")
        began = leg.pacer.tick
        await take_part(leg, verb, terms, here, room)
        await winner.ended.wait()
        seconds = -(-(leg.pacer.tick - began) // 50)
        return {
            "DialCallStatus": "completed",
            "DialCallSid": winner.record.sid,
            "DialCallDuration": str(seconds),
            "DialBridged": "true",
        }
    finally:
        _let_go(calls, "the caller left")


async def _first_to_come(leg: CallLeg, room: Room, calls: Sequence[Call]) -> Call | None:
    ringing = asyncio.ensure_future(leg.line.play(ringback() * 200))
    try:
        while not room.seats:
            if all(call.ended.is_set() for call in calls):
                return None
            await leg.pacer.wait(1)
    finally:
        ringing.cancel()
        await asyncio.wait({ringing})
    came = next(iter(room.seats))
    return next(call for call in calls if call.record.sid == came)


def _let_go(calls: Sequence[Call], why: str) -> None:
    for call in calls:
        if not call.ended.is_set():
            call.hang_up(CallEnd("far-end", "canceled", why))


def _plan(verb: Dial, callee: Callee, joining: Verbs, here: str) -> Plan:
    whisper = At(absolute(here, callee.url), callee.method) if callee.url else None
    return Plan(
        first=whisper or joining,
        then=joining if whisper else None,
        status_url=absolute(here, callee.status_callback) if callee.status_callback else "",
        status_method=callee.status_callback_method,
        status_events=callee.status_callback_events,
        ring_s=verb.timeout_s,
        detection=callee.machine_detection,
    )
