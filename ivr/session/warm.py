"""Warming: what callers are likely to hear is rendered ahead, at idle priority, fixed phrases first."""

import structlog

from ivr.ports.clock import Clock
from ivr.ports.speech import TextToSpeech
from ivr.session.voice import Voice
from ivr.vocabulary.errors import BackendError

RETRY_MS = 2_000.0
TRIES = 30

_record = structlog.get_logger("warm")


async def warm(voice: Voice, background: TextToSpeech, clock: Clock) -> None:
    """Render every shared sentence that is not kept yet. A voice that is not up is waited for, then given up on."""
    rendered = 0
    for language, sentence in voice.shared():
        for _ in range(TRIES):
            try:
                rendered += await voice.keep(sentence, language, background)
                voice.kept += 1
                break
            except BackendError as error:
                _record.debug("waiting to warm", error=type(error).__name__)
                await clock.sleep_until(clock.now_ms() + RETRY_MS)
        else:
            _record.warning("warming was given up: no voice is up")
            return
    _record.info("warm", sentences=len(voice.shared()), rendered=rendered)
