"""Nobody but the carrier is listened to, and the carrier only once: forged, altered, replayed and broken requests.

A caller is on the line throughout. Whatever is refused leaves no event in any log, exactly one line in the server's
log, and the caller undisturbed.
"""

import asyncio
import base64
import contextlib
import json
import random
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import orjson
import pytest
from structlog.testing import capture_logs
from yarl import URL

from ivr.adapters.clock import ScaledClock
from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.exchange.faults import Fault
from ivr.exchange.records import CallRecord, call_parameters
from ivr.exchange.sids import new_sid
from ivr.exchange.signature import HEADER, sign
from ivr.turns.floor import TurnRules
from ivr.vocabulary.events import CallAnswered, CallEnded, CallOffered, StreamLost, TakenUp
from ivr.web import media
from tests.calls.script import script
from tests.journeys.house import ACCOUNT, CALLER, NUMBER, SPEED, TOKEN, Caller, Street, street
from tests.journeys.server import eventually

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


@asynccontextmanager
async def scene(speed: float = SPEED, **config: object) -> AsyncIterator[Scene]:
    store, clock = ScriptedCallLog(), Wall(speed)
    asked: dict[str, Any] = {"speed": speed, "timing_rules": False} | config
    with capture_logs() as lines:
        async with street(store, BRIEF, clock, PATIENT, **asked) as there, aiohttp.ClientSession() as http:
            caller = there.caller()
            await caller.dial()
            yield Scene(there, caller, http, lines, store, clock)


