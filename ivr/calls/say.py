"""Saying something, and entering a node: the two things every handler ends in."""

from ivr.calls.digits import spoken
from ivr.calls.state import Asked, Phase, Say, Step, Then
from ivr.flows.schema import Callback, Goodbye, Greeting, Question, Script
from ivr.vocabulary.events import NodeEntered, PromptStarted
from ivr.vocabulary.ids import AnswerId, NodeId, PromptId

PASSING = frozenset({"again", "reprompt", "repeat", "clarify", "apology", "partial"})
'Purposes of prompts that a caller who says "say that again" does not mean.'

OVER_WORDS = frozenset({"interruption", "offer"})
"Purposes of prompts that are said over a caller who speaks on and on, and that speech does not stop; keys do."

ANONYMOUS = frozenset({"", "anonymous", "unknown", "restricted", "unavailable"})


def say(step: Step, script: Script, key: str, purpose: str, then: Then, **fills: str) -> Step:
    """Speak a phrase of the script in the call's language."""
    return speak(step, script.phrase(key, step.call.language, **fills), purpose, then)


def speak(
    step: Step, text: str, purpose: str, then: Then, sources: tuple[AnswerId, ...] = (), rate: float | None = None
) -> Step:
    """Speak these words: written down first, then said, at the call's pace or another."""
    call = step.call
    text = " ".join(text.split())
    prompt = PromptId(f"p{call.prompts + 1}")
    leaving = then is Then.HANG_UP
    firm = call.going_on and purpose in OVER_WORDS
    return (
        step.to(
            Phase.LEAVING if leaving else Phase.SPEAKING,
            prompt=prompt,
            prompts=call.prompts + 1,
            said=text,
            said_for=purpose,
            firm=firm,
            told=call.told if purpose in PASSING else text,
            then=then,
            rest="",
            held=0,
        )
        .note(PromptStarted(prompt, purpose, text, call.language, sources))
        .do(Say(prompt, text, call.language, purpose, not (leaving or firm), rate=rate or call.rate))
    )


def interject(step: Step, script: Script, key: str, purpose: str) -> Step:
    """Say something by the way. It tells and asks nothing, so the call stays where it stands, whatever comes of it."""
    call = step.call
    text = script.phrase(key, call.language)
    prompt = PromptId(f"p{call.prompts + 1}")
    return (
        step.to(prompts=call.prompts + 1)
        .note(PromptStarted(prompt, purpose, text, call.language))
        .do(Say(prompt, text, call.language, purpose, passing=True))
    )


def enter(step: Step, node: NodeId, script: Script) -> Step:
    """Move to `node` and say what it says on entering."""
    came_from = script.flow.nodes.get(step.call.node)
    step = step.to(node=node, clarified=0, silences=0, attempts=0).note(NodeEntered(node))
    match script.flow.nodes[node]:
        case Greeting() as greeting:
            return say(step, script, greeting.say, "greeting", Then.GO_ON)
        case Question() as question if isinstance(came_from, Callback):
            return say(step.to(asked=Asked.ANYTHING_ELSE), script, question.again, "again", Then.LISTEN)
        case Question() as question:
            return say(step.to(asked=Asked.ANYTHING), script, question.say, "question", Then.LISTEN)
        case Callback() as callback:
            return offer(step, callback, script)
        case Goodbye() as goodbye:
            return say(step, script, goodbye.say, "goodbye", Then.HANG_UP)


def offer(step: Step, callback: Callback, script: Script) -> Step:
    """Offer to call back: on the caller's own number when we see it, else ask for one."""
    caller = step.call.caller
    if caller.lower() in ANONYMOUS or not caller.lstrip("+").isdigit():
        return say(step.to(asked=Asked.NUMBER, number=""), script, callback.ask, "offer", Then.LISTEN)
    number = spoken(caller, script.flow.region)
    step = step.to(asked=Asked.CALLER_NUMBER, number=caller)
    return say(step, script, callback.offer, "offer", Then.LISTEN, number=number)
