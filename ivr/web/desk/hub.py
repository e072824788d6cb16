"""How agents, queues and their calls stand now, and who is looking.

Calls      are folded from their logs as they are written, from their first entry on; a call that is not known yet,
           because another process had it, is read once.
Queues     are asked for whenever the directory says that something changed.
Pressure   Nothing is queued for a page. It is told that something changed, and takes what is new when it can: a slow
           one gets less often more, and never loses anything.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from ivr.calls.handled import Handled, tell
from ivr.calls.routing.state import AgentNow, Callback, CallbackState, Presence, Queued
from ivr.calls.transfer.state import Stage
from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.ports.store import CallLog
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    LanguageSet,
    Logged,
    Perceived,
    PromptStarted,
    RoomSpoken,
    StreamLost,
    TakenUp,
)
from ivr.vocabulary.ids import AnswerId, CallId, UserId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import TransferMoved, TransferRequested
from ivr.web.desk.drafts import Drafts
from ivr.web.desk.messages import Messages
from ivr.web.desk.models import Source, SummaryLine
from ivr.web.desk.said import shown

GONE_MS: Final = 30_000
"An agent whose telephone is in the page, and who has had no page open for so long, is not there."
AGAIN_MS: Final = 1_000
"After the directory failed, before it is asked again."
FORMING: Final = frozenset({Stage.QUEUED, Stage.RINGING, Stage.BRIEFING, Stage.JOINING})
"While the caller is with the assistant, the summary still changes."

AT_WORK: Final = frozenset({Presence.AVAILABLE, Presence.BUSY})
"What agents who are asked to look at answers have chosen to do."

GOES_ON: Final = (StreamLost, TakenUp, Perceived, PromptStarted)
"What happens in a call that is not over: by it a call is known that another process had begun."
IN_A_LINE: Final = (CallOffered, CallAnswered, LanguageSet, TransferRequested, TransferMoved, CallEnded)
"What changes the line in which a supervisor sees a call that no agent has."

Shows = Callable[[AnswerId, LanguageTag], Source]
"What an answer or a passage is called and says, in this language where it can."
Summarise = Callable[[Sequence[Logged], LanguageTag], list[SummaryLine]]
"A call told in lines, in this language."

_record = structlog.get_logger("desk")


def nameless(source: AnswerId, language: LanguageTag) -> Source:
    """What is shown of a source that nothing is known of."""
    return Source(id=source, title=source, text="")


@dataclass
class KnownCall:
    """A call, as far as its log was seen."""

    log: list[Logged] = field(default_factory=list)
    handled: Handled = field(default_factory=Handled)
    said: list[dict[str, Any]] = field(default_factory=list)
    summaries: dict[LanguageTag, tuple[int, list[SummaryLine]]] = field(default_factory=dict)

    def take(self, entries: Sequence[Logged]) -> bool:
        """Fold in what is new of these; whether anything was."""
        last = self.log[-1].seq if self.log else 0
        new = [entry for entry in entries if entry.seq > last]
        for entry in new:
            self.log.append(entry)
            self.handled = tell(self.handled, entry)
            if (caption := shown(entry)) is not None:
                self.said.append(caption)
        return bool(new)

    def last_words(self) -> tuple[str, LanguageTag | None]:
        """What the caller said last, to the assistant or to an agent, and its language; "" for nothing."""
        for logged in reversed(self.log):
            match logged.event:
                case Perceived(text=text, language=language) if text:
                    return text, language
                case RoomSpoken(speaker="caller", text=text, language=language) if text:
                    return text, language
        return "", self.handled.language

    def summary(self, language: LanguageTag, summarise: Summarise) -> list[SummaryLine]:
        """The lines, made anew while they can still change."""
        until, lines = self.summaries.get(language, (0, []))
        transfer = self.handled.transfer
        if not until or (until < len(self.log) and transfer is not None and transfer.stage in FORMING):
            until, lines = len(self.log), summarise(self.log, language)
            self.summaries[language] = until, lines
        return lines


@dataclass(frozen=True)
class Standing:
    """What the directory last said. `stale`: it cannot be asked now, and this is how it was."""

    agents: tuple[AgentNow, ...] = ()
    waiting: tuple[Queued, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    stale: bool = True


class Viewer:
    """A page that looks, of this person.

    supervises  they see every call of this moment.
    reads       a call that they read along without having it; "" for none.
    """

    def __init__(self, user: UserId, *, supervises: bool = False, reads: str = "") -> None:
        self.user, self.supervises, self.reads = user, supervises, reads
        self.changed = asyncio.Event()
        self.changed.set()


class Hub:
    """One per node. `run` follows the directory; `observe` takes every logged event of this node."""

    def __init__(
        self, directory: Directory, log: CallLog, clock: Clock, summarise: Summarise, shows: Shows = nameless
    ) -> None:
        self.summarise, self.shows = summarise, shows
        self.standing = Standing()
        self.messages = Messages()
        self.drafts = Drafts()
        self._directory, self._log, self._clock = directory, log, clock
        self._calls: dict[CallId, KnownCall] = {}
        self._held: set[CallId] = set()
        "Those that some agent has."
        self._going: dict[CallId, None] = {}
        "Calls of this node that are not over, in the order in which they were seen first."
        self._reading: dict[CallId, list[Logged]] = {}
        "Calls being read, and what was written meanwhile."
        self._viewers: list[Viewer] = []
        self._began_ms = clock.wall_ms()
        self._left_ms: dict[UserId, int] = {}
        "When the last page of a person was closed."
        self._closing = False

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def observe(self, logged: Logged) -> None:
        """Never waits."""
        if self.messages.observe(logged) or self.drafts.observe(logged):
            self._wake()
        self._is_going(logged)
        if logged.call in self._reading:
            self._reading[logged.call].append(logged)
        elif logged.call in self._calls and self._calls[logged.call].take([logged]):
            self._wake_for(logged)

    async def run(self) -> None:
        """Follow the directory until cancelled."""
        version = -1
        while True:
            try:
                version = await self._directory.changed(version)
                await self.look()
            except BackendError as error:
                if not self.standing.stale:
                    _record.error("the queues cannot be seen", error=type(error).__name__, detail=str(error))
                    self.standing = Standing(
                        self.standing.agents, self.standing.waiting, self.standing.callbacks, stale=True
                    )
                    self._wake()
                await self._clock.sleep_until(self._clock.now_ms() + AGAIN_MS)

    async def look(self) -> None:
        """Ask how everything stands now. Raises BackendError."""
        now_ms = self._clock.wall_ms()
        agents = tuple(await self._directory.agents(now_ms))
        for gone in filter(lambda agent: self._is_gone(agent, now_ms), agents):
            _record.info("an agent has closed the desk", agent=gone.agent.id)
            await self._directory.set_presence(gone.agent.id, Presence.OFFLINE, now_ms)
        waiting = tuple(await self._directory.waiting(now_ms))
        callbacks = tuple(await self._directory.callbacks(CallbackState.PENDING))
        await self.messages.read(self._log)
        self._held = {hold.call for agent in agents for hold in agent.holds}
        for call in (self._held | self._going.keys()) - self._calls.keys():
            await self._get_to_know(call)
        for call in self._calls.keys() - self._held - self._going.keys():
            del self._calls[call]
        self.standing = Standing(agents, waiting, callbacks, stale=False)
        self._wake()

    def close(self) -> None:
        """This node goes: let go of every page."""
        self._closing = True
        self._wake()

    # ── who looks ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def closing(self) -> bool:
        return self._closing

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    @contextmanager
    def viewer(self, user: UserId, *, supervises: bool = False, reads: str = "") -> Iterator[Viewer]:
        viewer = Viewer(user, supervises=supervises, reads=reads)
        self._viewers.append(viewer)
        try:
            yield viewer
        finally:
            self._viewers.remove(viewer)
            self._left_ms[user] = self._clock.wall_ms()

    def may_approve(self, user: UserId, *, supervises: bool) -> bool:
        """Whether this person may look at answers before callers hear them: an agent at work, or a supervisor."""
        return supervises or any(each.agent.user == user and each.presence in AT_WORK for each in self.standing.agents)

    def someone_approves(self) -> bool:
        """Whether anybody who may has the desk open, here: nobody else would see a draft in time."""
        return any(self.may_approve(viewer.user, supervises=viewer.supervises) for viewer in self._viewers)

    def call(self, call: CallId) -> KnownCall | None:
        """A call that goes on, or that an agent has, or has just had."""
        return self._calls.get(call)

    @property
    def going(self) -> list[tuple[CallId, KnownCall]]:
        """The calls of this moment, those that have lasted longest first."""
        return [(call, self._calls[call]) for call in self._going if call in self._calls]

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_going(self, logged: Logged) -> None:
        if isinstance(logged.event, CallEnded):
            self._going.pop(logged.call, None)
        elif logged.seq == 1:
            self._going[logged.call] = None
            self._calls[logged.call] = KnownCall()
        elif isinstance(logged.event, GOES_ON):
            self._going.setdefault(logged.call)

    def _wake_for(self, logged: Logged) -> None:
        """What an agent has is for all; the rest for supervisors alone, in a line, or in full when they read it."""
        held, told = logged.call in self._held, isinstance(logged.event, IN_A_LINE)
        for viewer in self._viewers:
            if held or (viewer.supervises and (told or viewer.reads == logged.call)):
                viewer.changed.set()

    async def _get_to_know(self, call: CallId) -> None:
        meanwhile = self._reading.setdefault(call, [])
        try:
            known = KnownCall()
            known.take(await self._log.read(call))
            known.take(meanwhile)
            self._calls[call] = known
        finally:
            del self._reading[call]

    def _is_gone(self, agent: AgentNow, now_ms: int) -> bool:
        """Whether calls would ring in a page that nobody has open."""
        user = agent.agent.user
        if user is None or agent.presence is not Presence.AVAILABLE or not agent.agent.address.startswith("client:"):
            return False
        seen = any(viewer.user == user for viewer in self._viewers)
        since_ms = max(self._left_ms.get(user, self._began_ms), agent.since_ms)
        return not seen and now_ms - since_ms >= GONE_MS

    def _wake(self) -> None:
        for viewer in self._viewers:
            viewer.changed.set()