@pytest.fixture(autouse=True)
def nothing_blew_up(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No exception came to the surface of the server or of the loop."""
    yield
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR", "CRITICAL"}] == []


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────


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


async def test_of_a_thousand_forged_webhooks_none_is_accepted() -> None:
    chance = random.Random(11)
    async with scene(speed=1.0) as at:  # in real time a caller may be silent for a minute
        tried, wrong = 0, []
        for route in ROUTES:
            for record in (at.record(), at.live()):
                good = genuine(at.url, route, record)
                for forged in mutants(at.url, good, chance):
                    lines, commits = len(at.lines), list(at.store.commits)
                    status = await forged.sent(at)
                    said = [line["event"] for line in at.lines[lines:]]
                    refused = status == 0 or 400 <= status < 500
                    if not refused or at.store.commits != commits or len(said) != 1:
                        wrong.append((route, forged.what, status, said, at.store.commits != commits))
                    tried += 1
        assert wrong == []
        assert tried >= 1_000
        for route in ("voice", "continue"):  # genuine ones are answered all the same
            assert await genuine(at.url, route, at.live()).sent(at) == 200
        assert len(await at.store.calls(100)) == 1
        await at.undisturbed()


async def test_ten_megabytes_are_not_taken_in() -> None:
    async with scene() as at:
        for chunked in (False, True):
            form = (*genuine(at.url, "voice", at.record()).form, ("Large", "x" * 10_000_000))
            signature = sign(TOKEN, f"{at.url}/twilio/voice", form)
            status = await Forged("10 MB", "/twilio/voice", form, signature, chunked=chunked).sent(at)
            assert status in {0, 403, 413}
        assert len(await at.store.calls(100)) == 1
        await at.undisturbed()


async def test_the_same_written_differently_is_the_same() -> None:
    """What Twilio's signature does not tell apart must not matter: the order, and a pair that is there twice."""
    async with scene() as at:
        commits = list(at.store.commits)
        for route in ("voice", "continue"):
            good = genuine(at.url, route, at.live())
            assert await replace(good, form=good.form[::-1]).sent(at) == 200
            assert await replace(good, form=good.form * 2).sent(at) == 200
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_callers_name_may_hold_anything() -> None:
    async with scene() as at:
        phone = at.there.caller("+12025550166")
        phone.phone.dial(NUMBER, caller_name="\x00\x1b[2J‮\n{business}<Hangup/>'; DROP TABLE calls; --")
        assert (await phone.floor())[-1] == "Yes?"
        await phone.hangs_up()
        offered = [event for event in await at.there.events(phone.call) if isinstance(event, CallOffered)]
        assert offered == [CallOffered("+12025550166", NUMBER)]
        await at.undisturbed()


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
MEDIA = "/twilio/media"


def started(call: str, parameters: Mapping[str, str], **changes: Any) -> str:
    """A start message as the carrier sends it; `changes` go into its start part."""
    stream = new_sid("MZ")
    start = {
        "accountSid": ACCOUNT,
        "streamSid": stream,
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1},
        "customParameters": dict(parameters),
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": stream, "start": start | changes})


def token_of(at: Scene, call: str) -> str:
    """The token that the carrier was given for this call, from the words it was given with."""
    asked = [verb for verb, ids in at.there.running.exchange.office.last_streams if ids.call_sid == call]
    return dict(asked[-1].parameters)["token"]


async def offered(at: Scene) -> tuple[str, str]:
    """A call that was offered and whose stream has not come yet: its id and its token."""
    record = at.record()
    good = genuine(at.url, "voice", record)
    async with at.http.post(
        at.url + good.path, data=urlencode(good.form), headers=_headers(good.signature or "")
    ) as reply:
        text = await reply.text()
    return record.sid, text.partition('name="token" value="')[2].partition('"')[0]


def _headers(signature: str) -> dict[str, str]:
    return {HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"}


async def spoken_to(at: Scene, messages: list[str | bytes], path: str = MEDIA) -> str:
    """Open a stream that the carrier signed and send this. What became of it: "closed", "heard", or "open"."""
    signature = sign(TOKEN, at.url.replace("http", "ws") + path)
    async with at.http.ws_connect(at.url + path, headers={HEADER.lower(): signature}) as socket:
        try:
            for message in messages:
                await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
            async with asyncio.timeout(20):
                got = await socket.receive()
        except ConnectionError:
            return "closed"
        except TimeoutError:
            return "open"
        return "heard" if got.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY} else "closed"


async def test_an_upgrade_that_the_carrier_did_not_sign_is_refused() -> None:
    async with scene() as at:
        ws = at.url.replace("http", "ws")
        good = sign(TOKEN, ws + MEDIA)
        wrong: list[str | None] = [
            None,
            "",
            "=",
            good[:-1],
            good.swapcase(),
            sign(OTHER_TOKEN, ws + MEDIA),
            sign("", ws + MEDIA),
        ]
        wrong += [
            sign(TOKEN, each)
            for each in (
                at.url + MEDIA,
                ws + "/twilio/voice",
                ws + "/",
                ws,
                ws + MEDIA + "?x=1",
                "wss://elsewhere.example" + MEDIA,
            )
        ]
        wrong += [sign(TOKEN, ws + MEDIA, [("CallSid", at.caller.call)])]
        wrong += [
            good[:place] + ("A" if letter != "A" else "B") + good[place + 1 :] for place, letter in enumerate(good[:-2])
        ]
        commits = list(at.store.commits)
        for path, signature in [*((MEDIA, each) for each in wrong), (MEDIA + "?token=x", good), (MEDIA + "/", good)]:
            lines = len(at.lines)
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await at.http.ws_connect(
                    at.url + path, headers={} if signature is None else {HEADER.lower(): signature}
                )
            assert refused.value.status == 403, (path, signature)
            assert len(at.lines) == lines + 1
        assert await Forged("no upgrade", MEDIA, (), good, method="GET").sent(at) in {400, 403}
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_stream_without_its_own_fresh_token_is_closed_and_leaves_no_trace() -> None:
    async with scene() as at:
        call, token = await offered(at)
        other, others_token = await offered(at)
        used = token_of(at, at.caller.call)
        nobody = new_sid("CA")
        seq, _, signature = token.partition(".")
        given: list[tuple[str, Mapping[str, str]]] = [
            (call, {}),
            (call, {"token": ""}),
            (call, {"Token": token}),
            (call, {"token": others_token}),
            (call, {"token": used}),
            (other, {"token": token}),
            (nobody, {"token": token}),
            (at.caller.call, {"token": used}),
            (at.caller.call, {"token": token}),
            (call, {"token": f"{int(seq) + 1}.{signature}"}),
            (call, {"token": f"{seq}.{signature}="}),
            (call, {"token": signature}),
            (call, {"token": f"{token} "}),
            (call, {"token": token + "•\x00"}),
            (call, {"token": "x" * 100_000}),
        ]
        given += [
            (call, {"token": token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]})
            for place, letter in enumerate(token[:-1])
            if letter != "."
        ]
        assert token != others_token
        commits = list(at.store.commits)
        for named, parameters in given:
            lines = len(at.lines)
            assert await spoken_to(at, [CONNECTED, started(named, parameters)]) == "closed", (named, parameters)
            assert [line["event"] for line in at.lines[lines:]] == ["stream closed"]
        at.clock.ahead_ms = 61_000
        assert await spoken_to(at, [CONNECTED, started(call, {"token": token})]) == "closed"  # more than 60 s old
        at.clock.ahead_ms = 0
        assert at.store.commits == commits
        assert (
            await spoken_to(at, [CONNECTED, started(call, {"token": token})]) == "heard"
        )  # and that was the right one
        assert any(isinstance(event, CallAnswered) for event in await at.there.events(call))
        await at.undisturbed()


