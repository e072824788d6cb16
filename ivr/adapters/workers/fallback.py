"""Speaking that goes on when a voice is down: the first adapter that can, in order, each behind a circuit breaker."""

import logging
from collections.abc import Sequence

from ivr.ports.clock import Clock
from ivr.ports.speech import Spoken, TextToSpeech
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

_log = logging.getLogger(__name__)


class CircuitBreaker:
    """Stops asking something that is down, and tries it again after a pause.

    Closed: every request may go. Open, after `failures` in a row: none may, for `pause_ms`. Then one may go as a probe:
    its success closes the breaker, its failure opens it for another pause.
    """

    def __init__(self, clock: Clock, *, failures: int = 1, pause_ms: float = 2_000) -> None:
        self._clock = clock
        self._limit = failures
        self._pause_ms = pause_ms
        self._failed = 0
        self._opened_ms: float | None = None

    @property
    def closed(self) -> bool:
        """Whether a request may go now."""
        return self._opened_ms is None or self._clock.now_ms() - self._opened_ms >= self._pause_ms

    def probe(self) -> None:
        """A request goes. When it is the first after a pause, the others wait for what becomes of it."""
        if self._opened_ms is not None:
            self._opened_ms = self._clock.now_ms()

    def succeeded(self) -> None:
        self._failed, self._opened_ms = 0, None

    def failed(self) -> None:
        self._failed += 1
        if self._failed >= self._limit:
            self._opened_ms = self._clock.now_ms()


class FallbackSpeech:
    """A `TextToSpeech` over several, best first.

    A voice that is down or late is passed over for the next one, and left alone for a while. Text that a voice refuses
    goes to the next one too. `voice` names the one that would be asked now.
    """

    def __init__(
        self, adapters: Sequence[TextToSpeech], clock: Clock, *, failures: int = 1, pause_ms: float = 2_000
    ) -> None:
        self._adapters = [
            (adapter, CircuitBreaker(clock, failures=failures, pause_ms=pause_ms)) for adapter in adapters
        ]

    def voice(self, language: LanguageTag) -> str | None:
        speaking = [(adapter.voice(language), breaker.closed) for adapter, breaker in self._adapters]
        able = [(name, closed) for name, closed in speaking if name is not None]
        return next((name for name, closed in able if closed), able[0][0] if able else None)

    async def synthesize(self, text: str, language: LanguageTag, rate: float = 1.0) -> Pcm16:
        return (await self.speak(text, language, rate)).audio

    async def speak(self, text: str, language: LanguageTag, rate: float = 1.0) -> Spoken:
        """As `synthesize`, and says which voice it was, for whoever keeps the audio."""
        able = [
            (adapter, breaker, voice)
            for adapter, breaker in self._adapters
            if (voice := adapter.voice(language)) is not None
        ]
        if not able:
            raise BackendRejected(f"no voice speaks {language}; add one for it to the voices")
        faults: list[BackendError] = []
        # When every breaker is open, asking the best one beats silence.
        for adapter, breaker, voice in [a for a in able if a[1].closed] or able[:1]:
            breaker.probe()
            try:
                audio = await adapter.synthesize(text, language, rate)
            except BackendRejected as error:
                breaker.succeeded()  # it answered: it is not down
                faults.append(error)
            except (BackendUnavailable, DeadlineExceeded) as error:
                breaker.failed()
                faults.append(error)
                _log.warning("the voice %s failed: %s", voice, error)
            else:
                breaker.succeeded()
                return Spoken(audio, voice)
        raise faults[-1]
