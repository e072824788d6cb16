"""The music for who waits is heard all the time, softly, and is no speech."""

from itertools import groupby

from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.audio.music import music
from ivr.exchange.dead_air import audible
from ivr.vocabulary.units import FRAME_SAMPLES


def test_it_is_whole_frames_that_can_be_heard_without_a_gap() -> None:
    frames = music()
    assert {len(frame) for frame in frames} == {FRAME_SAMPLES}
    silent = [len(list(run)) for heard, run in groupby(map(audible, (*frames, *frames))) if not heard]
    assert max(silent, default=0) * 20 <= 500


def test_it_is_softer_than_a_voice() -> None:
    assert -40 < max(level_dbfs(g711.decode(frame)) for frame in music()) < -20
