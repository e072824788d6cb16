"""Prompts: what follows when one was heard to its end, or cut."""

from ivr.calls import again, concern, handover, language, message, more
from ivr.calls.effects import Hush
from ivr.calls.say import asks_first, enter, say, way
from ivr.calls.state import Asked, Call, Phase, Step, Then
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Branch, Menu, Message, Question, Script
from ivr.vocabulary.events import DeadlinePassed, NodeEntered, PromptCut, PromptHeard


def heard(call: Call, event: PromptHeard, script: Script) -> Step:
    """The prompt was heard to its end; what was planned follows."""
    if event.prompt != call.prompt:
        return Step(call)
    return _after_prompt(Step(call).to(prompt=None), script)


def stuck(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """The prompt's end was never reported: go on as if it had been heard."""
    return _after_prompt(Step(call).to(prompt=None).do(Hush()), script)


def _after_prompt(step: Step, script: Script) -> Step:
    node = script.flow.nodes[step.call.node]
    match step.call.then:
        case Then.GO_ON if (another := language.invitation(step.call, script)) is not None:
            return language.invite(step, another, script)
        case Then.GO_ON:
            return enter(step, next_node(script.flow, step.call.node, Outcome.DONE), script)
        case Then.ASK_AGAIN if isinstance(node, Question) and step.call.more:
            return more.offer(step, script)
        case Then.ASK_AGAIN if isinstance(node, Question):
            return say(step.to(asked=Asked.ANYTHING_ELSE), script, node.again, "again", Then.LISTEN)
        case Then.ASK_AGAIN if isinstance(node, Menu):
            return say(step.to(asked=Asked.CHOICE), script, node.say, "question", Then.LISTEN)
        case Then.HAND_OVER:
            return concern.handed_over(step, script)
        case Then.RECORD:
            return message.begin(step)
        case Then.WAIT:
            return handover.go_on(step, script)
        case Then.RESUME if step.call.asked in again.ASKS:
            return again.ask(step, script)
        case Then.RESUME:
            return enter(step, step.call.node, script)
        case _:
            return step.to(Phase.LISTENING)


def cut(call: Call, event: PromptCut, script: Script) -> Step:
    """The caller took the floor. What was left unsaid is kept until their words are known: it may have been a cough."""
    if event.prompt != call.prompt:
        return Step(call).to(Phase.SPEAKING)
    step = Step(call).to(Phase.LISTENING, prompt=None, rest=_rest(call.said, event.heard))
    return past(step, script)


def past(step: Step, script: Script) -> Step:
    """A prompt that was cut and would have led on: the next node that listens does so, without its own prompt.

    When a goodbye or a call back comes next, it comes once the caller's words are known.
    """
    if step.call.then is not Then.GO_ON:
        return step
    following = next_node(script.flow, step.call.node, Outcome.DONE)
    passed = [following]
    while isinstance(node := script.flow.nodes[following], Message | Branch):
        following = way(node, step.call) if isinstance(node, Branch) else node.next
        passed.append(following)
    if (asked := asks_first(node)) is None:
        return step
    # What is left of the prompt belongs to the node before: after it, this node still has to ask its question.
    step = step.to(node=following, then=Then.RESUME, clarified=0, silences=0, attempts=0)
    step = step.to(asked=asked, visited=step.call.visited | set(passed))
    return step.note(*map(NodeEntered, passed))


def _rest(said: str, heard: str) -> str:
    """What to say after a cut that was none: from the start of the sentence that was cut."""
    whole = max((heard.rfind(stop) for stop in (". ", "! ", "? ")), default=-1)
    if heard and heard[-1] in ".!?":
        whole = len(heard)
    return said[whole + 1 :].strip() if whole >= 0 else said
