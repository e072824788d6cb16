"""What a caller is offered when no agent can be had: a call back, or a message, as their queue has it.

Which of the two, and in which order, was told as the call began (`QueuesSeen`); a queue of which nothing was told
offers both. A message is offered only where the flow takes one. Keys go by the order in which they are spoken.
"""

from datetime import datetime
from typing import Final

from ivr.calls.effects import Hush
from ivr.calls.meaning import signals
from ivr.calls.say import answered, enter, speak, wording
from ivr.calls.state import Asked, Call, Step, Then
from ivr.calls.values.times import coming, speaks
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Script, Transfer
from ivr.vocabulary.events import KeyPressed, NodeEntered, Perceived
from ivr.vocabulary.ids import NodeId

CALLBACK, MESSAGE = "callback", "voicemail"
USUAL: Final = (CALLBACK, MESSAGE)
TIMES: Final = 2
"How often the offer is made again to somebody who says nothing, or something else, before the assistant goes on."


def offered(call: Call, node: Transfer) -> tuple[str, ...]:
    """What this queue offers, in its order, as far as the flow has it."""
    listed = call.queues.offers.get(node.queue, USUAL) if call.queues is not None else USUAL
    return tuple(each for each in listed if each != MESSAGE or node.voicemail is not None)


def tell(step: Step, node: Transfer, script: Script, why: str) -> Step:
    """Nobody can be had: say why, when they are back, and offer what there is instead."""
    call = step.call
    words = wording(call, script, getattr(node, why))
    if why == "closed" and (when := _opens(call)):
        words += " " + wording(call, script, node.opens, when=when)
    offers = offered(call, node)
    if not offers:
        return with_assistant(step, node, words)
    if offers == (CALLBACK,):  # what is next asks by itself
        return speak(step, words, "transfer", Then.GO_ON)
    return _ask(step.to(attempts=0, silences=0), node, script, words + " ")


def again(step: Step, node: Transfer, script: Script) -> Step:
    """The offer once more: after an answer, or a line that broke."""
    return _ask(step, node, script)


def with_assistant(step: Step, node: Transfer, words: str) -> Step:
    """With the assistant again: say these words, then ask whether there is anything else."""
    visited = step.call.visited | {node.next}
    step = step.to(node=node.next, asked=Asked.ANYTHING_ELSE, visited=visited, clarified=0, silences=0, attempts=0)
    return speak(step.note(NodeEntered(node.next)), words, "returned", Then.ASK_AGAIN)


# ── what the caller says and presses ─────────────────────────────────────────────────────────────────────────────


def perceived(step: Step, node: Transfer, event: Perceived, script: Script) -> Step:
    """One of the two, neither, or a question, which is answered before the offer is made again."""
    offers = offered(step.call, node)
    for wish in (MESSAGE, CALLBACK):
        if signals(event, wish) and wish in offers:
            return taken(step, node, wish, script)
    if (asking := answered(step, event)) is not None:
        return asking
    if signals(event, "goodbye"):
        return enter(step.to(asked=Asked.ANYTHING), next_node(script.flow, node.next, Outcome.DONE), script)
    if signals(event, "yes") != signals(event, "no"):
        return taken(step, node, offers[0], script) if signals(event, "yes") else _neither(step, node, script)
    if signals(event, "never_mind") or signals(event, "start_over"):
        return _neither(step, node, script)
    return _not_clear(step.to(attempts=step.call.attempts + 1), node, script)


def key(call: Call, node: Transfer, event: KeyPressed, script: Script) -> Step:
    """1 is what was offered first, 2 the other one, or neither; the key of a person brings the offer again."""
    step = Step(call).do(Hush()).to(prompt=None) if call.prompt is not None else Step(call)
    offers = offered(call, node)
    if event.key in {"1", "2"}:
        place = int(event.key)
        return taken(step, node, offers[place - 1], script) if place <= len(offers) else _neither(step, node, script)
    target = script.flow.keys.get(event.key)
    if target is None:
        return Step(call)
    return again(step, node, script) if target == script.flow.person else enter(step, target, script)


def silent(step: Step, node: Transfer, script: Script) -> Step:
    """Nothing was said, `silences` times by now."""
    if step.call.silences > TIMES:
        return _neither(step, node, script)
    return again(step, node, script)


def taken(step: Step, node: Transfer, what: str, script: Script) -> Step:
    """They want this instead: where the flow has it."""
    target: NodeId = node.voicemail if what == MESSAGE and node.voicemail is not None else node.callback
    return enter(step.to(asked=Asked.ANYTHING), target, script)


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _ask(step: Step, node: Transfer, script: Script, before: str = "") -> Step:
    question = {
        (CALLBACK, MESSAGE): node.callback_or_message,
        (MESSAGE, CALLBACK): node.message_or_callback,
        (MESSAGE,): node.message,
    }[offered(step.call, node)]
    step = step.to(asked=Asked.INSTEAD, utterance=None)
    return speak(step, before + wording(step.call, script, question), "offer", Then.LISTEN)


def _not_clear(step: Step, node: Transfer, script: Script) -> Step:
    return again(step, node, script) if step.call.attempts <= TIMES else _neither(step, node, script)


def _neither(step: Step, node: Transfer, script: Script) -> Step:
    return with_assistant(step, node, wording(step.call, script, node.called_off))


def _opens(call: Call) -> str:
    """When the queue opens again, in words; "" when that is not known, or cannot be said in this language."""
    transfer = call.transfer
    if transfer is None or not transfer.opens or not speaks(call.language):
        return ""
    at = datetime.fromisoformat(transfer.opens)
    return coming(call.language, transfer.in_days, at.weekday(), at.hour * 60 + at.minute)
