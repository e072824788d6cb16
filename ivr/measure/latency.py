"""`ivr bench latency`: how long a caller waits for the first word of a reply, with everything real.

Callers phone in over the local exchange, a process of its own, at the pace of people. Measured from the last frame in
which the caller can be heard, by the energy of what was sent, to the first frame of the reply that can be heard.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ivr.measure.caller import CallHeard, Speak, fetch, place, with_replies
from ivr.measure.phone import Exchange
from ivr.vocabulary.units import MuLaw


@dataclass(frozen=True, slots=True)
class Clip:
    """One caller turn to measure with."""

    id: str
    language: str
    audio: MuLaw


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    api_token: str
    exchange: Exchange


async def latency(
    server: Server, clips: Sequence[Clip], calls: int, rounds: int, on_done: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Place `calls` calls at a time, `rounds` times over; every call goes through all clips of one language.

    Returns the JSON of `ivr bench latency`. Raises what placing a call raises.
    """
    turns: list[dict[str, Any]] = []
    by_language: dict[str, Any] = {}
    for language in dict.fromkeys(clip.language for clip in clips):
        mine = [clip for clip in clips if clip.language == language]
        made: list[dict[str, Any]] = []
        for each in range(rounds):
            async with asyncio.TaskGroup() as tasks:
                placed = [
                    tasks.create_task(_one(server, _rotated(mine, number + each), number, on_done))
                    for number in range(calls)
                ]
            for task in placed:
                made += task.result()
        replies = _known(made, "voice_to_voice_ms")
        by_language[language] = spread(replies, 50, 95) | {
            "n": len(replies), "kinds": dict(Counter(turn["kind"] for turn in made))
        }  # fmt: skip
        turns += made
    replies, fillers = _known(turns, "voice_to_voice_ms"), _known(turns, "filler_ms")
    stages: dict[str, list[float]] = {}
    for turn in turns:
        for name, ms in turn["stages_ms"].items():
            stages.setdefault(name, []).append(ms)
    return {
        "calls": calls,
        "turns": len(turns),
        "voice_to_voice_ms": spread(replies, 50, 95, 99) | {"n": len(replies)},
        "filler_ms": spread(fillers, 50, 95) | {"n": len(fillers)},
        "stages_ms": {name: spread(values, 50, 95) for name, values in stages.items()},
        "kinds": dict(Counter(turn["kind"] for turn in turns)),
        "by_language": by_language,
    }


def _known(turns: Sequence[dict[str, Any]], name: str) -> list[float]:
    return [turn[name] for turn in turns if turn[name] is not None]


def spread(values: Sequence[float], *percents: int) -> dict[str, float | None]:
    """Percentiles by name, `p50` and so on; None without values."""
    if not values:
        return {f"p{percent}": None for percent in percents}
    return {f"p{percent}": round(float(np.percentile(values, percent)), 1) for percent in percents}


async def _one(server: Server, clips: Sequence[Clip], number: int, on_done: Callable[[], None]) -> list[dict[str, Any]]:
    await asyncio.sleep((number % 16) * 0.097)  # callers do not all begin in the same instant
    heard: CallHeard = await place(
        server.exchange, f"+1202555{1000 + number:04}", [Speak(clip.audio) for clip in clips]
    )
    told = await fetch(server.port, server.api_token, heard.call)
    on_done()
    # Turn by turn: an utterance that was split in two would shift them, and is then not counted.
    whole = len(told["turns"]) == len(heard.turns)
    return [
        {
            "voice_to_voice_ms": mine.voice_to_voice_ms if whole else None,
            "filler_ms": mine.filler_ms if whole else None,
            "stages_ms": theirs["stages_ms"],
            "kind": theirs["kind"],
        }
        for mine, theirs in zip(with_replies(heard, told), told["turns"], strict=False)
    ]


def _rotated(clips: Sequence[Clip], by: int) -> list[Clip]:
    shift = by % len(clips)
    return [*clips[shift:], *clips[:shift]]
