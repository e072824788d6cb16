"""Warming: what callers are likely to hear is rendered ahead, at idle priority, in the order in which it was shared.

What a caller just had to wait for goes first: others will ask it too. While calls are live it leaves the processor
alone three quarters of the time; whatever a caller waits for interrupts it at the engine.
"""

from collections.abc import Callable

import structlog

from ivr.ports.clock import Clock
from ivr.ports.speech import TextToSpeech
from ivr.session.voice import Voice
from ivr.vocabulary.errors import BackendError, BackendRejected
from ivr.vocabulary.language import LanguageTag

RETRY_MS = 2_000.0
TRIES = 30
REST = 3.0
"While calls are live: rest so many times as long as the last rendering took, at most `LONGEST_REST_MS`."
LONGEST_REST_MS = 15_000.0

_record = structlog.get_logger("warm")


async def warm(voice: Voice, background: TextToSpeech, clock: Clock, live: Callable[[], int] = lambda: 0) -> None:
    """Render every shared sentence that is not kept yet.

    A voice that is not up is waited for, then its language is given up on.

    live  how many calls there are now.
    """
    rendered = 0
    down: set[LanguageTag] = set()
    for sentence in voice.shared():
        while (wanted := voice.asked()) is not None:
            rendered += await _keep(voice, wanted, background, clock, live, down) or 0
        kept = await _keep(voice, sentence, background, clock, live, down)
        if kept is not None:
            rendered += kept
            voice.kept += 1
    _record.info("warm", sentences=len(voice.shared()), rendered=rendered, without=sorted(down))


async def _keep(
    voice: Voice,
    shared: tuple[LanguageTag, str],
    background: TextToSpeech,
    clock: Clock,
    live: Callable[[], int],
    down: set[LanguageTag],
) -> bool | None:
    """Have one sentence kept. True when it was rendered now, None when its voice is down."""
    language, sentence = shared
    if language in down:
        return None
    for _ in range(TRIES):
        began = clock.now_ms()
        try:
            rendered = await voice.keep(sentence, language, background)
        except BackendRejected:
            _record.warning("a sentence cannot be rendered ahead", language=language)
            return False
        except BackendError as error:
            _record.debug("waiting to warm", error=type(error).__name__)
            await clock.sleep_until(clock.now_ms() + RETRY_MS)
            continue
        if rendered and live():
            took_ms = clock.now_ms() - began
            await clock.sleep_until(clock.now_ms() + min(REST * took_ms, LONGEST_REST_MS))
        return rendered
    _record.warning("warming was given up: its voice is not up", language=language)
    down.add(language)
    return None
