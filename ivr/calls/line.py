"""The line: offered, answered, lost, taken up, ended."""

from ivr.calls import again, handover
from ivr.calls.effects import HangUp
from ivr.calls.say import enter, say, settle
from ivr.calls.state import Call, Phase, Step, Then
from ivr.flows.schema import Callback, Script
from ivr.vocabulary.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CustomerFound,
    Event,
    FlowPinned,
    HoursSeen,
    LanguageSet,
    PromptCut,
    PromptHeard,
    StreamLost,
    TakenUp,
)
from ivr.vocabulary.transfers import QueuesSeen


def stay(call: Call, event: Event, script: Script) -> Step:
    return Step(call)


def offered(call: Call, event: CallOffered, script: Script) -> Step:
    return Step(call).to(caller=event.caller)


def pinned(call: Call, event: FlowPinned, script: Script) -> Step:
    return Step(call).to(language=event.language).note(LanguageSet(event.language, "default of the called number"))


def answered(call: Call, event: CallAnswered, script: Script) -> Step:
    step = Step(call).to(stream=event.stream)
    return enter(step, script.flow.start, script) if call.kept is None else again.ask(step, script)


def customer(call: Call, event: CustomerFound, script: Script) -> Step:
    """Who calls: some of what is known is only for some."""
    return Step(call).to(segment=event.segment, known=True)


def hours(call: Call, event: HoursSeen, script: Script) -> Step:
    """Which schedules are open now, and which day it is there."""
    return Step(call).to(is_open=event.is_open, today=event.today)


def queues(call: Call, event: QueuesSeen, script: Script) -> Step:
    """What the queues are called, and what they offer when nobody can be had."""
    return Step(call).to(queues=event)


def lost(call: Call, event: StreamLost, script: Script) -> Step:
    """The marks of what was playing will not come: what is left of it is asked again when the call is taken up."""
    return Step(call).to(Phase.ADRIFT, stream=None, prompt=None, utterance=None, request=None, digits=None)


def moved(call: Call, event: StreamLost, script: Script) -> Step:
    """The stream ended because the caller was taken off it, into the room."""
    return Step(call).to(stream=None)


def taken_up(call: Call, event: TakenUp, script: Script) -> Step:
    """Another process, or the same, has the caller again: say so, then ask again what the node asks."""
    taken = Step(call).to(stream=event.stream)
    if not call.node:
        return enter(taken, script.flow.start, script)
    if isinstance(script.flow.nodes[call.node], Callback):
        taken = taken.to(number="")
    if handover.here(call, script):
        return handover.taken_up(taken, script)
    settled = call.said_for in {"agreed", "declined"}  # asked again, a call back would be agreed twice
    then = Then.GO_ON if settled else Then.RESUME
    return say(taken, script, script.flow.apologies.taken_up, "apology", then)


def said_goodbye(call: Call, event: PromptHeard | PromptCut, script: Script) -> Step:
    """The last words are over: hang up. What was heard of anything before them comes late."""
    return hang_up(call, event, script) if event.prompt == call.prompt else Step(call)


def hang_up(call: Call, event: Event, script: Script) -> Step:
    return Step(call).to(Phase.LEAVING, prompt=None).do(HangUp())


def ended(call: Call, event: CallEnded, script: Script) -> Step:
    return settle(handover.ended(Step(call), event), "no_answer").to(Phase.ENDED, stream=None, prompt=None)
