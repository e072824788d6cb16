"""Concern: what a call does about a worry. It notices every turn, and acts when the policy says so.

How      At once to a person; after the answer to what they asked; a calm word first; or an offer.
         `ivr.calls.escalation` decides which.
Danger   Who speaks of it hears the business's own emergency words before anything else.
Flows    A question that cannot be made out leads where the flow says, by the flow's own count: that is not done twice.
"""

from collections.abc import Mapping
from typing import Final

from ivr.calls import collect, language
from ivr.calls.effects import Hush
from ivr.calls.escalation.decide import Decision, decide, declined, notice, settled, warned
from ivr.calls.escalation.policy import Urgency
from ivr.calls.escalation.signals import segment
from ivr.calls.escalation.trail import Reply, Turn
from ivr.calls.meaning import KNOW, best, nearest, signals
from ivr.calls.say import answered, enter, say, wording
from ivr.calls.state import Asked, Call, Step, Then
from ivr.flows.schema import Collect, Menu, Question, Script
from ivr.vocabulary.events import EscalationRaised, Perceived
from ivr.vocabulary.ids import NodeId

REMEMBERED: Final = 3
"Turns before this one that it may ask the same as."

COUNTED_BY_FLOWS: Final = frozenset({"no_progress", "not_understood"})
"Reasons that a question or a menu leads to by itself, when its own tries are used up."

WHILE_COLLECTING: Final = frozenset({"asked", "danger", "theft", "fraud"})
"Reasons that count where a name, a date or a number was asked for: there, most words are something else."

REPLIES: Final[Mapping[str, Reply]] = {
    "answer": Reply.ANSWERED,
    "again": Reply.ANSWERED,
    "more": Reply.ANSWERED,
    "fact": Reply.ANSWERED,
    "clarify": Reply.CLARIFIED,
    "choice": Reply.CLARIFIED,
    "interruption": Reply.CLARIFIED,
    "apology": Reply.MISHEARD,
    "refusal": Reply.REFUSED,
    "repeat": Reply.AGAIN,
    "spelled": Reply.AGAIN,
    "person_offer": Reply.OFFERED,
    "warning": Reply.WARNED,
}
"What a prompt did about the turn before it, by its purpose."


def noticed(step: Step, event: Perceived) -> Step:
    """Remember this turn, and what was done about the last one."""
    call = step.call
    cut = bool(call.rest) or any(isinstance(effect, Hush) for effect in step.effects)
    trail = call.trail.replied(REPLIES.get(call.said_for, Reply.NONE))
    return step.to(trail=notice(trail, turn_of(event, cut=cut)))


def turn_of(event: Perceived, *, cut: bool = False) -> Turn:
    """A turn as it is remembered."""
    known = best(event) >= KNOW
    return Turn(
        event.utterance,
        event.text,
        event.signals,
        nearest(event),
        event.hits[0].answer if known else None,
        event.confidence,
        cut=cut,
    )


def acted(step: Step, event: Perceived, script: Script) -> Step | None:
    """What the turns so far ask for; None when this one is as any other."""
    call = step.call
    if call.asked in collect.ASKS:
        return None
    node = script.flow.nodes[call.node]
    decision = decide(call.trail) or _of_segment(call, event, script)
    if decision is not None and decision.reason == "language" and language.wished(call, event, script) is not None:
        return None  # a language asked for by name is spoken, or said not to be
    if decision is None or (isinstance(node, Collect) and decision.reason not in WHILE_COLLECTING):
        return None
    if decision.reason in COUNTED_BY_FLOWS and isinstance(node, Question | Menu):
        return None
    match decision.urgency:
        case Urgency.AT_ONCE:
            return fetched(step, decision, script)
        case Urgency.AFTER_ANSWER:
            return _after_answer(step, decision, event, script)
        case Urgency.WARN:
            step = step.to(trail=warned(call.trail), held=0)
            return say(step, script, script.flow.escalating.warning, "warning", Then.LISTEN)
        case Urgency.OFFER if nearest(event) < KNOW and isinstance(node, Question):
            step = step.to(asked=Asked.PERSON, offering=decision.reason, held=0)
            return say(step, script, script.flow.escalating.offer, "person_offer", Then.LISTEN)
        case _:
            return None


def fetched(step: Step, decision: Decision, script: Script) -> Step:
    """To a person now."""
    step = _raised(step, decision)
    if decision.reason == "danger":
        step = step.to(first=wording(step.call, script, script.flow.escalating.emergency))
    return enter(step, NodeId(script.flow.person), script)


def _after_answer(step: Step, decision: Decision, event: Perceived, script: Script) -> Step:
    """Answer first, when the answer is known. What is owed is kept until it was heard."""
    asking = None
    if isinstance(script.flow.nodes[step.call.node], Question):
        asking = answered(_raised(step, decision).to(owed=True), event)
    return asking if asking is not None else fetched(step, decision, script)


def handed_over(step: Step, script: Script) -> Step:
    """The answer was heard, or there is none: to the person that is owed."""
    return enter(step.to(owed=False, request=None, utterance=None), NodeId(script.flow.person), script)


def called_off(event: Perceived) -> bool:
    """Whether who speaks into the answer that comes before a person wants none any more."""
    return any(signals(event, wish) for wish in ("no", "never_mind", "goodbye"))


def refused(step: Step) -> Step:
    """They do not want a person: it takes more to offer one again."""
    return step.to(trail=declined(step.call.trail))


def _raised(step: Step, decision: Decision) -> Step:
    raised = EscalationRaised(decision.reason, decision.turns, decision.words)
    return step.to(reason=decision.reason, trail=settled(step.call.trail)).note(raised)


def _of_segment(call: Call, event: Perceived, script: Script) -> Decision | None:
    """Customers of some segments are served by people: so the business has it."""
    if call.transfers or any(signals(event, wish) for wish in ("goodbye", "yes", "no", "repeat")):
        return None
    level = segment(call.segment, script.flow.served_by_people)
    return Decision("segment", Urgency.AT_ONCE, (event.utterance,), event.text, level) if level else None
