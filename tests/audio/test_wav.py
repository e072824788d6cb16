"""WAV files of telephone audio."""

import io
import wave

import pytest

from ivr.audio.wav import read_wav, write_wav
from ivr.vocabulary.units import MuLaw


def test_telephone_audio_is_read_back_as_it_was_written() -> None:
    audio = MuLaw(bytes(code for code in range(256) if code != 0x7F) * 4)  # 0x7f and 0xff are both zero
    assert read_wav(write_wav(audio)) == audio


def test_a_wav_of_another_rate_and_two_channels_becomes_telephone_audio() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(4) * 16_000)
    assert len(read_wav(out.getvalue())) == pytest.approx(8_000, abs=80)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"<html>", write_wav(MuLaw(b"\xff" * 80))[:30]])
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        read_wav(data)
