"""Saying something, and entering a node: the two things every handler ends in."""

from typing import Final

from ivr.calls.digits import spoken
from ivr.calls.state import Asked, Call, Phase, Say, Step, Then
from ivr.flows.moves import branch as branched
from ivr.flows.schema import Branch, Callback, Goodbye, Greeting, Menu, Message, Node, Question, Script
from ivr.vocabulary.events import NodeEntered, PromptStarted
from ivr.vocabulary.ids import AnswerId, NodeId, PromptId

PASSING = frozenset({"again", "reprompt", "repeat", "clarify", "apology", "partial"})
'Purposes of prompts that a caller who says "say that again" does not mean.'

OVER_WORDS = frozenset({"interruption", "offer"})
"Purposes of prompts that are said over a caller who speaks on and on, and that speech does not stop; keys do."

ASKED_FIRST: Final[dict[type[Node], Asked]] = {Question: Asked.ANYTHING, Menu: Asked.CHOICE}
"What nodes that listen ask for on entering."

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
    """Move to `node` and say what it says on entering. A branch says nothing: what it leads to is entered."""
    before = step.call
    came_from = script.flow.nodes.get(before.node)
    step = step.to(node=node, clarified=0, silences=0, attempts=0, visited=before.visited | {node})
    step = step.note(NodeEntered(node))
    entered = script.flow.nodes[node]
    step = step.to(asked=ASKED_FIRST.get(type(entered), before.asked))
    match entered:
        case Greeting() as greeting:
            return say(step, script, greeting.say, "greeting", Then.GO_ON)
        case Message() as message:
            return say(step, script, message.say, "message", Then.GO_ON)
        case Question() as question if _again(came_from, node, before):
            return say(step.to(asked=Asked.ANYTHING_ELSE), script, question.again, "again", Then.LISTEN)
        case Question(say=key) | Menu(say=key):
            return say(step, script, key, "question", Then.LISTEN)
        case Branch() as branch:
            return enter(step, way(branch, step.call), script)
        case Callback() as callback:
            return offer(step, callback, script)
        case Goodbye() as goodbye:
            return say(step, script, goodbye.say, "goodbye", Then.HANG_UP)


def _again(came_from: Node | None, node: NodeId, before: Call) -> bool:
    """Whether a question was asked before, and the call went elsewhere since."""
    if isinstance(came_from, Greeting | Question) or came_from is None:
        return False
    return isinstance(came_from, Callback) or node in before.visited


def way(branch: Branch, call: Call) -> NodeId:
    """Where a branch leads this call."""
    return branched(branch, call.language, call.is_open, call.results)


def offer(step: Step, callback: Callback, script: Script) -> Step:
    """Offer to call back: on the caller's own number when we see it, else ask for one."""
    caller = step.call.caller
    if caller.lower() in ANONYMOUS or not caller.lstrip("+").isdigit():
        return say(step.to(asked=Asked.NUMBER, number=""), script, callback.ask, "offer", Then.LISTEN)
    number = spoken(caller, script.flow.region)
    step = step.to(asked=Asked.CALLER_NUMBER, number=caller)
    return say(step, script, callback.offer, "offer", Then.LISTEN, number=number)
