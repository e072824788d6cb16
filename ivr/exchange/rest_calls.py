"""REST: calls. Create, fetch, list, redirect, end, delete."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from ivr.exchange import strict
from ivr.exchange.call_plan import Plan
from ivr.exchange.records import API_VERSION, CallRecord, rfc2822
from ivr.exchange.rest_wire import (
    Fields,
    RestError,
    absolute_url,
    answer,
    http_method,
    not_found,
    on_day,
    one,
    page_of,
    truth,
)
from ivr.exchange.sources import At, CallEnd, Inline, Source
from ivr.exchange.switchboard import Exchange
from ivr.exchange.twiml import TwimlError, parse
from ivr.exchange.twiml_dial import DETECTIONS

_NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$")
_OTHER_ADDRESS = re.compile(r"^(client|sip):[^\s]{1,200}$")


def render(exchange: Exchange, record: CallRecord) -> dict[str, Any]:
    """A call as REST shows it."""
    uri = f"/{API_VERSION}/Accounts/{record.account_sid}/Calls/{record.sid}"
    return {
        "sid": record.sid,
        "account_sid": record.account_sid,
        "parent_call_sid": record.parent_call_sid or None,
        "from": record.from_number,
        "from_formatted": record.from_number,
        "to": record.to_number,
        "to_formatted": record.to_number,
        "phone_number_sid": record.number_sid or None,
        "status": record.status if record.status != "initiated" else "queued",
        "direction": record.direction,
        "date_created": rfc2822(record.created),
        "date_updated": rfc2822(record.updated),
        "start_time": rfc2822(record.started),
        "end_time": rfc2822(record.ended),
        "duration": None if record.duration_s is None else str(record.duration_s),
        "api_version": API_VERSION,
        "caller_name": record.caller_name or None,
        "forwarded_from": record.forwarded_from or None,
        "answered_by": record.answered_by or None,
        "annotation": None,
        "group_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "trunk_sid": None,
        "uri": uri + ".json",
        "subresource_uris": {"recordings": uri + "/Recordings.json"},
    }


class CreateLimit:
    """`calls.create` at most so many times a second; 0 is no limit."""

    def __init__(self, per_second: float) -> None:
        self._gap_s = 1 / per_second if per_second else 0.0
        self._next_at = 0.0

    async def create(self, exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
        """POST Calls.json: call a registered phone."""
        self.take()
        to_number, from_number = addresses(exchange, fields)
        source = _source(exchange, fields, "")
        if source is None:
            raise RestError(400, 21205, "Url or Twiml is required")
        record = exchange.ring(to_number, from_number, plan(fields, source)).record
        return answer(render(exchange, record), 201)

    def take(self) -> None:
        """One more call now. Raises RestError 20429 if that is too soon after the last one."""
        now_s = asyncio.get_running_loop().time()
        if now_s < self._next_at:
            raise RestError(429, 20429, "Too Many Requests: one call a second by default")
        self._next_at = now_s + self._gap_s


def addresses(exchange: Exchange, fields: Fields) -> tuple[str, str]:
    """Whom to call and from which number. Raises RestError."""
    to_number, from_number = one(fields, "To"), one(fields, "From")
    if not to_number:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not (_NUMBER.match(to_number) or _OTHER_ADDRESS.match(to_number)):
        raise RestError(400, 21211, f"The phone number you are attempting to call, {to_number}, is not valid.")
    if not from_number:
        raise RestError(400, 21213, "No 'From' number is specified")
    if from_number not in exchange.numbers and not _OTHER_ADDRESS.match(from_number):
        raise RestError(400, 21210, f"The source phone number {from_number} is not one of this account's")
    return to_number, from_number


def plan(fields: Fields, source: Source) -> Plan:
    """What a new call is to do, and whom it reports to. Raises RestError."""
    timeout = one(fields, "Timeout", "60")
    if not re.fullmatch(r"[0-9]{1,3}", timeout) or not 1 <= int(timeout) <= 600:
        raise RestError(400, 20001, "Timeout is 1 to 600 seconds")
    fallback, amd_url = one(fields, "FallbackUrl"), one(fields, "AsyncAmdStatusCallback")
    detection = one(fields, "MachineDetection")
    if detection not in DETECTIONS:
        raise RestError(400, 20001, "MachineDetection is Enable or DetectMessageEnd")
    return Plan(
        first=source,
        fallback=At(absolute_url(fallback), http_method(fields, "FallbackMethod")) if fallback else None,
        status_url=absolute_url(one(fields, "StatusCallback")) if one(fields, "StatusCallback") else "",
        status_method=http_method(fields, "StatusCallbackMethod"),
        status_events=_events(fields),
        ring_s=int(timeout),
        detection=detection,
        detection_url=absolute_url(amd_url) if truth(fields, "AsyncAmd") and amd_url else "",
        detection_method=http_method(fields, "AsyncAmdStatusCallbackMethod"),
    )


def _events(fields: Fields) -> tuple[str, ...]:
    given = [event for value in fields.get("StatusCallbackEvent", ()) for event in value.split()]
    return tuple(given) or ("completed",)


def _source(exchange: Exchange, fields: Fields, call_sid: str) -> Source | None:
    if url := one(fields, "Url"):
        return At(absolute_url(url), http_method(fields, "Method"))
    if not (twiml := one(fields, "Twiml")):
        return None
    if len(twiml) > strict.MAX_INLINE_CHARS:
        exchange.violations.report("rest.twiml-too-long", call_sid, f"{len(twiml)} characters")
        raise RestError(400, 20001, f"Twiml is limited to {strict.MAX_INLINE_CHARS} characters")
    try:
        strict.check_inline(exchange.violations, call_sid, parse(twiml))
    except TwimlError as bad:  # the call finds out, as on the real network; the rules say so at once
        strict.check_twiml_error(exchange.violations, call_sid, bad)
    return Inline(twiml)


def _record(exchange: Exchange, request: web.Request) -> CallRecord:
    record = exchange.calls.get(request.match_info["sid"])
    if record is None:
        raise not_found(request)
    return record


async def fetch(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Calls/{CA}.json"""
    return answer(render(exchange, _record(exchange, request)))


