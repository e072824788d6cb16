"""Steering: what a caller says about the talking itself. Again, slower, spelled, from the start, or: wait."""

from typing import Final

from ivr.calls import collect
from ivr.calls.effects import ForgetDigits
from ivr.calls.language import retell
from ivr.calls.meaning import KNOW, UNSURE, WHOLE, asks_to_wait, best, means_something, signals
from ivr.calls.say import afterwards, enter, interject, signs, speak
from ivr.calls.spelling import spelled
from ivr.calls.state import Asked, Call, Phase, Step
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Script
from ivr.vocabulary.events import DeadlinePassed, KeyPressed, Perceived

NORMAL, SLOW, SLOWEST = 1.0, 0.8, 0.7
"Paces of the voice; a caller who asks for it goes down one step at a time, and back in one."
HOLDS: Final = 2
"Deadlines of the phase in which we wait that pass before the caller is asked again: after the first we say we wait."


def steered(step: Step, event: Perceived, script: Script) -> Step | None:
    """What follows when these words steer the talking; None when they do not."""
    call = step.call
    if asks_to_wait(event) and not call.going_on:
        return hold(step, script)
    if call.held and _says_nothing(call, event):
        return resume(step, script)
    if best(event) < KNOW:  # "how can I make a transfer faster" asks about transfers
        if signals(event, "slower"):
            step = step.to(rate=SLOW if call.rate > SLOW else SLOWEST)
        elif signals(event, "faster"):
            step = step.to(rate=NORMAL)
        if signals(event, "spell"):
            return _spell(step, script)
        if signals(event, "slower") or signals(event, "faster"):
            return _again(step, event, script)
    if signals(event, "repeat"):
        return _again(step, event, script)
    if signals(event, "start_over"):
        begun = step.to(node=script.flow.start, number="", results={}, verified="", visited=frozenset())
        begun = begun.do(ForgetDigits())
        return enter(begun, next_node(script.flow, script.flow.start, Outcome.DONE), script)
    return None


def _again(step: Step, event: Perceived, script: Script) -> Step:
    if step.call.told_in != step.call.language:
        return retell(step, event, script)
    return speak(step, step.call.told, "repeat", afterwards(step.call, script))


def _spell(step: Step, script: Script) -> Step:
    """Letter by letter, never at full pace; what has nothing to spell is said again slowly."""
    call, spelling = step.call, script.flow.spelling
    slowly = min(call.rate, SLOW)
    letters = spelled(call.told, call.language, signs(call, script), names=(script.flow.business,))
    if letters:
        return speak(step, letters, "spelled", afterwards(call, script), rate=slowly)
    words = f"{script.phrase(spelling.nothing, call.language)} {call.told}"
    # What was told stays what it was: asked again, it comes without the apology.
    return speak(step, words, "repeat", afterwards(call, script), rate=slowly)


# ── hold on ──────────────────────────────────────────────────────────────────────────────────────────────────────


def hold(step: Step, script: Script) -> Step:
    """The caller needs a moment: say that there is no hurry, ask nothing, and wait."""
    return interject(step.to(Phase.HOLDING, held=1, silences=0), script, script.flow.waiting.take_your_time, "hold")


def still_here(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """We have waited for a while: say so, once."""
    step = Step(call).to(held=call.held + 1)
    return interject(step, script, script.flow.waiting.still_here, "hold")


def resume(step: Step, script: Script) -> Step:
    """The caller is back: say again what they interrupted, or what was last asked, and go on from there."""
    if step.call.said_in != step.call.language:
        return enter(step, step.call.node, script)
    return speak(step, step.call.said, step.call.said_for, step.call.then)


def woken(call: Call, event: KeyPressed, script: Script) -> Step:
    """A key that is no command, while we wait. It may be the first of a number that was asked for."""
    asked = call.asked in {*collect.ASKS, Asked.VALUE}
    return Step(call).to(Phase.LISTENING, held=0) if asked else resume(Step(call), script)


def _says_nothing(call: Call, event: Perceived) -> bool:
    """Words after a wait that only say that it is over: "okay, I've got a pen"."""
    goes_on = event.signals.get("go_on", 0.0) >= WHOLE
    return not event.digits and (goes_on or (best(event) < UNSURE and not means_something(call, event)))
