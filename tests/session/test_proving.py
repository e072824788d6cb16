"""What a live call asks the customer records, and what it makes of their answers."""

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.customers import ScriptedCustomers
from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.calls.effects import LookUp, Prove
from ivr.ports.customers import Customer
from ivr.ports.store import Entry
from ivr.session.proving import DAY_MS, WRONG_A_DAY, Asking
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.events import CallOffered, Event, Fault
from ivr.vocabulary.ids import CallId, RequestId
from ivr.vocabulary.personal import FactsFound, Proof, ProofJudged

NUMBER = "+12025550143"
PROVE = Prove(RequestId("v1"), NUMBER, {}, ("passcode",))
LOOK_UP = LookUp(RequestId("v2"), NUMBER, {"balance": "amount", "due": "date"})
CODE = {"passcode": "4071"}


def records(**facts: str) -> ScriptedCustomers:
    return ScriptedCustomers(
        {NUMBER: Customer("1", "Anna Meyer")}, secrets={NUMBER: {"passcode": "4071"}}, held={NUMBER: facts}
    )


class Line:
    """Asks, and keeps what is posted."""

    def __init__(self, of: ScriptedCustomers | None) -> None:
        self.log, self.clock = ScriptedCallLog(), FakeClock()
        self.asking = Asking(of, self.log, self.clock, "US")
        self.posted: list[Event] = []

    async def prove(self, asked: Prove = PROVE, **given: str) -> list[Event]:
        await self.asking.prove(asked, given or None, self.posted.append)
        return self.posted

    async def look_up(self) -> list[Event]:
        await self.asking.look_up(LOOK_UP, self.posted.append)
        return self.posted

    async def had(self, call: str, wrong: int, ago_ms: int, number: str = NUMBER) -> None:
        """An earlier call from the number, in which it was wrong so often."""
        then = self.clock.wall_ms() - ago_ms
        judged = [ProofJudged(RequestId("v1"), Proof.WRONG)] * wrong
        events: list[Event] = [CallOffered(number, "+12025550100"), *judged]
        await self.log.append(CallId(call), 0, [Entry(0, then, event) for event in events])


async def test_the_right_code_verifies_the_caller() -> None:
    assert await Line(records()).prove(**CODE) == [ProofJudged(RequestId("v1"), Proof.VERIFIED)]


async def test_a_wrong_code_does_not() -> None:
    assert await Line(records()).prove(passcode="4070") == [ProofJudged(RequestId("v1"), Proof.WRONG)]


async def test_a_code_that_is_no_longer_in_memory_is_lost_and_nobody_is_asked() -> None:
    asked = records()
    assert await Line(asked).prove() == [ProofJudged(RequestId("v1"), Proof.LOST)]
    assert asked.asked == []


async def test_a_withheld_number_proves_nothing() -> None:
    hidden = Prove(RequestId("v1"), "anonymous", {}, ("passcode",))
    assert await Line(records()).prove(hidden, **CODE) == [ProofJudged(RequestId("v1"), Proof.UNKNOWN)]


async def test_whom_the_records_do_not_know_cannot_prove_anything() -> None:
    assert await Line(ScriptedCustomers()).prove(**CODE) == [ProofJudged(RequestId("v1"), Proof.UNKNOWN)]


async def test_without_records_nothing_is_proved_and_nothing_told() -> None:
    assert await Line(None).prove(**CODE) == [ProofJudged(RequestId("v1"), Proof.FAILED)]
    assert await Line(None).look_up() == [FactsFound(RequestId("v2"), {})]


async def test_records_that_are_down_are_a_fault_and_verify_nobody() -> None:
    down = records()
    down.fails = BackendUnavailable("down")
    fault = Fault("customers", "BackendUnavailable")
    assert await Line(down).prove(**CODE) == [fault, ProofJudged(RequestId("v1"), Proof.FAILED)]
    assert await Line(down).look_up() == [fault, FactsFound(RequestId("v2"), {})]


async def test_after_six_wrong_codes_in_a_day_not_even_the_right_one_is_asked_about() -> None:
    asked = records()
    line = Line(asked)
    await line.had("CA1", WRONG_A_DAY - 3, 3_600_000)
    await line.had("CA2", 3, 60_000)
    assert await line.prove(**CODE) == [ProofJudged(RequestId("v1"), Proof.LOCKED)]
    assert asked.asked == []


async def test_wrong_codes_of_yesterday_and_of_other_numbers_do_not_count() -> None:
    line = Line(records())
    await line.had("CA1", WRONG_A_DAY, DAY_MS + 1)
    await line.had("CA2", WRONG_A_DAY, 60_000, "+12025550199")
    assert await line.prove(**CODE) == [ProofJudged(RequestId("v1"), Proof.VERIFIED)]


async def test_facts_are_written_as_values_are_kept() -> None:
    found = await Line(records(balance="1204.5", due="2027-03-01T00:00:00")).look_up()
    assert found == [FactsFound(RequestId("v2"), {"balance": "1204.50", "due": "2027-03-01"})]


async def test_a_fact_of_another_kind_is_left_out_and_written_down_without_its_value() -> None:
    found = await Line(records(balance="1204.5", due="soon")).look_up()
    assert found == [
        Fault("customers", "due is not written as date"),
        FactsFound(RequestId("v2"), {"balance": "1204.50"}),
    ]
