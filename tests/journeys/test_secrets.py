"""A card number that is read out or keyed in is nowhere afterwards, and what a caller said is in no byte in the clear.

A real server, its real data folder, and a search through every byte of every file in it.
"""

import asyncio
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ivr.adapters.scripted.codec import encode, listen
from ivr.audio import g711
from ivr.exchange.app import run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.phone import Phone
from ivr.vocabulary.events import CallEnded, DigitsReleased, KeyPressed, Perceived
from ivr.vocabulary.ids import RequestId
from ivr.vocabulary.personal import Proof, ProofJudged
from ivr.vocabulary.units import MuLaw, Pcm16
from tests.calls.desk import BALANCE_WORDS, with_balance
from tests.calls.script import FLOW
from tests.calls.script import WORDS as PHRASES
from tests.journeys.server import CALLER, SPEED, Caller, Server, eventually, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUPS = ("4539", "1488", "0343", "6467")
CARD = "".join(GROUPS)
WORDS = ("four five three nine", "one four eight eight", "zero three four three", "six four six seven")
OUR_TOKEN = "zanzibar"
NUMBER = "4155552671"

_IDS = re.compile(
    rb"(?:CA|MZ|AC|PN)[0-9a-f]{32}|\d{4}-\d\d-\d\dT[\d:.]+Z|\b(?:pid|port|fd|at_ms)\W{1,4}\d+|127\.0\.0\.1:\d+"
    rb"|\b[0-9a-f]{64}\b"
)
"Ids, digests, times and ports: random digits, in which four of ours may stand by chance."
_TEXT = re.compile(rb"[\x20-\x7e]{12,}")
"Something readable. In what is sealed, four given bytes may come together by chance; in a readable text they do not."


# ── the search ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Found:
    where: str
    what: str
    around: bytes


def search(folder: Path, needles: Sequence[str]) -> list[Found]:
    """Every place in every file below `folder`, its name included, where one of these stands in the clear."""
    return [found for name, data in _files(folder) for found in search_in(name, data, needles)]


async def searched(server: Server, needles: Sequence[str]) -> list[Found]:
    """Search everything that a server keeps and has printed."""
    await server.close_log()
    return search(server.folder, needles)


def search_in(where: str, data: bytes, needles: Sequence[str]) -> list[Found]:
    readable = b"\n".join(_TEXT.findall(_IDS.sub(b"#", data)))
    found = []
    for needle in needles:
        # Long ones are looked for in every byte; short ones where there is text.
        text = (data if len(needle) > 8 else readable).lower()
        for match in re.finditer(re.escape(needle.lower().encode()), text):
            found.append(Found(where, needle, text[max(0, match.start() - 40) : match.end() + 40]))
    return found


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        yield f"the name {name}", name.encode()
        if path.is_file():
            data = path.read_bytes()
            yield name, _without_own_secrets(path, data)
            if data.startswith(b"ivrph"):  # kept speech: tones, in which words can be read
                yield f"what is said in {name}", _spoken(data[40:]).encode()


def _without_own_secrets(path: Path, data: bytes) -> bytes:
    """Without the random tokens that the deployment made for itself."""
    return re.sub(rb'"[A-Za-z0-9_-]{20,}"|[0-9a-f]{64}', b"#", data) if path.suffix in {".json", ".key"} else data


@lru_cache(maxsize=1_000)
def _spoken(audio: bytes) -> str:
    return " ".join(each.text for each in listen(Pcm16(g711.decode(MuLaw(audio)))))


