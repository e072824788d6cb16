"""A call whose log is written as it goes, and the books it is told in."""

from dataclasses import dataclass, field

import pytest

from ivr.answers.summary import Book, read_books
from ivr.vocabulary.events import Event, Logged, PromptCut, PromptHeard, UtteranceClosed
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.language import LanguageTag

from ...calls.caller import Caller
from ...calls.script import script
from ...repository.tree import ROOT

SPOKEN, SCREEN = ROOT / "prompts" / "spoken", ROOT / "prompts" / "screen"
HOURS = "We are open from nine to one on Saturdays. On Sundays we are closed."


@dataclass
class LoggedCall(Caller):
    """A call with its log: facts, and the decisions they led to."""

    log: list[Logged] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        if isinstance(event, UtteranceClosed):  # each utterance has a time of its own
            event = UtteranceClosed(event.utterance, self.utterances * 10_000, self.utterances * 10_000 + 900)
        told = len(self.notes)
        super().feed(event)
        for each in (event, *self.notes[told:]):
            self.log.append(Logged(CallId("CA1"), len(self.log) + 1, len(self.log) * 20, 0, each))

    def asks_hours(self) -> "LoggedCall":
        self.say("when are you open on saturdays", hits=(("opening-hours", 0.9),))
        self.answer(HOURS, "opening-hours").listen()
        return self

    def asks_something_unknown(self) -> "LoggedCall":
        self.say("can I get a loan for a boat", hits=(("loans", 0.1),)).listen()
        return self

    def asks_for_a_person(self, words: str = "a person please, someone stole my purse") -> "LoggedCall":
        self.say(words, person=0.97).listen()
        return self

    def cuts(self, fraction: float, heard: str) -> "LoggedCall":
        """The caller speaks over the prompt that plays."""
        assert self.call.prompt is not None
        self.feed(PromptCut(self.call.prompt, fraction, heard))
        return self

    def hears(self) -> "LoggedCall":
        assert self.call.prompt is not None
        self.feed(PromptHeard(self.call.prompt))
        return self


@pytest.fixture
def call() -> LoggedCall:
    """A caller who has heard the greeting."""
    caller = LoggedCall(script())
    caller.dial()
    return caller


@pytest.fixture(scope="session")
def books() -> dict[LanguageTag, Book]:
    found, faults = read_books([SPOKEN], SCREEN)
    assert faults == []
    return found


@pytest.fixture
def english(books: dict[LanguageTag, Book]) -> Book:
    return books[LanguageTag("en")]
