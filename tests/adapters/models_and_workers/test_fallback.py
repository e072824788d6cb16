"""Speaking with a second voice: who is asked when the first is down."""

import pytest

from ivr.adapters.scripted import FakeClock, Faults, ScriptedSpeech, decode
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag

EN, DE = LanguageTag("en"), LanguageTag("de")


class Voices:
    def __init__(self, clock: FakeClock) -> None:
        self.best = Faults()
        self.last = Faults()
        best, last = ScriptedSpeech([EN], faults=self.best), ScriptedSpeech(faults=self.last)
        best.voice = lambda language: "best" if language == EN else None  # type: ignore[method-assign]
        self.speech = FallbackSpeech([best, last], clock, pause_ms=2_000)


@pytest.fixture
def voices(clock: FakeClock) -> Voices:
    return Voices(clock)


async def test_the_best_voice_speaks_while_it_can(voices: Voices) -> None:
    spoken = await voices.speech.speak("hello", EN)
    assert (spoken.voice, decode(spoken.audio)) == ("best", "hello")


@pytest.mark.parametrize("fault", [BackendUnavailable("down"), DeadlineExceeded("late"), BackendRejected("no")])
async def test_the_next_voice_speaks_when_the_best_fails(voices: Voices, fault: Exception) -> None:
    voices.best.fail_with = [fault]  # type: ignore[list-item]
    spoken = await voices.speech.speak("hello", EN)
    assert (spoken.voice, decode(spoken.audio)) == ("tones-en", "hello")


async def test_a_voice_that_is_down_is_left_alone_and_then_tried_again(voices: Voices, clock: FakeClock) -> None:
    voices.best.down = True
    for _ in range(3):
        await voices.speech.synthesize("hello", EN)
    assert voices.best.requests == 1
    assert voices.speech.voice(EN) == "tones-en"

    await clock.advance(2_000)
    await voices.speech.synthesize("hello", EN)
    await voices.speech.synthesize("hello", EN)
    assert voices.best.requests == 2

    voices.best.down = False
    await clock.advance(2_000)
    assert (await voices.speech.speak("hello", EN)).voice == "best"
    assert voices.speech.voice(EN) == "best"


async def test_text_that_a_voice_refuses_does_not_put_it_aside(voices: Voices) -> None:
    voices.best.fail_with = [BackendRejected("not this text")]
    await voices.speech.synthesize("odd", EN)
    assert (await voices.speech.speak("hello", EN)).voice == "best"


async def test_a_language_that_only_the_last_voice_speaks_goes_straight_to_it(voices: Voices) -> None:
    assert (await voices.speech.speak("hallo", DE)).voice == "tones-de"
    assert voices.best.requests == 0


async def test_with_every_voice_down_the_fault_is_told_and_the_best_is_asked_again(voices: Voices) -> None:
    voices.best.down = voices.last.down = True
    for _ in range(2):
        with pytest.raises(BackendUnavailable):
            await voices.speech.synthesize("hello", EN)
    assert (voices.best.requests, voices.last.requests) == (2, 1)


async def test_a_language_nobody_speaks_is_rejected(clock: FakeClock) -> None:
    with pytest.raises(BackendRejected, match="de"):
        await FallbackSpeech([ScriptedSpeech([EN])], clock).synthesize("hallo", DE)
