"""Whatever a caller does in a flow that has no faults, it comes to an end, and a person is one key or word away."""

import copy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivr.calls.effects import HangUp, LookUp, Release
from ivr.calls.state import Phase
from ivr.flows.checks import check
from ivr.flows.schema import Callback, Script
from ivr.settings import Settings
from ivr.vocabulary.events import (
    AnswerReady,
    CallerSilent,
    CustomerFound,
    DeadlinePassed,
    HoursSeen,
    PromptCut,
    PromptHeard,
)
from ivr.vocabulary.ids import AnswerId, TransferId
from ivr.vocabulary.personal import FactsFound, Proof, ProofJudged
from ivr.vocabulary.transfers import NobodyFree
from ivr.wiring.scripts import load_script
from tests.calls.caller import EN, Caller
from tests.calls.desk import DESK, DESK_WORDS, desk

MOST_STEPS = 60
TARGETS = ("next", "silent", "exhausted", "done", "otherwise")
SAID = [
    "menu",
    "one",
    "two",
    "visit",
    "appointment",
    "hours",
    "Ana Ruiz",
    "bananas",
    "",
    "okay",
    "branches",
    "card",
    "my balance",
]
SIGNALS = ["yes", "no", "goodbye", "repeat", "slower", "spell", "hold_on", "start_over", "callback", "person"]

said = st.tuples(
    st.just("say"),
    st.sampled_from(SAID),
    st.dictionaries(st.sampled_from(SIGNALS), st.sampled_from([0.6, 0.98]), max_size=2),
    st.sampled_from(["", "fits", "begun", "misfit", "phone", "short", "number"]),
    st.booleans(),
)
acts = st.one_of(
    said,
    st.tuples(st.sampled_from(["hear", "cut", "silence", "deadline", "open", "closed", "known"])),
    st.tuples(st.just("press"), st.sampled_from("0123459")),
)


@st.composite
def sound_flows(draw: st.DrawFn) -> Script:
    """The desk with a few of its ways led elsewhere, as far as nothing is wrong with that."""
    flow: dict[str, Any] = copy.deepcopy(DESK)
    names = list(flow["nodes"])
    for _ in range(draw(st.integers(0, 3))):
        node = flow["nodes"][draw(st.sampled_from(names))]
        ways = [node, *node.get("options", [])]
        place = draw(st.sampled_from(ways))
        fields = [field for field in TARGETS if field in place]
        if fields:
            place[draw(st.sampled_from(fields))] = draw(st.sampled_from(names))
    script = Script.model_validate({"flow": flow, "phrases": {"en": DESK_WORDS}})
    assume(check(script, {"branches"}) == [])
    return script


VALUES = {"name": "Ana Ruiz", "date": "2026-12-04", "amount": "25.50", "digits": "4711", "phone": "+12025550143"}


