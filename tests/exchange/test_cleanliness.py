"""Nothing is left behind: no task, no socket, no growing memory."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path

import pytest

from ivr.exchange.call import Call
from ivr.exchange.phone import Phone
from ivr.exchange.stream import MediaStream
from tests.exchange.conftest import exchange_for
from tests.exchange.product import CALLER, NUMBER, MediaPeer, Product


def descriptors() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))


async def chat(peer: MediaPeer) -> None:
    await peer.begin()
    await peer.next("media")
    await peer.play("/w==")
    await peer.mark("m")
    await peer.until_stop()


async def one_call(running_exchange: object, ending: str) -> None:
    phone = Phone(running_exchange, CALLER)  # type: ignore[arg-type]
    phone.dial(NUMBER)
    if ending == "at once":
        phone.hang_up()
    else:
        await phone.wait("mark")
        phone.hang_up()
    await phone.ended_call()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
async def test_after_many_calls_tasks_sockets_and_objects_are_back_where_they_were(product: Product) -> None:
    product.script = chat
    product.twiml["/voice"] = product.connect()
    async with exchange_for(product, {"status_callback": f"{product.url}/s"}, kept_calls=5) as running:

        async def batch() -> tuple[int, int, int, int]:
            for ending in ("mark", "at once", "mark"):
                await asyncio.gather(*(one_call(running.exchange, ending) for _ in range(8)))
            await running.exchange.settled()
            for peer in product.peers:
                await peer.done.wait()
            product.peers.clear()
            await asyncio.sleep(0.05)
            gc.collect()
            left = sum(isinstance(entry, Call | MediaStream) for entry in gc.get_objects())
            return len(asyncio.all_tasks()), left, len(running.exchange.calls), descriptors()

        first = await batch()
        second = await batch()
        assert second[1:3] == (0, 5)
        # idle keep-alive connections of the client session may stay, as many as calls ran at once
        assert second[0] <= first[0] + 2 and second[3] <= first[3] + 2


async def test_going_down_ends_every_call_and_leaves_no_task(product: Product) -> None:
    before = len(asyncio.all_tasks())
    product.script = chat
    product.twiml["/voice"] = product.connect()
    phones = []
    async with exchange_for(product, {"status_callback": f"{product.url}/s"}) as running:
        for last in range(4):
            phone = Phone(running.exchange, f"+1555000000{last}")
            phone.dial(NUMBER)
            await phone.wait("mark")
            phones.append(phone)
    for phone in phones:
        end = await phone.ended_call()
        assert (end.reason, end.status) == ("far-end", "completed")
    assert len(product.seen("/s")) == 4
    for peer in product.peers:
        await peer.done.wait()
        assert peer.received[-1]["event"] == "stop"
    await asyncio.sleep(0.05)
    assert len(asyncio.all_tasks()) - before <= len(product.peers)


async def test_a_server_that_never_answers_cannot_hold_the_exchange(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.exchange.switchboard.HANG_UP_S", 0.2)
    hang = asyncio.Event()

    async def never(params: dict[str, str]) -> str:
        await hang.wait()
        return ""

    product.twiml["/voice"] = "<Response><Pause length='60'/></Response>"
    product.twiml["/s"] = never
    async with asyncio.timeout(5):
        async with exchange_for(product, {"status_callback": f"{product.url}/s"}) as running:
            phone = Phone(running.exchange, CALLER)
            phone.dial(NUMBER)
            await phone.wait("answered")
        assert (await phone.ended_call()).status == "completed"
    hang.set()
