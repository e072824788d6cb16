"""A call as the agent who handles it sees it: where the transfer stands, what they were told. A fold over the log."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ivr.calls.transfer import supervision
from ivr.calls.transfer.machine import ALL_FACTS, step
from ivr.calls.transfer.state import Stage, TellAgent, Transfer, begin
from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.events import (
    CallEnded,
    CallOffered,
    DeadlinePassed,
    LanguageSet,
    Logged,
)
from ivr.vocabulary.ids import AgentId, PromptId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import GiveUpAsked, TransferMoved, TransferRequested, WrappedUp

NOTICES: Final = 8
"Kept for the desk; older ones were seen, or do not matter any more."


@dataclass(frozen=True, slots=True)
class Notice:
    """What an agent is told about their call, as `TellAgent` names it. `seq` is that of the fact that led to it."""

    seq: int
    agent: AgentId
    what: str


@dataclass(frozen=True, slots=True)
class Handled:
    """A call and its latest transfer.

    caller        their number, or `anonymous`.
    began_ms      when it was offered: Unix ms.
    wanted_ms     since when a person is wanted: Unix ms, 0 before that; moved_ms likewise, since when it stands there;
                  met_ms, when caller and agent first met.
    wrong         what the assistant said and should not have, by the mark of an agent.
    disposition   what came of it, as the agent wrote down; "" until then.
    """

    caller: str = ""
    language: LanguageTag | None = None
    transfer: Transfer | None = None
    began_ms: int = 0
    wanted_ms: int = 0
    moved_ms: int = 0
    met_ms: int = 0
    notices: tuple[Notice, ...] = ()
    wrong: frozenset[PromptId] = frozenset()
    disposition: str = ""
    ended_by: str = ""


def tell(handled: Handled, logged: Logged) -> Handled:
    """The call after one more entry of its log."""
    match event := logged.event:
        case CallOffered(caller=caller):
            return replace(handled, caller=caller, began_ms=logged.wall_ms)
        case LanguageSet(language=language):
            return replace(handled, language=language)
        case TransferRequested(transfer=id, queue=queue, reason=reason):
            transfer = begin(id, queue, reason).transfer
            at_ms = logged.wall_ms
            return replace(handled, transfer=transfer, wanted_ms=at_ms, moved_ms=at_ms, met_ms=0, notices=())
        case TransferMoved(stage=stage):
            met_ms = handled.met_ms or (logged.wall_ms if stage == Stage.BRIDGED else 0)
            return _over(replace(handled, moved_ms=logged.wall_ms, met_ms=met_ms), stage)
        case TurnMarkedWrong(prompt=prompt):
            return replace(handled, wrong=handled.wrong | {prompt})
        case CallEnded(by=by):
            handled = replace(handled, ended_by=handled.ended_by or by)
        case WrappedUp(disposition=disposition):
            handled = replace(handled, disposition=disposition)
        case _:
            pass
    return _moved(handled, logged) if isinstance(event, ALL_FACTS) else handled


def handled(log: Iterable[Logged]) -> Handled:
    """The call as its log has it."""
    found = Handled()
    for logged in log:
        found = tell(found, logged)
    return found


def _over(handled: Handled, stage: str) -> Handled:
    """A caller who gave up waiting did so by their words or a key, which are no facts of the transfer themselves."""
    transfer = handled.transfer
    if transfer is None or stage != Stage.DONE or transfer.stage is Stage.DONE:
        return handled
    return replace(handled, transfer=step(transfer, GiveUpAsked(transfer.id, "assistant")).transfer)


def _moved(handled: Handled, logged: Logged) -> Handled:
    """What this fact did to the transfer, if it is one of it."""
    transfer, event = handled.transfer, logged.event
    if transfer is None or getattr(event, "transfer", transfer.id) != transfer.id:
        return handled
    mine = {f"transfer.{transfer.stage}", supervision.DEADLINE}
    if isinstance(event, DeadlinePassed) and event.deadline not in mine:
        return handled  # of the call, not of the transfer
    result = step(transfer, event)
    told = [Notice(logged.seq, each.agent, each.what) for each in result.effects if isinstance(each, TellAgent)]
    return replace(handled, transfer=result.transfer, notices=(*handled.notices, *told)[-NOTICES:])