def act(caller: Caller, what: tuple[Any, ...], *, records: bool = True) -> None:
    """One thing that a caller, or time, does. What cannot happen where the call stands is left out.

    records  whether customer records answer; without them, their time runs out.
    """
    call = caller.call
    match what:
        case ("say", text, signals, shape, known) if call.phase in {Phase.LISTENING, Phase.SPEAKING, Phase.HOLDING}:
            node = caller.script.flow.nodes[call.node]
            value = VALUES.get(getattr(node, "what", "phone"), "x") if shape else ""
            hits = (("balance" if text == "my balance" else "hours", 0.9),) if known else ()
            caller.release = lambda digits: caller  # type: ignore[method-assign]
            caller.say(text, hits=hits, digits=value, shape=shape, **signals)
            del caller.release
            if caller.call.phase is Phase.RELEASING and any(isinstance(each, Release) for each in caller.effects):
                caller.release(value)
        case ("press", key) if call.phase is not Phase.LEAVING:
            caller.press(key)
        case ("hear",) if call.prompt is not None:
            caller.feed(PromptHeard(call.prompt))
        case ("cut",) if call.prompt is not None and call.phase is Phase.SPEAKING:
            caller.feed(PromptCut(call.prompt, 0.4, call.said[: len(call.said) // 2]))
        case ("silence",) if call.phase is Phase.LISTENING:
            caller.feed(CallerSilent(8_000))
        case ("deadline",):
            caller.feed(DeadlinePassed(call.phase))
        case ("known",):
            caller.feed(CustomerFound("Ana Ruiz"))
        case ("open" | "closed",):
            caller.feed(HoursSeen(("branches", "phone") if what[0] == "open" else (), {"branches": "2026-11-26"}))
    while caller.call.phase is Phase.CHECKING and records and caller.call.request is not None:
        if caller.call.node == "prove":
            right = len(caller.effects) % 3 > 0
            caller.feed(ProofJudged(caller.call.request, Proof.VERIFIED if right else Proof.WRONG))
        else:
            caller.feed(FactsFound(caller.call.request, {"balance": "12.50", "name": "Ana Ruiz"}))
    if caller.call.phase is Phase.ANSWERING and caller.call.request is not None:
        caller.feed(AnswerReady(caller.call.request, "approved", "At nine.", (AnswerId("hours"),), EN))


def is_over(caller: Caller) -> bool:
    return any(isinstance(effect, HangUp) for effect in caller.effects) or caller.call.phase is Phase.LEAVING


def wait(caller: Caller) -> None:
    """A caller who says nothing any more: prompts are heard, silences and deadlines pass."""
    for _ in range(MOST_STEPS):
        if is_over(caller):
            return
        if caller.call.phase is Phase.WAITING and caller.call.transfer is not None:
            caller.feed(NobodyFree(caller.call.transfer.id, "nobody_there"))
        elif caller.call.prompt is not None:
            caller.feed(PromptHeard(caller.call.prompt))
        else:
            caller.feed(DeadlinePassed(caller.call.phase))
    raise AssertionError(f"still {caller.call.phase} at {caller.call.node}")


def walk(script: Script, what: list[tuple[Any, ...]], *, records: bool = True) -> Caller:
    caller = Caller(script)
    caller.offered()
    for each in what:
        if is_over(caller):
            break
        act(caller, each, records=records)
        assert "{" not in caller.said[-1], "a fill was left open"
    return caller


@given(sound_flows(), st.lists(acts, max_size=25), st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_caller_who_falls_silent_anywhere_comes_to_the_end(
    script: Script, what: list[tuple[Any, ...]], records: bool
) -> None:
    wait(walk(script, what, records=records))


@given(sound_flows(), st.lists(acts, max_size=40))
@settings(max_examples=200, deadline=None)
def test_nothing_is_looked_up_for_a_caller_who_is_not_verified(script: Script, what: list[tuple[Any, ...]]) -> None:
    caller = walk(script, [("known",), *what])
    proofs = [event for event in caller.facts if isinstance(event, ProofJudged) and event.outcome is Proof.VERIFIED]
    assert proofs or not any(isinstance(effect, LookUp) for effect in caller.effects)


@given(sound_flows(), st.lists(acts, max_size=25), st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_person_is_one_key_or_one_word_away_from_anywhere(
    script: Script, what: list[tuple[Any, ...]], by_key: bool
) -> None:
    caller = walk(script, what)
    if is_over(caller):
        return
    if by_key:
        caller.press("0")
    else:
        caller.listen()
        if is_over(caller) or caller.call.phase is not Phase.LISTENING:
            return
        caller.say("a person, please", person=0.98)
    assert isinstance(script.flow.nodes[caller.call.node], Callback) or caller.call.node == script.flow.person


@given(st.lists(acts, max_size=25))
@settings(max_examples=120, deadline=None)
def test_the_demo_lets_nobody_get_lost_either(what: list[tuple[Any, ...]]) -> None:
    wait(walk(DEMO, what))


DEMO = load_script(Settings())


def demo(is_open: tuple[str, ...] = ("branches", "phone")) -> Caller:
    caller = Caller(DEMO)
    caller.feed(HoursSeen(is_open, {"branches": "2026-11-26"}))
    return caller.dial()


def test_the_desk_can_be_walked_at_all() -> None:
    assert not is_over(walk(desk(), [("hear",), ("press", "9")]))


def test_the_demo_notes_a_visit_with_a_name_and_a_day() -> None:
    caller = demo().say("menu").listen().say("a visit").listen()
    caller.say("Ana Ruiz", digits="Ana Ruiz", shape="fits").listen()
    assert "Ana Ruiz: A, N, A; R, U, I, Z." in caller.said[-1]
    caller.press("1").listen().say("next Friday", digits="2026-12-04", shape="fits").listen().say("yes", yes=0.98)
    assert caller.said[-1] == "Thank you, Ana Ruiz. I have noted your visit for Friday, December fourth."


def test_the_demo_says_that_nobody_is_on_the_telephone_before_it_offers_to_call_back() -> None:
    caller = demo().press("0")
    assert caller.said[-1].startswith("I'm connecting you with a colleague")
    caller.feed(NobodyFree(TransferId("t1"), "closed"))
    caller.listen()
    assert caller.said[-1].startswith("Our colleagues are not on the telephone just now. Shall we call you back, or")
    caller.press("1")
    assert caller.said[-1].startswith("I'll arrange for a colleague")
