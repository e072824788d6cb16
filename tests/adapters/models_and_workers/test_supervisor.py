"""The supervisor with real processes: they are started, watched, started again and ended."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
import uvloop

from ivr.adapters.clock import SystemClock
from ivr.adapters.scripted import FakeClock, decode
from ivr.adapters.scripted.engines import CRASH, HANG
from ivr.adapters.workers.client import WorkerClient
from ivr.adapters.workers.supervisor import Condition, Supervisor, Timings, WorkerSpec, WorkerState
from ivr.vocabulary.errors import BackendUnavailable, ConfigError, DeadlineExceeded

from .conftest import connected, restarted, running

SPEECH = WorkerSpec("voice", "scripted-speech", nice=0)


async def say(client: WorkerClient, text: str, **options: object) -> str:
    options.setdefault("deadline_ms", 30_000)
    reply = await client.request("synthesize", {"text": text, "language": "en"}, **options)  # type: ignore[arg-type]
    return decode(reply.payload)  # type: ignore[arg-type]


async def test_a_killed_worker_is_started_again_and_serves(tmp_path: Path) -> None:
    async with running(tmp_path, SPEECH) as (supervisor, run_dir), connected(SPEECH, run_dir) as client:
        pid = int((run_dir / "voice.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        await supervisor.wait_until(restarted("voice"))
        assert int((run_dir / "voice.pid").read_text()) != pid
        assert await say(client, "still here", retry_once_after_restart=True) == "still here"


async def test_a_crash_under_a_request_reaches_its_caller_as_unavailable(tmp_path: Path) -> None:
    async with running(tmp_path, SPEECH) as (supervisor, run_dir), connected(SPEECH, run_dir) as client:
        with pytest.raises(BackendUnavailable):
            await say(client, CRASH)
        await supervisor.wait_until(restarted("voice"))


async def test_the_other_processes_serve_while_one_is_dead(tmp_path: Path) -> None:
    two = WorkerSpec("voice", "scripted-speech", count=2, nice=0)
    async with running(tmp_path, two) as (_, run_dir), connected(two, run_dir) as client:
        os.kill(int((run_dir / "voice-1.pid").read_text()), signal.SIGKILL)
        said = [await say(client, "hello", retry_once_after_restart=True) for _ in range(5)]
    assert said == ["hello"] * 5


async def test_a_worker_ends_with_its_supervisor_even_in_the_middle_of_work(tmp_path: Path) -> None:
    async with running(tmp_path, SPEECH) as (supervisor, run_dir), connected(SPEECH, run_dir) as client:
        with pytest.raises(DeadlineExceeded):
            await say(client, HANG, deadline_ms=50)
        pid = supervisor.states[0].pid
    assert pid is not None and not psutil.pid_exists(pid)
    assert list(run_dir.iterdir()) == []


async def test_a_stopped_worker_is_noticed_killed_and_started_again(tmp_path: Path) -> None:
    patience = Timings(ping_every_ms=10, ping_within_ms=200)
    async with asyncio.timeout(60), Supervisor(tmp_path / "r", [SPEECH], SystemClock(), timings=patience) as supervisor:
        await supervisor.wait_ready()
        os.kill(int((tmp_path / "r" / "voice.pid").read_text()), signal.SIGSTOP)
        await supervisor.wait_until(restarted("voice"))


async def test_a_worker_that_cannot_load_says_why_and_is_tried_again_ever_more_slowly(
    tmp_path: Path, clock: FakeClock
) -> None:
    starts: list[float] = []

    def note(state: WorkerState) -> None:
        if state.condition is Condition.STARTING:
            starts.append(clock.now_ms())

    broken = WorkerSpec("broken", "no-such-engine")
    timings = Timings(backoff_first_ms=1_000, backoff_last_ms=3_000, ready_ms=1e9)
    async with asyncio.timeout(60), Supervisor(tmp_path / "r", [broken], clock, timings=timings, on_change=note) as it:
        for restarts in (2, 3, 4, 5):
            # The first is started again at once; then it waits, each time longer, until the clock is moved.
            await it.wait_until(lambda states, n=restarts: states[0].restarts >= n)  # type: ignore[misc]
            await clock.wait_for_sleepers()
            wakes = clock.next_ms
            assert wakes is not None
            await clock.advance(wakes - clock.now_ms())
        assert "no-such-engine" in it.states[0].fault
        assert it.states[0].condition is not Condition.UP
    assert starts[:6] == [0, 0, 1_000, 3_000, 6_000, 9_000]


async def test_a_worker_dies_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from ivr.adapters.clock import SystemClock\n"
        "from ivr.adapters.workers.supervisor import Supervisor, WorkerSpec\n"
        "async def main():\n"
        "    async with Supervisor(Path(sys.argv[1]), [WorkerSpec('voice', 'scripted-speech')], SystemClock()) as s:\n"
        "        await s.wait_ready()\n"
        "        print(s.states[0].pid, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "r"), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    assert parent.stdout is not None
    worker = psutil.Process(int(await asyncio.wait_for(parent.stdout.readline(), 60)))
    parent.kill()
    await parent.wait()
    await asyncio.get_running_loop().run_in_executor(None, lambda: psutil.wait_procs([worker], timeout=10))
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


async def test_a_run_folder_too_deep_for_a_socket_is_the_operators_to_change(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="too long a path"):
        async with Supervisor(tmp_path / ("deep" * 30), [SPEECH], SystemClock()):
            pass


def test_under_uvloop_too_no_request_is_lost_to_a_killed_process(tmp_path: Path) -> None:
    two = WorkerSpec("voice", "scripted-speech", {"delay_ms": 5}, count=2, nice=0)

    async def call(client: WorkerClient, number: int) -> list[str]:
        return [await say(client, f"{number}.{turn}", retry_once_after_restart=True) for turn in range(8)]

    async def body() -> list[list[str]]:
        async with running(tmp_path, two) as (_, run_dir), connected(two, run_dir) as client, asyncio.TaskGroup() as t:
            calls = [t.create_task(call(client, number)) for number in range(24)]
            await say(client, "all of them are under way")
            os.kill(int((run_dir / "voice-1.pid").read_text()), signal.SIGKILL)
        return [each.result() for each in calls]

    assert uvloop.run(body()) == [[f"{number}.{turn}" for turn in range(8)] for number in range(24)]
