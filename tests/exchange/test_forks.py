"""Forks: a copy of a call's audio, one way, beside whatever the document does."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ivr.exchange.phone import Phone
from ivr.exchange.twiml import StartStream, StopStream, TwimlError, parse
from tests.exchange.conftest import exchange_for
from tests.exchange.product import CALLER, NUMBER, MediaPeer, Product

TONE = bytes([0x20]) * 160


def start(product: Product, track: str = "both_tracks", name: str = "copy") -> str:
    return f'<Start><Stream url="{product.media_url}" name="{name}" track="{track}"/></Start>'


def document(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


def audio(message: dict[str, Any]) -> bytes:
    return base64.b64decode(message["media"]["payload"])


async def until_sound(peer: MediaPeer, track: str) -> dict[str, Any]:
    while True:
        message = await peer.next("media")
        if message["media"]["track"] == track and audio(message) == TONE:
            return message


async def test_a_fork_carries_what_the_caller_says_while_the_document_goes_on(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        begun = await peer.next("start")
        assert begun["start"]["tracks"] == ["inbound", "outbound"]
        phone.say(TONE * 5)
        await until_sound(peer, "inbound")
        phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = document(start(product), "<Pause length='30'/>")
    phone.dial(NUMBER)
    assert (await phone.ended_call()).reason == "caller"
    (peer,) = product.peers
    await peer.done.wait()
    assert peer.received[-1]["event"] == "stop"


async def test_a_fork_carries_what_the_caller_hears(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.next("start")
        while True:
            message = await peer.next("media")
            if any(byte != 0xFF for byte in audio(message)):
                assert message["media"]["track"] == "outbound"
                break
        phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = document(start(product, "outbound_track"), "<Say>Good morning, this is the bank.</Say>")
    phone.dial(NUMBER)
    await phone.ended_call()
    (peer,) = product.peers
    await peer.done.wait()


async def test_the_tracks_of_a_fork_count_for_themselves(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.next("start")
        first = [await peer.next("media") for _ in range(4)]
        assert [(each["media"]["track"], each["media"]["chunk"]) for each in first] == [
            ("inbound", "1"), ("outbound", "1"), ("inbound", "2"), ("outbound", "2")
        ]  # fmt: skip
        phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = document(start(product), "<Pause length='30'/>")
    phone.dial(NUMBER)
    await phone.ended_call()
    (peer,) = product.peers
    await peer.done.wait()


async def test_a_fork_ends_when_the_document_stops_it_and_the_call_goes_on(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.until_stop()
        phone.hang_up()

    product.script = script
    stop = '<Stop><Stream name="copy"/></Stop>'
    product.twiml["/voice"] = document(start(product), "<Pause length='1'/>", stop, "<Pause length='60'/>")
    phone.dial(NUMBER)
    assert (await phone.ended_call()).reason == "caller"


async def test_a_server_that_cannot_be_reached_costs_the_call_nothing(product: Product, phone: Phone) -> None:
    start_nowhere = '<Start><Stream url="ws://127.0.0.1:9/nothing" name="copy"/></Start>'
    product.twiml["/voice"] = document(start_nowhere, "<Pause length='1'/>", "<Hangup/>")
    phone.dial(NUMBER)
    assert (await phone.ended_call()).reason == "far-end"


async def test_what_a_server_sends_on_a_fork_breaks_a_rule(product: Product) -> None:
    async with exchange_for(product, strict=True) as running:
        phone = Phone(running.exchange, CALLER)

        async def script(peer: MediaPeer) -> None:
            await peer.begin()
            await peer.play(base64.b64encode(TONE).decode())
            for _ in range(20):
                await peer.next("media")
            phone.hang_up()
            await peer.until_stop()

        product.script = script
        product.twiml["/voice"] = document(start(product), "<Pause length='30'/>")
        phone.dial(NUMBER)
        await phone.ended_call()
        await running.exchange.settled()
        assert "stream.media-on-fork" in {violation.rule for violation in running.exchange.violations}


def test_a_start_needs_a_track_that_exists_and_a_stop_needs_a_name() -> None:
    url = 'url="wss://media.example/x"'
    assert parse(document(f"<Start><Stream {url} track='both_tracks'/></Start>")) == (
        StartStream("wss://media.example/x", track="both_tracks"),
    )
    assert parse(document("<Stop><Stream name='copy'/></Stop>")) == (StopStream("copy"),)
    for wrong in (f"<Start><Stream {url} track='both'/></Start>", "<Stop><Stream/></Stop>", "<Start/>"):
        with pytest.raises(TwimlError):
            parse(document(wrong))
