"""Forging: genuine requests of the carrier about a call in progress, and everything that can be done to them."""

import base64
import json
import logging
import random
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from structlog.testing import capture_logs
from yarl import URL

from ivr.adapters.clock import ScaledClock
from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.exchange.records import CallRecord, call_parameters
from ivr.exchange.sids import new_sid
from ivr.exchange.signature import HEADER, sign
from ivr.turns.floor import TurnRules
from tests.calls.script import script
from tests.journeys.house import ACCOUNT, CALLER, NUMBER, SPEED, TOKEN, Caller, Street, street

PATIENT = TurnRules(silence_ms=10**9)
"A caller who says nothing is not spoken to: every event there is in these tests comes from a request."
BRIEF = script(greeting="Hi, a machine.", question="Yes?")
OTHER_TOKEN = "0" * 32
ROUTES = ("voice", "fallback", "continue", "status")


class Wall(ScaledClock):
    """Real time, with a wall clock that can be put forward."""

    ahead_ms = 0

    def wall_ms(self) -> int:
        return super().wall_ms() + self.ahead_ms


@dataclass
class Scene:
    """A street with a caller on the line, and everything that is logged."""

    there: Street
    caller: Caller
    http: aiohttp.ClientSession
    lines: list[MutableMapping[str, Any]]
    store: ScriptedCallLog
    clock: Wall

    @property
    def url(self) -> str:
        return self.there.node.url

    def record(self, **changes: Any) -> CallRecord:
        """Another call, which nobody made."""
        usual: dict[str, Any] = {
            "sid": new_sid("CA"),
            "account_sid": ACCOUNT,
            "from_number": CALLER,
            "to_number": NUMBER,
            "direction": "inbound",
            "status": "ringing",
        }
        return CallRecord(**(usual | changes))

    def live(self) -> CallRecord:
        """The call on the line."""
        return self.there.running.exchange.live[self.caller.call].record

    async def undisturbed(self) -> None:
        """The caller on the line is answered as ever."""
        assert await self.caller.says("what are your hours") == ["We open at nine.", "Anything else?"]
        await self.caller.hangs_up()
        await self.there.running.exchange.settled()