def strings(value: Any) -> str:
    """Every text in a JSON value, line by line; its numbers are times and scores."""
    if isinstance(value, dict):
        return "\n".join(f"{name}\n{strings(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "\n".join(strings(each) for each in value)
    return value if isinstance(value, str) else ""


SECRETS = (
    *GROUPS,
    *(CARD, CARD[:8], CARD[8:]),
    *(between.join(GROUPS) for between in (" ", "-", ".", ", ")),
    *(between.join(CARD) for between in (" ", ", ")),
    *(between.join(words.split()) for words in WORDS for between in (" ", "-", ", ")),
)


async def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    payload = json.dumps({"text": f"my card is {WORDS[0]} {GROUPS[1]} thank you", "confidence": 0.9})
    with closing(sqlite3.connect(tmp_path / "calls.sqlite")) as log:
        log.execute("CREATE TABLE events (sealed BLOB)")
        log.execute("INSERT INTO events VALUES (?)", (payload.encode(),))
        log.commit()
    (tmp_path / "err").write_text(f'{{"event": "refused", "why": "{CARD}"}}\n')
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "ab").write_bytes(b"ivrph\x00\x00\x01" + bytes(32) + g711.encode(encode(f"{GROUPS[3]} is it right?")))
    (cache / CARD).touch()
    found = {(each.where, each.what) for each in search(tmp_path, SECRETS)}
    assert {("calls.sqlite", WORDS[0]), ("calls.sqlite", GROUPS[1]), ("err", CARD), ("err", GROUPS[2])} <= found
    assert {("what is said in cache/ab", GROUPS[3]), (f"the name cache/{CARD}", CARD)} <= found
    assert ("calls.sqlite", GROUPS[3]) not in found


# ── a server that was told secrets ───────────────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("serve"), IVR_LOG_LEVEL="debug") as running:
        yield running


async def said_in_turns(caller: Caller) -> None:
    await caller.says(f"my card number is {WORDS[0]}, uh, {WORDS[1]}")
    await caller.says(WORDS[2])
    await caller.says(f"and {WORDS[3]} at the end")


async def said_in_numerals(caller: Caller) -> None:
    await caller.says(f"it is {GROUPS[0]} {GROUPS[1]}")
    await caller.says(GROUPS[2])
    await caller.says(f"{GROUPS[3]}.")


async def said_at_once(caller: Caller) -> None:
    await caller.says(f"here it is {'-'.join(GROUPS)} got it")
    await caller.says(CARD)


async def said_two_by_two(caller: Caller) -> None:
    await caller.says("it is about my card now")
    await caller.says("it starts 45 goes on 39")
    await caller.says("after that 14 plus 88")


async def keyed(caller: Caller) -> None:
    await caller.keys(CARD)
    await caller.says("did you get that")


async def said_over_a_prompt(caller: Caller) -> None:
    await caller.speaks("how do i change my pin")
    await caller.hears_something()
    await caller.says(f"{WORDS[0]} {WORDS[1]} {WORDS[2]} {WORDS[3]}")


async def keyed_over_a_prompt(caller: Caller) -> None:
    await caller.speaks("how do i change my pin")
    await caller.hears_something()
    await caller.keys(CARD)
    await caller.floor()


async def said_for_a_telephone_number(caller: Caller) -> None:
    await caller.presses("0")
    await caller.presses("2")
    await caller.says(f"{WORDS[0]} {WORDS[1]}")
    await caller.says(WORDS[2])
    await caller.says(GROUPS[3])


async def keyed_for_a_telephone_number(caller: Caller) -> None:
    await caller.presses("0")
    await caller.presses("2")
    await caller.presses(CARD + "#")


async def keyed_at_an_offer(caller: Caller) -> None:
    await caller.presses("0")
    await caller.keys(CARD)
    await caller.says("no")


