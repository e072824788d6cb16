"""A flow is published only when every caller gets out of it, hears who speaks, and can reach a person."""

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from ivr.flows.checks import check
from ivr.flows.moves import Outcome, step
from ivr.flows.schema import Script
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.ids import NodeId
from tests.calls.desk import DESK, DESK_WORDS
from tests.calls.script import FLOW, WORDS, script
from tests.calls.transferring import message_script, transfer_script


def changed(change: Any, **words: str | None) -> Script:
    flow: dict[str, Any] = copy.deepcopy(FLOW)
    change(flow)
    spoken = {key: text for key, text in (WORDS | words).items() if text is not None}
    return Script.model_validate({"flow": flow, "phrases": {"en": spoken}})


def faults(change: Any = lambda flow: None, **words: str | None) -> list[str]:
    return [f"{fault.where}: {fault.what}" for fault in check(changed(change, **words))]


def test_the_test_flow_has_no_faults() -> None:
    assert check(script()) == []


def test_a_target_that_does_not_exist_is_named() -> None:
    (fault,) = faults(lambda flow: flow["nodes"]["help"].update(done="nowhere"))
    assert "nodes.help.done" in fault
    assert "'nowhere'" in fault


def test_a_node_nobody_reaches_is_named() -> None:
    assert faults(lambda flow: flow["nodes"].update(island={"kind": "goodbye", "say": "goodbye"})) == [
        "nodes.island: no caller can reach this node"
    ]


def test_a_circle_without_a_way_out_is_named() -> None:
    def circle(flow: dict[str, Any]) -> None:
        flow["nodes"]["help"].update(done="handover", silent="handover")
        flow["nodes"]["handover"].update(silent="help")
        del flow["nodes"]["farewell"]

    assert any("can never end" in fault for fault in faults(circle))


def test_a_flow_without_a_key_for_a_person_is_refused() -> None:
    assert "keys: no key leads to a person" in faults(lambda flow: flow.update(keys={}))


def test_a_person_node_that_reaches_nobody_is_refused() -> None:
    assert any("reaches no person" in fault for fault in faults(lambda flow: flow.update(person="help")))


def test_a_call_must_begin_with_the_greeting() -> None:
    assert any("begin with the greeting" in fault for fault in faults(lambda flow: flow.update(start="help")))


def test_a_greeting_that_hides_the_machine_is_refused() -> None:
    (fault,) = faults(greeting="Hello, this is Anna from {business}.")
    assert "does not say that a machine speaks" in fault


@pytest.mark.parametrize("text", [None, "", "   "])
def test_a_phrase_without_words_is_named_with_its_file(text: str | None) -> None:
    (fault,) = faults(again=text)
    assert fault.startswith("phrases.en.again: nodes.help.again speaks")


@pytest.mark.parametrize("key", ["not_heard", "filler_second", "still_looking"])
def test_what_is_said_wherever_the_call_stands_needs_words_too(key: str) -> None:
    (fault,) = faults(**{key: None})
    assert "which has no words" in fault
    assert key in fault


def test_one_filler_alone_would_be_said_twice_running() -> None:
    with pytest.raises(ValidationError, match="at least 2"):
        changed(lambda flow: flow.update(waiting={"fillers": ["filler_first"]}))


def test_a_readback_that_does_not_read_the_number_back_is_refused() -> None:
    assert any("wrong fills" in fault for fault in faults(readback="Is that right?"))


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        changed(lambda flow: flow["nodes"]["help"].update(sya="question"))


def test_the_same_flow_has_the_same_digest_and_another_word_another() -> None:
    assert script().digest() == script().digest()
    assert script(again="More?").digest() != script().digest()


def test_a_person_is_where_every_node_leads_when_one_is_wanted() -> None:
    flow = script().flow
    for node in flow.nodes:
        assert step(flow, node, Outcome.PERSON) == flow.person


def test_an_outcome_a_node_cannot_have_is_our_mistake() -> None:
    with pytest.raises(IllegalTransition):
        step(script().flow, NodeId("welcome"), Outcome.EXHAUSTED)