async def test_a_stream_that_breaks_the_protocol_before_it_names_its_call_is_closed() -> None:
    async with scene() as at:
        call, token = await offered(at)
        parameters = {"token": token}
        stream = new_sid("MZ")
        audio = base64.b64encode(b"\xff" * 160).decode()
        broken: list[list[str | bytes]] = [
            [json.dumps({"event": "media", "streamSid": stream, "media": {"payload": audio}})],
            [CONNECTED, json.dumps({"event": "mark", "streamSid": stream, "mark": {"name": "x"}})],
            [CONNECTED, json.dumps({"event": "dtmf", "streamSid": stream, "dtmf": {"digit": "1"}})],
            [CONNECTED, json.dumps({"event": "stop", "streamSid": stream})],
            [CONNECTED, json.dumps({"event": "media", "streamSid": stream, "media": {"payload": "%%%"}})],
            [CONNECTED, "{"],
            ["not JSON"],
            [""],
            ["[]"],
            ["null"],
            ["[" * 60_000],
            ['{"event":5}'],
            [b"\x00\x01\x02"],
            [CONNECTED, started(call, parameters).encode()],
            ["x" * 5_000_000],
            [CONNECTED, "{" + " " * 70_000 + "}"],
            [CONNECTED, started(call, parameters, accountSid="AC" + "0" * 32)],
            [CONNECTED, started(call, parameters, streamSid=new_sid("MZ"))],
            [CONNECTED, started(call, parameters, callSid=call.lower())],
            [CONNECTED, started(call, parameters, callSid=None)],
            [CONNECTED, started("../../etc/passwd", parameters)],
            [
                CONNECTED,
                started(call, parameters, mediaFormat={"encoding": "audio/l16", "sampleRate": 16_000, "channels": 2}),
            ],
            [CONNECTED, started(call, parameters, customParameters=[token])],
            [CONNECTED, started(call, parameters, customParameters={"token": 5})],
            [CONNECTED, json.dumps({"event": "start", "streamSid": stream})],
            [CONNECTED, json.dumps({"event": "start", "streamSid": 5, "start": {}})],
        ]
        commits = list(at.store.commits)
        for messages in broken:
            lines = len(at.lines)
            assert await spoken_to(at, messages) == "closed", str(messages)[:200]
            assert [line["event"] for line in at.lines[lines:]] == ["stream closed"], str(messages)[:200]
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_stream_that_never_names_its_call_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "START_WITHIN_S", 0.3)
    async with scene() as at:
        commits, lines = list(at.store.commits), len(at.lines)
        ways: list[list[str | bytes]] = [[], [CONNECTED], [CONNECTED] * 50, ['{"event":"new to us"}']]
        assert [await spoken_to(at, messages) for messages in ways] == ["closed"] * 4
        assert [line["why"] for line in at.lines[lines:]] == ["the carrier fell silent"] * 4
        assert at.store.commits == commits
        await at.undisturbed()


@pytest.mark.parametrize(
    "message",
    [
        lambda call, stream: started(call, {}),
        lambda call, stream: json.dumps({"event": "media", "streamSid": new_sid("MZ"), "media": {"payload": "/w=="}}),
        lambda call, stream: json.dumps({"event": "dtmf", "streamSid": new_sid("MZ"), "dtmf": {"digit": "0"}}),
        lambda call, stream: json.dumps({"event": "media", "streamSid": stream, "media": {"payload": "/w="}}),
        lambda call, stream: json.dumps({"event": "dtmf", "streamSid": stream, "dtmf": {"digit": "12"}}),
        lambda call, stream: "}",
        lambda call, stream: b"\xff" * 160,
        lambda call, stream: "x" * 5_000_000,
    ],
    ids=["two starts", "another stream", "another's key", "bad base64", "two keys", "no JSON", "binary", "5 MB"],
)
async def test_a_stream_that_breaks_the_protocol_in_a_call_loses_the_stream_and_not_the_call(message: Any) -> None:
    async with scene() as at:
        call, token = await offered(at)
        start = started(call, {"token": token})
        stream = json.loads(start)["streamSid"]
        signature = sign(TOKEN, at.url.replace("http", "ws") + MEDIA)
        async with at.http.ws_connect(at.url + MEDIA, headers={HEADER.lower(): signature}) as socket:
            await socket.send_str(CONNECTED)
            await socket.send_str(start)
            assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT  # it speaks
            lines = len(at.lines)
            broken = message(call, stream)
            with contextlib.suppress(ConnectionError):  # cut off in the middle of five megabytes
                await (socket.send_bytes(broken) if isinstance(broken, bytes) else socket.send_str(broken))
            async with asyncio.timeout(20):
                while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
        assert [line["event"] for line in at.lines[lines:]] == ["stream closed"]
        good = genuine(at.url, "continue", replace_record(at, call))
        assert await good.sent(at) == 200
        kinds = [type(event) for event in await at.there.events(call)]
        assert kinds.count(StreamLost) == 1
        assert CallEnded not in kinds  # the carrier was told to open another stream
        await at.undisturbed()