WAYS = [
    said_in_turns,
    said_in_numerals,
    said_at_once,
    said_two_by_two,
    keyed,
    said_over_a_prompt,
    keyed_over_a_prompt,
    said_for_a_telephone_number,
    keyed_for_a_telephone_number,
    keyed_at_an_offer,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_card_number_is_in_no_event_and_in_no_byte(server: Server, way: Any) -> None:
    async with server.caller() as caller:
        await caller.floor()
        await way(caller)
        await caller.hangs_up()
        await over(server, caller.call)
    events = await server.events(caller.call)
    masked = [event for event in events if isinstance(event, Perceived | KeyPressed) and "•" in repr(event)]
    assert masked, "nothing was masked: the number never came through"
    assert not [event for event in events if isinstance(event, DigitsReleased) and event.digits]
    assert not [event for event in events if isinstance(event, Perceived) and re.search(r"\d", event.text)]
    assert search_in("the log", strings(await server.api(caller.call)).encode(), SECRETS) == []
    assert await searched(server, SECRETS) == []


async def test_who_reads_out_a_card_number_is_asked_kindly_not_to_once(server: Server) -> None:
    async with server.caller() as caller:
        await caller.floor()
        assert PHRASES["unwanted_secret"] in await caller.says(f"my card number is {WORDS[0]}")
        assert PHRASES["unwanted_secret"] not in await caller.says(WORDS[1])
        await caller.hangs_up()


CODE, CODE_WORDS = "6831", "six eight three one"
BALANCE = ("two thousand five hundred and seven dollars", "2507.00")
CUSTOMERS = f"number,name,secret!,balance\n{CALLER},Anna Meyer,{CODE},{BALANCE[1]}\n"


async def said_to_prove_who_calls(caller: Caller) -> list[str]:
    return await caller.says(f"it is {CODE_WORDS}")


async def keyed_to_prove_who_calls(caller: Caller) -> list[str]:
    return await caller.presses(f"{CODE}#")


@pytest.mark.parametrize("way", [said_to_prove_who_calls, keyed_to_prove_who_calls], ids=lambda way: way.__name__)
async def test_a_code_that_proves_who_calls_and_what_it_opens_are_in_no_byte(tmp_path: Path, way: Any) -> None:
    records = tmp_path / "crm" / "customers.csv"  # the business's own, beside what is searched
    records.parent.mkdir()
    records.write_text(CUSTOMERS, encoding="utf-8")
    folder = tmp_path / "serve"
    folder.mkdir()
    settings = {"IVR_CUSTOMERS": str(records), "IVR_LOG_LEVEL": "debug"}
    async with serving(folder, with_balance(FLOW), BALANCE_WORDS, **settings) as server:
        async with server.caller() as caller:
            await caller.floor()
            await caller.says("my balance")
            assert (await way(caller))[0] == f"You have {BALANCE[0]}."
            await caller.hangs_up()
            await over(server, caller.call)
        assert ProofJudged(RequestId("v1"), Proof.VERIFIED) in await server.events(caller.call)
        secrets = (CODE, CODE_WORDS, " ".join(CODE))
        assert search_in("the log", strings(await server.api(caller.call)).encode(), secrets) == []
        assert await searched(server, (*secrets, *BALANCE, "Anna Meyer")) == []


async def test_a_crash_in_the_middle_of_a_number_leaves_none_of_it(server: Server) -> None:
    async with server.caller() as caller:
        await caller.floor()
        await caller.presses("0")
        await caller.presses("2")
        await caller.keys(CARD[:9])
        server.send("web", signal.SIGKILL)
        await caller.floor()
        await caller.hangs_up()
        await over(server, caller.call)
    assert search_in("the log", strings(await server.api(caller.call)).encode(), SECRETS) == []
    assert await searched(server, SECRETS) == []


async def test_the_metrics_hold_nothing_of_a_call(server: Server) -> None:
    _, text = await server.get("/metrics")
    assert "ivr_calls_offered_total" in text
    said = "\n".join(line.rpartition(" ")[0] for line in text.splitlines())
    assert search_in("metrics", said.encode(), (*SECRETS, CALLER, "2025550143", OUR_TOKEN)) == []


async def test_the_traces_of_the_exchange_hold_no_digit_of_it(server: Server) -> None:
    """Tracing is for rehearsals with a real carrier's recordings, and is set up with an exchange of its own here."""
    secrets = json.loads((server.data / "secrets" / "local.json").read_text())
    web = f"http://127.0.0.1:{server.facts.port}/twilio"
    config = ExchangeConfig(
        secrets["account_sid"],
        secrets["auth_token"],
        "control",
        numbers=(Number(server.facts.number, f"{web}/voice", status_callback=f"{web}/status"),),
        speed=SPEED,
        trace_dir=str(server.data / "traces"),
    )
    async with run_exchange(config) as running:
        phone = Phone(running.exchange, "+12025550177")
        phone.dial(server.facts.number)
        await _floor(phone)
        phone.say(g711.encode(encode(f"my card is {WORDS[0]} {GROUPS[1]} {GROUPS[2]}")) + b"\xff" * 800)
        await _floor(phone)
        phone.press(CARD)
        phone.say(g711.encode(encode("it rained all day")) + b"\xff" * 800)
        await _floor(phone)
        phone.hang_up()
        await phone.ended_call()
        await running.exchange.settled()
    (trace,) = (server.data / "traces").iterdir()
    assert trace.read_text().count('"dtmf"') == len(CARD)
    assert search(server.data / "traces", (*SECRETS, "it rained all day")) == []


async def _floor(phone: Phone) -> None:
    while not (await phone.wait("mark")).name.startswith("floor."):
        pass


# ── what a caller said ───────────────────────────────────────────────────────────────────────────────────────────


async def a_call_with_words_and_a_number(server: Server) -> str:
    """A caller says an unusual word, and confirms another telephone number. The call's id."""
    async with server.caller() as caller:
        await caller.floor()
        await caller.says(f"what is the weather in {OUR_TOKEN}")
        await caller.presses("0")
        await caller.presses("2")
        assert any(
            "four one five, five five five, two six seven one" in each for each in await caller.presses(f"{NUMBER}#")
        )
        await caller.presses("1")
        await caller.hangs_up()
        await over(server, caller.call)
    return caller.call


CLEAR = (
    *(OUR_TOKEN, "weather", NUMBER, f"1{NUMBER}", "4 1 5, 5 5 5, 2 6 7 1", "415-555-2671", CALLER, "2025550143"),
    "four one five, five five five",
)


async def test_what_a_caller_said_is_in_the_log_and_in_no_byte(server: Server) -> None:
    call = await a_call_with_words_and_a_number(server)
    told = await server.api(call)
    assert told["turns"][0]["caller"] == f"what is the weather in {OUR_TOKEN}"
    assert told["callback_number"] == f"+1{NUMBER}"
    assert await searched(server, CLEAR) == []


async def test_what_is_erased_cannot_be_read_and_its_key_and_its_words_are_in_no_byte(server: Server) -> None:
    call = await a_call_with_words_and_a_number(server)
    kept = await a_call_with_words_and_a_number(server)
    sealed = _column(server.data / "calls.sqlite", "SELECT sealed FROM events WHERE call_id = ?", call)
    key = _column(server.data / "keys.sqlite", "SELECT wrapped FROM keys WHERE call_id = ?", call)
    assert len(sealed) > 10
    assert len(key) == 1
    await server.close_log()
    assert all(_holds(server.data, each) for each in (*sealed, *key))
    code, out, err = await cli(server, "calls", "erase", call, "--yes", "--json")
    assert code == 0, err
    assert json.loads(out)["erased"] is True
    assert (await server.get(f"/api/calls/{call}", token=True))[0] == 404
    assert [each for each in (*sealed, *key) if _holds(server.data, each)] == []
    assert await searched(server, CLEAR) == []
    assert (await server.api(kept))["turns"][0]["caller"].endswith(OUR_TOKEN)  # the other call is whole


def _column(path: Path, query: str, call: str) -> list[bytes]:
    with closing(sqlite3.connect(path)) as database:
        return [bytes(row[0]) for row in database.execute(query, (call,))]


def _holds(folder: Path, data: bytes) -> bool:
    return any(path.is_file() and data in path.read_bytes() for path in folder.rglob("*"))


async def cli(server: Server, *arguments: str, folder: Path | None = None) -> tuple[int | None, str, str]:
    """An `ivr` command on the server's data folder, as its operator runs it: exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivr", *arguments,
        cwd=folder or server.folder, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def over(server: Server, call: str) -> None:
    """Wait until the call's end is in the log."""

    async def ended() -> bool:
        return bool(await server.events(call, CallEnded))

    await eventually(ended, "the call's end was not logged")


async def test_a_copy_of_the_folder_without_its_master_key_tells_nothing(server: Server, tmp_path: Path) -> None:
    call = await a_call_with_words_and_a_number(server)
    await server.close_log()
    shutil.copytree(server.data, tmp_path / "data", ignore=shutil.ignore_patterns("*.sock", "master.key"))
    code, out, err = await cli(server, "calls", "show", call, folder=tmp_path)
    assert code == 1
    assert "the master key is missing" in " ".join(err.split())
    assert OUR_TOKEN not in out + err
