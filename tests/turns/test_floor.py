"""Turn-taking, frame by frame: a string of `#` (voiced) and `.` (not), 20 ms each."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.turns.asides import Verdict
from ivr.turns.completeness import Completeness
from ivr.turns.floor import (
    CallerQuiet,
    CloseUtterance,
    CutPrompt,
    Floor,
    Glance,
    GlanceWithdrawn,
    OpenUtterance,
    Patience,
    Peek,
    TurnEffect,
    TurnRules,
    hear,
    judge,
    look,
    prompt_began,
    prompt_ended,
)

RULES = TurnRules()


@dataclass
class Line:
    floor: Floor = field(default_factory=Floor)
    at: int = 0
    effects: list[TurnEffect] = field(default_factory=list)

    def hears(self, frames: str, *, is_words: bool = True, is_near: bool = True) -> "Line":
        for frame in frames:
            self.at += 20
            voiced = frame == "#"
            self.floor, effects = hear(self.floor, self.at, voiced, RULES, is_near=is_near, is_words=is_words)
            self.effects += effects
        return self

    def prompted(self) -> "Line":
        self.floor = prompt_began(self.floor)
        return self

    def listening(self, patience: Patience = Patience.OPEN) -> "Line":
        self.floor = prompt_ended(self.floor, self.at, patience)
        return self

    def looks(self, verdict: Verdict) -> "Line":
        self.floor = look(self.floor, verdict)
        return self

    def judges(self, completeness: Completeness) -> "Line":
        self.floor = judge(self.floor, completeness)
        return self

    def of(self, kind: type[TurnEffect]) -> list[TurnEffect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def silence(ms: int) -> str:
    return "." * (ms // 20)


def speech(ms: int) -> str:
    return "#" * (ms // 20)


@pytest.fixture
def line() -> Line:
    return Line().listening()


def test_speech_followed_by_silence_is_one_utterance_with_its_soft_beginning(line: Line) -> None:
    line.hears(silence(500) + speech(800) + silence(1_000))
    assert line.of(CloseUtterance) == [CloseUtterance(500 - RULES.lead_ms, 500 + 800 + 900)]


def test_a_one_word_answer_is_heard(line: Line) -> None:
    line.hears(silence(200) + speech(100) + silence(1_000))
    assert len(line.of(CloseUtterance)) == 1


def test_a_click_is_no_utterance(line: Line) -> None:
    line.hears(silence(200) + speech(40) + silence(1_000))
    assert line.of(OpenUtterance) == []


def test_a_cough_does_not_cut_a_prompt(line: Line) -> None:
    line.prompted().hears(silence(100) + speech(180) + silence(500))
    assert line.of(CutPrompt) == []


def test_speech_cuts_a_prompt_within_the_barge_in_time(line: Line) -> None:
    line.prompted().hears(silence(100) + speech(RULES.barge_in_ms))
    assert line.effects == [OpenUtterance(0), Peek(0, 340), CutPrompt(100)]


def test_stops_inside_a_word_do_not_undo_an_onset(line: Line) -> None:
    line.prompted().hears(speech(200) + silence(80) + speech(220))
    assert len(line.of(CutPrompt)) == 1


@pytest.mark.parametrize("verdict", [Verdict.NOD, Verdict.UNSURE, Verdict.NOTHING])
def test_what_is_no_wish_for_the_floor_is_spared_and_a_sentence_that_goes_on_is_not(verdict: Verdict) -> None:
    line = Line().prompted().hears(speech(300)).looks(verdict).hears(speech(600))
    assert line.of(CutPrompt) == []
    line.hears(speech(800))
    assert len(line.of(CutPrompt)) == 1


def test_a_nod_that_becomes_a_sentence_cuts_the_prompt_as_soon_as_its_words_are_known() -> None:
    line = Line().prompted().hears(speech(300)).looks(Verdict.NOD).hears(speech(300)).looks(Verdict.CLEAR)
    assert line.of(CutPrompt) == []
    line.hears(speech(20))
    assert line.of(CutPrompt) == [CutPrompt(0)]


def test_a_clear_wish_for_the_floor_cuts_the_prompt_before_its_time() -> None:
    line = Line().prompted().hears(speech(360)).looks(Verdict.CLEAR).hears(speech(20))
    assert line.of(CutPrompt) == [CutPrompt(0)]


def test_a_clear_word_cuts_the_prompt_also_when_it_was_the_last() -> None:
    line = Line().prompted().hears(speech(300) + silence(160)).looks(Verdict.CLEAR).hears(silence(20))
    assert len(line.of(CutPrompt)) == 1


def test_words_that_may_be_any_wait_for_their_length() -> None:
    line = Line().prompted().hears(speech(360)).looks(Verdict.WORDS).hears(speech(100))
    assert line.of(CutPrompt) == []
    line.hears(speech(20))
    assert line.of(CutPrompt) == [CutPrompt(0)]


def test_words_that_are_looked_at_again_are_so_until_the_floor_is_decided() -> None:
    line = Line().prompted().hears(speech(300)).looks(Verdict.NOD).hears(speech(120)).looks(Verdict.NOD)
    line.hears(speech(300))
    assert line.of(Peek) == [Peek(0, 240), Peek(0, 400), Peek(0, 560)]


def test_a_sound_that_can_be_no_words_does_not_cut_a_prompt_like_words() -> None:
    line = Line().prompted().hears(speech(900), is_words=False)
    assert line.of(CutPrompt) == []
    line.hears(speech(20))
    assert len(line.of(CutPrompt)) == 1


def test_what_was_made_of_words_before_a_pause_says_nothing_of_those_after_it() -> None:
    line = Line().prompted().hears(speech(300)).looks(Verdict.NOD).hears(silence(200) + speech(480))
    assert len(line.of(CutPrompt)) == 1


def test_a_look_that_came_to_nothing_leaves_what_the_one_before_it_found() -> None:
    line = Line().prompted().hears(speech(300)).looks(Verdict.NOD).looks(Verdict.UNHEARD).hears(speech(600))
    assert line.of(CutPrompt) == []


def test_a_voice_far_away_opens_nothing(line: Line) -> None:
    line.hears(speech(2_000), is_near=False)
    assert line.of(OpenUtterance) == []


def test_who_comes_near_begins_with_a_soft_syllable_and_not_with_what_went_before(line: Line) -> None:
    line.hears(speech(30_000), is_near=False).hears(speech(200) + silence(1_000))
    assert line.of(OpenUtterance) == [OpenUtterance(30_000 - RULES.soft_ms - RULES.lead_ms)]
    assert len(line.of(CloseUtterance)) == 1


def test_a_voice_far_away_lends_a_cough_no_length() -> None:
    line = Line().prompted().hears(speech(3_000), is_near=False).hears(speech(60) + silence(200))
    assert line.of(CutPrompt) == []


def test_a_look_that_comes_when_no_prompt_plays_changes_nothing(line: Line) -> None:
    line.hears(speech(300)).looks(Verdict.CLEAR).hears(speech(300))
    assert line.of(CutPrompt) == []


def test_a_short_answer_under_a_prompt_is_an_utterance_of_its_own_and_the_prompt_goes_on(line: Line) -> None:
    line.prompted().hears(silence(100) + speech(300) + silence(1_000))
    assert line.of(CutPrompt) == []
    assert line.of(Peek) == [Peek(0, 340)]
    assert len(line.of(CloseUtterance)) == 1


def test_recognition_may_begin_at_the_first_short_silence_and_is_withdrawn_if_the_caller_goes_on(line: Line) -> None:
    line.hears(speech(400) + silence(200))
    assert line.of(Glance) == [Glance(0, 480)]
    line.hears(speech(40))
    assert line.of(GlanceWithdrawn)
    assert line.of(CloseUtterance) == []


def test_a_pause_inside_a_number_being_read_out_does_not_close_it() -> None:
    line = Line().listening(Patience.DIGITS).hears(speech(600) + silence(1_200) + speech(600) + silence(1_400))
    assert len(line.of(CloseUtterance)) == 1


def test_a_yes_or_no_is_closed_sooner_than_an_open_answer() -> None:
    def closes_after(patience: Patience) -> int:
        line = Line().listening(patience).hears(speech(300) + silence(3_000))
        (closed,) = line.of(CloseUtterance)
        assert isinstance(closed, CloseUtterance)
        return closed.end_ms

    assert closes_after(Patience.SHORT) < closes_after(Patience.OPEN) < closes_after(Patience.DIGITS)


@pytest.mark.parametrize(
    ("sounds", "closes_after_ms"),
    [
        (Completeness.MEANT, 300),
        (Completeness.QUESTION, 520),
        (Completeness.PLAIN, 760),
        (Completeness.UNKNOWN, 900),
        (Completeness.HANGING, 1_500),
        (Completeness.READING, 2_000),
    ],
)
def test_the_pause_that_closes_depends_on_how_finished_the_words_sound(
    line: Line, sounds: Completeness, closes_after_ms: int
) -> None:
    line.hears(speech(600) + silence(200)).judges(sounds).hears(silence(3_000))
    (closed,) = line.of(CloseUtterance)
    assert closed == CloseUtterance(0, 600 + closes_after_ms)


def test_a_judgement_that_comes_late_closes_at_once_and_not_in_the_past(line: Line) -> None:
    line.hears(speech(600) + silence(400)).judges(Completeness.MEANT).hears(silence(20))
    assert line.of(CloseUtterance) == [CloseUtterance(0, 1_020)]


def test_a_judgement_does_not_outlive_its_pause(line: Line) -> None:
    line.hears(speech(600) + silence(200)).judges(Completeness.MEANT).hears(speech(200) + silence(600))
    assert line.of(CloseUtterance) == []


def test_a_judgement_after_the_caller_went_on_changes_nothing(line: Line) -> None:
    line.hears(speech(600) + silence(200) + speech(100)).judges(Completeness.MEANT).hears(silence(600))
    assert line.of(CloseUtterance) == []


def test_silence_is_reported_once_each_time_it_has_lasted(line: Line) -> None:
    line.hears(silence(2 * RULES.silence_ms))
    assert [type(effect) for effect in line.effects] == [CallerQuiet, CallerQuiet]


def test_silence_under_a_prompt_is_nobodys_fault(line: Line) -> None:
    line.prompted().hears(silence(3 * RULES.silence_ms))
    assert line.effects == []


def test_a_monologue_is_closed_before_it_outgrows_the_recogniser(line: Line) -> None:
    line.hears(speech(60_000))
    assert len(line.of(CloseUtterance)) == 2


@given(st.text("#.", max_size=600), st.sampled_from(list(Patience)))
def test_utterances_never_overlap_and_close_after_they_open(frames: str, patience: Patience) -> None:
    line = Line().listening(patience).hears(frames)
    opened = 0
    ended = 0
    for effect in line.effects:
        if isinstance(effect, OpenUtterance):
            opened += 1
        if isinstance(effect, CloseUtterance):
            assert effect.end_ms > effect.start_ms
            assert effect.end_ms > ended
            ended = effect.end_ms
            opened -= 1
        assert opened in (0, 1)


@given(st.text("#.", max_size=400))
def test_the_same_audio_is_always_heard_the_same(frames: str) -> None:
    assert Line().listening().hears(frames).effects == Line().listening().hears(frames).effects


def test_no_prompt_is_cut_when_none_plays() -> None:
    line = Line(Floor()._replace(prompt=False)).hears(speech(2_000))
    assert line.of(CutPrompt) == []
