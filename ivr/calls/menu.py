"""A menu: a few things to choose from, by voice or by key."""

from ivr.calls.options import chosen
from ivr.calls.say import enter, say, way
from ivr.calls.state import Asked, Step, Then
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Branch, Menu, Option, Question, Script
from ivr.vocabulary.events import EscalationRaised, Perceived
from ivr.vocabulary.ids import AnswerId, NodeId, UtteranceId


def options_here(step: Step, script: Script) -> tuple[Option, ...]:
    """What may be chosen where the call stands."""
    node = script.flow.nodes.get(step.call.node)
    return node.options if isinstance(node, Menu | Question) else ()


def perceived(step: Step, event: Perceived, script: Script) -> Step | None:
    """What follows from words that choose an option of this node; None when they do not."""
    node = script.flow.nodes[step.call.node]
    option = chosen(event.text, event.language, options_here(step, script), whole=not isinstance(node, Menu))
    if option is None or (option.instead_of and _leads_back(step, option, script)):
        return None
    return take(step, option, script, (event.utterance,), event.text)


def instead(step: Step, answer: AnswerId, script: Script, event: Perceived) -> Step | None:
    """What follows from a question that this answer fits, where the flow leads on instead of answering it."""
    option = next((each for each in options_here(step, script) if answer in each.instead_of), None)
    if option is None or _leads_back(step, option, script):
        return None
    return take(step, option, script, (event.utterance,), event.text)


def _leads_back(step: Step, option: Option, script: Script) -> bool:
    """Whether an option only leads back to where the call stands: branches found that it is not for this caller."""
    to = option.next
    while isinstance(node := script.flow.nodes[to], Branch):
        to = way(node, step.call)
    return to == step.call.node


def take(step: Step, option: Option, script: Script, turns: tuple[UtteranceId, ...], words: str) -> Step:
    """An option was chosen: keep what it stands for, and go where it leads."""
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Menu) and node.result is not None:
        step = step.to(results={**step.call.results, node.result: option.value or option.next})
    return lead(step, option.next, script, "asked", turns, words)


def no_match(step: Step, node: Menu, script: Script) -> Step:
    """Nothing fits: ask again in other words; when these are used up, go on where that leads."""
    times = step.call.attempts
    if times >= len(node.no_match):
        following = next_node(script.flow, step.call.node, Outcome.EXHAUSTED)
        return lead(step, following, script, "not_understood")
    return say(step.to(attempts=times + 1, asked=Asked.CHOICE), script, node.no_match[times], "clarify", Then.LISTEN)


def lead(
    step: Step, node: NodeId, script: Script, reason: str, turns: tuple[UtteranceId, ...] = (), words: str = ""
) -> Step:
    """Go to a node. When a person is reached there, the log says why one was wanted."""
    if node == script.flow.person:
        step = step.to(reason=reason).note(EscalationRaised(reason, turns, words))
    return enter(step, node, script)
