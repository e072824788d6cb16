"""Summaries as a node makes them: in the words of its prompts, with its answers by their names."""

from collections.abc import Callable, Mapping, Sequence

from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.answers.names import name_of
from ivr.answers.summary import Books, Known, Proposed, Summary, book_of, read_books, summarise
from ivr.answers.summary.words import FALLBACK
from ivr.flows.faults import FlowFault
from ivr.ports.store import ApprovedAnswer
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import CallOffered, EscalationRaised, LanguageSet, Logged, Perceived
from ivr.vocabulary.ids import AnswerId, CallId, UtteranceId
from ivr.vocabulary.language import LanguageTag

Approved = Callable[[], Mapping[AnswerId, ApprovedAnswer]]
"The answers in use."


_PRACTICE = [
    Logged(CallId("practice"), seq, 0, 0, event)
    for seq, event in enumerate(
        [
            CallOffered("+12025550143", "+12025550100"),
            LanguageSet(FALLBACK, "practice"),
            Perceived(UtteranceId("u1"), "two words", 1.0, FALLBACK, 1.0),
            EscalationRaised("asked", (UtteranceId("u1"),), "two words"),
        ],
        1,
    )
]
"A call that nobody made."


class Summaries:
    """Tells calls to agents. Stateless: every summary is made anew from the log, in a few ms."""

    def __init__(self, books: Books, approved: Approved) -> None:
        self._books, self._approved = books, approved

    def of(
        self,
        log: Sequence[Logged],
        language: LanguageTag,
        known: Known | None = None,
        proposed: Sequence[Proposed] = (),
    ) -> Summary:
        """The call as far as its log goes, for an agent who reads this language. Never raises."""
        book = book_of(self._books, language)
        names = {answer: name for answer, each in self._approved().items() if (name := name_of(each, book.language))}
        return summarise(log, book, known=known, names=names, proposed=proposed)


def load_summaries(settings: Settings, approved: Approved) -> Summaries:
    """Raises ConfigError with every fault of the words."""
    books, faults = read_books(settings.spoken_dirs, settings.screen_dir)
    if faults:
        listed = "; ".join(f"{fault.place}: {fault.what} ({fault.fix})" for fault in faults)
        raise ConfigError(listed, where=str(settings.prompts_dir), fix="`ivr check` lists the faults.")
    summaries = Summaries(books, approved)
    for language in books:
        summaries.of(_PRACTICE, language)  # builds the tables of names and numbers, so that no call waits for them
    return summaries


async def offline_summaries(settings: Settings) -> Summaries:
    """The same outside a server: answers are named as they are written now."""
    answers = {answer.id: answer for answer in await FolderKnowledge(settings.knowledge_dir).answers()}
    return load_summaries(settings, lambda: answers)


def word_faults(settings: Settings) -> list[FlowFault]:
    """What is wrong with the words that calls are told to agents in."""
    return read_books(settings.spoken_dirs, settings.screen_dir)[1]
