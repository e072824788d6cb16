"""The desk of a node: its queues, and calls told to agents in the words of its prompts."""

from collections.abc import Callable, Sequence

from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.ports.store import CallLog
from ivr.vocabulary.events import Logged
from ivr.vocabulary.language import LanguageTag
from ivr.web.desk.hub import Hub
from ivr.web.desk.models import SummaryLine
from ivr.web.desk.tools import DeskTools
from ivr.wiring.summaries import Summaries


def desk_tools(business: str, directory: Directory, log: CallLog, clock: Clock, summaries: Summaries) -> DeskTools:
    return DeskTools(business, directory, Hub(directory, log, clock, _told(summaries)), clock)


def _told(summaries: Summaries) -> Callable[[Sequence[Logged], LanguageTag], list[SummaryLine]]:
    def tell(log: Sequence[Logged], language: LanguageTag) -> list[SummaryLine]:
        lines = summaries.of(log, language).lines
        return [SummaryLine(kind=line.kind, text=line.text, turns=list(line.turns)) for line in lines]

    return tell
