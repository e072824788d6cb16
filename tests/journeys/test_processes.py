"""Any process may be killed at any moment: no call is lost, nothing that was said is missing from the log.

These run `ivr serve` itself, with all its processes, and kill them with SIGKILL.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from ivr.answers.verbal import in_words
from ivr.calls import folds
from ivr.vocabulary.events import (
    AnswerReady,
    CallbackAgreed,
    CallEnded,
    DigitsReleased,
    KeyPressed,
    PromptStarted,
    TakenUp,
    UtteranceClosed,
)
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.supervisor import STEADY_S
from tests.journeys.server import (
    PATIENCE_S,
    SOURCE,
    WORKERS,
    Caller,
    Server,
    eventually,
    run_to_end,
    seconds,
    serving,
    start,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "how do i change my pin"
ANSWER = "You can change your PIN at any Harbour Bank cash machine."
HOW = "How can I help?"
ELSE = "Anything else?"
BROKEN = "Sorry, the line broke."
OFFER = "Shall we call two zero two, five five five, zero one four three?"
HOLDING_WITHIN_S = 3.0
"The promise: after a death the caller hears something within this (PROMISES.md 1)."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """One server for the tests that leave it well."""
    async with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


async def whole(server: Server, caller: Caller) -> None:
    """Every sentence that the telephone heard, whole or in part, was decided in the log, in this order."""
    decided = " ".join(
        in_words(each.event.text, LanguageTag("en"))
        for each in await server.log(caller.call)
        if isinstance(each.event, PromptStarted)
    )
    at, missing = 0, []
    for sentence in caller.all_heard():
        found = decided.find(sentence.removesuffix("…").strip(), at)
        if found < 0:
            missing.append(sentence)
        at = max(at, found)
    assert missing == [], f"spoken and not in the log; decided was: {decided}"


# ── workers ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_recogniser_killed_while_it_listens_costs_that_question_at_most(server: Server) -> None:
    async with server.caller() as caller:
        await caller.floor()
        server.send("hearing", signal.SIGSTOP)  # so that it is at it when it dies
        await caller.speaks(QUESTION)
        await server.logs(caller.call, UtteranceClosed)
        killed = server.send("hearing", signal.SIGKILL)
        await caller.floor()  # the answer, or that it could not hear: never silence
        await server.replaced(killed)
        assert ANSWER in await caller.says(QUESTION)
        await caller.hangs_up()
        await whole(server, caller)


async def test_a_voice_killed_while_it_renders_is_stood_in_for_by_the_spare_one(server: Server) -> None:
    async with server.caller("+12025550171") as caller:  # a number that was never read out before
        await caller.floor()
        server.send("speaking", signal.SIGSTOP)
        await caller.keys("0")
        await server.logs(caller.call, KeyPressed)
        killed = server.send("speaking", signal.SIGKILL)
        assert "Shall we call two zero two, five five five, zero one seven one?" in await caller.floor()
        await server.replaced(killed)
        assert "We will call you." in await caller.presses("1")
        assert ANSWER in await caller.says(QUESTION)
        await caller.hangs_up()
        await whole(server, caller)


async def test_an_embedder_killed_in_a_turn_leaves_answers_found_by_words(server: Server) -> None:
    async with server.caller() as caller:
        await caller.floor()
        server.send("meaning", signal.SIGSTOP)
        await caller.begins_to_say(QUESTION)
        killed = server.send("meaning", signal.SIGKILL)
        assert ANSWER in await caller.floor()
        await server.replaced(killed)
        assert ANSWER in await caller.says(QUESTION)
        await caller.hangs_up()
        await whole(server, caller)


async def test_with_every_worker_killed_at_once_the_keys_still_reach_a_callback(server: Server) -> None:
    async with server.caller("anonymous") as caller:
        await caller.floor()
        killed = [server.send(name, signal.SIGKILL) for name in WORKERS]
        assert "Which number?" in await caller.presses("0")
        assert any(
            "four one five, five five five, two six seven one" in each or each == "four"
            for each in await caller.presses("4155552671#")
        )
        await caller.presses("1")
        await caller.hangs_up()
        await whole(server, caller)
        assert await server.events(caller.call, CallbackAgreed) == [CallbackAgreed("+14155552671", "asked")]
        await server.replaced(*killed)


# ── the web process ──────────────────────────────────────────────────────────────────────────────────────────────


async def in_the_greeting(server: Server, caller: Caller) -> None:
    await caller.hears_something()


async def at_the_question(server: Server, caller: Caller) -> None:
    await caller.floor()


async def while_the_caller_speaks(server: Server, caller: Caller) -> None:
    await caller.floor()
    await caller.begins_to_say(f"well hello there and good morning to you, {QUESTION}")


async def while_it_is_recognised(server: Server, caller: Caller) -> None:
    await caller.floor()
    server.send("hearing", signal.SIGSTOP)
    await caller.speaks(QUESTION)
    await server.logs(caller.call, UtteranceClosed)


async def in_an_answer(server: Server, caller: Caller) -> None:
    await caller.floor()
    await caller.speaks(QUESTION)
    await server.logs(caller.call, AnswerReady)
    await caller.hears_something()


async def in_the_middle_of_keying_a_number(server: Server, caller: Caller) -> None:
    await caller.floor()
    await caller.presses("0")
    await caller.presses("2")
    await caller.keys("41555")


async def at_the_number_read_back(server: Server, caller: Caller) -> None:
    await caller.floor()
    await caller.presses("0")
    await caller.presses("2")
    await caller.presses("4155552671#")


async def with_a_callback_agreed(server: Server, caller: Caller) -> None:
    await caller.floor()
    await caller.presses("0")
    await caller.keys("1")
    await server.logs(caller.call, CallbackAgreed)
    await caller.hears_something()


Point = Callable[[Server, Caller], Awaitable[None]]
POINTS: list[Point] = [
    in_the_greeting,
    at_the_question,
    while_the_caller_speaks,
    while_it_is_recognised,
    in_an_answer,
    in_the_middle_of_keying_a_number,
    at_the_number_read_back,
    with_a_callback_agreed,
]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
async def test_the_web_process_killed_in_a_call_is_replaced_and_the_call_goes_on(server: Server, point: Point) -> None:
    await steady(server)
    async with server.caller() as caller:
        await point(server, caller)
        caller.heard()
        killed = server.send("web", signal.SIGKILL)
        dead = caller.phone.heard.tick
        slow = asyncio.create_task(slowness())  # meanwhile: afterwards the caller would have to wait for it
        server.send("hearing", signal.SIGCONT)
        heard = await caller.floor()
        assert BROKEN in heard
        assert heard[-1] in {HOW, ELSE, OFFER}  # and then what was last asked
        spoke = caller.speech_after(dead)
        assert spoke is not None
        took_s = seconds(spoke - dead)
        assert server.pid("web") != killed
        if heard[-1] not in {HOW, ELSE}:
            assert ELSE in await caller.presses("1")
        assert ANSWER in await caller.says(QUESTION)
        await caller.speaks("no goodbye")
        assert (await caller.is_hung_up_on())[-1] == "Goodbye."
        await eventually(lambda: ended(server, caller.call), "the call was not ended in the log")
        await whole(server, caller)
        log = await server.log(caller.call)
        assert [each.event for each in log if isinstance(each.event, CallEnded)] == [CallEnded("assistant")]
        assert sum(isinstance(each.event, TakenUp) for each in log) == 1
        numbers = [each.event.digits for each in log if isinstance(each.event, DigitsReleased)]
        assert all(number in {"", "4155552671"} for number in numbers)
        assert folds.differences(log, await server.script(caller.call)) == []
        assert took_s <= HOLDING_WITHIN_S or took_s <= HOLDING_WITHIN_S * await slow


async def test_a_death_before_the_stream_is_up_makes_the_caller_wait_and_no_more(server: Server) -> None:
    await steady(server)
    async with server.caller() as caller:
        server.send("web", signal.SIGKILL)
        assert (await caller.floor())[-1] == HOW
        assert ANSWER in await caller.says(QUESTION)
        await caller.hangs_up()
        await whole(server, caller)


async def test_a_death_in_the_goodbye_ends_the_call(server: Server) -> None:
    await steady(server)
    async with server.caller() as caller:
        await caller.floor()
        await caller.speaks("no goodbye")
        await caller.hears_something()
        server.send("web", signal.SIGKILL)
        await caller.is_hung_up_on()
        await eventually(lambda: ended(server, caller.call), "the call was not ended in the log")
        await whole(server, caller)


async def test_nothing_is_said_before_it_is_on_disk(server: Server) -> None:
    await steady(server)
    async with server.caller() as caller:
        await caller.floor()
        log = sqlite3.connect(server.data / "calls.sqlite", isolation_level=None)
        try:
            log.execute("BEGIN IMMEDIATE")  # another process holds the log: nothing can be written
            await caller.keys("0")
            await caller.phone.ticks(400)  # eight seconds of the call; the reply to a key takes none
            assert caller.heard() == []
            server.send("web", signal.SIGKILL)
        finally:
            log.close()
        assert BROKEN in await caller.floor()
        assert ANSWER in await caller.says(QUESTION)
        await caller.hangs_up()
        await whole(server, caller)


# ── the supervisor ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_told_to_end_it_lets_a_caller_finish_and_then_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, IVR_DRAIN_S="240") as server, server.caller() as caller:  # 30 s of real time
        await caller.floor()
        server.process.send_signal(signal.SIGTERM)
        assert ANSWER in await caller.says(QUESTION)
        await caller.speaks("no goodbye")
        assert (await caller.is_hung_up_on())[-1] == "Goodbye."
        assert await run_to_end(server) == 0
        assert server.left() == []
        assert (await server.events(caller.call))[-1] == CallEnded("assistant")


async def test_a_caller_who_will_not_finish_is_let_go_when_the_time_is_up(tmp_path: Path) -> None:
    async with serving(tmp_path, IVR_DRAIN_S="8") as server, server.caller() as caller:  # 1 s of real time
        await caller.floor()
        server.process.send_signal(signal.SIGTERM)
        assert await run_to_end(server) == 0
        await caller.is_hung_up_on()
        assert server.left() == []
        assert sorted(path.name for path in (server.data / "run").iterdir()) == ["lock"]
        assert "did not end in time" not in server.printed()  # it let go by itself: nothing had to be killed


async def test_a_supervisor_killed_outright_leaves_no_process_behind(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.caller() as caller:
        await caller.hears_something()
        assert len(server.look()) >= len(WORKERS) + 2
        server.process.kill()
        await eventually(lambda: not server.left(), "processes outlived their supervisor")


async def test_only_the_web_process_and_the_supervisor_hold_the_port(server: Server) -> None:
    await server.ready()
    listening = [
        process.pid
        for process in [psutil.Process(server.process.pid), *server.look()]
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == server.facts.port
    ]
    assert sorted(listening) == sorted([server.process.pid, server.pid("web")])


@pytest.mark.parametrize("same", ["data folder", "port"])
async def test_a_second_server_says_what_it_cannot_have_and_leaves_the_first_alone(
    server: Server, tmp_path: Path, same: str
) -> None:
    settings = {"IVR_DATA": str(server.data)} if same == "data folder" else {"IVR_PORT": str(server.facts.port)}
    before = server.facts
    second = start(tmp_path, **settings)
    assert await run_to_end(second) == 1
    said = second.printed()
    assert "Traceback" not in said
    if same == "port":
        assert "IVR_PORT" in said
        assert f"cannot listen on 127.0.0.1:{server.facts.port}" in said.replace("\n", " ")
    else:
        assert "another server is running on this data folder" in " ".join(said.split())
        assert "IVR_DATA" in said
    assert server.facts == before
    async with server.caller() as caller:
        assert (await caller.floor())[-1] == HOW
        await caller.hangs_up()


async def test_none_of_that_broke_the_carriers_protocol(server: Server) -> None:
    """What is left are requests that a killed process could not answer: the carrier asked again."""
    broken = [each for each in await server.violations() if each["rule"] not in {"webhook.failed", "webhook.slow"}]
    assert broken == []


# ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def steady(server: Server) -> None:
    """Wait until the web process has lived long enough to be started again without a pause."""
    await server.ready()

    def old_enough() -> bool:
        return time.time() - psutil.Process(server.pid("web")).create_time() > STEADY_S + 0.1

    await eventually(old_enough, "the web process keeps dying")


async def ended(server: Server, call: str) -> bool:
    return bool(await server.events(call, CallEnded))


async def slowness() -> float:
    """How many times longer a process takes to start here and now than on a machine that keeps the promise: 1 s."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import ivr.cli", env={**os.environ, "PYTHONPATH": str(SOURCE)}
    )
    async with asyncio.timeout(PATIENCE_S):
        assert await process.wait() == 0
    return max(1.0, time.monotonic() - began)
