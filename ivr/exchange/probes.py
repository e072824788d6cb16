"""Probes: requests that a server must refuse, sent on purpose. What it lets through is a broken strict rule.

They start no call of the exchange's own and use the number's voice URL and the newest stream.
"""

from __future__ import annotations

import asyncio

import aiohttp
from yarl import URL

from ivr.exchange import stream_wire as wire
from ivr.exchange.config import Number
from ivr.exchange.fragments import without_fragment
from ivr.exchange.leg import Office
from ivr.exchange.playout import SILENCE
from ivr.exchange.records import CallRecord, call_parameters
from ivr.exchange.sids import new_sid
from ivr.exchange.signature import HEADER, sign, signed_url
from ivr.exchange.twiml import ConnectStream

WAIT_S = 2.0


async def probe(office: Office, number: Number) -> list[str]:
    """Run every probe; the names of those that were run. Findings are among the violations."""
    ran = await _probe_webhook(office, number)
    if office.last_streams:
        verb, ids = office.last_streams[-1]
        await _probe_unsigned_stream(office, verb)
        await _probe_reused_token(office, verb, ids)
        ran += ["stream.unsigned", "stream.reused"]
    return ran


async def _probe_webhook(office: Office, number: Number) -> list[str]:
    record = CallRecord(
        sid=new_sid("CA"),
        account_sid=office.config.account_sid,
        from_number="+15005550006",
        to_number=number.number,
        direction="inbound",
        status="ringing",
    )
    url, params = without_fragment(number.voice_url), call_parameters(record)
    good = sign(office.config.auth_token, signed_url(url), params.items())
    forged = sign("another account's token", signed_url(url), params.items())
    attempts = {
        "webhook.unsigned": (params, {}),
        "webhook.forged": (params, {HEADER: forged}),
        "webhook.tampered": (params | {"From": "+15005550001"}, {HEADER: good}),
    }
    for name, (body, headers) in attempts.items():
        timeout = aiohttp.ClientTimeout(total=WAIT_S)
        async with office.http.post(
            URL(url, encoded=True), data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status < 400:
                office.violations.report("webhook.unsigned-accepted", url, f"{name}: {response.status}")
    return list(attempts)


async def _probe_unsigned_stream(office: Office, verb: ConnectStream) -> None:
    for headers in ({}, {"x-twilio-signature": sign("another account's token", verb.url)}):
        try:
            async with (
                asyncio.timeout(WAIT_S),
                office.http.ws_connect(URL(verb.url, encoded=True), headers=headers) as websocket,
            ):
                office.violations.report("stream.unsigned-accepted", verb.url, "forged" if headers else "unsigned")
                await websocket.close()
        except (aiohttp.ClientError, TimeoutError):
            pass  # refused, as it should be


async def _probe_reused_token(office: Office, verb: ConnectStream, ids: wire.StreamIds) -> None:
    """The same parameters once more, on a new stream of the same call: closed, or at least never spoken to."""
    again = wire.StreamIds(ids.account_sid, ids.call_sid, new_sid("MZ"))
    headers = {"x-twilio-signature": sign(office.config.auth_token, verb.url)}
    try:
        async with (
            asyncio.timeout(WAIT_S),
            office.http.ws_connect(URL(verb.url, encoded=True), headers=headers) as websocket,
        ):
            await websocket.send_str(wire.CONNECTED)
            await websocket.send_str(wire.start(again, 1, dict(verb.parameters)))
            await websocket.send_str(wire.media(again.stream_sid, 2, 1, 0, SILENCE))
            message = await websocket.receive()
            if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                office.violations.report("stream.token-reused", ids.call_sid, "the server spoke")
    except TimeoutError:
        office.violations.report("stream.token-reused", ids.call_sid, "the socket stayed open")
    except aiohttp.ClientError:
        pass  # refused, as it should be
