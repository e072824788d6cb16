"""Who calls, looked up beside the call."""

from ivr.adapters.scripted.customers import ScriptedCustomers
from ivr.ports.customers import Customer
from ivr.session.knowing import is_known, look_up
from ivr.vocabulary.errors import DeadlineExceeded
from ivr.vocabulary.events import CallOffered, CustomerFound, Event, Fault, Logged
from ivr.vocabulary.ids import CallId

NUMBER = "+12025550143"


def _log(*events: Event) -> list[Logged]:
    return [Logged(CallId("CA1"), seq, 0, 0, event) for seq, event in enumerate(events, 1)]


async def _posted(records: ScriptedCustomers, caller: str = NUMBER) -> list[Event]:
    posted: list[Event] = []
    await look_up(records, _log(CallOffered(caller, "+12025550100")), posted.append)
    return posted


async def test_whoever_is_known_becomes_a_fact_of_the_call_without_the_notes() -> None:
    records = ScriptedCustomers({NUMBER: Customer("1", "Anna Meyer", None, "premium", "Prefers mornings.")})
    assert await _posted(records) == [CustomerFound("Anna Meyer", "premium")]


async def test_who_is_not_known_is_no_fact() -> None:
    assert await _posted(ScriptedCustomers()) == []


async def test_records_that_fail_are_a_fault_of_ours_and_the_call_goes_on() -> None:
    records = ScriptedCustomers()
    records.fails = DeadlineExceeded("slow")
    assert await _posted(records) == [Fault("customers", "DeadlineExceeded")]


async def test_a_withheld_number_is_not_looked_up() -> None:
    records = ScriptedCustomers()
    assert await _posted(records, "anonymous") == []
    assert records.asked == []


def test_a_call_that_is_taken_up_does_not_ask_again() -> None:
    assert is_known(_log(CallOffered(NUMBER, "+12025550100"), CustomerFound("Anna")))
    assert not is_known(_log(CallOffered(NUMBER, "+12025550100")))
