"""Evaluating hearing nothing: what is counted as a turn on a line where nobody speaks to us."""

import numpy as np
import pytest

from ivr.adapters.scripted.speech import EnergyVoiceActivity
from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.cli.place import recording
from ivr.demo import FOLDER
from ivr.measure.quiet_eval import Line, Words, listen, made_up, recorded, weaker
from ivr.session.ear import Ear
from ivr.turns.floor import TurnRules
from ivr.vocabulary.units import MuLaw, Pcm16

QUESTION = recording(FOLDER / "callers" / "en-wire-fee.wav")
QUIET = MuLaw(b"\xff" * 8_000 * 3)


def ear() -> Ear:
    return Ear(EnergyVoiceActivity(), TurnRules(), 0)


def making(text: str) -> Words:
    async def words(_: Pcm16) -> str:
        return text

    return words


async def test_somebody_near_is_a_turn_so_that_none_means_something() -> None:
    near = Line("near", lambda: iter([QUESTION, QUIET]))
    counted = await listen(near, ear(), making("how much is it"))
    assert (counted.turns, counted.words) == (1, ["how much is it"])


async def test_what_opens_an_utterance_and_is_no_words_is_no_turn() -> None:
    near = Line("near", lambda: iter([QUESTION, QUIET]))
    counted = await listen(near, ear(), making(""))
    assert (counted.utterances, counted.turns) == (1, 0)


@pytest.mark.parametrize("line", recorded("somebody", MuLaw(QUESTION * 6)), ids=lambda line: line.name)
async def test_somebody_far_away_and_our_own_echo_are_nobody(line: Line) -> None:
    counted = await listen(line, ear(), making("how much is it"))
    assert (counted.turns, counted.cut) == (0, 0)
    assert counted.minutes == pytest.approx(len(QUESTION) * 6 / 8_000 / 60, rel=0.05)


async def test_a_quiet_line_is_listened_to_as_long_as_asked() -> None:
    silence = made_up(0.1)[0]
    counted = await listen(silence, ear(), making("thank you for watching"))
    assert counted.as_json() == {"minutes": 0.1, "utterances": 0, "turns": 0, "prompts_cut": 0}


def test_weaker_is_as_much_weaker_as_it_says() -> None:
    loud = g711.encode(Pcm16((8_000 * np.sin(np.arange(8_000) / 3)).astype("<i2").tobytes()))
    difference = level_dbfs(g711.decode(loud)) - level_dbfs(g711.decode(weaker(loud, -20.0)))
    assert difference == pytest.approx(20.0, abs=0.5)
