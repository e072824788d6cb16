"""Voices come out trimmed, at telephone level, without clipping."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.workers.mastering import master
from ivr.audio.level import level_dbfs
from ivr.vocabulary.units import Pcm16


def voice(loudness: float, seconds: float = 1.0, rate_hz: int = 22_050) -> np.ndarray:
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    return (loudness * np.sin(2 * np.pi * 300 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.003, 1.0))
def test_every_voice_ends_at_the_same_level(loudness: float) -> None:
    assert abs(level_dbfs(master(voice(loudness), 22_050)) + 20) < 1.0


def test_long_silence_around_speech_is_cut_to_less_than_a_tenth_of_a_second() -> None:
    silence = np.zeros(22_050, dtype=np.float32)
    audio = np.frombuffer(master(np.concatenate([silence, voice(0.3), silence]), 22_050), dtype="<i2")
    loud = np.flatnonzero(np.abs(audio.astype(int)) > 200)
    assert 0 < loud[0] <= 800
    assert 0 < audio.size - loud[-1] <= 800


def test_a_pause_inside_speech_stays_and_does_not_make_the_speech_louder() -> None:
    pause = np.zeros(22_050, dtype=np.float32)
    audio = master(np.concatenate([voice(0.3), pause, voice(0.3)]), 22_050)
    assert len(audio) / 16_000 > 2.9
    assert abs(level_dbfs(Pcm16(audio[: 2 * 7_000])) + 20) < 1.0


def test_a_peak_is_lowered_rather_than_clipped() -> None:
    spiky = voice(0.02)
    spiky[10_000:10_020] = 1.0
    audio = np.abs(np.frombuffer(master(spiky, 22_050), dtype="<i2").astype(int))
    assert 20_000 < audio.max() < 32_000


def test_silence_is_nothing() -> None:
    assert master(np.zeros(22_050, dtype=np.float32), 22_050) == b""
    assert master(np.zeros(0, dtype=np.float32), 22_050) == b""
