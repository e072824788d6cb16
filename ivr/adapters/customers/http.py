"""Customers behind an address of the business: JSON, a bearer token, GET to find them and POST to verify them.

    https://crm.example.com/v2/contacts?phone={number}

404, 204, and an empty object or list mean that nobody is known. Of a list the first entry counts. No redirect is
followed: the token is meant for these addresses alone. What a caller gave stands in the body of a POST, and nowhere
else.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp
import orjson

from ivr.adapters.customers.fields import FIELDS, customer_of, facts_of
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, ConfigError, DeadlineExceeded

LARGEST_BYTES: Final = 256 * 1024
PLACE: Final = "{number}"
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_NOBODY: Final = frozenset({204, 404, 410})
_LATER: Final = frozenset({408, 425, 429})
_UNSET: Final = "IVR_CUSTOMERS_VERIFY is not set: write the address that says whether what a caller gave is right"


class HttpCustomers:
    """`CustomerRecords` behind an address.

    url          holds {number}, which is filled with the number as E.164, percent-encoded.
    verify_url   is sent `{"number": …, "given": {…}}` and answers `{"verified": true}` or false; "" verifies nobody.
    token        is sent as `Authorization: Bearer …`; "" sends none.
    fields       a customer's field, or a fact, to where it stands in the answer: a path of keys and list places,
                 `contact.name`. What is not named is looked for under its own name.
    deadline_ms  how long a lookup may take.

    Raises ConfigError when a URL cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        verify_url: str = "",
        token: str = "",
        fields: Mapping[str, str] | None = None,
        deadline_ms: float = 2_000,
    ) -> None:
        _demand_safe(url, "IVR_CUSTOMERS", "https://crm.example.com/contacts?phone={number}")
        if PLACE not in url:
            fix = "Write for example https://crm.example.com/contacts?phone={number}."
            raise ConfigError("the address has no {number}", where="IVR_CUSTOMERS", fix=fix)
        if verify_url:
            _demand_safe(verify_url, "IVR_CUSTOMERS_VERIFY", "https://crm.example.com/verify")
        self._url, self._verify_url, self._token = url, verify_url, token
        self._paths = dict(fields or {})
        self._timeout = aiohttp.ClientTimeout(total=deadline_ms / 1_000)
        self._client: aiohttp.ClientSession | None = None

    async def find(self, number: str) -> Customer | None:
        return self._customer(await self._record(number))

    async def verify(self, number: str, given: Mapping[str, str]) -> bool | None:
        if not self._verify_url:
            raise BackendRejected(_UNSET)
        if not given:
            return False
        body = await self._ask("POST", self._verify_url, {"number": number, "given": dict(given)})
        if body is None:
            return None
        answer = _json(body, self._verify_url)
        verified = answer.get("verified") if isinstance(answer, dict) else None
        if not isinstance(verified, bool):
            raise BackendRejected(f"{_host(self._verify_url)} said neither that it is verified nor that it is not")
        return verified

    async def facts(self, number: str, names: Collection[str]) -> Mapping[str, str] | None:
        record = await self._record(number)
        if self._customer(record) is None:
            return None
        return facts_of({name: self._value(record, name) for name in names}, names)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _record(self, number: str) -> dict[str, Any]:
        """What the address says of a number; {} when it says nothing."""
        body = await self._ask("GET", self._url.replace(PLACE, quote(number, safe="")))
        answer = _json(body, self._url) if body and body.strip() else None
        if isinstance(answer, list):
            answer = answer[0] if answer else None
        return answer if isinstance(answer, dict) else {}

    def _customer(self, record: Mapping[str, Any]) -> Customer | None:
        return customer_of({field: self._value(record, field) for field in FIELDS})

    def _value(self, record: Mapping[str, Any], name: str) -> Any:
        return _at(record, self._paths.get(name, name))

    async def _ask(self, method: str, url: str, content: Mapping[str, Any] | None = None) -> bytes | None:
        """The body of the answer; None when it says that nobody is known. No error holds any of what was sent."""
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
        host = _host(url)
        try:
            async with self._client.request(
                method, url, json=content, headers=headers, allow_redirects=False
            ) as response:
                if response.status in _NOBODY:
                    return None
                if response.status >= 500 or response.status in _LATER:
                    raise BackendUnavailable(f"{host} answered {response.status}")
                if response.status != 200:
                    raise BackendRejected(f"{host} answered {response.status}")
                return await _body(response)
        except TimeoutError:
            raise DeadlineExceeded(f"{host} did not answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise BackendUnavailable(f"{host} cannot be reached ({type(error).__name__})") from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise BackendRejected("the answer is larger than 256 KiB")
    return bytes(body)


def _json(body: bytes, url: str) -> Any:
    """What an answer says. Raises BackendRejected, without the answer: it may repeat what was sent."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BackendRejected(f"{_host(url)} answered with no JSON") from None


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


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _demand_safe(url: str, where: str, example: str) -> None:
    """Raises ConfigError for an address to which a token must not be sent."""
    parts = urlsplit(url)
    if (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or (parts.scheme == "http" and parts.hostname not in LOCAL)
    ):
        what = "the address must begin with https:// (http is for this machine only)"
        raise ConfigError(what, where=where, fix=f"Write for example {example}.")
