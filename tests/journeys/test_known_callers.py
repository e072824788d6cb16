"""Who calls is looked up while the assistant speaks already."""

import asyncio

from ivr.adapters.scripted.customers import ScriptedCustomers
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.events import CustomerFound, Fault
from tests.journeys.house import CALLER, street

ANNA = Customer("1", "Anna Meyer", None, "premium", "Prefers mornings.")


class SlowCustomers(ScriptedCustomers):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__({CALLER: ANNA})
        self.let = asyncio.Event()

    async def find(self, number: str) -> Customer | None:
        await self.let.wait()
        return await super().find(number)


async def test_a_call_does_not_wait_for_the_records_and_takes_what_they_say_when_it_comes() -> None:
    records = SlowCustomers()
    async with street(customers=records) as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("what are your hours")
        assert CustomerFound("Anna Meyer", "premium") not in await there.events(caller.call)
        records.let.set()
        await caller.says("what are your hours")
        await caller.hangs_up()
        assert CustomerFound("Anna Meyer", "premium") in await there.events(caller.call)


async def test_records_that_never_answer_end_with_the_call() -> None:
    async with street(customers=SlowCustomers()) as there:
        caller = there.caller()
        await caller.dial()
        await caller.hangs_up()
        assert not [event for event in await there.events(caller.call) if isinstance(event, CustomerFound)]


async def test_records_that_are_down_are_written_down_and_the_call_goes_on() -> None:
    records = ScriptedCustomers()
    records.fails = BackendUnavailable("down")
    async with street(customers=records) as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("what are your hours")
        await caller.hangs_up()
        assert Fault("customers", "BackendUnavailable") in await there.events(caller.call)
