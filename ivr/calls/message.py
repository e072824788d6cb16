"""A message: asked for, recorded by the carrier, and thanked for when the caller is back on a stream of ours."""

from ivr.calls.effects import TakeMessage
from ivr.calls.say import enter, say
from ivr.calls.state import Call, Phase, Step, Then
from ivr.flows.schema import Script, Voicemail
from ivr.vocabulary.events import TakenUp
from ivr.vocabulary.messages import VoicemailAsked, VoicemailTaken


def begin(step: Step) -> Step:
    """They were told to speak after the tone: the carrier has them now."""
    return step.to(Phase.RECORDING, message_s=0, message_failed=False).note(VoicemailAsked()).do(TakeMessage())


def taken(call: Call, event: VoicemailTaken, script: Script) -> Step:
    """The carrier has recorded, or could not, and will open another stream."""
    return Step(call).to(message_s=event.seconds, message_failed=event.failed)


def back(call: Call, event: TakenUp, script: Script) -> Step:
    """The caller is back. What they are told depends on whether anything was heard, and could be recorded."""
    step = Step(call).to(stream=event.stream)
    node = script.flow.nodes[call.node]
    if not isinstance(node, Voicemail):
        return enter(step, call.node, script)
    if call.message_failed and node.callback is not None:
        return say(step.to(node=node.callback), script, node.failed, "apology", Then.RESUME)
    if call.message_failed:
        return say(step, script, node.failed, "apology", Then.GO_ON)
    return say(step, script, node.saved if call.message_s else node.empty, "message", Then.GO_ON)
