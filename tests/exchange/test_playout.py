"""The playout buffer, against a naive model of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.playout import SILENCE, PlayoutBuffer

AUDIO = st.binary(max_size=700)


@given(st.lists(AUDIO))
def test_everything_pushed_is_played_once_and_in_order(payloads: list[bytes]) -> None:
    buffer: PlayoutBuffer[str] = PlayoutBuffer()
    for payload in payloads:
        buffer.push(payload)
    total = b"".join(payloads)
    frames = []
    while (frame := buffer.frame()) is not None:
        frames.append(frame)
    assert all(len(frame) == 160 for frame in frames)
    assert b"".join(frames) == total + b"\xff" * (-len(total) % 160)
    assert buffer.buffered_bytes == 0


STEPS = st.lists(st.one_of(AUDIO, st.just("mark"), st.just("tick"), st.just("clear")), max_size=60)


@given(STEPS)
def test_a_mark_is_due_exactly_when_the_audio_before_it_has_been_played(steps: list[bytes | str]) -> None:
    buffer: PlayoutBuffer[int] = PlayoutBuffer()
    pushed = played = made = 0
    waiting: list[tuple[int, int]] = []  # (audio before it, mark)
    for step in steps:
        if isinstance(step, bytes):
            buffer.push(step)
            pushed += len(step)
        elif step == "mark":
            made += 1
            at_once = buffer.mark(made)
            assert at_once == (played == pushed and not waiting)
            if not at_once:
                waiting.append((pushed, made))
        elif step == "tick":
            assert buffer.due() == [mark for before, mark in waiting if before <= played]
            waiting = [entry for entry in waiting if entry[0] > played]
            frame = buffer.frame()
            assert (frame is None) == (played == pushed)
            played = min(pushed, played + 160)
        else:
            assert buffer.clear() == [mark for _, mark in waiting]
            waiting, played = [], pushed
            assert buffer.frame() is None
        assert buffer.buffered_bytes == pushed - played
        assert buffer.pending_marks == len(waiting)


def test_a_frame_that_ends_early_is_filled_up_with_silence() -> None:
    buffer: PlayoutBuffer[str] = PlayoutBuffer()
    buffer.push(b"\x01" * 100)
    assert buffer.frame() == b"\x01" * 100 + SILENCE[:60]
    assert buffer.frame() is None
