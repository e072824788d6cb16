"""Personal: whether the caller is who their number says, and what the customer records hold of them.

Proof   What they gave is checked by whoever keeps the records. This machine sees its mask, and what came of it.
Facts   Typed values of a verified caller, spoken from a phrase of the flow. No model writes or reads them.
While   the records are asked the caller hears nothing, for as long as they may take (`Row` of the phase); a wish for a
        person is heard all the same.
"""

from typing import Final

from ivr.calls import converse
from ivr.calls.meaning import signals
from ivr.calls.menu import lead
from ivr.calls.say import enter, say, wording
from ivr.calls.state import Call, Step, Then
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Lookup, Script, Verify
from ivr.vocabulary.events import DeadlinePassed, Perceived, UtteranceClosed
from ivr.vocabulary.personal import FactsFound, Proof, ProofJudged

ACCESS: Final = "account_access"
"Why a person is wanted by a caller who could not be verified."
_AGAIN: Final = frozenset({Proof.WRONG, Proof.LOST})


def judged(call: Call, event: ProofJudged, script: Script) -> Step:
    """What came of checking what the caller gave."""
    node = script.flow.nodes.get(call.node)
    if event.request != call.request or not isinstance(node, Verify):
        return Step(call)
    step = Step(call).to(request=None)
    if event.outcome is Proof.VERIFIED:
        return enter(step.to(verified=call.caller), node.next, script)
    step = step.to(results={name: value for name, value in call.results.items() if name not in node.by})
    if event.outcome in _AGAIN:
        step = step.to(unproved=call.unproved + 1)
        if step.call.unproved < node.tries:
            return enter(step.to(first=wording(step.call, script, node.wrong)), node.again, script)
    if event.outcome in _AGAIN or event.outcome is Proof.LOCKED:
        return lead(step, next_node(script.flow, call.node, Outcome.EXHAUSTED), script, ACCESS)
    return lead(step, node.unknown, script, ACCESS)


def found(call: Call, event: FactsFound, script: Script) -> Step:
    """What the records hold: told, when it is all of it."""
    node = script.flow.nodes.get(call.node)
    if event.request != call.request or not isinstance(node, Lookup):
        return Step(call)
    step = Step(call).to(request=None)
    if not node.facts.keys() <= event.facts.keys():
        return lead(step, next_node(script.flow, call.node, Outcome.EXHAUSTED), script, ACCESS)
    step = step.to(results={**call.results, **event.facts})
    return say(step, script, node.say, "fact", Then.GO_ON)


def late(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """The records did not answer in time."""
    if isinstance(script.flow.nodes.get(call.node), Lookup):
        return found(call, FactsFound(call.request, {}), script) if call.request is not None else Step(call)
    return judged(call, ProofJudged(call.request, Proof.FAILED), script) if call.request is not None else Step(call)


def spoke(call: Call, event: UtteranceClosed, script: Script) -> Step:
    """Something was said meanwhile. The records are asked on; the words will tell whether a person is wanted."""
    return Step(call).to(utterance=event.utterance, closed_ms=event.end_ms, going_on=event.going_on)


def perceived(call: Call, event: Perceived, script: Script) -> Step:
    """Words said meanwhile: only a wish for a person counts."""
    if event.utterance != call.utterance:
        return Step(call)
    step = Step(call).to(utterance=None)
    if signals(event, "person"):
        return converse.to_person(step.to(request=None), script, "asked", event.text, event)
    return step
