"""Callers for whom a place in a queue is kept: we call them back as promised, or they call again after a drop.

They are asked before anything else. Who was called back must say yes or press 1: a voicemail, or whoever else picks
up, brings no agent to the telephone. Who calls again may say whatever they like, and is then a caller as any other.
"""

from typing import Final

from ivr.calls import steer
from ivr.calls.effects import Hush
from ivr.calls.meaning import AT_ONCE, KNOW, best, signals
from ivr.calls.say import enter, say, settle
from ivr.calls.state import Asked, Call, Kept, Step, Then
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Flow, Script, Transfer
from ivr.vocabulary.events import EscalationRaised, LanguageSet, Perceived
from ivr.vocabulary.ids import NodeId
from ivr.vocabulary.kept import PlaceKept

ASKS: Final = frozenset({Asked.CALLED_BACK, Asked.KEEP_PLACE})
TIMES: Final = 3
"How often somebody who was called back is asked before we say goodbye."


def queue_node(flow: Flow, queue: str) -> NodeId | None:
    """Where callers of this queue are brought to agents; without one, where any caller is. None when none are."""
    nodes = {name: node for name, node in flow.nodes.items() if isinstance(node, Transfer)}
    own = (name for name, node in nodes.items() if node.queue == queue)
    return next(own, flow.person if flow.person in nodes else next(iter(nodes), None))


def told(call: Call, event: PlaceKept, script: Script) -> Step:
    """A place is kept for who is on this line. They are spoken to in the language they spoke before."""
    if queue_node(script.flow, event.queue) is None:
        return Step(call)
    step = Step(call).to(kept=Kept(event.queue, event.reason, event.callback))
    if event.language not in script.flow.languages or event.language == call.language:
        return step
    return step.to(language=event.language).note(LanguageSet(event.language, "spoken in the call before"))


def ask(step: Step, script: Script) -> Step:
    """Say who calls and why, or that they are known, and ask whether they want to speak with somebody."""
    words, kept = script.flow.returning, step.call.kept
    step = step.to(node=script.flow.start)
    if kept is not None and kept.callback:
        return say(step.to(asked=Asked.CALLED_BACK), script, words.called_back, "called_back", Then.LISTEN)
    return say(step.to(asked=Asked.KEEP_PLACE), script, words.keep_place, "keep_place", Then.LISTEN)


def perceived(step: Step, event: Perceived, script: Script) -> Step | None:
    """What follows these words; None when they are those of any other caller."""
    asks_else = step.call.asked is Asked.KEEP_PLACE and best(event) >= KNOW
    urgent = step.call.asked is Asked.CALLED_BACK and any(signals(event, each) for each in AT_ONCE)
    if signals(event, "person") or urgent:
        return _brought(step, script, event)
    if signals(event, "yes") != signals(event, "no") and not asks_else:
        return _brought(step, script, event) if signals(event, "yes") else _not_wanted(step, script)
    if signals(event, "goodbye"):
        return _not_wanted(step, script)
    if (steered := steer.steered(step, event, script)) is not None:
        return steered
    return _again(step, script) if step.call.asked is Asked.CALLED_BACK else None


def key(call: Call, pressed: str, script: Script) -> Step | None:
    """1 is yes, as is the key of a person; 2 is no. None for any other."""
    step = Step(call).do(Hush()).to(prompt=None) if call.prompt is not None else Step(call)
    if pressed == "1" or script.flow.keys.get(pressed) == script.flow.person:
        return _brought(step, script, None, f"key {pressed}")
    return _not_wanted(step, script) if pressed == "2" else None


def silent(call: Call, script: Script) -> Step:
    """Nothing was said: ask once more who was called; who calls is asked what they want."""
    return _again(Step(call), script) if call.asked is Asked.CALLED_BACK else _onwards(Step(call), script)


def _brought(step: Step, script: Script, event: Perceived | None, words: str = "") -> Step:
    """To an agent, at the place that was kept."""
    kept = step.call.kept or Kept("", "asked")
    turns = (event.utterance,) if event is not None else ()
    raised = EscalationRaised(kept.reason, turns, event.text if event is not None else words)
    node = queue_node(script.flow, kept.queue)
    step = settle(step, "reached").to(kept=None, reason=kept.reason, asked=Asked.ANYTHING, utterance=None)
    return enter(step.note(raised), node or script.flow.person, script)


def _not_wanted(step: Step, script: Script) -> Step:
    """Who was called back is not called again. Who called says what they want instead."""
    if step.call.asked is Asked.KEEP_PLACE:
        return _onwards(step, script)
    return say(settle(step, "declined"), script, script.flow.returning.not_wanted, "goodbye", Then.HANG_UP)


def _again(step: Step, script: Script) -> Step:
    step = step.to(attempts=step.call.attempts + 1, utterance=None)
    if step.call.attempts < TIMES:
        return ask(step, script)
    return say(settle(step, "no_answer"), script, script.flow.returning.nobody, "goodbye", Then.HANG_UP)


def _onwards(step: Step, script: Script) -> Step:
    """On to what the greeting leads to: who speaks was just said."""
    step = step.to(kept=None, asked=Asked.ANYTHING)
    return enter(step, next_node(script.flow, script.flow.start, Outcome.DONE), script)
