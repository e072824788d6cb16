"""The desk of a node: its queues, and calls told to agents in the words of its prompts."""

from collections.abc import Callable, Sequence
from typing import Final

from ivr.adapters.sql.stores import SqlStores
from ivr.answers.compose import Answer
from ivr.answers.names import name_of
from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.vocabulary.events import Logged
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.web.desk.hub import Hub, Shows, nameless
from ivr.web.desk.models import Source, Suggestion, SummaryLine
from ivr.web.desk.tools import Approved, DeskTools, Suggest
from ivr.wiring.knowing import Knowing
from ivr.wiring.summaries import Summaries

LEAST: Final = 0.1
"Score of an answer that is suggested: an agent reads it first, so it may be less sure than one that is spoken."
MOST: Final = 3


def desk_tools(
    business: str,
    directory: Directory,
    stores: SqlStores,
    clock: Clock,
    summaries: Summaries,
    knowing: Knowing,
    phone_token: Callable[[str], str] | None,
) -> DeskTools:
    hub = Hub(directory, stores.calls, clock, _told(summaries), _shows(knowing))
    return DeskTools(
        business, _suggest(knowing), _approved(knowing), directory, hub, clock, stores.recordings, phone_token
    )


def _suggest(knowing: Knowing) -> Suggest:
    async def suggest(words: str, language: LanguageTag) -> list[Suggestion]:
        found = []
        for hit in (await knowing.understand(words, language)).hits:
            said = knowing.answer([hit.answer], language)
            if hit.score >= LEAST and isinstance(said, Answer):
                approved = knowing.approved.get(hit.answer)
                name = hit.name or (name_of(approved, language) if approved is not None else "") or hit.answer
                found.append(Suggestion(id=hit.answer, name=name, text=said.text, score=round(hit.score, 3)))
        return found[:MOST]

    return suggest


def _approved(knowing: Knowing) -> Approved:
    def approved(id: AnswerId, language: LanguageTag) -> str:
        said = knowing.answer([id], language)
        return said.text if isinstance(said, Answer) else ""

    return approved


def _shows(knowing: Knowing) -> Shows:
    def shows(id: AnswerId, language: LanguageTag) -> Source:
        passage = knowing.passages.get(id)
        found = knowing.approved.get(id) or passage
        if found is None:
            return nameless(id, language)
        said = knowing.answer([id], language)
        text = said.text if isinstance(said, Answer) else next(iter(found.spoken.values()), "")
        title = name_of(found, language) or next((asked[0] for asked in found.questions.values() if asked), "")
        where = passage.where if passage is not None else ""
        return Source(id=id, title=" · ".join(filter(None, (title, where))) or id, text=text)

    return shows


def _told(summaries: Summaries) -> Callable[[Sequence[Logged], LanguageTag], list[SummaryLine]]:
    def tell(log: Sequence[Logged], language: LanguageTag) -> list[SummaryLine]:
        lines = summaries.of(log, language).lines
        return [SummaryLine(kind=line.kind, text=line.text, turns=list(line.turns)) for line in lines]

    return tell
