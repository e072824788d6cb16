"""A worker and its client: deadlines, priorities, lost connections."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.engine import Interrupted
from ivr.adapters.workers.server import bind
from ivr.adapters.workers.wire import MAX_PAYLOAD_BYTES, Priority, Reply, pack, read_message
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded, PeerProtocolError

from .conftest import served


class Desk:
    """An engine that works on one request at a time and can be held at it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def facts(self) -> dict[str, Any]:
        return {}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op == "hold":
            self.begun.set()
            self.go_on.wait(30)
        if op == "refuse":
            raise BackendRejected("not this")
        if op == "break":
            raise ZeroDivisionError("my card is 4111 1111 1111 1111")
        self.done.append(str(args.get("name", op)))
        return Reply({"op": op, "name": args.get("name")}, payload[::-1])


@pytest.fixture
def desk() -> Any:
    desk = Desk()
    yield desk
    desk.go_on.set()


async def held(desk: Desk) -> None:
    await asyncio.get_running_loop().run_in_executor(None, desk.begun.wait, 30)


async def test_a_request_comes_back_with_its_own_reply(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        replies = await asyncio.gather(
            *(client.request("say", {"name": n}, bytes([n, 9]), deadline_ms=5_000) for n in range(20))
        )
    assert [(r.result["name"], r.payload) for r in replies] == [(n, bytes([9, n])) for n in range(20)]


async def test_what_the_engine_refuses_is_rejected_and_never_retried(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        with pytest.raises(BackendRejected, match="not this"):
            await client.request("refuse", deadline_ms=5_000, retry_once_after_restart=True)


async def test_an_engine_that_breaks_is_unavailable_and_does_not_quote_the_caller(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        with pytest.raises(BackendUnavailable) as caught:
            await client.request("break", deadline_ms=5_000)
        assert "4111" not in str(caught.value)
        assert (await client.request("say", deadline_ms=5_000)).result["op"] == "say"


async def test_a_request_ends_at_its_deadline_while_the_engine_works_on(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        with pytest.raises(DeadlineExceeded):
            await client.request("hold", deadline_ms=20)
        desk.go_on.set()
        assert (await client.request("say", deadline_ms=5_000)).result["op"] == "say"


async def test_pings_are_answered_while_the_engine_is_busy(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.request("hold", deadline_ms=30_000))
            await held(desk)
            assert (await client.ping(5_000))["busy_ms"] > 0
            desk.go_on.set()


async def test_a_caller_goes_before_the_warm_up(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.request("hold", deadline_ms=30_000))
            await held(desk)
            for name in ("warm 1", "warm 2"):
                tasks.create_task(
                    client.request("say", {"name": name}, deadline_ms=30_000, priority=Priority.BACKGROUND)
                )
            tasks.create_task(client.request("say", {"name": "caller"}, deadline_ms=30_000))
            while (await client.ping(5_000))["waiting"] < 4:
                pass
            desk.go_on.set()
    assert desk.done == ["hold", "caller", "warm 1", "warm 2"]


async def test_a_caller_interrupts_the_warm_up_which_is_done_afterwards(desk: Desk, tmp_path: Path) -> None:
    class Soft(Desk):
        interrupted = 0

        def interrupt(self) -> None:
            self.interrupted += 1
            self.go_on.set()

        def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
            if op == "hold" and not self.interrupted:
                self.begun.set()
                self.go_on.wait(30)
                raise Interrupted
            return super().serve(op, args, payload)

    soft = Soft()
    async with served(soft, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        ahead = asyncio.create_task(
            client.request("hold", {"name": "ahead"}, deadline_ms=30_000, priority=Priority.BACKGROUND)
        )
        await held(soft)
        await client.request("say", {"name": "caller"}, deadline_ms=5_000)
        assert (await ahead).result["name"] == "ahead"
    assert soft.done == ["caller", "ahead"]
    assert soft.interrupted == 1


async def test_a_cancelled_request_never_reaches_the_engine(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.request("hold", deadline_ms=30_000))
            await held(desk)
            unwanted = tasks.create_task(client.request("say", {"name": "unwanted"}, deadline_ms=30_000))
            while (await client.ping(5_000))["waiting"] < 2:
                pass
            unwanted.cancel()
            while (await client.ping(5_000))["waiting"] > 1:
                pass
            desk.go_on.set()
        await client.request("say", {"name": "next"}, deadline_ms=5_000)
    assert desk.done == ["hold", "next"]


async def test_a_request_whose_time_ran_out_in_the_queue_is_not_worked_on(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
        writer.write(pack({"id": 1, "op": "hold"}) + pack({"id": 2, "op": "say", "deadline_ms": 0.0}))
        await held(desk)
        desk.go_on.set()
        replies = [await read_message(reader), await read_message(reader)]
        writer.close()
    assert [reply and reply.header.get("error") for reply in replies] == [None, "deadline"]
    assert desk.done == ["hold"]


async def test_a_worker_with_too_much_to_do_says_so_at_once(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s", queue_limit=1), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.request("hold", deadline_ms=30_000))
            await held(desk)
            with pytest.raises(BackendUnavailable, match="already has 1"):
                await client.request("say", deadline_ms=30_000)
            desk.go_on.set()


async def test_nobody_there_is_unavailable_at_once(tmp_path: Path) -> None:
    async with WorkerClient("desk", [tmp_path / "nothing"]) as client:
        with pytest.raises(BackendUnavailable):
            await client.request("say", deadline_ms=3_600_000)


async def test_nobody_there_until_the_deadline_is_unavailable_too(tmp_path: Path) -> None:
    async with WorkerClient("desk", [tmp_path / "nothing"]) as client:
        with pytest.raises(BackendUnavailable):
            await client.request("say", deadline_ms=20, retry_once_after_restart=True)


async def test_a_request_that_may_wait_is_served_when_the_worker_comes(desk: Desk, tmp_path: Path) -> None:
    async with WorkerClient("desk", [tmp_path / "s"]) as client, asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(client.request("say", deadline_ms=30_000, retry_once_after_restart=True))
        async with served(desk, tmp_path / "s"):
            assert (await asked).result["op"] == "say"


async def test_a_lost_connection_fails_what_was_in_flight_and_mends_itself(desk: Desk, tmp_path: Path) -> None:
    async with WorkerClient("desk", [tmp_path / "s"]) as client:
        async with served(desk, tmp_path / "s"):
            await client.wait_connected()
            asked = asyncio.ensure_future(client.request("hold", deadline_ms=30_000))
            await held(desk)
        with pytest.raises(BackendUnavailable, match="died"):
            await asked
        desk.go_on.set()
        async with served(desk, tmp_path / "s"):
            reply = await client.request("say", deadline_ms=30_000, retry_once_after_restart=True)
            assert reply.result["op"] == "say"


async def test_a_request_that_may_be_done_twice_outlives_its_worker(desk: Desk, tmp_path: Path) -> None:
    async with WorkerClient("desk", [tmp_path / "s"]) as client:
        async with served(desk, tmp_path / "s"):
            await client.wait_connected()
            asked = asyncio.ensure_future(client.request("hold", deadline_ms=30_000, retry_once_after_restart=True))
            await held(desk)
        desk.go_on.set()
        async with served(Desk_that_goes_on(), tmp_path / "s"):
            assert (await asked).result["op"] == "hold"


def Desk_that_goes_on() -> Desk:
    desk = Desk()
    desk.go_on.set()
    return desk


async def test_requests_spread_over_the_processes_of_a_worker(tmp_path: Path) -> None:
    first, second = Desk(), Desk()
    async with (
        served(first, tmp_path / "1"),
        served(second, tmp_path / "2"),
        WorkerClient("desk", [tmp_path / "1", tmp_path / "2"]) as client,
    ):
        await client.wait_connected(2)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(client.request("hold", deadline_ms=30_000))
            await asyncio.gather(held(first), held(second))
            first.go_on.set()
            second.go_on.set()
    assert first.done == second.done == ["hold"]


async def test_garbage_costs_only_the_client_that_sent_it(desk: Desk, tmp_path: Path) -> None:
    async with served(desk, tmp_path / "s"), WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        for garbage in (b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x03\x00\x00\x00\x00{x}", pack({"op": "say"})):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
            writer.write(garbage)
            assert await reader.read() == b""
            writer.close()
        assert (await client.request("say", deadline_ms=5_000)).result["op"] == "say"


async def test_a_worker_that_talks_garbage_is_unavailable(tmp_path: Path) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"\xff" * 64)
        writer.close()

    server = await asyncio.start_unix_server(talk, sock=bind(tmp_path / "s"))
    async with server, WorkerClient("desk", [tmp_path / "s"]) as client:
        await client.wait_connected()
        with pytest.raises(BackendUnavailable):
            await client.request("say", deadline_ms=5_000)


async def test_a_socket_is_for_its_owner_only(tmp_path: Path) -> None:
    bind(tmp_path / "s").close()
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


async def test_a_message_over_the_limit_is_refused_by_both_ends() -> None:
    with pytest.raises(BackendRejected):
        pack({}, bytes(MAX_PAYLOAD_BYTES + 1))
    reader = asyncio.StreamReader()
    reader.feed_data(b"\xff\xff\xff\xff\x00\x00\x00\x00")
    with pytest.raises(PeerProtocolError):
        await read_message(reader)


async def test_a_peer_that_goes_away_inside_a_message_is_noticed() -> None:
    whole = pack({"id": 1}, b"audio")
    for length in range(1, len(whole)):
        reader = asyncio.StreamReader()
        reader.feed_data(whole[:length])
        reader.feed_eof()
        with pytest.raises(ConnectionError):
            await read_message(reader)
