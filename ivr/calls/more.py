"""More: after an answer made of a passage that says more, the caller is asked whether to go on; yes has it told.

Anew  What follows is not kept from before the question, but asked for: a passage that was revoked meanwhile, or a
      policy that changed, counts, and each sentence is judged as those before it were.
"""

from typing import Final

from ivr.calls.effects import Answer
from ivr.calls.meaning import WHOLE, says_yes_or_no, signals
from ivr.calls.say import say
from ivr.calls.state import Asked, Phase, Step, Then
from ivr.flows.schema import Script
from ivr.vocabulary.events import AnswerRequested, Perceived
from ivr.vocabulary.ids import RequestId, UtteranceId

PURPOSE: Final = "more"
"Of the prompt that asks."


def offer(step: Step, script: Script) -> Step:
    """Ask whether to go on."""
    return say(step.to(asked=Asked.MORE), script, script.flow.answering.more, PURPOSE, Then.LISTEN)


def wanted(step: Step, event: Perceived) -> bool:
    """Whether these words want it told."""
    if step.call.asked is not Asked.MORE or signals(event, "no"):
        return False
    return event.signals.get("go_on", 0.0) >= WHOLE or (says_yes_or_no(event) and signals(event, "yes"))


def tell(step: Step, utterance: UtteranceId) -> Step:
    """Ask for what the passage says next. It answers the same question as before."""
    call = step.call
    request, passages = RequestId(f"a{call.requests + 1}"), () if call.answering is None else (call.answering,)
    question, earlier = call.asking[-1] if call.asking else "", call.asking[:-1]
    return (
        step.to(Phase.ANSWERING, request=request, requests=call.requests + 1, more="")
        .note(AnswerRequested(request, utterance, (), passages))
        .do(Answer(request, (), call.language, passages, question, earlier, call.more))
    )
