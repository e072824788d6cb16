"""Media Streams: what the carrier sends, what it plays, when marks return."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ivr.exchange.app import RunningExchange
from ivr.exchange.phone import Phone
from ivr.exchange.playout import SILENCE
from tests.exchange.product import ACCOUNT, NUMBER, MediaPeer, Product

TONE = bytes([0x20]) * 160


def encoded(audio: bytes) -> str:
    return base64.b64encode(audio).decode()


async def test_a_stream_opens_with_connected_and_start_and_ends_with_stop(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.next("media")
        phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect(parameters="<Parameter name='k' value='v'/>")
    phone.dial(NUMBER)
    end = await phone.ended_call()
    assert end.reason == "caller"
    (peer,) = product.peers
    await peer.done.wait()
    connected, start, media, *_, stop = peer.received
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    ids = {"accountSid": ACCOUNT, "callSid": phone.call_sid}
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "start": {
            **ids,
            "streamSid": peer.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"k": "v"},
        },
        "streamSid": peer.sid,
    }
    assert media["sequenceNumber"] == "2"
    assert media["media"] == {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": encoded(SILENCE)}
    assert stop["stop"] == ids and stop["streamSid"] == peer.sid
    assert "Sec-WebSocket-Extensions" not in peer.headers


async def test_the_caller_is_heard_frame_by_frame_and_silence_in_between(product: Product, phone: Phone) -> None:
    heard: list[bytes] = []

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        phone.say(bytes(range(100, 200)) * 5)  # 500 bytes: three frames and 20 bytes
        while len(heard) < 6:
            frame = base64.b64decode((await peer.next("media"))["media"]["payload"])
            if frame != SILENCE or heard:
                heard.append(frame)

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.ended_call()
    assert b"".join(heard) == bytes(range(100, 200)) * 5 + b"\xff" * 460


async def test_keys_arrive_one_by_one(product: Product, phone: Phone) -> None:
    keys: list[Any] = []

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        phone.press("4*7")
        for _ in range(3):
            keys.append((await peer.next("dtmf"))["dtmf"])

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.ended_call()
    assert keys == [{"track": "inbound_track", "digit": digit} for digit in "4*7"]


@pytest.mark.parametrize("size", [1, 20, 160, 333, 4000])
async def test_audio_of_any_payload_size_is_played_in_order(product: Product, phone: Phone, size: int) -> None:
    audio = bytes(i % 255 for i in range(4000))

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for at in range(0, len(audio), size):
            await peer.play(encoded(audio[at : at + size]))
        await peer.mark("done")
        await peer.next("mark")

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    mark = await phone.wait("mark", "done")
    await phone.ended_call()
    assert phone.heard.replace(b"\xff", b"").startswith(audio)
    assert mark.tick >= 25


async def test_a_mark_returns_when_the_audio_before_it_has_ended(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.play(encoded(TONE * 10))
        await peer.mark("first")
        await peer.play(encoded(TONE * 10))
        await peer.mark("second")
        assert (await peer.next("mark"))["mark"] == {"name": "first"}
        assert (await peer.next("mark"))["mark"] == {"name": "second"}

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    on = await phone.wait("audio")
    first = await phone.wait("mark", "first")
    second = await phone.wait("mark", "second")
    off = await phone.wait("audio")
    await phone.ended_call()
    assert on.on and not off.on
    assert first.tick == on.tick + 10 and second.tick >= on.tick + 20
    assert next(tick for tick, frame in phone.heard_frames if frame == TONE) == on.tick


async def test_a_mark_returns_at_once_when_nothing_is_buffered(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.mark("now")
        await peer.next("mark")

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.wait("mark", "now")
    await phone.ended_call()


async def test_clear_silences_at_once_and_returns_the_marks_that_were_not_heard(product: Product, phone: Phone) -> None:
    names: list[str] = []

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for name in "ab":
            await peer.play(encoded(TONE * 500))
            await peer.mark(name)
        while not phone.heard.count(TONE):
            await peer.next("media")
        await peer.send("clear")
        names.extend([(await peer.next("mark"))["mark"]["name"] for _ in "ab"])

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.ended_call()
    assert names == ["a", "b"]
    assert phone.heard.count(TONE) < 500


async def test_after_the_stream_comes_the_next_verb(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()

    product.script = script
    product.twiml["/voice"] = product.connect(after="<Redirect>/again</Redirect>")
    product.twiml["/again"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert len(product.seen("/again")) == 1


async def test_an_action_replaces_the_document(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()

    product.script = script
    product.twiml["/voice"] = product.connect(attributes="action='/after'", after="<Redirect>/never</Redirect>")
    product.twiml["/after"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert len(product.seen("/after")) == 1 and product.seen("/never") == []


async def test_a_refused_upgrade_goes_on_with_the_next_verb(
    product: Product, phone: Phone, running: RunningExchange
) -> None:
    wrong = product.connect(after="<Redirect>/again</Redirect>").replace("/media", "/no-such-socket")
    product.twiml["/voice"] = wrong
    product.twiml["/again"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert len(product.seen("/again")) == 1


async def test_messages_the_carrier_cannot_read_are_ignored(product: Product, phone: Phone) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for bad in ("{", "[]", json.dumps({"event": "clear", "streamSid": "MZother"}), '{"event":"sing"}'):
            await peer.socket.send_str(bad)
        await peer.socket.send_bytes(b"\x00")
        await peer.mark("still here")
        await peer.next("mark")

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.wait("mark", "still here")
    await phone.ended_call()
