"""What an agent sees of a call, folded from its log."""

from ivr.calls.handled import NOTICES, Handled, handled, tell
from ivr.calls.transfer.state import Stage
from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import (
    CallEnded,
    CallOffered,
    DeadlinePassed,
    LanguageSet,
    Logged,
)
from ivr.vocabulary.ids import AgentId, CallId, LegId, PromptId, TransferId, UserId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentAnswered,
    AgentJoined,
    AgentReserved,
    CallerJoined,
    CarrierFailed,
    HoldAsked,
    TransferMoved,
    TransferRequested,
    WrappedUp,
)

T, ANA, LEG = TransferId("t1"), AgentId("ana"), LegId("t1.1")
WANTED: list[Event] = [
    CallOffered("+12025550143", "+12025550100"),
    LanguageSet(LanguageTag("en"), "first"),
    TransferRequested(T, "cards", "theft"),
]
RUNG: list[Event] = [*WANTED, AgentReserved(T, ANA, "Ana"), TransferMoved(T, "ringing", "reserved")]
TALKING: list[Event] = [
    *RUNG,
    AgentAnswered(T, LEG),
    AgentAccepted(T, ANA, "desk"),
    AgentJoined(T, LEG),
    CallerJoined(T),
    TransferMoved(T, "bridged", "both are in the room"),
]


def _log(events: list[Event]) -> list[Logged]:
    return [Logged(CallId("CA1"), seq, 0, 1_000 * seq, event) for seq, event in enumerate(events, 1)]


def _seen(*events: Event, before: list[Event] = WANTED) -> Handled:
    return handled(_log([*before, *events]))


def test_who_calls_in_which_language_and_why_is_known_while_they_wait() -> None:
    seen = _seen()
    assert seen.transfer is not None
    assert (seen.caller, seen.language, seen.transfer.queue, seen.transfer.reason, seen.wanted_ms) == (
        "+12025550143", "en", "cards", "theft", 3_000,
    )  # fmt: skip


def test_it_stands_where_the_machine_says_and_since_when_is_known() -> None:
    seen = _seen(before=RUNG)
    assert seen.transfer is not None
    assert seen.transfer.party is not None
    assert (seen.transfer.stage, seen.transfer.party.agent, seen.moved_ms) == (Stage.RINGING, ANA, 5_000)
    seen = _seen(before=TALKING)
    assert seen.transfer is not None
    assert seen.transfer.stage is Stage.BRIDGED


def test_facts_of_another_transfer_and_deadlines_of_the_call_change_nothing() -> None:
    before = _seen(before=RUNG)
    after = _seen(AgentAnswered(TransferId("t0"), LEG), DeadlinePassed("waiting"), before=RUNG)
    assert after.transfer == before.transfer
    late = _seen(DeadlinePassed("transfer.ringing"), before=RUNG)
    assert late.transfer is not None
    assert late.transfer.stage is Stage.QUEUED


def test_what_the_agent_is_told_is_kept_with_its_place() -> None:
    seen = _seen(HoldAsked(T), CarrierFailed(T, "hold", "gone"), CallEnded("caller"), before=TALKING)
    assert [(notice.agent, notice.what) for notice in seen.notices] == [(ANA, "hold_failed"), (ANA, "caller_gone")]
    assert seen.notices[-1].seq == len(TALKING) + 3
    assert seen.ended_by == "caller"


def test_what_was_marked_wrong_and_what_came_of_it_is_known() -> None:
    marked = TurnMarkedWrong(PromptId("p3"), UserId("u1"), "the fee is another one")
    seen = _seen(marked, CallEnded("caller"), WrappedUp(T, "solved", "card blocked"), before=TALKING)
    assert (seen.wrong, seen.disposition) == ({"p3"}, "solved")
    assert seen.transfer is not None
    assert seen.transfer.stage is Stage.DONE


def test_another_transfer_of_the_call_begins_anew() -> None:
    seen = _seen(CarrierFailed(T, "hold", "x"), TransferRequested(TransferId("t2"), "cards", "asked"), before=TALKING)
    assert seen.transfer is not None
    assert (seen.transfer.id, seen.transfer.stage, seen.notices) == ("t2", Stage.QUEUED, ())


def test_a_call_is_told_entry_by_entry_as_well_as_whole_and_keeps_few_notices() -> None:
    again = [HoldAsked(T), CarrierFailed(T, "hold", "x")] * (2 * NOTICES)
    seen = Handled()
    for logged in _log([*TALKING, *again]):
        seen = tell(seen, logged)
    assert seen == _seen(*again, before=TALKING)
    assert len(seen.notices) == NOTICES
