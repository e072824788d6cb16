"""A scripted caller: one turn after each turn of the assistant, and what it heard."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Final

import aiohttp

from ivr.measure.agent import Watch
from ivr.measure.phone import Exchange, Heard, Phone, dialled, trailing_silence_ticks
from ivr.vocabulary.errors import BackendUnavailable, NotFound
from ivr.vocabulary.units import FRAME_MS, MuLaw

TURN_WITHIN_S: Final = 60.0
"The longest an assistant's turn may take before the caller goes on all the same."
TRANSFER_WITHIN_S: Final = 180.0
"The longest a transfer may take to come to something."
AFTER_TRANSFER_TICKS: Final = 250
"5 s in which the caller still listens after they met an agent, or were told that they will not."
AFTERWARDS_TICKS: Final = 100
"2 s in which the caller still listens after the last reply."
KEY_TICKS: Final = 10
"200 ms between two keys."
SHOWN: Final = ("caller", "language", "assistant", "kind", "sources", "fillers", "stages_ms", "heard")
"What `ivr call --json` takes over of the server's account of a turn."


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this recording."""

    audio: MuLaw


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys, one after another."""

    keys: str


CallerTurn = Speak | Press


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """One caller turn from the caller's side, in ticks.

    said_until   last tick in which the caller was heard (by source energy), or the last key was pressed.
    reply_from   first tick of the reply that could be heard; None when none came.
    filler_from  the same of a filler before it; None when there was none.
    """

    said_from: int
    said_until: int
    reply_from: int | None = None
    filler_from: int | None = None

    @property
    def voice_to_voice_ms(self) -> int | None:
        """To the first sound of the reply itself: a filler does not count."""
        return None if self.reply_from is None else (self.reply_from - self.said_until) * FRAME_MS

    @property
    def filler_ms(self) -> int | None:
        return None if self.filler_from is None else (self.filler_from - self.said_until) * FRAME_MS


@dataclass(slots=True)
class CallHeard:
    """A whole call from the caller's side.

    audible, marks  as in `ivr.measure.phone.Heard`.
    """

    call: str = ""
    turns: list[TurnHeard] = field(default_factory=list)
    ended: str = ""
    audible: Sequence[int] = ()
    marks: Sequence[tuple[str, int]] = ()
    audio: bytearray = field(default_factory=bytearray)
    "Everything the caller heard, µ-law."


async def place(
    exchange: Exchange,
    caller: str,
    turns: Sequence[CallerTurn],
    *,
    watch: Watch | None = None,
    rings: Callable[[str], Awaitable[None]] | None = None,
) -> CallHeard:
    """Place a call and go through the turns. Raises BackendUnavailable, DeadlineExceeded.

    watch  with one, a caller who is being transferred waits until that has come to something.
    rings  is told the call's id as soon as there is one, and waited for.
    """
    told = CallHeard()

    def keep(_: int, frame: bytes) -> None:
        told.audio.extend(frame)

    async with dialled(exchange.port, exchange.token, exchange.number, caller, keep) as phone:
        await phone.until(lambda heard: bool(heard.call), within_s=15)
        told.call = phone.heard.call
        if rings is not None:
            await rings(told.call)
        floors = 1
        going_on = await _floor(phone, floors)
        async with asyncio.TaskGroup() as tasks:
            looking: asyncio.Task[None] | None = None
            for number, turn in enumerate(turns):
                if not going_on:
                    break
                told.turns.append(await _turn(phone, turn, f"turn-{number}"))
                said_until = told.turns[-1].said_until
                floors = sum(name.startswith("floor.") and tick <= said_until for name, tick in phone.heard.marks)
                if watch is not None and number == len(turns) - 1:
                    looking = tasks.create_task(watch.run(told.call))
                going_on = await _floor(phone, floors + 1, watch)
            transferred = going_on and looking is not None and watch is not None and await _transferred(phone, watch)
            if looking is not None:
                looking.cancel()
        if going_on and phone.heard.ended is None:
            await phone.ticks(AFTER_TRANSFER_TICKS if transferred else AFTERWARDS_TICKS)
            await phone.hang_up()
            await phone.until(lambda heard: heard.ended is not None, within_s=10)
        told.ended = (phone.heard.ended or {}).get("reason", "")
        told.audible, told.marks = phone.heard.audible, phone.heard.marks
    return told


async def _turn(phone: Phone, turn: CallerTurn, name: str) -> TurnHeard:
    began = phone.heard.tick
    match turn:
        case Speak(audio=audio):
            await phone.say(audio, name)
            spoken = phone.heard.spoken.get(name, phone.heard.tick)
            return TurnHeard(began, spoken - trailing_silence_ticks(audio))
        case Press(keys=keys):
            for key in keys:
                await phone.press(key)
                await phone.ticks(KEY_TICKS)
            return TurnHeard(began, phone.heard.tick - KEY_TICKS)


def with_replies(heard: CallHeard, told: dict[str, Any]) -> list[TurnHeard]:
    """The turns with what was heard after each, up to the next: fillers apart from replies.

    told  the server's account of the call, which says what each of its prompts was for.
    """
    purposes = {event["prompt"]: event["purpose"] for event in told["events"] if event["kind"] == "PromptStarted"}
    fillers = {prompt for prompt, purpose in purposes.items() if purpose == "filler"}
    turns = []
    for turn, following in zip_longest(heard.turns, heard.turns[1:]):
        until = following.said_from if following is not None else sys.maxsize
        sounds = [(tick, _prompt_at(tick, heard.marks)) for tick in heard.audible if turn.said_until < tick < until]
        filler = next((tick for tick, prompt in sounds if prompt in fillers), None)
        reply = next((tick for tick, prompt in sounds if prompt not in fillers), None)
        turns.append(replace(turn, reply_from=reply, filler_from=filler))
    return turns


def _prompt_at(tick: int, marks: Sequence[tuple[str, int]]) -> str:
    """The prompt that is heard at `tick`: each sentence of one is followed by a mark, `p3.0`, `p3.1`, `p3.end`."""
    return next((name.partition(".")[0] for name, at in marks if at >= tick and name.startswith("p")), "")


async def _floor(phone: Phone, count: int, watch: Watch | None = None) -> bool:
    """Wait until the assistant has given the floor `count` times in all, or an agent has the caller.

    False when the call ended.
    """

    def given(heard: Heard) -> bool:
        met = watch is not None and watch.met
        return met or sum(name.startswith("floor.") for name, _ in heard.marks) >= count

    return await phone.until(given, within_s=TURN_WITHIN_S)


async def _transferred(phone: Phone, watch: Watch) -> bool:
    """Wait until a transfer that has begun is settled; False when none has."""
    await phone.until(lambda _: watch.looked, within_s=10)
    if not watch.state:
        return False
    if not watch.waits and not watch.met:  # the assistant that they were waiting to hear out has told them
        return True
    await phone.until(lambda _: not watch.waits, within_s=TRANSFER_WITHIN_S)
    if not watch.met:  # they are told why not, and asked about a call back
        floors = sum(name.startswith("floor.") for name, _ in phone.heard.marks)
        await _floor(phone, floors + 1)
    return True


async def fetch(port: int, token: str, call: str, *, ended_within_s: float = 8.0) -> dict[str, Any]:
    """The call as the server tells it, once it has ended there. Raises BackendUnavailable, NotFound."""
    url = f"http://127.0.0.1:{port}/api/calls/{call}"
    try:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            loop = asyncio.get_running_loop()
            due = loop.time() + ended_within_s
            while True:
                async with session.get(url) as response:
                    if response.status == 404:
                        raise NotFound(f"the server knows no call {call}")
                    response.raise_for_status()
                    told: dict[str, Any] = await response.json()
                if told["ended_by"] or loop.time() > due:
                    return told
                await asyncio.sleep(0.1)
    except aiohttp.ClientError as error:
        raise BackendUnavailable(f"the server on port {port} cannot be reached: {error}") from error


def merged(told: dict[str, Any], heard: CallHeard) -> dict[str, Any]:
    """What `ivr call --json` prints: the server's account of the call, with what the caller measured."""
    turns = []
    measured = with_replies(heard, told)
    for number, turn in enumerate(told["turns"]):
        mine = _matching(turn, told["turns"][number - 1] if number else None, measured)
        shown = {key: turn[key] for key in SHOWN}
        times = {name: getattr(mine, name) if mine else None for name in ("voice_to_voice_ms", "filler_ms")}
        turns.append(shown | times)
    return {
        "call": told["call"],
        "language": told["language"],
        "outcome": told["outcome"],
        "ended_by": told["ended_by"],
        "greeting": " ".join(told["greeting"]),
        "callback_number": told["callback_number"] or None,
        "turns": turns,
        "transfer": told["transfer"],
    }


def _matching(turn: dict[str, Any], before: dict[str, Any] | None, mine: Sequence[TurnHeard]) -> TurnHeard | None:
    """The caller's turn that this turn of the server's log answered: the one that ended last before it."""
    at_tick = turn["at_ms"] / FRAME_MS
    floor = before["at_ms"] / FRAME_MS if before is not None else -1.0
    fitting = [each for each in mine if floor <= each.said_until <= at_tick + 25]
    return fitting[-1] if fitting else None
