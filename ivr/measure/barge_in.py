"""`ivr bench barge-in`: how soon a caller who speaks over a prompt is listened to, with everything real.

The caller interrupts the first prompt of each call. Measured on the caller's own telephone, by energy: from their first
sound to the last sound of the prompt; and, with the server's account, from the decision to that last sound.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from ivr.measure.caller import fetch
from ivr.measure.latency import Clip, Server, spread
from ivr.measure.phone import dialled, leading_silence_ticks
from ivr.vocabulary.units import FRAME_MS

LISTENED_TICKS: Final = 75
"1.5 s of the prompt are heard before it is interrupted."
AFTERWARDS_TICKS: Final = 50
PAUSE_TICKS: Final = 10
"200 ms without a sound: the prompt has stopped."


async def barge_in(server: Server, clips: Sequence[Clip], on_done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Place one call for each clip and speak over its first prompt. Raises what placing a call raises.

    Returns `calls`; `cut`, how many prompts were; `onset_to_silence_ms`, `decision_to_silence_ms`: p50, p95, max.
    """
    onsets: list[float] = []
    decisions: list[float] = []
    for number, clip in enumerate(clips):
        spoke, silent, cut_ms = await _interrupt(server, clip, f"+1202555{2000 + number:04}")
        on_done()
        if cut_ms is not None and silent is not None:
            onsets.append((silent - spoke) * FRAME_MS)
            decisions.append(max(0, silent * FRAME_MS - cut_ms))
    return {
        "calls": len(clips),
        "cut": len(onsets),
        "onset_to_silence_ms": spread(onsets, 50, 95) | {"max": max(onsets, default=None)},
        "decision_to_silence_ms": spread(decisions, 50, 95) | {"max": max(decisions, default=None)},
    }


async def _interrupt(server: Server, clip: Clip, caller: str) -> tuple[int, int | None, int | None]:
    """Return the tick of the caller's first sound, that of the prompt's last, and the audio time of the decision."""
    exchange = server.exchange
    async with dialled(exchange.port, exchange.token, exchange.number, caller) as phone:
        await phone.until(lambda heard: len(heard.audible) >= LISTENED_TICKS, within_s=20)
        began = phone.heard.tick
        await phone.say(clip.audio, "over")
        spoken = phone.heard.spoken.get("over", phone.heard.tick)
        await phone.ticks(AFTERWARDS_TICKS)
        heard, call = phone.heard, phone.heard.call
        await phone.hang_up()
        await phone.until(lambda heard: heard.ended is not None, within_s=10)
    spoke = max(began, spoken - len(clip.audio) // 160) + leading_silence_ticks(clip.audio)
    told = await fetch(server.port, server.api_token, call)
    cuts = [event["at_ms"] for event in told["events"] if event["kind"] == "PromptCut"]
    return spoke, stopped(heard.audible, spoke), cuts[0] if cuts else None


def stopped(audible: Iterable[int], spoke: int) -> int | None:
    """Return the last tick of the prompt that was playing at `spoke`; None when none was.

    audible  ticks in which something could be heard, ascending.
    """
    last: int | None = None
    for tick in audible:
        if tick >= spoke and last is not None and tick - last >= PAUSE_TICKS:
            break
        last = tick
    return last if last is not None and last >= spoke else None
