"""Machine detection: who answered, found out after as much time as the carrier's own listening takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer

TAKES_MS: Final[Mapping[str, int]] = {"human": 1_500, "machine_start": 2_500, "fax": 1_500, "unknown": 5_000}
"How long it takes to tell each."


async def who_answered(line: Line, pacer: Pacer, mode: str) -> str:
    """The carrier's word for who answered. With DetectMessageEnd a machine is let finish its greeting first."""
    answers_as = line.handset.answers_as
    await pacer.wait_ms(TAKES_MS.get(answers_as, TAKES_MS["unknown"]))
    if answers_as != "machine_start" or mode != "DetectMessageEnd":
        return answers_as
    while line.mouth.buffered_bytes:
        await pacer.wait(1)
    return "machine_end_beep"
