"""Trace files: what they hold, what they never hold, and their replay against another server."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ivr.exchange.phone import Phone
from ivr.exchange.replay import Replay, load
from tests.exchange.conftest import exchange_for
from tests.exchange.product import CALLER, NUMBER, TOKEN, MediaPeer, Product, run_product

VOICE = bytes([0x10, 0x90]) * 80
ANSWER = base64.b64encode(bytes([0x20]) * 480).decode()


async def polite(peer: MediaPeer) -> None:
    """Answers the caller's first word with audio and a mark, and waits for a key."""
    await peer.begin()
    while base64.b64decode((await peer.next("media"))["media"]["payload"]) != VOICE:
        pass
    await peer.play(ANSWER)
    await peer.mark("answer")
    await peer.next("mark")
    await peer.next("dtmf")


def script(product: Product, media: Any = polite) -> None:
    product.script = media
    product.twiml["/voice"] = product.connect(
        after=f"<Gather numDigits='4' timeout='600' action='{product.url}/keys'/>"
    )
    product.twiml["/keys"] = "<Response><Hangup/></Response>"


async def traced_call(product: Product, folder: Path, *, audio: bool) -> Path:
    script(product)
    number = {"status_callback": f"{product.url}/status"}
    async with exchange_for(product, number, trace_dir=str(folder), trace_audio=audio) as running:
        phone = Phone(running.exchange, CALLER)
        phone.dial(NUMBER)
        await phone.wait("answered")
        while not (product.peers and product.peers[0].start):  # a word before the stream is up is heard by nobody
            await running.exchange.pacer.wait(1)
        phone.say(VOICE)
        await phone.wait("mark", "answer")
        phone.press("7")
        while not (phone._call and phone._call.line.key_listener) or product.peers[0].done.is_set() is False:
            await running.exchange.pacer.wait(1)
        while phone._call and "gather" not in getattr(phone._call.line.key_listener, "__qualname__", ""):
            await running.exchange.pacer.wait(1)
        phone.press("8421")
        await phone.ended_call()
        await product.asked("/status")
    return folder / f"{phone.call_sid}.jsonl"


async def test_a_trace_tells_the_call_without_a_pressed_key_or_the_callers_voice(
    product: Product, tmp_path: Path
) -> None:
    path = await traced_call(product, tmp_path, audio=False)
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    kinds = {(entry["kind"], entry.get("event")) for entry in entries}
    assert {("webhook", None), ("callback", None), ("stream", "start"), ("stream", "media")} <= kinds
    assert [entry["digit"] for entry in entries if entry.get("event") == "dtmf"] == ["•"]
    (keys,) = [entry for entry in entries if entry["kind"] == "webhook" and entry["url"].endswith("/keys")]
    assert keys["params"]["Digits"] == "••••" and keys["status"] == 200
    text = path.read_text()
    assert "8421" not in text and base64.b64encode(VOICE).decode() not in text and ANSWER not in text
    assert TOKEN not in text


async def test_audio_is_in_a_trace_only_when_asked_for(product: Product, tmp_path: Path) -> None:
    text = (await traced_call(product, tmp_path, audio=True)).read_text()
    assert base64.b64encode(VOICE).decode() in text and ANSWER in text


async def test_a_replay_against_the_same_server_finds_no_difference(product: Product, tmp_path: Path) -> None:
    entries = load(await traced_call(product, tmp_path, audio=True))
    async with run_product() as again:
        script(again)
        outcome = await Replay(entries, again.url, TOKEN, keys="78421", speed=5).run()
        assert again.refused == 0
        (start,) = [peer.start["start"] for peer in again.peers]
        assert start["callSid"] not in ("", entries[0]["callSid"])
        assert again.seen("/keys")[0]["Digits"] == "8421"
        assert again.seen("/keys")[0]["CallSid"] == start["callSid"]
    assert outcome.differences() == []
    assert outcome.now["media"] == 1 and outcome.now["mark"] == 1


async def test_a_replay_against_another_server_says_what_it_does_differently(product: Product, tmp_path: Path) -> None:
    async def silent(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.next("dtmf")

    entries = load(await traced_call(product, tmp_path, audio=True))
    async with run_product() as other:
        script(other, silent)
        other.twiml["/keys"] = "<Response><Reject/></Response>"
        differences = (await Replay(entries, other.url, TOKEN, keys="78421", speed=5).run()).differences()
    assert differences == [
        "/keys: 200 Hangup then, 200 Reject now",
        "mark: 1 then, 0 now",
        "media: 1 then, 0 now",
    ]


async def test_masked_keys_must_be_given(product: Product, tmp_path: Path) -> None:
    entries = load(await traced_call(product, tmp_path, audio=False))
    with pytest.raises(ValueError, match="5 masked keys, 2 were given"):
        Replay(entries, product.url, TOKEN, keys="12")


def test_a_file_that_is_no_trace_names_its_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"at_ms": 0, "kind": "call"}\nnonsense\n')
    with pytest.raises(ValueError, match="line 2"):
        load(path)
