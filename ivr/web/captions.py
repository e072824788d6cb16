"""Live captions: what is said in a call, both sides, as it enters the log. For the phone page.

Words     As they stand in the log, so with digits masked. What was cut is told with what had been heard of it.
Pressure  A browser that reads too slowly loses the oldest captions, and is told how many. The call never waits.
Route     `ivr.web.phone_api`: one JSON object a caption, as `caption` makes it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any, Final

from ivr.vocabulary.events import (
    CallbackAgreed,
    CallEnded,
    EscalationRaised,
    Event,
    KeyPressed,
    Logged,
    NotPerceived,
    Perceived,
    PromptCut,
    PromptHeard,
    PromptStarted,
    RoomSpoken,
    StreamLost,
    TakenUp,
    TurnTimed,
)
from ivr.vocabulary.ids import CallId

WAITING: Final = 256
"Events a browser may be behind."
ANSWERED_STAGES: Final = ("endpoint", "wait", "decide", "speech")
"The stages of a reply that follow one another: together, the caller's last word to the first frame sent."


class Feed:
    """The events of one call on their way to one browser."""

    def __init__(self) -> None:
        self._waiting: deque[Logged] = deque()
        self._more = asyncio.Event()
        self._over = False
        self.lost = 0
        "Dropped since it was last told."

    def put(self, logged: Logged) -> None:
        """Never waits."""
        if len(self._waiting) >= WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(logged)
        self._more.set()

    def end(self) -> None:
        """Nothing more is put in."""
        self._over = True
        self._more.set()

    async def events(self) -> AsyncGenerator[Logged, None]:
        """Everything put in, in order, until it ends or is cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                yield self._waiting.popleft()
            if self._over:
                return


class Captions:
    """Passes events on to whoever follows their call. `observe` takes every logged event of this node."""

    def __init__(self) -> None:
        self._feeds: dict[CallId, list[Feed]] = {}

    @property
    def followed(self) -> int:
        """Feeds open now."""
        return sum(map(len, self._feeds.values()))

    def observe(self, logged: Logged) -> None:
        for feed in self._feeds.get(logged.call, ()):
            feed.put(logged)

    def close(self) -> None:
        """This node goes: let go of every browser."""
        for feeds in self._feeds.values():
            for feed in feeds:
                feed.end()

    @contextmanager
    def feed(self, call: CallId) -> Iterator[Feed]:
        """Follow a call from now on."""
        feed = Feed()
        self._feeds.setdefault(call, []).append(feed)
        try:
            yield feed
        finally:
            self._feeds[call].remove(feed)
            if not self._feeds[call]:
                del self._feeds[call]


def caption(logged: Logged) -> dict[str, Any] | None:
    """What a page shows of an event; None when it is none of its business."""
    shown = _shown(logged.event)
    return {"seq": logged.seq, "at_ms": logged.at_ms} | shown if shown is not None else None


def _shown(event: Event) -> dict[str, Any] | None:
    match event:
        case Perceived(utterance=utterance, text=text, language=language):
            return {"kind": "caller", "id": utterance, "text": text, "language": language}
        case NotPerceived(utterance=utterance):
            return {"kind": "unheard", "id": utterance}
        case RoomSpoken(speaker=speaker, name=name, text=text, language=language):
            return {"kind": "room", "speaker": speaker, "name": name, "text": text, "language": language}
        case KeyPressed(key=key):
            return {"kind": "key", "key": key}
        case PromptStarted(prompt=prompt, text=text, language=language, purpose=purpose):
            return {"kind": "assistant", "id": prompt, "text": text, "language": language, "purpose": purpose}
        case PromptHeard(prompt=prompt):
            return {"kind": "heard", "id": prompt}
        case PromptCut(prompt=prompt, fraction=fraction, heard=heard):
            return {"kind": "cut", "id": prompt, "heard": heard, "fraction": fraction}
        case TurnTimed(prompt=prompt, stages_ms=stages):
            took_ms = sum(stages.get(stage, 0.0) for stage in ANSWERED_STAGES)
            return {"kind": "timed", "id": prompt, "voice_to_voice_ms": round(took_ms), "stages_ms": stages}
        case EscalationRaised(reason=reason):
            return {"kind": "person", "reason": reason}
        case CallbackAgreed():
            return {"kind": "callback"}
        case StreamLost():
            return {"kind": "interrupted"}
        case TakenUp():
            return {"kind": "resumed"}
        case CallEnded(by=by):
            return {"kind": "ended", "by": by}
        case _:
            return None
