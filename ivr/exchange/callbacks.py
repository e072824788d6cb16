"""Status callbacks: a call's progress, reported in its own time beside the call.

They are sent one after another, each with its SequenceNumber; the network may reorder them, and so do injected faults.
Facts: docs/carrier-wire.md, section 3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from ivr.exchange.faults import Faults
from ivr.exchange.pacer import Pacer
from ivr.exchange.rules import Violations
from ivr.exchange.webhooks import WebhookFailed, Webhooks

log = structlog.get_logger("exchange.callbacks")

Send = Callable[[str, str, Mapping[str, str]], Awaitable[None]]
"(url, method, params): one callback on the wire; failures are its own business."

WAITING = 64
"Callbacks of one call that may wait; more are dropped, newest first."


@dataclass(frozen=True, slots=True)
class Callback:
    """One report to send."""

    url: str
    method: str
    params: Mapping[str, str]


async def deliver(webhooks: Webhooks, violations: Violations, sid: str, callback: Callback) -> int | None:
    """Send one callback for a call or conference; the answer's status. A failure is noted and changes nothing."""
    try:
        return (await webhooks.fetch(callback.url, callback.params, callback.method)).status
    except WebhookFailed as failed:
        log.warning("callback failed", sid=sid, code=failed.code, url=callback.url, status=failed.status)
        if failed.status is not None:
            what = callback.params.get("StatusCallbackEvent") or callback.params.get("CallStatus", "")
            violations.report("callback.refused", sid, f"status {failed.status} for {what}")
        return failed.status


class CallbackQueue:
    """The callbacks of one call or conference. `run` ends once `finish` was called and everything has been sent."""

    def __init__(self, send: Send, faults: Faults, pacer: Pacer, sid: str) -> None:
        self._send = send
        self._faults = faults
        self._pacer = pacer
        self._sid = sid
        self._queue: asyncio.Queue[Callback | None] = asyncio.Queue(WAITING + 1)
        self._held: list[Callback] = []
        self._hold = 0

    def post(self, callback: Callback) -> None:
        """Send this after what is already waiting."""
        if self._queue.qsize() < WAITING:
            self._queue.put_nowait(callback)

    def finish(self) -> None:
        """No more will come."""
        if not self._queue.full():
            self._queue.put_nowait(None)

    async def run(self) -> None:
        """Send until finished."""
        while (callback := await self._queue.get()) is not None:
            await self._deliver(callback)
        self._hold = 0
        await self._release()

    async def _deliver(self, callback: Callback) -> None:
        where = (self._sid, callback.url)
        if self._faults.take("callback.drop", *where):
            return
        if not self._hold and (reorder := self._faults.take("callback.reorder", *where)):
            self._hold = reorder.times + 1
        if self._hold:
            self._held.append(callback)
            self._hold -= 1
            if not self._hold:
                await self._release()
            return
        if delay := self._faults.take("callback.delay", *where):
            await self._pacer.wait_ms(delay.ms)
        again = self._faults.take("callback.duplicate", *where)
        for _ in range(1 + (again.times if again else 0)):
            await self._send(callback.url, callback.method, callback.params)

    async def _release(self) -> None:
        held, self._held = self._held[::-1], []
        for callback in held:
            await self._send(callback.url, callback.method, callback.params)
