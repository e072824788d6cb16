"""What a sound over a prompt can be: words, or a cough, a breath, a hum."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.audio.articulation import TOLD_FROM_MS, Articulation
from ivr.audio.frames import Framer
from ivr.audio.g711 import decode, encode
from ivr.cli.place import recording
from ivr.demo import FOLDER
from ivr.vocabulary.units import FRAME_MS, SAMPLE_RATE_HZ, Pcm16

TIME = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ


def frames(samples: NDArray[np.float64]) -> Iterator[Pcm16]:
    for frame in Framer().push(encode(Pcm16(samples.astype("<i2").tobytes()))):
        yield decode(frame)


def a_cough() -> NDArray[np.float64]:
    """A burst of breath: noise without pitch, that dies away."""
    return np.random.default_rng(1).normal(0, 6_000, TIME.size) * np.exp(-4 * TIME)


def a_hum() -> NDArray[np.float64]:
    """ "Mmm": a pitch with a few overtones, that stays as it is."""
    return sum(2_000 / times * np.sin(2 * np.pi * 130 * times * TIME) for times in (1, 2, 3))  # type: ignore[return-value]


def heard(sound: NDArray[np.float64]) -> Articulation:
    articulation = Articulation()
    for frame in frames(sound):
        articulation.hear(frame)
    return articulation


@pytest.mark.parametrize("sound", [a_cough(), a_hum()], ids=["cough", "hum"])
def test_a_sound_that_is_no_words_is_told_apart(sound: NDArray[np.float64]) -> None:
    articulation = heard(sound)
    assert not articulation.is_words
    assert not articulation.close()


@pytest.mark.parametrize("caller", ["en-hours", "en-pin", "en-human", "en-unknown", "en-wire-fee", "en-card-delivery"])
def test_a_recorded_question_is_words_within_half_a_second(caller: str) -> None:
    spoken = np.frombuffer(decode(recording(FOLDER / "callers" / f"{caller}.wav")), dtype="<i2").astype(np.float64)
    begins = int(np.argmax(np.abs(spoken) > 2_000))
    assert heard(spoken[begins : begins + SAMPLE_RATE_HZ // 2]).is_words


def test_a_short_sound_is_given_the_benefit_of_the_doubt() -> None:
    short = heard(a_cough()[: (TOLD_FROM_MS - FRAME_MS) * SAMPLE_RATE_HZ // 1_000])
    assert not short.is_words
    assert short.close()


def test_what_was_said_when_no_prompt_played_is_words() -> None:
    articulation = heard(a_cough())
    articulation.words_seen = True
    assert articulation.close()


def test_a_cough_says_nothing_of_the_utterance_after_it() -> None:
    articulation = heard(a_cough())
    assert not articulation.close()
    assert articulation.close(), "nothing was looked at since"


def test_silence_is_no_reason_to_fail() -> None:
    assert not heard(np.zeros(TIME.size)).is_words
