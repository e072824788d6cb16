"""Group commit: many waiters to one write, each hears its own outcome, none is lost at the end."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from ivr.adapters.sql.group_commit import GroupCommit
from ivr.vocabulary.errors import BackendUnavailable


class Disk:
    """Writes numbers; `gate` holds a write up until it is set."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.began = threading.Event()
        self.batches: list[list[int]] = []
        self.failure: Exception | None = None

    def write(self, batch: Sequence[int]) -> list[int | Exception]:
        self.began.set()
        assert self.gate.wait(10)
        self.batches.append(list(batch))
        if self.failure:
            raise self.failure
        return [ValueError(f"{number} is odd") if number % 2 else number * 10 for number in batch]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def test_what_gathers_during_one_write_is_one_write(disk: Disk) -> None:
    group = GroupCommit[int, int](disk.write, "test")
    first = asyncio.ensure_future(group.submit(0))
    await asyncio.to_thread(disk.began.wait, 10)
    others = [asyncio.ensure_future(group.submit(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    disk.gate.set()
    outcomes = await asyncio.gather(first, *others, return_exceptions=True)
    assert disk.batches == [[0], [2, 3, 4]]
    assert outcomes[:2] == [0, 20]
    assert str(outcomes[2]) == "3 is odd"
    assert outcomes[3] == 40
    await group.close()


async def test_a_write_that_fails_is_told_to_all_in_it_and_the_next_is_tried(disk: Disk) -> None:
    disk.gate.set()
    disk.failure = OSError("gone")
    group = GroupCommit[int, int](disk.write, "test")
    with pytest.raises(OSError, match="gone"):
        await group.submit(2)
    disk.failure = None
    assert await group.submit(2) == 20
    await group.close()


async def test_too_many_waiting_is_unavailable_at_once(disk: Disk) -> None:
    group = GroupCommit[int, int](disk.write, "test", waiting=2)
    first = asyncio.ensure_future(group.submit(0))
    await asyncio.to_thread(disk.began.wait, 10)
    waiting = [asyncio.ensure_future(group.submit(number)) for number in (2, 4)]
    await asyncio.sleep(0)
    with pytest.raises(BackendUnavailable, match="2 appends behind"):
        await group.submit(6)
    closing = asyncio.ensure_future(group.close())
    await asyncio.sleep(0)
    disk.gate.set()
    assert await asyncio.gather(first, *waiting) == [0, 20, 40]
    await closing


async def test_closing_writes_what_waits_and_then_takes_nothing_more(disk: Disk) -> None:
    group = GroupCommit[int, int](disk.write, "closing-writer")
    waiting = [asyncio.ensure_future(group.submit(number)) for number in range(0, 600, 2)]
    await asyncio.sleep(0)
    disk.gate.set()
    await group.close()
    assert await asyncio.gather(*waiting) == [number * 10 for number in range(0, 600, 2)]
    assert "closing-writer" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(BackendUnavailable, match="shutting down"):
        await group.submit(2)
    await group.close()


def test_a_loop_that_closed_without_waiting_does_not_stop_the_thread(disk: Disk) -> None:
    async def begin() -> GroupCommit[int, int]:
        group = GroupCommit[int, int](disk.write, "test")
        asyncio.ensure_future(group.submit(2))  # noqa: RUF006
        await asyncio.to_thread(disk.began.wait, 10)
        return group

    group = asyncio.run(begin())
    disk.gate.set()

    async def go_on() -> int:
        result = await group.submit(4)
        await group.close()
        return result

    assert asyncio.run(go_on()) == 40