async def update(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """POST Calls/{CA}.json: Status ends it, Url or Twiml redirect it."""
    record = _record(exchange, request)
    call = exchange.live.get(record.sid)
    if call is None or not record.live:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status := one(fields, "Status"):
        if status not in ("completed", "canceled"):
            raise RestError(400, 20001, "Status is completed or canceled")
        if status == "canceled" and record.status == "in-progress":
            raise RestError(400, 21220, "Call is in-progress: it can be completed, not canceled")
        call.hang_up(CallEnd("far-end", "canceled", f"{status} over REST"))
        await call.ended.wait()
        return answer(render(exchange, record))
    source = _source(exchange, fields, record.sid)
    if source is None:
        return answer(render(exchange, record))
    if record.status != "in-progress" or not await call.run_instead(source):
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    return answer(render(exchange, record))


async def delete(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """DELETE Calls/{CA}.json: forget an ended call."""
    record = _record(exchange, request)
    if record.sid in exchange.live:
        raise RestError(409, 20009, "The call has not ended yet")
    del exchange.calls[record.sid]
    return web.Response(status=204)


async def listed(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Calls.json: newest first, filtered."""
    found = [record for record in reversed(exchange.calls.values()) if _matches(record, fields)]
    return page_of(request, fields, "calls", _Rendered(exchange, found))


class _Rendered(Sequence[dict[str, Any]]):
    """Records rendered only when shown."""

    def __init__(self, exchange: Exchange, records: list[CallRecord]) -> None:
        self._exchange, self._records = exchange, records

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [render(self._exchange, record) for record in self._records[index]]
        return render(self._exchange, self._records[index])


def _matches(record: CallRecord, fields: Fields) -> bool:
    shown = {
        "To": record.to_number,
        "From": record.from_number,
        "Status": record.status,
        "ParentCallSid": record.parent_call_sid,
    }
    if any(one(fields, name) not in ("", value) for name, value in shown.items()):
        return False
    return on_day(record.started, fields, "StartTime") and on_day(record.ended, fields, "EndTime")
