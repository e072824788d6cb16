"""Customers behind an address of the business: GET, a bearer token, JSON.

    https://crm.example.com/v2/contacts?phone={number}

404, 204, and an empty object or list mean that nobody is known. Of a list the first entry counts. No redirect is
followed: the token is meant for this address alone.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp
import orjson

from ivr.adapters.customers.fields import FIELDS, customer_of
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

LARGEST_BYTES: Final = 256 * 1024
PLACE: Final = "{number}"
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_NOBODY: Final = frozenset({204, 404, 410})
_LATER: Final = frozenset({408, 425, 429})


class HttpCustomers:
    """`CustomerRecords` behind an address.

    url          holds {number}, which is filled with the number as E.164, percent-encoded.
    token        is sent as `Authorization: Bearer …`; "" sends none.
    fields       a customer's field to where it stands in the answer: a path of keys and list places, `contact.name`.
                 What is not named is looked for under its own name.
    deadline_ms  how long a lookup may take.

    Raises ConfigError when the URL cannot be used.
    """

    def __init__(
        self, url: str, *, token: str = "", fields: Mapping[str, str] | None = None, deadline_ms: float = 2_000
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or (parts.scheme == "http" and parts.hostname not in LOCAL):
            raise _wrong("the address must begin with https:// (http is for this machine only)")
        if PLACE not in url:
            raise _wrong("the address has no {number}")
        self._url, self._token, self._host = url, token, parts.netloc.rpartition("@")[2]
        self._paths = {field: (fields or {}).get(field, field) for field in FIELDS}
        self._timeout = aiohttp.ClientTimeout(total=deadline_ms / 1_000)
        self._client: aiohttp.ClientSession | None = None

    async def find(self, number: str) -> Customer | None:
        try:
            return await self._get(self._url.replace(PLACE, quote(number, safe="")))
        except TimeoutError:
            raise DeadlineExceeded(f"{self._host} did not answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise BackendUnavailable(f"{self._host} cannot be reached ({type(error).__name__})") from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _get(self, url: str) -> Customer | None:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        async with self._client.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in _NOBODY:
                return None
            if response.status >= 500 or response.status in _LATER:
                raise BackendUnavailable(f"{self._host} answered {response.status}")
            if response.status != 200:
                raise BackendRejected(f"{self._host} answered {response.status}")
            return self._customer(await _body(response))

    def _customer(self, body: bytes) -> Customer | None:
        try:
            answer = orjson.loads(body) if body.strip() else None
        except orjson.JSONDecodeError as error:
            raise BackendRejected(f"{self._host} answered with no JSON") from error
        if isinstance(answer, list):
            answer = answer[0] if answer else None
        if not isinstance(answer, dict):
            return None
        return customer_of({field: _at(answer, path) for field, path in self._paths.items()})


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise BackendRejected("the answer is larger than 256 KiB")
    return bytes(body)


def _at(value: Any, path: str) -> Any:
    """What stands at `contact.phones.0`; None when nothing does."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _wrong(what: str) -> ConfigError:
    fix = "Write for example https://crm.example.com/contacts?phone={number}."
    return ConfigError(what, where="IVR_CUSTOMERS", fix=fix)
