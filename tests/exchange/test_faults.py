"""Injected faults of media and sockets, and the table itself."""

from __future__ import annotations

import asyncio
import base64
from itertools import pairwise

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.app import RunningExchange
from ivr.exchange.faults import KINDS, Fault, Faults
from ivr.exchange.mangler import Mangler
from ivr.exchange.phone import Phone
from tests.exchange.product import CONTROL, NUMBER, MediaPeer, Product

MEDIA_KINDS = [kind for kind in KINDS if kind.startswith("media.") and kind != "media.jump"]


async def stream_with(product: Product, phone: Phone, running: RunningExchange, *faults: Fault) -> MediaPeer:
    """A stream of some frames under faults, ended by the caller."""

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for _ in range(20):
            await peer.next("media")
        phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect()
    for fault in faults:
        running.exchange.faults.inject(fault)
    phone.dial(NUMBER)
    await phone.ended_call()
    (peer,) = product.peers
    await peer.done.wait()
    return peer


def payloads(peer: MediaPeer) -> list[bytes]:
    return [base64.b64decode(m["media"]["payload"]) for m in peer.received if m["event"] == "media"]


async def test_a_lost_frame_leaves_a_gap_in_the_timestamps(
    product: Product, phone: Phone, running: RunningExchange
) -> None:
    peer = await stream_with(product, phone, running, Fault("media.drop", skip=2))
    stamps = [m["media"]["timestamp"] for m in peer.received if m["event"] == "media"]
    assert stamps[:4] == ["0", "20", "60", "80"]


async def test_payloads_may_be_of_odd_sizes_and_counters_may_jump(
    product: Product, phone: Phone, running: RunningExchange
) -> None:
    peer = await stream_with(product, phone, running, Fault("media.resize"), Fault("media.jump", skip=3, times=9))
    assert [len(audio) for audio in payloads(peer)[:3]] == [197, 123, 160]
    numbers = [int(m["sequenceNumber"]) for m in peer.received if "sequenceNumber" in m]
    assert any(b - a == 10 for a, b in pairwise(numbers))


async def test_a_stall_ends_in_a_burst_and_loses_nothing(
    product: Product, phone: Phone, running: RunningExchange
) -> None:
    peer = await stream_with(product, phone, running, Fault("media.stall", skip=3, ms=200))
    stamps = [int(m["media"]["timestamp"]) for m in peer.received if m["event"] == "media"]
    assert stamps == list(range(0, len(stamps) * 20, 20))


@given(
    st.lists(
        st.tuples(st.sampled_from(MEDIA_KINDS), st.integers(0, 10), st.integers(0, 300), st.integers(1, 3)), max_size=5
    )
)
def test_only_dropping_and_repeating_change_how_much_audio_arrives(faults: list[tuple[str, int, int, int]]) -> None:
    table = Faults()
    for kind, skip, ms, count in faults:
        table.inject(Fault(kind, skip=skip, ms=ms, count=count))
    mangler = Mangler(table, "CA")
    out = [entry for tick in range(500) for entry in mangler.frame(tick, bytes([tick % 256]) * 160)]
    lost = table.struck["media.drop"] - table.struck["media.duplicate"]
    assert sum(len(audio) for _, audio in out) == (500 - lost) * 160
    assert not mangler.busy


@pytest.mark.parametrize("kind", ["socket.reset", "socket.half-open", "socket.no-stop"])
async def test_a_socket_may_end_without_a_word(
    product: Product, phone: Phone, running: RunningExchange, kind: str
) -> None:
    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        await peer.next("media")
        running.exchange.faults.inject(Fault(kind))
        while kind == "socket.half-open" and not running.exchange.faults.struck[kind]:
            await running.exchange.pacer.wait(1)
        if kind != "socket.reset":
            phone.hang_up()
        await peer.until_stop()

    product.script = script
    product.twiml["/voice"] = product.connect()
    phone.dial(NUMBER)
    await phone.ended_call()
    (peer,) = product.peers
    async with asyncio.timeout(5):
        await peer.done.wait()
    assert peer.closed and peer.socket.close_code in (None, 1006)


async def test_a_mark_may_come_late(product: Product, phone: Phone, running: RunningExchange) -> None:
    order: list[str] = []

    async def script(peer: MediaPeer) -> None:
        await peer.begin()
        for name in ("late", "on time"):
            await peer.mark(name)
        order.extend([(await peer.next("mark"))["mark"]["name"] for _ in range(2)])

    product.script = script
    product.twiml["/voice"] = product.connect()
    running.exchange.faults.inject(Fault("mark.late", ms=200))
    phone.dial(NUMBER)
    await phone.ended_call()
    assert order == ["on time", "late"]


async def test_faults_are_injected_listed_and_cleared_over_http(running: RunningExchange) -> None:
    url = f"{running.url}/exchange/faults"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {CONTROL}"}) as http:
        async with http.post(url, json=[{"kind": "mark.lost", "count": 2}, {"kind": "rest.status"}]) as response:
            assert await response.json() == {"injected": 2}
        for bad in ({"kind": "sun.flare"}, {"kind": "mark.lost", "count": 0}, {"count": 1}, {"kind": 1}, [3], {"x": 1}):
            async with http.post(url, json=bad) as response:
                assert response.status == 400, bad
        async with http.get(url) as response:
            assert [entry["kind"] for entry in (await response.json())["pending"]] == ["mark.lost", "rest.status"]
        async with http.delete(url) as response:
            assert response.status == 204
    assert running.exchange.faults.pending() == []


@given(st.integers(1, 5), st.integers(0, 5))
def test_a_fault_strikes_as_often_as_it_was_asked_to(count: int, skip: int) -> None:
    table = Faults()
    table.inject(Fault("mark.lost", count=count, skip=skip, match="CA1"))
    assert table.take("mark.lost", "CA2") is None
    struck = [table.take("mark.lost", "CA1") is not None for _ in range(20)]
    assert struck == [False] * skip + [True] * count + [False] * (20 - skip - count)
    assert not table.armed and table.struck["mark.lost"] == count
