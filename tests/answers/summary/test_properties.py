"""Whatever a log holds: the summary is told, and holds nothing that its turns do not."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.answers.summary import Book, Summary, briefing, read_books, summarise
from ivr.answers.summary.brief import LONGEST_S, seconds
from ivr.answers.summary.check import QUOTED
from ivr.answers.summary.facts import facts_of
from ivr.answers.summary.folding import figures, stands_in
from ivr.vocabulary.events import (
    AnswerReady,
    AnswerRequested,
    CallbackAgreed,
    CallOffered,
    Clarified,
    Collected,
    DigitsReleased,
    EscalationRaised,
    Event,
    Hit,
    KeyPressed,
    LanguageSet,
    Logged,
    Perceived,
    PromptCut,
    PromptHeard,
    PromptStarted,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, CallId, DigitsId, PromptId, RequestId, TransferId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, mask
from ivr.vocabulary.transfers import TransferRequested

from .conftest import SCREEN, SPOKEN

BOOKS, _ = read_books([SPOKEN], SCREEN)

_tags = st.sampled_from([LanguageTag(tag) for tag in ("en", "es", "pt", "fr", "de", "it", "ru", "")])
_utterances = st.integers(1, 6).map(lambda n: UtteranceId(f"u{n}"))
_prompts = st.integers(1, 6).map(lambda n: PromptId(f"p{n}"))
_requests = st.integers(1, 4).map(lambda n: RequestId(f"a{n}"))
_answers = st.sampled_from([AnswerId(id) for id in ("opening-hours", "change-pin", "fee2", "a")])
_words = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            "my card is four five 4539 ••• “stolen” «now» twenty Meyer Peter 25 $10 a.m. {number} {} … a-b".split()
        ),
        max_size=40,
    ).map(" ".join),
)
_reasons = st.one_of(st.sampled_from(["asked", "theft", "no_progress", "distress"]), st.text(max_size=5))
_purposes = st.sampled_from(["greeting", "answer", "refusal", "clarify", "offer", "filler", "readback", ""])
_hits = st.lists(st.builds(Hit, _answers, st.floats(0, 1), _words), max_size=2).map(tuple)
_signals = st.dictionaries(st.sampled_from(["person", "distress", "abuse", "yes"]), st.floats(0, 1), max_size=2)

_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(CallOffered, _words, _words),
    st.builds(LanguageSet, _tags, _words),
    st.builds(UtteranceClosed, _utterances, st.integers(0, 9), st.integers(0, 9)),
    st.builds(Perceived, _utterances, _words, st.floats(0, 1), _tags, st.floats(0, 1), hits=_hits, signals=_signals),
    st.builds(AnswerRequested, _requests, _utterances, st.tuples(_answers)),
    st.builds(AnswerReady, _requests, st.just("approved"), _words, st.tuples(_answers), _tags),
    st.builds(PromptStarted, _prompts, _purposes, _words, _tags, st.lists(_answers, max_size=1).map(tuple)),
    st.builds(PromptHeard, _prompts),
    st.builds(PromptCut, _prompts, st.floats(0, 1), _words),
    st.builds(Clarified, st.integers(1, 2)),
    st.builds(EscalationRaised, _reasons, st.lists(_utterances, max_size=2).map(tuple), _words),
    st.builds(Collected, _words, _words, _words),
    st.builds(CallbackAgreed, _words, _reasons),
    st.builds(TransferRequested, st.just(TransferId("t1")), _words, _reasons),
    st.builds(KeyPressed, st.sampled_from(["0", MASK])),
)
_logs = st.lists(_EVENTS, max_size=40).map(
    lambda events: [Logged(CallId("CA1"), seq, seq, seq, event) for seq, event in enumerate(events, 1)]
)
_books = st.sampled_from(list(BOOKS.values()))


@settings(max_examples=150, deadline=None)
@given(_logs, _books)
def test_any_log_is_told_and_every_quotation_and_number_stands_in_its_turns(log: list[Logged], book: Book) -> None:
    summary = summarise(log, book)
    facts = facts_of(log)
    for line in summary.lines:
        turns = [facts.turns[turn] for turn in line.turns]
        assert turns
        texts = [text for turn in turns for text in (*turn.words, *turn.facts)]
        for quoted in (next(filter(None, found), "") for found in QUOTED.findall(line.text)):
            assert stands_in(quoted, texts)
        proved = {
            each for text in (*texts, facts.caller) for whole, groups in figures(text) for each in (whole, *groups)
        }
        for whole, groups in figures(QUOTED.sub("", line.text)):
            assert whole in proved or set(groups) <= proved


@settings(max_examples=100, deadline=None)
@given(_logs, _books)
def test_any_briefing_is_short(log: list[Logged], book: Book) -> None:
    assert seconds(briefing(summarise(log, book))) <= LONGEST_S


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[3-9]\d{11,15}", fullmatch=True), _books)
def test_a_secret_that_was_held_back_is_told_by_nobody(secret: str, book: Book) -> None:
    masked = mask(f"my card number is {secret}", LanguageTag("en")).text
    events: list[Event] = [
        LanguageSet(LanguageTag("en"), "default"),
        UtteranceClosed(UtteranceId("u1"), 0, 900),
        Perceived(UtteranceId("u1"), masked, 0.9, LanguageTag("en"), 1.0),
        DigitsReleased(DigitsId("d1"), secret),
        Collected("card", "digits", MASK * len(secret)),
        EscalationRaised("asked", (UtteranceId("u1"),), masked),
    ]
    summary = summarise([Logged(CallId("CA1"), n, n, n, event) for n, event in enumerate(events, 1)], book)
    assert secret not in re.sub(r"\D", "", _everything(summary))
    assert any(MASK in line.text for line in summary.lines)


def _everything(summary: Summary) -> str:
    told = [*(line.text for line in summary.lines), *(each.text for each in summary.dropped)]
    return " | ".join([*told, briefing(summary)])