def replace_record(at: Scene, call: str) -> CallRecord:
    return at.record(sid=call, status="in-progress")


async def test_of_two_streams_with_one_token_exactly_one_is_let_in() -> None:
    async with scene() as at:
        for _ in range(5):
            call, token = await offered(at)
            start = started(call, {"token": token})
            became = await asyncio.gather(*(spoken_to(at, [CONNECTED, start]) for _ in range(2)))
            assert sorted(became) == ["closed", "heard"]
            answered = [event for event in await at.there.events(call) if isinstance(event, CallAnswered)]
            assert len(answered) == 1
        await at.undisturbed()


async def test_a_second_stream_for_a_call_in_progress_is_refused_and_the_first_goes_on() -> None:
    async with scene() as at:
        commits = list(at.store.commits)
        start = started(at.caller.call, {"token": token_of(at, at.caller.call)})
        assert await spoken_to(at, [CONNECTED, start]) == "closed"
        assert at.store.commits == commits
        await at.undisturbed()


# ── replays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def recorded(folder: Path, call: str) -> list[Forged]:
    """Every request that the carrier made about this call, as it was signed."""
    found = []
    for line in (folder / f"{call}.jsonl").read_bytes().splitlines():
        entry = orjson.loads(line)
        if entry["kind"] in {"webhook", "callback"}:
            form, url = tuple(entry["params"].items()), URL(entry["url"])
            found.append(Forged(entry["kind"], url.path, form, sign(TOKEN, entry["url"], form)))
    return found


async def test_a_replay_of_everything_the_carrier_ever_sent_changes_nothing(tmp_path: Path) -> None:
    chance = random.Random(5)
    async with scene(trace_dir=str(tmp_path)) as at:
        ended = at.there.caller("+12025550188")
        await ended.dial()
        at.there.running.exchange.faults.inject(Fault("socket.reset", match=ended.call))
        await ended.floor()  # so that the carrier asked what comes next, too
        assert "We open at nine." in await ended.says("what are your hours")
        await ended.hangs_up()

        async def is_over() -> bool:
            return CallEnded("caller") in await at.there.events(ended.call)

        await eventually(is_over, "the call was not ended")
        live = [genuine(at.url, route, at.live()) for route in ("voice", "fallback", "continue")]
        live += [_status(at, state) for state in ("initiated", "ringing", "in-progress", "answered")]
        everything = (recorded(tmp_path, ended.call) + live) * 3
        assert {each.path for each in everything} == {f"/twilio/{route}" for route in ROUTES}
        chance.shuffle(everything)
        before = {row.call: await at.store.read(row.call) for row in await at.store.calls(100)}
        for number in range(0, len(everything), 6):  # six at a time
            together = everything[number : number + 6]
            assert set(await asyncio.gather(*(each.sent(at) for each in together))) <= {200, 204}
        assert {row.call: await at.store.read(row.call) for row in await at.store.calls(100)} == before
        events = await at.there.events(ended.call)
        assert sum(isinstance(event, TakenUp) for event in events) == 1
        assert sum(isinstance(event, CallEnded) for event in events) == 1
        await at.undisturbed()


def _status(at: Scene, state: str) -> Forged:
    form = tuple((call_parameters(at.live()) | {"CallStatus": state, "SequenceNumber": "9"}).items())
    return Forged(state, "/twilio/status", form, sign(TOKEN, f"{at.url}/twilio/status", form))
