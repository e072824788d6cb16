"""Webhooks: signed requests to the product, with the carrier's timeouts, retries and redirects.

A request either yields an answer or raises WebhookFailed with the carrier's error code; what happens then (the
fallback URL, the end of the call) is the caller's business. Facts: docs/carrier-wire.md, sections 1 and 2.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
import structlog
from yarl import URL

from ivr.exchange.faults import Faults
from ivr.exchange.fragments import Patience, patience, without_fragment
from ivr.exchange.signature import HEADER, IDEMPOTENCY_HEADER, sign, signed_url

log = structlog.get_logger("exchange.webhooks")

MAX_BODY_BYTES = 64 * 1_024
MAX_REDIRECTS = 10
USER_AGENT = "TwilioProxy/1.1"


class WebhookFailed(Exception):
    """A webhook got no usable answer. `code` is the carrier's error code, `status` the HTTP status if there was one."""

    def __init__(self, code: int, message: str, url: str, status: int | None = None) -> None:
        super().__init__(f"{code} {message} ({url})")
        self.code, self.message, self.url, self.status = code, message, url, status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook answered: `url` is where it came from, after redirects; relative URLs in it start there."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    url: str
    method: str = "POST"
    token: str = ""
    "The request's idempotency token."


class Webhooks:
    """Sends signed requests. One client session for all calls; `http` is owned by whoever made it."""

    def __init__(self, http: aiohttp.ClientSession, auth_token: str, faults: Faults) -> None:
        self._http = http
        self._auth_token = auth_token
        self._faults = faults

    async def fetch(
        self,
        url: str,
        params: Mapping[str, str],
        method: str = "POST",
        *,
        max_bytes: int = MAX_BODY_BYTES,
        token: str = "",
    ) -> Answer:
        """Request `url`, following redirects. Raises WebhookFailed; a 4xx or 5xx answer is a failure too.

        `token` is the idempotency token; a request sent again on purpose carries the first one's.
        """
        waits = patience(url)
        here = without_fragment(url)
        token = token or new_token()
        try:
            async with asyncio.timeout(waits.total_ms / 1_000):
                for _ in range(MAX_REDIRECTS + 1):
                    answer, location = await self._with_retries(here, params, method, waits, token, max_bytes)
                    if location is None:
                        return answer
                    if answer.status in (301, 302, 303):
                        method = "GET"
                    here = without_fragment(urljoin(here, location))
        except TimeoutError as late:
            raise WebhookFailed(11200, "no answer within the total time", here) from late
        raise WebhookFailed(11215, "too many redirects", here)

    async def _with_retries(
        self,
        url: str,
        params: Mapping[str, str],
        method: str,
        waits: Patience,
        token: str,
        max_bytes: int,
    ) -> tuple[Answer, str | None]:
        tries_left = waits.retries
        while True:
            try:
                return await self._once(url, params, method, waits, token, max_bytes)
            except _Retryable as failed:
                if tries_left == 0 or not (failed.kind in waits.retry_on or "all" in waits.retry_on):
                    raise failed.failure from failed
                tries_left -= 1
                log.info("webhook retried", url=url, kind=failed.kind)

    async def _once(
        self,
        url: str,
        params: Mapping[str, str],
        method: str,
        waits: Patience,
        token: str,
        max_bytes: int,
    ) -> tuple[Answer, str | None]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WebhookFailed(11100, "not an http or https URL", url)
        await self._injected(url)
        fields = list(params.items())
        target = url
        if method == "GET":
            target = url + ("&" if parts.query else "?") + urlencode(fields) if fields else url
        headers = {
            HEADER: sign(self._auth_token, signed_url(target), fields if method == "POST" else ()),
            IDEMPOTENCY_HEADER: token,
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
        }
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=waits.connect_ms / 1_000, sock_read=waits.read_ms / 1_000
        )
        try:
            async with self._http.request(
                method,
                URL(target, encoded=True),
                data=urlencode(fields).encode() if method == "POST" else None,
                headers=headers | ({"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return await _read(response, url, method, token, max_bytes)
        except aiohttp.ClientError as failed:
            raise _sorted_failure(failed, url) from failed
        except TimeoutError as late:  # aiohttp's own timeouts arrive as ClientError above
            raise WebhookFailed(11200, "no answer in time", url) from late

    async def _injected(self, url: str) -> None:
        """Faults asked for by a test: a lost request, a slow network, a broken answer."""
        if self._faults.take("webhook.drop", url):
            raise _Retryable("ct", WebhookFailed(11205, "connection failed (injected)", url))
        if delay := self._faults.take("webhook.delay", url):
            await asyncio.sleep(delay.ms / 1_000)
        if broken := self._faults.take("webhook.status", url):
            raise _status_failure(broken.status, url)


class _Retryable(Exception):
    """A failure that the retry policy may want tried again; `kind` as in the URL fragment's `rp`."""

    def __init__(self, kind: str, failure: WebhookFailed) -> None:
        super().__init__(kind)
        self.kind, self.failure = kind, failure


async def _read(
    response: aiohttp.ClientResponse, url: str, method: str, token: str, max_bytes: int
) -> tuple[Answer, str | None]:
    if response.status in (301, 302, 303, 307, 308):
        location = response.headers.get("Location")
        if not location:
            raise WebhookFailed(11216, "redirect without Location", url, response.status)
        return Answer(response.status, "", b"", url, method, token), location
    if response.status >= 400:
        raise _status_failure(response.status, url)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise WebhookFailed(11750, f"response body over {max_bytes} bytes", url, response.status)
    return Answer(response.status, response.content_type, bytes(body), url, method, token), None


def _status_failure(status: int, url: str) -> Exception:
    failure = WebhookFailed(11200, f"HTTP status {status}", url, status)
    return _Retryable("4xx" if status < 500 else "5xx", failure)


def _sorted_failure(failed: aiohttp.ClientError, url: str) -> Exception:
    match failed:
        case aiohttp.ClientConnectorDNSError():
            return WebhookFailed(11210, "unknown host", url)
        case aiohttp.ConnectionTimeoutError() | aiohttp.ServerTimeoutError() if "connect" in str(failed).lower():
            return _Retryable("ct", WebhookFailed(11205, "no connection in time", url))
        case aiohttp.ServerTimeoutError():
            return _Retryable("rt", WebhookFailed(11200, "no answer in time", url))
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return WebhookFailed(11220, "TLS failed", url)
        case aiohttp.ClientConnectorError():
            return _Retryable("ct", WebhookFailed(11205, "connection failed", url))
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return _Retryable("ct", WebhookFailed(11205, "connection lost", url))
        case _:
            return WebhookFailed(11206, f"not HTTP ({type(failed).__name__})", url)


def new_token() -> str:
    """A fresh idempotency token."""
    return secrets.token_hex(16)


def client_session(verify: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """The session all requests and streams go through. No cookies are kept between calls."""
    connector = aiohttp.TCPConnector(limit=0, ssl=verify or True)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
