"""Nobody but the carrier is listened to, and the carrier only once: forged, altered and replayed webhooks.

A caller is on the line throughout. Whatever is refused leaves no event in any log, exactly one line in the server's
log, and the caller undisturbed.
"""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import orjson
from yarl import URL

from ivr.exchange.faults import Fault
from ivr.exchange.records import call_parameters
from ivr.exchange.signature import sign
from ivr.vocabulary.events import CallEnded, CallOffered, TakenUp
from tests.journeys.forging import ROUTES, Forged, Scene, genuine, mutants, scene
from tests.journeys.house import NUMBER, TOKEN
from tests.journeys.server import eventually


async def test_of_a_thousand_forged_webhooks_none_is_accepted() -> None:
    chance = random.Random(11)
    async with scene(speed=1.0) as at:  # in real time a caller may be silent for a minute
        tried, wrong = 0, []
        for route in ROUTES:
            for record in (at.record(), at.live()):
                good = genuine(at.url, route, record)
                for forged in mutants(at.url, good, chance):
                    lines, commits = len(at.lines), list(at.store.commits)
                    status = await forged.sent(at)
                    said = [line["event"] for line in at.lines[lines:]]
                    refused = status == 0 or 400 <= status < 500
                    if not refused or at.store.commits != commits or len(said) != 1:
                        wrong.append((route, forged.what, status, said, at.store.commits != commits))
                    tried += 1
        assert wrong == []
        assert tried >= 1_000
        for route in ("voice", "continue"):  # genuine ones are answered all the same
            assert await genuine(at.url, route, at.live()).sent(at) == 200
        assert len(await at.store.calls(100)) == 1
        await at.undisturbed()


async def test_ten_megabytes_are_not_taken_in() -> None:
    async with scene() as at:
        for chunked in (False, True):
            form = (*genuine(at.url, "voice", at.record()).form, ("Large", "x" * 10_000_000))
            signature = sign(TOKEN, f"{at.url}/twilio/voice", form)
            status = await Forged("10 MB", "/twilio/voice", form, signature, chunked=chunked).sent(at)
            assert status in {0, 403, 413}
        assert len(await at.store.calls(100)) == 1
        await at.undisturbed()


async def test_the_same_written_differently_is_the_same() -> None:
    """What Twilio's signature does not tell apart must not matter: the order, and a pair that is there twice."""
    async with scene() as at:
        commits = list(at.store.commits)
        for route in ("voice", "continue"):
            good = genuine(at.url, route, at.live())
            assert await replace(good, form=good.form[::-1]).sent(at) == 200
            assert await replace(good, form=good.form * 2).sent(at) == 200
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_callers_name_may_hold_anything() -> None:
    async with scene() as at:
        phone = at.there.caller("+12025550166")
        phone.phone.dial(NUMBER, caller_name="\x00\x1b[2J‮\n{business}<Hangup/>'; DROP TABLE calls; --")
        assert (await phone.floor())[-1] == "Yes?"
        await phone.hangs_up()
        offered = [event for event in await at.there.events(phone.call) if isinstance(event, CallOffered)]
        assert offered == [CallOffered("+12025550166", NUMBER)]
        await at.undisturbed()


# ── replays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def recorded(folder: Path, call: str) -> list[Forged]:
    """Every request that the carrier made about this call, as it was signed."""
    found = []
    for line in (folder / f"{call}.jsonl").read_bytes().splitlines():
        entry = orjson.loads(line)
        if entry["kind"] in {"webhook", "callback"}:
            form, url = tuple(entry["params"].items()), URL(entry["url"])
            found.append(Forged(entry["kind"], url.path, form, sign(TOKEN, entry["url"], form)))
    return found


async def test_a_replay_of_everything_the_carrier_ever_sent_changes_nothing(tmp_path: Path) -> None:
    chance = random.Random(5)
    async with scene(trace_dir=str(tmp_path)) as at:
        ended = at.there.caller("+12025550188")
        await ended.dial()
        at.there.running.exchange.faults.inject(Fault("socket.reset", match=ended.call))
        await ended.floor()  # so that the carrier asked what comes next, too
        assert "We open at nine." in await ended.says("what are your hours")
        await ended.hangs_up()

        async def is_over() -> bool:
            return CallEnded("caller") in await at.there.events(ended.call)

        await eventually(is_over, "the call was not ended")
        live = [genuine(at.url, route, at.live()) for route in ("voice", "fallback", "continue")]
        live += [_status(at, state) for state in ("initiated", "ringing", "in-progress", "answered")]
        everything = (recorded(tmp_path, ended.call) + live) * 3
        assert {each.path for each in everything} == {f"/twilio/{route}" for route in ROUTES}
        chance.shuffle(everything)
        before = {row.call: await at.store.read(row.call) for row in await at.store.calls(100)}
        for number in range(0, len(everything), 6):  # six at a time
            together = everything[number : number + 6]
            assert set(await asyncio.gather(*(each.sent(at) for each in together))) <= {200, 204}
        assert {row.call: await at.store.read(row.call) for row in await at.store.calls(100)} == before
        events = await at.there.events(ended.call)
        assert sum(isinstance(event, TakenUp) for event in events) == 1
        assert sum(isinstance(event, CallEnded) for event in events) == 1
        await at.undisturbed()


def _status(at: Scene, state: str) -> Forged:
    form = tuple((call_parameters(at.live()) | {"CallStatus": state, "SequenceNumber": "9"}).items())
    return Forged(state, "/twilio/status", form, sign(TOKEN, f"{at.url}/twilio/status", form))
