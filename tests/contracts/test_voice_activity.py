"""What every VoiceActivity promises."""

from collections.abc import Callable

import pytest

from ivr.adapters.scripted import EnergyVoiceActivity, encode
from ivr.adapters.webrtcvad import WebRtcVoiceActivity
from ivr.ports.speech import VoiceActivity
from ivr.vocabulary.units import Pcm16

FRAME_BYTES = 320


@pytest.fixture(params=[WebRtcVoiceActivity, EnergyVoiceActivity])
def make(request: pytest.FixtureRequest) -> Callable[[], VoiceActivity]:
    return request.param  # type: ignore[no-any-return]


def decisions(detector: VoiceActivity, audio: bytes) -> list[bool]:
    whole = len(audio) - len(audio) % FRAME_BYTES
    return [detector.is_speech(Pcm16(audio[at : at + FRAME_BYTES])) for at in range(0, whole, FRAME_BYTES)]


def test_silence_is_no_speech(make: Callable[[], VoiceActivity]) -> None:
    assert not any(decisions(make(), bytes(FRAME_BYTES * 50)))


def test_speech_after_silence_is_heard_at_once_and_ends_soon_after_it(make: Callable[[], VoiceActivity]) -> None:
    silence = bytes(FRAME_BYTES * 25)
    spoken = encode("hello there")
    heard = decisions(make(), silence + spoken + silence)
    frames = len(spoken) // FRAME_BYTES
    assert not any(heard[:25])
    assert sum(heard[25 : 25 + frames]) >= frames - 2
    assert not any(heard[25 + frames + 12 :])


@pytest.mark.parametrize("length", [0, 2, 160, 319, 321, 640])
def test_another_length_than_a_frame_is_a_mistake(make: Callable[[], VoiceActivity], length: int) -> None:
    with pytest.raises(ValueError, match="320"):
        make().is_speech(Pcm16(bytes(length)))


def test_each_call_has_a_detector_of_its_own(make: Callable[[], VoiceActivity]) -> None:
    audio = bytes(FRAME_BYTES * 25) + encode("hello there")
    disturbed = make()
    decisions(disturbed, encode("a very long disturbance on another line"))
    assert decisions(make(), audio) == decisions(make(), audio)
