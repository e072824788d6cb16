"""What holds of every queue, whatever agents and callers do and in whichever order."""

from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ivr.calls.routing import agents, callers
from ivr.calls.routing.choose import Key, assign, in_line, key
from ivr.calls.routing.state import Callback, CallbackState, Presence, Reserved, Waiting
from ivr.calls.routing.tidy import tidy
from ivr.vocabulary.ids import AgentId, CallbackId, CallId
from tests.calls.routing.bank import EN, ES, PT, Bank, agent, caller

STAFF = (
    agent("ana"),
    agent("ben", queues=(), languages=(EN, ES), skills=("cards",), capacity=2),
    agent("rui", languages=(PT,)),
    agent("temp", queues=(), only="CA03"),
)
NAMES = st.sampled_from([each.id for each in STAFF])
CALLERS = st.builds(
    caller,
    st.integers(0, 7),
    queue=st.sampled_from(["general", "cards"]),
    language=st.sampled_from([EN, ES, PT]),
    reason=st.sampled_from(["asked", "theft", "danger"]),
)


class AnyDay(RuleBasedStateMachine):
    """Agents and callers do anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.bank = Bank(*STAFF)

    @rule(waiting=CALLERS, passed=st.lists(NAMES, max_size=2))
    def a_caller_asks(self, waiting: Waiting, passed: list[AgentId]) -> None:
        result = self.bank.reserve(replace(waiting, passed=tuple(passed)))
        if isinstance(result, Reserved):
            assert result.agent.id not in passed
            assert result.agent.only in {"", waiting.call}

    @rule(number=st.integers(0, 7), dropped=st.booleans())
    def a_caller_leaves(self, number: int, dropped: bool) -> None:
        self.bank.leave(caller(number), dropped=dropped)

    @rule(number=st.integers(0, 7), name=NAMES)
    def an_agent_is_consulted(self, number: int, name: AgentId) -> None:
        self.bank.board, _ = callers.engage(self.bank.board, name, caller(number), self.bank.at_ms)

    @rule(
        number=st.integers(0, 7),
        name=NAMES,
        presence=st.sampled_from([Presence.AVAILABLE, Presence.WRAP_UP, Presence.AWAY]),
    )
    def an_agent_is_released(self, number: int, name: AgentId, presence: Presence) -> None:
        self.bank.release(caller(number), name, presence)

    @rule(name=NAMES, presence=st.sampled_from(Presence))
    def an_agent_chooses(self, name: AgentId, presence: Presence) -> None:
        self.bank.presence(name, presence)

    @rule(name=NAMES)
    def an_agent_goes_and_comes(self, name: AgentId) -> None:
        self.bank.board, _ = agents.remove(self.bank.board, name)
        self.bank.add(next(each for each in STAFF if each.id == name))

    @rule(number=st.integers(0, 7))
    def somebody_is_promised_a_callback(self, number: int) -> None:
        promise = Callback(
            CallbackId(f"c{number}"), CallId("CA99"), "+15550000099", EN, "general", "asked", self.bank.at_ms
        )
        self.bank.board, _ = agents.agree(self.bank.board, self.bank.plan, promise)

    @rule()
    def somebody_dials(self) -> None:
        self.bank.board, _ = agents.due(self.bank.board, self.bank.plan, self.bank.at_ms)

    @rule(number=st.integers(0, 7), outcome=st.sampled_from(["reached", "busy", "machine", "cancelled"]))
    def an_attempt_is_over(self, number: int, outcome: str) -> None:
        id = CallbackId(f"c{number}")
        self.bank.board, _ = agents.done(self.bank.board, self.bank.plan, id, outcome, self.bank.at_ms)

    @rule(seconds=st.sampled_from([1, 20, 59, 301, 7_200]))
    def time_passes(self, seconds: int) -> None:
        self.bank.later(seconds)

    @invariant()
    def nobody_has_more_calls_than_they_can_have(self) -> None:
        counts = Counter(hold.agent for hold in self.bank.board.holds)
        assert all(counts[id] <= seat.agent.capacity for id, seat in self.bank.board.seats.items())
        assert set(counts) <= set(self.bank.board.seats)

    @invariant()
    def nobody_is_given_more_calls_than_they_can_have(self) -> None:
        board = self.bank.board
        counts = Counter([*(hold.agent for hold in board.holds), *self._given().values()])
        assert all(counts[id] <= seat.agent.capacity for id, seat in board.seats.items())

    @invariant()
    def of_equals_who_has_waited_longest_gets_the_agent(self) -> None:
        given = self._given()
        alike: dict[tuple[object, ...], list[bool]] = defaultdict(list)
        for waiting in in_line(self.bank.board, self.bank.plan, self.bank.at_ms):
            likeness = (waiting.queue, waiting.language, waiting.priority, waiting.passed, waiting.call == "CA03")
            if waiting.knows is None and self.bank.at_ms - waiting.here_ms < 120_000:
                alike[likeness].append(key(waiting) in given)
        assert all(got == sorted(got, reverse=True) for got in alike.values())

    @invariant()
    def places_are_counted_without_gaps(self) -> None:
        if any(each.state is CallbackState.PENDING for each in self.bank.board.callbacks.values()):
            return  # they have places too, which this list does not show
        if any(each.state is CallbackState.DIALLING for each in self.bank.board.callbacks.values()):
            return
        found: dict[str, list[int]] = defaultdict(list)
        for each in callers.queued(self.bank.board, self.bank.plan, self.bank.at_ms, None):
            if each.agent is None:
                found[each.waiting.queue].append(each.position)
        assert all(positions == list(range(1, len(positions) + 1)) for positions in found.values())

    @invariant()
    def what_fell_due_is_done_once(self) -> None:
        once = tidy(self.bank.board, self.bank.at_ms)
        assert tidy(once, self.bank.at_ms) == once

    def _given(self) -> dict[Key, AgentId]:
        return assign(self.bank.board, self.bank.plan, self.bank.at_ms)


AnyDay.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAnyDay = AnyDay.TestCase


@given(st.permutations(range(5)))
@settings(deadline=None)
def test_everybody_is_served_in_the_order_they_came_whoever_asks_first(asking: list[int]) -> None:
    bank = Bank()
    bank.add(agent("ana"), Presence.BUSY)
    line = [caller(number) for number in range(5)]
    bank.ask(*line)
    bank.presence("ana", Presence.AVAILABLE)
    served = []
    while line:
        for number in asking:
            if caller(number) in line and bank.ask(caller(number)) == ["ana"]:
                served.append(number)
                bank.serve(caller(number), "ana", 1)
                line.remove(caller(number))
    assert served == [0, 1, 2, 3, 4]
