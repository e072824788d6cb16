"""Gathering: something is asked for, read, read back, confirmed and kept. What it may be: `ivr.calls.values`."""

from typing import Final

from ivr.calls.effects import ForgetDigits, Release
from ivr.calls.meaning import signals, wishes
from ivr.calls.menu import lead
from ivr.calls.say import in_words, say, signs
from ivr.calls.spelling import letters
from ivr.calls.state import Asked, Phase, Step, Then
from ivr.calls.values.read import BEGUN, FITS
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Collect, Script, Verify
from ivr.vocabulary.events import Collected, DigitGroup, DigitsAsked, DigitsReleased, Perceived

STEERED: Final = frozenset({"name", "date", "amount"})
'Kinds that a wish for something else may sound like: "one moment" has a number in it, and any words may be a name.'


def takes(node: Collect, event: Perceived) -> bool:
    """Whether these words are what was asked for, before they are taken for anything else."""
    fits = bool(event.digits) and event.digits[-1].shape == FITS
    return fits and not (node.what in STEERED and (wishes(event) or signals(event, "hold_on")))


def perceived(step: Step, node: Collect, event: Perceived, script: Script) -> Step:
    """Something was said: what was asked for, or a part of it, a yes or a no, or nothing of that."""
    yes, no = signals(event, "yes"), signals(event, "no")
    group = event.digits[-1] if event.digits else None
    decides = step.call.asked is not Asked.VALUE and yes != no
    if group is not None and group.shape == FITS and not (decides and yes):
        return take(step, node, group, script)
    if decides:
        return confirmed(step.do(ForgetDigits()) if group is not None else step, node, script, yes=yes)
    if group is not None and group.shape == BEGUN and step.call.asked is Asked.VALUE:
        return say(step.to(silences=0), script, node.partial, "partial", Then.LISTEN)
    if signals(event, "goodbye"):
        return lead(step, next_node(script.flow, step.call.node, Outcome.SILENT), script, "no_progress")
    if signals(event, "callback"):
        return lead(step, script.flow.person, script, "asked", (event.utterance,), event.text)
    return _again(step.do(ForgetDigits()), node, script, node.invalid)


def take(step: Step, node: Collect, group: DigitGroup, script: Script) -> Step:
    """What was said or keyed: fetch it when it fits, ask on when it does not."""
    if group.shape == FITS:
        step = step.to(Phase.RELEASING, digits=group.token, silences=0)
        proof = node.result if node.secret and _proves(node, script) else ""
        return step.note(DigitsAsked(group.token, node.what)).do(Release(group.token, proof))
    if group.shape == BEGUN:
        return say(step, script, node.partial, "partial", Then.LISTEN)
    return _again(step.do(ForgetDigits()), node, script, node.invalid)


def released(step: Step, node: Collect, event: DigitsReleased, script: Script) -> Step:
    """It is here: read it back. Or it was lost with the process that held it: ask again."""
    if not event.digits:
        return lost(step, node, script)
    return _read_back(step.to(digits=None), node, event.digits, script)


def lost(step: Step, node: Collect, script: Script) -> Step:
    """It did not come back: ask again."""
    step = step.to(asked=Asked.VALUE, digits=None).do(ForgetDigits())
    return say(step, script, node.ask, "question", Then.LISTEN)


def confirmed(step: Step, node: Collect, script: Script, *, yes: bool) -> Step:
    """Yes or no, said or pressed: the answer itself, or what they think of what was read back."""
    if step.call.asked is Asked.YES_NO:
        return _read_back(step, node, "yes" if yes else "no", script)
    if yes:
        return _keep(step, node, step.call.value, script)
    return _again(step.to(asked=_first(node), value="").do(ForgetDigits()), node, script, node.ask)


def _read_back(step: Step, node: Collect, value: str, script: Script) -> Step:
    if node.readback is None:
        return _keep(step, node, value, script)
    step = step.to(asked=Asked.CONFIRM, value=value)
    words, names = in_words(step.call, script, node.what, value), signs(step.call, script)
    spelled = "; ".join(letters(part, names) for part in value.split())
    return say(step, script, node.readback, "readback", Then.LISTEN, value=words, spelled=spelled)


def _keep(step: Step, node: Collect, value: str, script: Script) -> Step:
    step = step.to(results={**step.call.results, node.result: value}, value="")
    step = step.note(Collected(node.result, node.what, value))
    return lead(step, node.next, script, "asked")


def _again(step: Step, node: Collect, script: Script, key: str) -> Step:
    """Ask once more; when that was too often, go on where it leads."""
    tries = step.call.attempts + 1
    if tries >= node.tries:
        following = next_node(script.flow, step.call.node, Outcome.EXHAUSTED)
        return lead(step.to(value=""), following, script, "not_understood")
    if step.call.asked is Asked.CONFIRM:
        key = node.unsure
    return say(step.to(attempts=tries), script, key, "clarify", Then.LISTEN)


def _proves(node: Collect, script: Script) -> bool:
    """Whether the flow has it checked who the caller is by this."""
    return any(isinstance(each, Verify) and node.result in each.by for each in script.flow.nodes.values())


def _first(node: Collect) -> Asked:
    return Asked.YES_NO if node.what == "yes_no" else Asked.VALUE
