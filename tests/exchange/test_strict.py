"""The strict rules: each fires on a server that breaks it, and none on a good one."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient

from ivr.exchange.app import RunningExchange
from ivr.exchange.faults import Fault
from ivr.exchange.phone import Phone
from ivr.exchange.probes import probe
from ivr.exchange.rules import RULES
from ivr.exchange.watch import voiced
from tests.exchange.conftest import exchange_for
from tests.exchange.product import CALLER, NUMBER, MediaPeer, Product, Script
from tests.exchange.test_phone_socket import BEARER
from tests.exchange.test_rest import client_of

TONE = bytes([0x20]) * 160
VOICE = bytes([0x10, 0x90]) * 80
TONE_64 = base64.b64encode(TONE).decode()
DOCS = Path(__file__).parents[2] / "docs" / "carrier-wire.md"


async def frames(peer: MediaPeer, count: int) -> None:
    for _ in range(count):
        await peer.next("media")


async def until_voice(peer: MediaPeer) -> None:
    while not voiced(base64.b64decode((await peer.next("media"))["media"]["payload"])):
        pass


def sends(*messages: Any) -> Script:
    """A server that sends these after start: text, bytes, or an object that gets the streamSid."""

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for message in messages:
            if isinstance(message, bytes):
                await peer.socket.send_bytes(message)
            elif isinstance(message, str):
                await peer.socket.send_str(message)
            else:
                await peer.socket.send_str(json.dumps({"streamSid": peer.sid} | message))
        await frames(peer, 5)

    return script


def media(payload: str) -> dict[str, Any]:
    return {"event": "media", "media": {"payload": payload}}


def b64(audio: bytes) -> str:
    return base64.b64encode(audio).decode()


MARK = {"event": "mark", "mark": {"name": "m"}}

BAD_MESSAGES: dict[str, Script] = {
    "stream.binary-frame": sends(b"\x00\x01"),
    "stream.not-json": sends("hello"),
    "stream.two-objects": sends('{"event":"clear"}\n{"event":"clear"}'),
    "stream.unknown-event": sends({"event": "sing"}),
    "stream.missing-sid": sends('{"event":"clear"}'),
    "stream.wrong-sid": sends('{"event":"clear","streamSid":"MZ00000000000000000000000000000000"}'),
    "stream.missing-field": sends({"event": "media"}),
    "stream.extra-field": sends({"event": "media", "media": {"payload": TONE_64, "track": "outbound"}}),
    "stream.mark-without-name": sends({"event": "mark", "mark": {}}),
    "stream.duplicate-mark": sends(MARK, MARK),
    "stream.bad-base64": sends(media("@@@@")),
    "stream.empty-payload": sends(media("")),
    "stream.file-header": sends(media(b64(b"RIFF" + TONE))),
    "stream.far-ahead": sends(media(b64(TONE * 100))),
}


@pytest.fixture
async def strict(product: Product) -> Any:
    number = {"status_callback": f"{product.url}/status", "voice_fallback_url": f"{product.url}/fallback"}
    product.twiml["/fallback"] = "<Response/>"
    product.twiml["/again"] = "<Response/>"
    product.twiml["/voice"] = product.connect(after="<Redirect>/again</Redirect>")
    async with exchange_for(product, number, strict=True, timing_rules=True, release_timeout_s=1.0) as running:
        yield running


async def broken(running: RunningExchange, act: Callable[[Phone], None] = lambda phone: None) -> set[str]:
    """Make a call and see which rules were broken, once it is over to its last callback."""
    phone = Phone(running.exchange, CALLER)
    phone.dial(NUMBER)
    act(phone)
    await phone.ended_call()
    await running.exchange.settled()
    return {violation.rule for violation in running.exchange.violations}


@pytest.mark.parametrize("rule", BAD_MESSAGES)
async def test_a_bad_message_breaks_its_rule_alone(product: Product, strict: RunningExchange, rule: str) -> None:
    product.script = BAD_MESSAGES[rule]
    assert await broken(strict) == {rule}


async def test_speaking_before_start_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.socket.send_str('{"event":"clear","streamSid":"MZ00000000000000000000000000000000"}')
        await peer.begin()

    product.script = script
    strict.exchange.faults.inject(Fault("stream.delay-start", ms=200))
    assert "stream.before-start" in await broken(strict)


async def test_a_gap_inside_a_sentence_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.play(TONE_64)
        await frames(peer, 40)
        await peer.play(TONE_64)
        await frames(peer, 2)

    product.script = script
    assert await broken(strict) == {"stream.gap"}


async def test_a_pause_between_sentences_breaks_none(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for name in "ab":
            await peer.play(TONE_64)
            await peer.mark(name)
            await frames(peer, 40)

    product.script = script
    assert await broken(strict) == set()


async def test_talking_on_over_the_caller_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for _ in range(60):
            await peer.play(TONE_64)
            await frames(peer, 1)

    product.script = script
    assert await broken(strict, lambda phone: _soon(phone, VOICE * 60)) == {"stream.no-clear"}


async def test_old_audio_after_a_clear_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.play(b64(TONE * 40))
        await until_voice(peer)
        await frames(peer, 5)
        await peer.send("clear")
        await peer.play(TONE_64)
        await frames(peer, 5)

    product.script = script
    assert await broken(strict, lambda phone: _soon(phone, VOICE * 60)) == {"stream.stale-audio"}


def _soon(phone: Phone, audio: bytes) -> None:
    """Speak as soon as the call is up."""
    answered = phone.answered

    def speak(tick: int) -> None:
        answered(tick)
        phone.say(b"\xff" * 160 * 12 + audio)

    phone.answered = speak  # type: ignore[method-assign]


async def test_a_server_that_waits_for_a_lost_mark_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.mark("lost")
        await frames(peer, 600)

    product.script = script
    strict.exchange.faults.inject(Fault("mark.lost"))
    assert await broken(strict, lambda phone: _soon(phone, VOICE * 20)) == {"stream.hangs-on-lost-mark"}


async def test_holding_on_to_the_socket_after_stop_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        strict.exchange.live[peer.start["start"]["callSid"]].hang_up(_end())
        await peer.until_stop()
        for _ in range(4):
            await asyncio.sleep(0.25)
            await peer.play(TONE_64)
        await asyncio.sleep(0.5)

    product.script = script
    assert await broken(strict) == {"stream.not-released", "stream.after-stop"}


def _end() -> Any:
    from ivr.exchange.sources import CallEnd

    return CallEnd("far-end")


STREAM = "<Stream url='{url}'/>"
AFTER = "<Redirect>/again</Redirect>"
LONG = "<Parameter name='n' value='" + "x" * 500 + "'/>"

BAD_DOCUMENTS: dict[str, str] = {
    "twiml.invalid": "<Response><Dance/></Response>",
    "twiml.stream-url": "<Response><Connect><Stream url='ws://h.example/'/></Connect></Response>",
    "twiml.stream-query": f"<Response><Connect><Stream url='{{url}}?a=b'/></Connect>{AFTER}</Response>",
    "twiml.streams": f"<Response><Connect>{STREAM}</Connect><Connect>{STREAM}</Connect>{AFTER}</Response>",
    "twiml.parameter-size": f"<Response><Connect><Stream url='{{url}}'>{LONG}</Stream></Connect>{AFTER}</Response>",
    "twiml.after-stream": f"<Response><Connect>{STREAM}</Connect></Response>",
}


@pytest.mark.parametrize("rule", BAD_DOCUMENTS)
async def test_a_bad_document_breaks_its_rule(product: Product, strict: RunningExchange, rule: str) -> None:
    product.script = sends()
    product.twiml["/voice"] = BAD_DOCUMENTS[rule].replace("{url}", product.media_url)
    rules = await broken(strict)
    assert rule in rules and rules <= {rule, "stream.refused"}


def xml(body: str, kind: str = "text/xml") -> Callable[[dict[str, str]], web.Response]:
    return lambda params: web.Response(text=body, content_type=kind)


async def slow(params: dict[str, str]) -> str:
    await asyncio.sleep(0.2)
    return "<Response/>"


BAD_ANSWERS: dict[str, Any] = {
    "webhook.slow": slow,
    "webhook.failed": lambda params: web.Response(status=500),
    "webhook.refused": lambda params: web.Response(status=403),
    "webhook.content-type": xml("<Response/>", "application/xml"),
    "webhook.too-large": xml("<Response>" + " " * 70_000 + "</Response>"),
}


@pytest.mark.parametrize("rule", BAD_ANSWERS)
async def test_a_bad_answer_to_a_webhook_breaks_its_rule(
    product: Product, strict: RunningExchange, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.exchange.strict.SLOW_WEBHOOK_S", 0.15)
    product.twiml["/voice"] = BAD_ANSWERS[rule]
    assert await broken(strict) == {rule}


async def test_another_answer_to_the_same_token_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    answers = iter(["<Response/>", "<Response><Pause/></Response>"])
    product.twiml["/voice"] = lambda params: next(answers)
    strict.exchange.faults.inject(Fault("webhook.duplicate"))
    assert await broken(strict) == {"webhook.not-idempotent"}


async def test_refusing_a_callback_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    product.twiml["/voice"] = "<Response/>"
    product.twiml["/status"] = lambda params: web.Response(status=409)
    assert await broken(strict) == {"callback.refused"}


async def test_refusing_a_signed_upgrade_breaks_a_rule(product: Product, strict: RunningExchange) -> None:
    product.twiml["/voice"] = product.connect(after=AFTER).replace("/media", "/nowhere")
    assert await broken(strict) == {"stream.refused"}


async def test_bad_inline_twiml_breaks_its_rules(product: Product, strict: RunningExchange) -> None:
    async with AsyncTwilioHttpClient() as http:
        calls = client_of(strict, http).calls
        for twiml in ("<Response>" + " " * 4_000 + "</Response>", "<Response><Redirect>/x</Redirect></Response>"):
            try:
                await calls.create_async(to="+15550001111", from_=NUMBER, twiml=twiml)
            except Exception as refused:
                assert "20001" in str(refused) or "limited" in str(refused)
    assert {entry.rule for entry in strict.exchange.violations} == {"rest.twiml-too-long", "rest.relative-url"}


class Careless(Product):
    """Accepts anything from anybody."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="<Response/>", content_type="text/xml")

    async def media(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT and json.loads(message.data)["event"] == "start":
                sid = json.loads(message.data)["streamSid"]
                await socket.send_json({"event": "media", "streamSid": sid, "media": {"payload": TONE_64}})
        return socket


async def test_the_probes_find_a_server_that_accepts_anything(
    product: Product, strict: RunningExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.script = sends()
    assert await broken(strict) == set()
    exchange = strict.exchange
    url = await _careless(monkeypatch)
    async with url as careless:
        number = exchange.change_number(NUMBER, voice_url=f"{careless.url}/voice")
        verb, ids = exchange.office.last_streams[-1]
        exchange.office.last_streams.append((type(verb)(careless.media_url), ids))
        ran = await probe(exchange.office, number)
    assert len(ran) == 5
    assert {entry.rule for entry in exchange.violations} == {
        "webhook.unsigned-accepted",
        "stream.unsigned-accepted",
        "stream.token-reused",
    }


async def _careless(monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.exchange import product as module

    monkeypatch.setattr(module, "Product", Careless)
    return module.run_product()


async def test_the_probes_find_nothing_on_a_careful_server(product: Product, strict: RunningExchange) -> None:
    used: set[str] = set()

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        token = peer.start["start"]["customParameters"]["token"]
        if token in used:
            return
        used.add(token)
        await frames(peer, 3)

    product.script = script
    product.twiml["/voice"] = product.connect(after=AFTER, parameters="<Parameter name='token' value='t'/>")
    assert await broken(strict) == set()
    async with (
        aiohttp.ClientSession(headers=BEARER) as http,
        http.post(f"{strict.url}/exchange/probe", json={"number": NUMBER}) as response,
    ):
        found = await response.json()
    assert found["violations"] == [] and len(found["ran"]) == 5


async def test_a_good_server_breaks_no_rule_whatever_goes_wrong_around_it(
    product: Product, strict: RunningExchange
) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for sentence in range(2):
            await peer.play(b64(TONE * 45))
            await peer.mark(f"sentence {sentence}")
            while True:
                message = await peer.next("media", "mark")
                if message["event"] == "mark":
                    break
                if voiced(base64.b64decode(message["media"]["payload"])):
                    await peer.send("clear")
                    await peer.next("mark")
                    break
            await frames(peer, 60)

    product.script = script
    for fault in (
        Fault("callback.reorder"),
        Fault("webhook.duplicate", times=2),
        Fault("media.resize", count=3),
        Fault("media.jump", count=3, times=7),
        Fault("media.stall", ms=400),
        Fault("media.duplicate", count=3),
    ):
        strict.exchange.faults.inject(fault)
    assert await broken(strict, lambda phone: _soon(phone, VOICE * 25)) == set()
    assert sum(strict.exchange.faults.struck.values()) == 1 + 1 + 3 + 3 + 1 + 3


async def test_violations_are_served_and_muted_rules_are_not_reported(product: Product) -> None:
    product.script = BAD_MESSAGES["stream.not-json"]
    product.twiml["/voice"] = product.connect(after="<Hangup/>")
    async with exchange_for(product, strict=True) as running:
        await broken(running)
        async with (
            aiohttp.ClientSession(headers=BEARER) as http,
            http.get(f"{running.url}/exchange/violations") as response,
        ):
            (found,) = (await response.json())["violations"]
    assert found["rule"] == "stream.not-json" and found["code"] == 31950 and found["cite"].startswith("7.")
    async with exchange_for(product, strict=True, muted_rules=("stream.not-json",)) as running:
        assert await broken(running) == set()
    async with exchange_for(product, strict=False) as running:
        assert await broken(running) == set()


def test_every_rule_stands_in_the_page_of_wire_facts_under_its_number() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for rule in RULES.values():
        assert re.search(rf"^{re.escape(rule.cite)} `{re.escape(rule.id)}`", page, re.M), rule


def test_every_rule_is_broken_by_some_test_here_or_of_conferences_or_forks() -> None:
    here = Path(__file__)
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (here, *map(here.with_name, ("test_conferences.py", "test_forks.py")))
    )
    assert [rule for rule in RULES if f'"{rule}"' not in source] == []
