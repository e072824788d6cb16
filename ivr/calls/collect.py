"""Collecting a telephone number: offered, said or keyed, read back, confirmed, kept."""

from typing import Final

from ivr.calls import gather
from ivr.calls.digits import NUMBER, PHONE, SHORT, e164, spoken
from ivr.calls.effects import ForgetDigits, Hush, Promise, Release
from ivr.calls.say import say, speak
from ivr.calls.state import Asked, Call, Phase, Step, Then
from ivr.flows.schema import Callback, Collect, Script
from ivr.vocabulary.events import (
    CallbackAgreed,
    DeadlinePassed,
    DigitGroup,
    DigitsAsked,
    DigitsReleased,
    KeysEntered,
    Perceived,
)

SILENCES: Final = 2
"Times a question about the number is asked again in silence."
ATTEMPTS: Final = 3
"Numbers that may fail to fit before we go on without one."
ASKS: Final = frozenset({Asked.CALLER_NUMBER, Asked.NUMBER, Asked.READBACK})
"What a callback node asks."
YES_OR_NO: Final = frozenset(
    {Asked.CALLER_NUMBER, Asked.READBACK, Asked.MORE, Asked.PERSON, Asked.YES_NO, Asked.CONFIRM}
)
"Questions that the keys 1 (yes) and 2 (no) answer."

_SIGNAL: Final = 0.5


def perceived(step: Step, event: Perceived, script: Script) -> Step:
    """Something was said in a callback node: digits first, then yes or no."""
    node = _node(step, script)
    yes, no = (event.signals.get(name, 0.0) >= _SIGNAL for name in ("yes", "no"))
    if event.signals.get("goodbye", 0.0) >= _SIGNAL and not yes:
        no = True
    if event.digits and not (yes != no and event.digits[-1].shape == SHORT):
        return _digits(step, node, event.digits[-1], script)
    if event.digits:
        step = step.do(ForgetDigits())  # "no, another one": the "one" is no digit of a number
    if yes == no:
        return _unsure(step, node, script)
    return confirmed(step, node, script, yes=yes)


def keys(call: Call, event: KeysEntered, script: Script) -> Step:
    """A run of keys ended. Where nobody asked for one: it stays masked and means nothing."""
    node = script.flow.nodes.get(call.node)
    if not isinstance(node, Callback | Collect):
        return Step(call)
    step = Step(call).do(Hush()) if call.prompt is not None else Step(call)
    if isinstance(node, Collect):
        return gather.take(step, node, event.digits, script)
    return _digits(step, node, event.digits, script)


def confirmed(step: Step, node: Callback, script: Script, *, yes: bool) -> Step:
    """Yes or no, said or pressed, to what was last asked."""
    match step.call.asked, yes:
        case ((Asked.CALLER_NUMBER | Asked.READBACK), True):
            return _agreed(step, node, script)
        case ((Asked.CALLER_NUMBER | Asked.READBACK), False):
            step = step.to(asked=Asked.NUMBER, number="").do(ForgetDigits())
            return say(step, script, node.ask, "question", Then.LISTEN)
        case _, True:
            return say(step, script, node.ask, "question", Then.LISTEN)
        case _:
            return say(step, script, node.declined, "declined", Then.GO_ON)


def released(call: Call, event: DigitsReleased, script: Script) -> Step:
    """The digits are here: read them back. Or they were lost with the process that held them: ask again."""
    if event.token != call.digits:
        return Step(call)
    if isinstance(node := script.flow.nodes[call.node], Collect):
        return gather.released(Step(call), node, event, script)
    if not event.digits:
        return lost(call, event, script)
    number = e164(event.digits, script.flow.region)
    step = Step(call).to(asked=Asked.READBACK, number=number, digits=None)
    words = spoken(number, script.flow.region)
    return say(step, script, _node(step, script).readback, "readback", Then.LISTEN, number=words)


def lost(call: Call, event: DigitsReleased | DeadlinePassed, script: Script) -> Step:
    """What was to be fetched did not come: ask again."""
    if isinstance(node := script.flow.nodes[call.node], Collect):
        return gather.lost(Step(call), node, script)
    step = Step(call).to(asked=Asked.NUMBER, digits=None).do(ForgetDigits())
    return say(step, script, _node(step, script).ask, "question", Then.LISTEN)


def _digits(step: Step, node: Callback, group: DigitGroup, script: Script) -> Step:
    match group.shape:
        case shape if shape == PHONE:
            step = step.to(Phase.RELEASING, digits=group.token, silences=0)
            return step.note(DigitsAsked(group.token, PHONE)).do(Release(group.token))
        case shape if shape == SHORT:
            step = step.to(asked=Asked.NUMBER, number="")
            return say(step, script, node.partial, "partial", Then.LISTEN)
        case shape if shape == NUMBER:
            step = step.to(asked=Asked.NUMBER, number="").do(ForgetDigits())
            return _again(step, node, script, node.invalid)
        case _:
            return _unsure(step, node, script)


def _unsure(step: Step, node: Callback, script: Script) -> Step:
    if step.call.asked is Asked.NUMBER:
        return _again(step, node, script, node.ask)
    return _again(step, node, script, node.unsure)


def _again(step: Step, node: Callback, script: Script, key: str) -> Step:
    attempts = step.call.attempts + 1
    if attempts > ATTEMPTS:
        return say(step, script, node.declined, "declined", Then.GO_ON)
    return say(step.to(attempts=attempts), script, key, "clarify", Then.LISTEN)


def _agreed(step: Step, node: Callback, script: Script) -> Step:
    number = step.call.number
    reason = step.call.reason or "asked"
    queue = step.call.transfer.queue if step.call.transfer is not None else ""
    step = step.note(CallbackAgreed(number, reason)).do(Promise(number, reason, queue))
    words = script.phrase(node.agreed, step.call.language)
    return speak(step, words, "agreed", Then.GO_ON)


def _node(step: Step, script: Script) -> Callback:
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Callback):
        return node
    return next(each for each in script.flow.nodes.values() if isinstance(each, Callback))  # the checks proved it