def test_a_transfer_into_a_queue_that_is_not_set_up_is_named_with_those_that_are() -> None:
    assert check(transfer_script(), queues={"cards": ("callback",), "loans": ()}) == []
    (fault,) = check(transfer_script(), queues={"card": (), "loans": ()})
    assert (fault.where, fault.what) == ("nodes.handover.queue", "there is no queue 'cards'")
    assert fault.fix == "did you mean card?"


def test_a_queue_that_offers_messages_where_none_can_be_left_is_named() -> None:
    (fault,) = check(transfer_script(), queues={"cards": ("callback", "voicemail")})
    assert fault.where == "nodes.handover"
    assert fault.what == "the queue 'cards' offers to take a message, and none can be left here"
    assert "voicemail" in fault.fix
    assert check(message_script(), queues={"cards": ("callback", "voicemail")}) == []


def test_a_message_leads_to_a_node_that_takes_one_and_else_to_a_call_back() -> None:
    flow = message_script().model_dump(mode="json")
    flow["flow"]["nodes"]["handover"]["voicemail"] = "help"
    flow["flow"]["nodes"]["message"]["callback"] = "help"
    found = {fault.where: fault.what for fault in check(Script.model_validate(flow))}
    assert found["nodes.handover.voicemail"] == "who would rather leave a message can leave none here"
    assert found["nodes.message.callback"] == "whose message could not be recorded is offered no call back here"


def test_queues_that_are_not_known_are_not_checked() -> None:
    assert check(transfer_script()) == []


# ── what is a customer's own ─────────────────────────────────────────────────────────────────────────────────────


def personal(change: Any = lambda nodes: None, **words: str) -> list[str]:
    """Faults of the desk, in which a balance is told after a code, when this was changed in its nodes."""
    flow: dict[str, Any] = copy.deepcopy(DESK)
    change(flow["nodes"])
    made = Script.model_validate({"flow": flow, "phrases": {"en": DESK_WORDS | words}})
    return [f"{fault.where}: {fault.what}" for fault in check(made, {"branches"})]


def test_what_a_verified_caller_is_told_has_no_faults() -> None:
    assert personal() == []


@pytest.mark.parametrize(
    ("node", "field"), [("secret", "next"), ("noted", "next"), ("prove", "unknown"), ("prove", "exhausted")]
)
def test_a_lookup_that_a_way_around_the_proof_leads_to_is_refused(node: str, field: str) -> None:
    found = personal(lambda nodes: nodes[node].update({field: "balance"}))
    assert "nodes.balance: a customer's own facts would be told here to a caller who may not be verified" in found


def test_a_lookup_that_the_known_and_not_only_the_verified_are_led_to_is_refused() -> None:
    found = personal(lambda nodes: nodes["who_calls"]["cases"].update(known="balance"))
    assert any(fault.startswith("nodes.balance: a customer's own facts") for fault in found)


def test_a_caller_cannot_be_verified_by_what_was_not_collected_on_every_way() -> None:
    found = personal(lambda nodes: nodes["who_calls"]["cases"].update(known="prove"))
    assert "nodes.prove.by[0]: 'secret' is not known on every way that leads here" in found


def test_a_wrong_code_must_be_asked_for_again_where_it_is_collected() -> None:
    found = personal(lambda nodes: nodes["prove"].update(again="help"))
    assert "nodes.prove.again: what was wrong is not asked for again at 'help'" in found


def test_a_case_leads_and_is_not_spoken() -> None:
    found = personal(lambda nodes: nodes["balance"].update(facts={"balance": "case"}))
    assert any("balance_told" in fault and "{balance}" in fault for fault in found)


def test_what_was_looked_up_is_known_afterwards_and_not_before() -> None:
    assert personal(noted="You have {balance}.") != []

    def tells(nodes: dict[str, Any]) -> None:
        nodes["balance"]["next"] = "so_much"
        nodes["so_much"] = {"kind": "message", "say": "so_much", "next": "help"}

    assert personal(tells, so_much="Again: {balance}.") == []


def test_a_branch_by_customer_knows_its_three_cases() -> None:
    found = personal(lambda nodes: nodes["who_calls"]["cases"].update(rich="help"))
    assert "nodes.who_calls.cases.rich: 'rich' is never the case" in found
