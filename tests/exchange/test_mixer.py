"""What each participant of a conference hears."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio import g711
from ivr.exchange.jitter import DELAY_MS, DelayLine
from ivr.exchange.mixer import Role, add, hears, mix
from ivr.exchange.playout import SILENCE
from ivr.vocabulary.units import MuLaw, Pcm16

FRAMES = st.one_of(st.just(SILENCE), st.binary(min_size=160, max_size=160))
SIDS = tuple(f"CA{at}" for at in range(6))


@st.composite
def rooms(draw: st.DrawFn) -> tuple[list[Role], list[bytes]]:
    sids = SIDS[: draw(st.integers(1, 6))]
    roles = [
        Role(sid, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(("", "", *sids, "CAgone"))))
        for sid in sids
    ]
    return roles, [draw(FRAMES) for _ in sids]


def linear(frame: bytes) -> np.ndarray:
    return np.frombuffer(g711.decode(MuLaw(frame)), dtype="<i2").astype(np.int64)


def coded(samples: np.ndarray) -> bytes:
    return g711.encode(Pcm16(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes()))


@given(rooms())
def test_each_hears_the_clipped_sum_of_those_who_may_be_heard(room: tuple[list[Role], list[bytes]]) -> None:
    roles, frames = room
    for at, heard in enumerate(mix(roles, frames)):
        others = [linear(frames[k]) for k, speaker in enumerate(roles) if hears(roles[at], speaker)]
        expected = coded(sum(others, np.zeros(160, np.int64)))
        assert (linear(heard or SILENCE) == linear(expected)).all()


@given(st.binary(min_size=160, max_size=160), st.binary(min_size=160, max_size=160))
def test_two_frames_add_up_and_never_wrap_around(one: bytes, other: bytes) -> None:
    assert add(one, other) == coded(linear(one) + linear(other))


@given(rooms())
def test_nobody_hears_himself(room: tuple[list[Role], list[bytes]]) -> None:
    roles, frames = room
    alone = [frame if at == 0 else SILENCE for at, frame in enumerate(frames)]
    assert mix(roles, alone)[0] is None


A, B, C = "CA1", "CA2", "CA3"
TRUTH = [  # what B is, whether A, C hear B, whether B hears A
    (Role(B), True, True, True),
    (Role(B, muted=True), False, False, True),
    (Role(B, held=True), False, False, False),
    (Role(B, muted=True, held=True), False, False, False),
    (Role(B, coaches=A), True, False, True),
    (Role(B, muted=True, coaches=A), False, False, True),
    (Role(B, held=True, coaches=A), False, False, False),
    (Role(B, coaches="CAgone"), False, False, True),
]


@pytest.mark.parametrize(("b", "a_hears", "c_hears", "b_hears"), TRUTH)
def test_hold_mute_and_coach(b: Role, a_hears: bool, c_hears: bool, b_hears: bool) -> None:
    roles = [Role(A), b, Role(C)]
    voice = bytes([0x10]) * 160
    heard = mix(roles, [SILENCE, voice, SILENCE])
    assert [frame == voice for frame in heard] == [a_hears, False, c_hears]
    assert mix(roles, [voice, SILENCE, SILENCE])[1] == (voice if b_hears else None)


def test_silence_is_not_mixed() -> None:
    assert mix([Role(A), Role(B)], [SILENCE, SILENCE]) == [None, None]


@given(st.lists(FRAMES, max_size=60), st.sampled_from(tuple(DELAY_MS)))
def test_a_jitter_buffer_delays_and_changes_nothing(frames: list[bytes], size: str) -> None:
    line, ticks = DelayLine(DELAY_MS[size]), DELAY_MS[size] // 20
    assert [line.pass_on(frame) for frame in frames] == ([SILENCE] * ticks + frames)[: len(frames)]


def test_a_full_room_with_everybody_speaking_is_mixed_in_far_less_than_a_frame() -> None:
    roles = [Role(f"CA{at}") for at in range(20)]
    frames = [bytes([at + 1]) * 160 for at in range(20)]
    costs = []
    for _ in range(20):
        began = time.process_time()
        mix(roles, frames)
        costs.append(time.process_time() - began)
    assert min(costs) < 0.005
