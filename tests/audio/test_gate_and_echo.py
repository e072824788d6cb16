"""Who is the caller: loud enough, and not our own prompt coming back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio import g711
from ivr.audio.echo import EchoGuard
from ivr.audio.frames import Framer, padded
from ivr.audio.gate import LevelGate
from ivr.audio.level import SILENCE_DBFS, frame_levels_dbfs, level_dbfs
from ivr.audio.resample import from_telephone, to_telephone
from ivr.vocabulary.units import FRAME_SAMPLES, MuLaw, Pcm16


def speech_levels(seed: int, frames: int = 120) -> list[float]:
    """Levels that rise and fall as speech does: syllables of 100 to 300 ms with pauses between them."""
    rng = np.random.default_rng(seed)
    levels: list[float] = []
    while len(levels) < frames:
        levels += list(rng.uniform(-30, -14) + rng.normal(0, 2, rng.integers(5, 15)))
        levels += [-65.0] * int(rng.integers(2, 8))
    return levels[:frames]


def echo_share(played: list[float], heard: list[float]) -> float:
    """Share of the loud frames heard that count as an echo of what was played from 0 ms on."""
    guard, loud, found = EchoGuard(), 0, 0
    guard.played(0.0, played)
    for number, level in enumerate(heard, 1):
        guard.heard(level)
        if number > 25 and level > -46:
            loud += 1
            found += guard.is_echo(number * 20.0)
    return found / loud


@pytest.mark.parametrize("delay_frames", [0, 5, 12, 25])
@pytest.mark.parametrize("weaker_db", [6, 12, 20])
def test_our_own_prompt_coming_back_is_an_echo(delay_frames: int, weaker_db: int) -> None:
    played = speech_levels(1)
    noise = np.random.default_rng(2).normal(0, 1, len(played))
    heard = [-70.0] * delay_frames + [level - weaker_db + n for level, n in zip(played, noise, strict=True)]
    assert echo_share(played, heard[: len(played)]) > 0.9


def test_a_caller_who_speaks_over_the_prompt_is_no_echo() -> None:
    assert echo_share(speech_levels(1), speech_levels(9)) < 0.1


def guarded_by_a_known_echo() -> EchoGuard:
    """A guard that has heard four seconds of a prompt come back, 200 ms later and 12 dB weaker, and then a silence."""
    guard, played = EchoGuard(), [*speech_levels(1, 200), *[-70.0] * 60]
    guard.played(0.0, played)
    for number, level in enumerate([-70.0] * 10 + [level - 12 for level in played[:-10]], 1):
        guard.heard(level)
        guard.is_echo(number * 20.0)
    return guard


def test_once_its_path_is_known_an_echo_is_told_from_its_first_syllable() -> None:
    guard, more = guarded_by_a_known_echo(), speech_levels(5, 40)
    guard.played(5_200.0, more)
    heard = [-70.0] * 10 + [level - 12 for level in more[:20]]
    told = []
    for number, level in enumerate(heard, 1):
        guard.heard(level)
        told.append(guard.is_echo(5_200.0 + number * 20.0))
    assert all(told[10:])


def test_a_caller_who_is_louder_than_the_echo_can_be_is_none_from_the_first_syllable() -> None:
    guard, more = guarded_by_a_known_echo(), speech_levels(5, 40)
    guard.played(5_200.0, more)
    told = []
    for number in range(1, 21):
        guard.heard(-12.0)
        told.append(guard.is_echo(5_200.0 + number * 20.0))
    assert not any(told)


def test_what_is_as_loud_as_the_prompt_is_no_echo() -> None:
    played = speech_levels(1)
    assert echo_share(played, played) == 0.0


def test_nothing_is_an_echo_while_nothing_plays() -> None:
    guard = EchoGuard()
    for level in speech_levels(1):
        guard.heard(level)
    assert not guard.is_echo(2_400.0)


def test_a_voice_far_away_does_not_pass() -> None:
    assert not LevelGate().passes(-50.0)


def test_a_quiet_caller_passes_before_we_know_them() -> None:
    assert LevelGate().passes(-40.0)


def test_once_the_caller_is_known_a_much_weaker_voice_does_not_pass() -> None:
    gate = LevelGate()
    for _ in range(50):
        gate.learn(-15.0)
    assert not gate.passes(-42.0)
    assert gate.passes(-30.0)


def test_a_stretch_of_speech_is_near_once_a_syllable_of_it_is_loud() -> None:
    gate = LevelGate()
    for _ in range(20):
        gate.goes_on(-33.0)
    assert not gate.is_near
    for _ in range(3):
        gate.goes_on(-20.0)
    assert gate.is_near
    gate.pause()
    assert not gate.is_near


def test_a_loud_callers_neighbour_is_not_near() -> None:
    gate = LevelGate()
    for _ in range(50):
        gate.learn(-12.0)
    for _ in range(10):
        gate.goes_on(-25.0)
    assert not gate.is_near


def test_steady_noise_stops_passing_and_speech_over_it_still_does() -> None:
    gate = LevelGate()
    for _ in range(500):
        gate.hear(-30.0)
    assert not gate.passes(-30.0)
    assert gate.passes(-18.0)


def test_a_long_sentence_does_not_become_noise() -> None:
    gate = LevelGate()
    for level in speech_levels(4, 500):
        gate.hear(level)
    assert gate.passes(-25.0)


@given(st.binary(max_size=2_000))
def test_every_code_survives_decoding_and_encoding(audio: bytes) -> None:
    back = g711.encode(g711.decode(MuLaw(audio)))
    assert back == audio.replace(b"\x7f", b"\xff")  # two codes stand for zero


def test_the_codes_of_the_standard_decode_to_its_values() -> None:
    decoded = np.frombuffer(g711.decode(MuLaw(bytes([0x00, 0x80, 0xFF, 0x7F, 0x0F, 0x8F]))), dtype="<i2")
    assert decoded.tolist() == [-32_124, 32_124, 0, 0, -16_764, 16_764]


@given(st.lists(st.binary(max_size=500), max_size=12))
def test_framing_loses_and_invents_nothing(payloads: list[bytes]) -> None:
    framer, whole = Framer(), b"".join(payloads)
    frames = [frame for payload in payloads for frame in framer.push(payload)]
    assert all(len(frame) == FRAME_SAMPLES for frame in frames)
    assert b"".join(frames) == whole[: len(whole) // FRAME_SAMPLES * FRAME_SAMPLES]


def test_padding_fills_up_to_whole_frames_with_silence() -> None:
    assert padded(MuLaw(b"\x00" * 161)) == b"\x00" * 161 + b"\xff" * 159
    assert padded(MuLaw(b"\x00" * 160)) == b"\x00" * 160


def test_levels_are_those_of_the_standard_full_scale() -> None:
    square = Pcm16(np.full(FRAME_SAMPLES * 2, 16_384, dtype="<i2").tobytes())
    assert level_dbfs(square) == pytest.approx(-6.02, abs=0.01)
    assert frame_levels_dbfs(square) == pytest.approx([-6.02, -6.02], abs=0.01)
    assert level_dbfs(Pcm16(b"")) == level_dbfs(Pcm16(b"\x00" * 320)) == SILENCE_DBFS


def test_resampling_keeps_a_tone_and_its_level() -> None:
    tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)).astype(np.int16)
    telephone = to_telephone(tone, 22_050)
    assert len(telephone) == pytest.approx(2 * 8_000, abs=4)
    assert level_dbfs(telephone) == pytest.approx(level_dbfs(Pcm16(tone.tobytes())), abs=0.3)
    assert from_telephone(telephone, 16_000).size == pytest.approx(16_000, abs=4)
