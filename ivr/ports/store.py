"""The stores: the call log, the flows, the knowledge, and rendered phrases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from ivr.vocabulary.events import Event, Logged
from ivr.vocabulary.ids import AnswerId, CallId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MuLaw

LOOKED_AT: Final = 2_000
"Calls that are looked through for those of one caller: an index by number would be one more thing to erase."


@dataclass(frozen=True, slots=True)
class Entry:
    """An event about to be appended: what it is and when it happened."""

    at_ms: int
    wall_ms: int
    event: Event


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the list of calls. Holds nothing that erasure would have to reach."""

    call: CallId
    started_wall_ms: int
    events: int
    last_kind: str
    erased: bool


class CallLog(Protocol):
    """The append-only log. Payloads are sealed with a key per call, kept apart.

    Raises  SequenceConflict when another process wrote first; BackendUnavailable when the store cannot be written
            (full, locked, gone); BackendRejected when it is damaged. Nothing else.
    """

    async def append(self, call: CallId, after_seq: int, entries: Sequence[Entry]) -> list[Logged]:
        """Append all entries in one durable commit (fsync) and return them numbered from `after_seq + 1`.

        `after_seq` is the last number this writer knows; 0 begins a call.
        """
        ...

    async def read(self, call: CallId) -> list[Logged]:
        """All events in order. [] when there is no such call or it was erased."""
        ...

    async def calls(self, limit: int = 50) -> list[CallRow]:
        """The latest calls, newest first."""
        ...

    async def calls_from(self, caller: str, limit: int = 10) -> list[CallRow]:
        """The latest calls from this number (E.164), newest first, of the last LOOKED_AT calls; erased ones are no
        one's. A withheld number has none.
        """
        ...

    async def erase(self, call: CallId) -> bool:
        """Destroy the call's key and its payloads, durably. False when there is no such call."""
        ...

    async def close(self) -> None: ...


class FlowStore(Protocol):
    """Every flow ever pinned, by digest, so that a call can be taken up or replayed years later."""

    async def put(self, digest: str, text: str) -> None:
        """Keep `text`. Doing it twice changes nothing."""
        ...

    async def get(self, digest: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """One answer a person wrote and approved.

    questions  ways callers ask for it, the title first.
    spoken     language to the words that are spoken, verbatim.
    where      file it came from, for the people who edit it.
    names      language to what it is called when a caller is asked which answer was meant.
    live       language to the words with places that are filled when they are spoken (`ivr.answers.fills`), where
               there are such; `spoken` then holds an example of them.
    """

    id: AnswerId
    topic: str
    owner: str
    review_by: str
    questions: dict[LanguageTag, tuple[str, ...]]
    spoken: dict[LanguageTag, str]
    where: str
    names: dict[LanguageTag, str] = field(default_factory=dict)
    live: dict[LanguageTag, str] = field(default_factory=dict)


class KnowledgeStore(Protocol):
    async def answers(self) -> list[ApprovedAnswer]:
        """Every approved answer. Raises ConfigError naming file, fault and fix."""
        ...


class PhraseCache(Protocol):
    """Rendered speech kept between starts. Losing it costs time, never words; it never raises."""

    async def get(self, key: str) -> MuLaw | None: ...

    async def put(self, key: str, audio: MuLaw) -> None: ...
