"""Patterns of what callers say."""

import pytest

from ivr.answers.wording import Patterns, expand, without


def test_brackets_stand_for_any_of_their_words_or_none() -> None:
    assert list(expand("call (me|us|) back")) == ["call me back", "call us back", "call back"]


@pytest.mark.parametrize("pattern", ["(a|b", "a) b", "a|b", "((a|b)|c)"])
def test_brackets_that_do_not_match_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        list(expand(pattern))


def test_a_pattern_with_too_many_wordings_is_refused() -> None:
    with pytest.raises(ValueError, match="stands for"):
        list(expand("(a|b|c|d|e|f|g|h|i|j)" * 5))


def test_one_word_may_stand_between_two_of_a_pattern() -> None:
    found = Patterns(["talk person"])
    assert found.spans("talk real person".split())
    assert not found.spans("talk very real person".split())


def test_patterns_are_found_by_sound_unless_they_must_be_exact() -> None:
    assert Patterns(["real person"]).spans(["reel", "person"])
    assert not Patterns(["real person"], exact=True).spans(["reel", "person"])


def test_short_words_must_be_the_same() -> None:
    assert not Patterns(["cant hear"]).spans(["can", "hear"])


def test_a_whole_pattern_must_be_all_that_was_said() -> None:
    found = Patterns(["human"])
    assert found.whole(["human"]) == 1.0
    assert found.whole(["human", "error"]) == 0.0


def test_fillers_and_repetitions_are_passed_over_but_never_everything() -> None:
    assert without(["no", "no", "um", "no"], frozenset({"um"})) == ["no"]
    assert without(["okay"], frozenset({"okay"})) == ["okay"]
