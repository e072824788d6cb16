"""Measuring barge-in on the caller's own telephone: when the prompt fell silent."""

from ivr.measure.barge_in import PAUSE_TICKS, stopped
from ivr.measure.phone import leading_silence_ticks, trailing_silence_ticks
from ivr.vocabulary.units import MuLaw

LOUD, QUIET = bytes([0x90, 0x10]) * 80, b"\xff" * 160


def test_a_prompt_stops_with_its_last_sound_before_a_silence() -> None:
    assert stopped([*range(120), *range(120 + PAUSE_TICKS, 200)], 100) == 119


def test_a_pause_between_words_is_no_end() -> None:
    assert stopped([*range(105), *range(110, 140)], 100) == 139


def test_a_prompt_that_was_over_before_the_caller_spoke_was_not_cut() -> None:
    assert stopped(range(80), 100) is None


def test_a_clip_is_heard_from_its_first_sound_to_its_last() -> None:
    clip = MuLaw(QUIET * 3 + LOUD * 5 + QUIET * 2)
    assert (leading_silence_ticks(clip), trailing_silence_ticks(clip)) == (3, 2)
    assert leading_silence_ticks(MuLaw(QUIET * 4)) == 0
