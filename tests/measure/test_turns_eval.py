"""Evaluating turn-taking: pauses of the caller's own at which it closed."""

import pytest

from ivr.adapters.scripted.codec import encode
from ivr.adapters.scripted.speech import EnergyVoiceActivity
from ivr.audio import g711
from ivr.measure.turns_eval import Clip, Taken, count, count_clips, evaluate_call, take_clip, take_turns
from ivr.session.ear import Ear
from ivr.turns.completeness import Completeness
from ivr.turns.floor import PAUSES_MS, Patience, TurnRules
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MULAW_SILENCE, MuLaw, Pcm16

UNKNOWN_MS = PAUSES_MS[Patience.OPEN][Completeness.UNKNOWN]
HANGING_MS = PAUSES_MS[Patience.OPEN][Completeness.HANGING]
MEANT_MS = PAUSES_MS[Patience.OPEN][Completeness.MEANT]


def line(*pauses_ms: int) -> MuLaw:
    """Words, with these pauses between, and silence after them."""
    words = g711.encode(encode("one two three"))
    silences = [bytes([MULAW_SILENCE]) * (8 * pause_ms) for pause_ms in (*pauses_ms, 4_000)]
    return MuLaw(b"".join(words + silence for silence in silences))


def ear() -> Ear:
    return Ear(EnergyVoiceActivity(), TurnRules(), 0)


def judging(completeness: Completeness, took_ms: float):  # type: ignore[no-untyped-def]
    async def judge(_: Pcm16) -> tuple[Completeness, float]:
        return completeness, took_ms

    return judge


async def test_a_pause_shorter_than_patience_closes_nothing() -> None:
    assert count(await take_turns(line(UNKNOWN_MS - 100), ear())) == {
        "utterances": 1,
        "outgrew": 0,
        "closed_under_2s": 0,
        "rejoined": 0,
    }


async def test_a_longer_one_of_the_callers_own_is_counted() -> None:
    told = count(await take_turns(line(1_800), ear()))
    assert told == {"utterances": 2, "outgrew": 0, "closed_under_2s": 1, "rejoined": 0}


async def test_one_that_is_taken_back_in_time_is_counted_as_made_whole() -> None:
    told = count(await take_turns(line(UNKNOWN_MS + 100), ear()))
    assert told == {"utterances": 2, "outgrew": 0, "closed_under_2s": 1, "rejoined": 1}


async def test_a_pause_in_which_a_reply_was_waited_for_is_not_counted() -> None:
    assert count(await take_turns(line(2_500), ear()))["closed_under_2s"] == 0


async def test_words_that_hang_are_given_longer() -> None:
    taken = await take_turns(line(HANGING_MS - 100), ear(), judging(Completeness.HANGING, 150))
    assert len(taken) == 1


async def test_a_judgement_counts_from_when_it_is_known() -> None:
    def pause_of(taken: list[Taken]) -> int:
        return taken[0].closed_ms - taken[0].words_end_ms

    quick = pause_of(await take_turns(line(), ear(), judging(Completeness.MEANT, 50)))
    late = pause_of(await take_turns(line(), ear(), judging(Completeness.MEANT, 500)))
    assert quick == pytest.approx(MEANT_MS, abs=20)
    assert late == pytest.approx(TurnRules().glance_ms + 500, abs=40)


async def test_a_pause_in_which_the_other_side_speaks_is_none_of_the_callers_own() -> None:
    taken = await take_turns(line(1_500), ear())
    pause = slice(taken[0].words_end_ms // 20, taken[1].onset_ms // 20)
    other = [False] * 1_000
    other[pause] = [True] * len(other[pause])
    assert count(taken)["closed_under_2s"] == 1
    assert count(taken, other)["closed_under_2s"] == 0


async def test_what_was_closed_because_it_was_too_long_was_no_pause() -> None:
    syllable = bytes([0x90, 0x10]) * 800 + bytes([MULAW_SILENCE]) * 480
    told = count(await take_turns(MuLaw(syllable * (30 * 8_000 // len(syllable))), ear()))
    assert told["outgrew"] == 1
    assert told["closed_under_2s"] == 0


async def test_a_call_is_compared_with_what_a_fixed_silence_closes() -> None:
    told = await evaluate_call(line(600), [], lambda rules: Ear(EnergyVoiceActivity(), rules, 0), TurnRules(), None)
    assert told["closed_under_2s"] == 0
    assert told["fixed_400_ms_closes"] == 1


async def test_a_single_turn_is_counted_whole_cut_or_lost() -> None:
    async def words(_: Pcm16) -> str:
        return "one two three"

    whole, halved, silent = (
        Clip(audio, LanguageTag("en"), "one two three", name)
        for name, audio in (("whole", line()), ("halved", line(1_300)), ("silent", MuLaw(b"\xff" * 8_000)))
    )
    taken = [await take_clip(clip, ear(), None, words) for clip in (whole, halved, silent)]
    told = count_clips(taken)
    assert told["one_utterance"] == 1
    assert told["more_than_one"] == {"halved": 2}
    assert told["cut_off"] == pytest.approx(1 / 3, abs=0.001)
    assert told["lost"] == 1