class _Complaints(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def nothing_blows_up() -> Iterator[None]:
    """No exception comes to the surface of the server or of the loop, nor a warning of theirs."""
    listening = _Complaints(logging.WARNING)
    logging.getLogger().addHandler(listening)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(listening)
    assert listening.heard == []


@asynccontextmanager
async def scene(speed: float = SPEED, **config: object) -> AsyncIterator[Scene]:
    store, clock = ScriptedCallLog(), Wall(speed)
    asked: dict[str, Any] = {"speed": speed, "timing_rules": False} | config
    with capture_logs() as lines, nothing_blows_up():
        async with street(store, BRIEF, clock, PATIENT, **asked) as there, aiohttp.ClientSession() as http:
            caller = there.caller()
            await caller.dial()
            yield Scene(there, caller, http, lines, store, clock)


@dataclass(frozen=True)
class Forged:
    """A request as it is sent."""

    what: str
    path: str
    form: tuple[tuple[str, str], ...]
    signature: str | None
    method: str = "POST"
    body: bytes | None = None
    "Sent instead of the form."
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False

    async def sent(self, at: Scene) -> int:
        """Send it; the status of the reply, or 0 when the server cut the connection instead."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self.headers}
        if self.signature is not None:
            headers[HEADER] = self.signature
        body = urlencode(self.form).encode() if self.body is None else self.body
        data = _pieces(body) if self.chunked else body
        try:
            async with at.http.request(
                self.method, URL(at.url + self.path, encoded=True), data=data, headers=headers, allow_redirects=False
            ) as reply:
                return reply.status
        except aiohttp.ClientError:
            return 0


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 16_384):
        yield body[start : start + 16_384]


def genuine(url: str, route: str, record: CallRecord) -> Forged:
    """What the carrier would send about this call."""
    params = call_parameters(record)
    if route == "status":
        params = params | {"CallStatus": "completed", "CallDuration": "7", "SequenceNumber": "3"}
    form = tuple(params.items())
    return Forged("genuine", f"/twilio/{route}", form, sign(TOKEN, f"{url}/twilio/{route}", form))


def mutants(url: str, good: Forged, chance: random.Random) -> Iterator[Forged]:
    """Everything that can be done to one genuine request."""
    yield from _bad_signatures(url, good)
    yield from _bad_parameters(good)
    yield from _bad_places(url, good)
    yield from _bad_bodies(url, good)
    for number in range(60):
        at, value = chance.randrange(len(urlencode(good.form))), chance.randrange(1, 256)
        body = bytearray(urlencode(good.form).encode())
        body[at] ^= value
        if _same_form(bytes(body), good.form):
            continue
        yield replace(good, what=f"random byte {number}", body=bytes(body))


def _same_form(body: bytes, form: tuple[tuple[str, str], ...]) -> bool:
    """Whether the flipped byte only wrote the same form in another way ("%2b" for "%2B")."""
    try:
        return tuple(parse_qsl(body.decode(), keep_blank_values=True)) == form
    except ValueError:
        return False


def _bad_signatures(url: str, good: Forged) -> Iterator[Forged]:
    given = good.signature or ""
    for at, letter in enumerate(given[:-1]):
        # The last letter before "=" carries two bits that mean nothing: step by four to change one that does.
        other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        changed = other[(other.index(letter) + 4) % 64]
        yield replace(good, what=f"signature letter {at}", signature=given[:at] + changed + given[at + 1 :])
    bad: list[str | None] = [
        None,
        "",
        "=",
        given[:-1],
        given[1:],
        given + "=",
        given.swapcase(),
        given * 2,
        "A" * 27 + "=",
        "•",
    ]
    bad += [
        base64.b64encode(bytes(20)).decode(),
        base64.b64encode(bytes(32)).decode(),
        f"{given},{given}",
        f'"{given}"',
    ]
    bad += [
        sign(OTHER_TOKEN, url + good.path, good.form),
        sign("", url + good.path, good.form),
        sign(TOKEN, url + good.path),
    ]
    bad += [sign(TOKEN, f"{url}/twilio/{route}", good.form) for route in ROUTES if not good.path.endswith(route)]
    bad += [
        sign(TOKEN, other + good.path, good.form)
        for other in ("https://elsewhere.example", url.replace("http", "https"))
    ]
    for signature in bad:
        yield replace(good, what=f"signature {signature!r}", signature=signature)
    for settings in ("HMAC-SHA256", "algorithm=sha256", "none", "HmacSHA256"):
        yield replace(
            good,
            what=f"settings {settings}",
            signature=None,
            headers={"X-Twilio-Webhooks-Signature-Settings": settings},
        )


def _bad_parameters(good: Forged) -> Iterator[Forged]:
    for at, (name, value) in enumerate(good.form):
        rest = good.form[:at], good.form[at + 1 :]

        def but(*instead: tuple[str, str], what: str, around: Any = rest) -> Forged:
            return replace(good, what=what, form=(*around[0], *instead, *around[1]))

        yield but(what=f"{name} removed") if value or name else good
        yield but((name, value + "0"), what=f"{name} longer")
        yield but((name, value[:-1]), what=f"{name} shorter") if value else but((name, "x"), what=f"{name} filled")
        yield but((name, value[::-1] + "!"), what=f"{name} other")
        yield but((name + "x", value), what=f"{name} renamed")
        yield but((name, value), (name, value + "1"), what=f"{name} twice, differently")
        yield but((name, value), (name.lower(), value), what=f"{name} twice, in lower case")
    yield replace(good, what="one added", form=(*good.form, ("Extra", "1")))
    yield replace(good, what="nothing at all", form=())
    # Names and values are signed without a mark between them: one letter may move and the signature still fits.
    for name in ("CallSid", "AccountSid", "From", "To") if good.path != "/twilio/status" else ("CallSid", "CallStatus"):
        value = dict(good.form)[name]
        moved = tuple((each + value[0], value[1:]) if each == name else (each, text) for each, text in good.form)
        yield replace(good, what=f"{name}'s first letter moved", form=moved)


def _bad_places(url: str, good: Forged) -> Iterator[Forged]:
    for query in ("?x=1", "?CallSid=CA" + "0" * 32, "?bodySHA256=" + "0" * 64, "?%00", "?a=%ff", "?&"):
        yield replace(good, what=f"query {query}", path=good.path + query)
    for route in ROUTES:
        if not good.path.endswith(route):
            yield replace(good, what=f"sent to {route}", path=f"/twilio/{route}")
    name = good.path.rpartition("/")[2]
    odd = (good.path + "/", f"/twilio//{name}", f"/twilio/%{ord(name[0]):02x}{name[1:]}", f"/twilio/{name.upper()}")
    for path in (*odd, f"/twilio/x/../{name}", "/twilio/", f"/twilio/{name};x", "/twilio/media"):
        yield replace(good, what=f"path {path}", path=path)
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        yield replace(good, what=method, method=method)
        signature = sign(TOKEN, url + good.path + "?" + urlencode(good.form))
        yield replace(
            good,
            what=f"{method} by query",
            method=method,
            path=f"{good.path}?{urlencode(good.form)}",
            signature=signature,
            form=(),
        )


def _bad_bodies(url: str, good: Forged) -> Iterator[Forged]:
    encoded = urlencode(good.form).encode()
    for kind in (
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "",
        "x",
    ):
        yield replace(good, what=f"content type {kind!r}", headers={"Content-Type": kind})
    as_json = json.dumps(dict(good.form)).encode()
    yield replace(good, what="JSON", body=as_json, headers={"Content-Type": "application/json"})
    yield replace(good, what="JSON in a form", body=as_json)
    for junk in (
        b"\xff\xfe",
        b"CallSid=\xff",
        encoded + b"&x=\xc3\x28",
        b"\x00" * 64,
        encoded.replace(b"&", b"&&\x80"),
    ):
        yield replace(good, what=f"not UTF-8: {junk[:9]!r}", body=junk)
    for size in (66_000, 400_000):
        large = (*good.form, ("Large", "x" * size))
        yield replace(good, what=f"{size} bytes", form=large, signature=sign(TOKEN, url + good.path, large))
        yield replace(
            good,
            what=f"{size} bytes in pieces",
            form=large,
            chunked=True,
            signature=sign(TOKEN, url + good.path, large),
        )
    for count in (201, 2_000):
        many = (*good.form, *((f"f{number}", "") for number in range(count)))
        yield replace(good, what=f"{count} fields more", form=many, signature=sign(TOKEN, url + good.path, many))
    for changes in ({"AccountSid": "AC" + "0" * 32}, {"CallSid": "CA1"}, {"CallSid": ""}, {"CallSid": "CA" + "g" * 32}):
        other = tuple((dict(good.form) | changes).items())
        yield replace(good, what=f"signed, but {changes}", form=other, signature=sign(TOKEN, url + good.path, other))
