"""Approving: an answer that a person looks at before the caller hears it.

The caller is told at once why they wait, hears music, and may do what a caller always may: ask for a person, call it
off, ask something else, hang up. What the person lets pass is spoken as they let it pass. Nobody there, no time, or a
refusal: the caller is brought to a person, and told why. Whatever ends the wait, the log says what became of the draft.
"""

from dataclasses import replace
from typing import Final

from ivr.calls import concern, converse, handover
from ivr.calls.meaning import AT_ONCE, KNOW, asks_to_wait, best, signals
from ivr.calls.say import enter, interject, say, speak, wording
from ivr.calls.state import Asked, Call, Draft, Phase, Step, Then
from ivr.flows.schema import Question, Script
from ivr.turns.asides import is_nod, is_noise
from ivr.vocabulary.answered import (
    AnswerBlocked,
    AnswerPolicy,
    DraftApproved,
    DraftProposed,
    DraftRefused,
    DraftSettled,
)
from ivr.vocabulary.events import AnswerReady, DeadlinePassed, Event, Perceived, UtteranceClosed

STILL_MS: Final = 8_000
"Music without a word: then the caller is told that their answer is still being looked at."
DEADLINE: Final = "approval."
"Begins the name of a draft's own deadline, which runs beside the phase's; the request follows."
PURPOSE: Final = "approval"
"Of prompts that say why the caller waits: by the way, and no part of the answer."
NOBODY: Final = "nobody_to_approve"
"Why an answer is blocked that nobody is there to look at."
PERSON_ONLY: Final = "person_only"
"The same of one that only a person may give; and the reason of the transfer."
_WISHES: Final = ("person", *AT_ONCE, "callback", "goodbye", "start_over")
"Signals that end the wait."


# ── what the answers room brings ─────────────────────────────────────────────────────────────────────────────────


def ready(call: Call, event: AnswerReady, script: Script) -> Step:
    """The answer is there. Where the policy of its topic wants that, a person looks at it first."""
    if event.policy != AnswerPolicy.APPROVE_FIRST or event.request != call.request:
        return converse.answer(call, event, script)
    if call.owed:
        return concern.handed_over(Step(call), script)
    if handover.here(call, script):  # whoever waits for a person anyway asks them
        return _hand_over(Step(call), script, script.flow.approving.person_only)
    draft = Draft(event.request, event.text, event.sources, event.within_s, event.answer_kind == "composed")
    step = Step(call).to(Phase.APPROVING, request=None, draft=draft, utterance=None)
    step = step.note(
        DraftProposed(event.request, event.text, event.sources, event.language, event.topic, event.within_s)
    )
    return interject(step, script, script.flow.approving.wait, PURPOSE)


def blocked(call: Call, event: AnswerBlocked, script: Script) -> Step:
    """No answer may be spoken. Where only a person may give it, the caller is brought to one."""
    spoken = script.flow.approving
    if call.owed and event.request == call.request:
        return concern.handed_over(Step(call), script)
    key = {PERSON_ONLY: spoken.person_only, NOBODY: spoken.nobody}.get(event.reason)
    if key is None or event.request != call.request:
        return converse.blocked(call, event, script)
    return _hand_over(Step(call), script, key)


# ── what the person at the desk does ─────────────────────────────────────────────────────────────────────────────


def approved(call: Call, event: DraftApproved, script: Script) -> Step:
    """The words may be spoken: those of the draft, or the person's own."""
    draft = call.draft
    if draft is None or event.request != draft.request:
        return Step(call)
    answering = draft.sources[0] if draft.sources else None
    step = Step(call).to(asked=Asked.ANYTHING_ELSE, answering=answering, composed=draft.composed)
    return speak(step, event.text, "answer", Then.ASK_AGAIN, draft.sources)


def refused(call: Call, event: DraftRefused, script: Script) -> Step:
    """The person would rather speak with the caller."""
    if call.draft is None or event.request != call.draft.request:
        return Step(call)
    return _hand_over(Step(call), script, script.flow.approving.refused)


def waited(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """The time for it is over, or the caller is told that it still takes a moment."""
    draft = call.draft
    if draft is None or is_of_draft(event) or (draft.told + 1) * STILL_MS > draft.within_s * 1_000 + STILL_MS:
        return _hand_over(Step(call), script, script.flow.approving.late)
    return _still(Step(call).to(draft=replace(draft, told=draft.told + 1)), script)


# ── what the caller does meanwhile ───────────────────────────────────────────────────────────────────────────────


def spoke(call: Call, event: UtteranceClosed, script: Script) -> Step:
    """They said something. The wait goes on; their words will tell whether they still want the answer."""
    return Step(call).to(utterance=event.utterance, closed_ms=event.end_ms, going_on=event.going_on)


def perceived(call: Call, event: Perceived, script: Script) -> Step:
    """A wish or another question ends the wait. "Never mind" calls it off. Whatever else they say, it goes on."""
    draft = call.draft
    if draft is None or event.utterance != call.utterance:
        return Step(call)
    if any(signals(event, wish) for wish in _WISHES) or _asks_something_else(event, draft):
        return converse.perceived(call, event, script)
    step = Step(call).to(utterance=None)
    if signals(event, "never_mind"):
        return _called_off(step, script)
    return step if _says_nothing(event) else _still(step, script)


def _asks_something_else(event: Perceived, draft: Draft) -> bool:
    """Whether these words ask for something that we know, and that the draft does not answer."""
    found = [hits[0] for hits in (event.hits, event.passages) if hits and hits[0].score >= KNOW]
    return bool(found) and not any(hit.answer in draft.sources for hit in found)


def _says_nothing(event: Perceived) -> bool:
    """Words that need no reply: a nod, a noise, "take your time"."""
    text, language = event.text, event.language
    waits = best(event) < KNOW and asks_to_wait(event)
    return not text.strip() or waits or is_nod(text, language) or is_noise(text, language, event.confidence)


# ── how it ends ──────────────────────────────────────────────────────────────────────────────────────────────────


def deadline_of(call: Call) -> tuple[int, str] | None:
    """How long the person may take, in ms, and the name of that deadline; None when nobody looks at anything."""
    return None if call.draft is None else (call.draft.within_s * 1_000, f"{DEADLINE}{call.draft.request}")


def is_of_draft(event: Event) -> bool:
    return isinstance(event, DeadlinePassed) and event.deadline.startswith(DEADLINE)


def is_too_late(call: Call, event: Event) -> bool:
    """Whether this is the deadline of a draft that was settled before."""
    now = deadline_of(call)
    return is_of_draft(event) and (now is None or event != DeadlinePassed(now[1]))


def settled(step: Step, draft: Draft, event: Event) -> Step:
    """The wait has ended by this: say what became of the draft."""
    match event:
        case DraftApproved(text=text, by=by):
            outcome, who = "approved" if text == draft.text else "edited", str(by)
        case DraftRefused(by=by):
            outcome, who = "refused", str(by)
        case DeadlinePassed():
            outcome, who = "late", ""
        case _:
            outcome, who = "dropped", ""
    return step.to(draft=None).note(DraftSettled(draft.request, outcome, who))


def _still(step: Step, script: Script) -> Step:
    return interject(step, script, script.flow.approving.still, PURPOSE)


def _called_off(step: Step, script: Script) -> Step:
    node = script.flow.nodes[step.call.node]
    if not isinstance(node, Question):
        return enter(step, step.call.node, script)
    return say(step.to(asked=Asked.ANYTHING_ELSE), script, node.again, "again", Then.LISTEN)


def _hand_over(step: Step, script: Script, key: str) -> Step:
    """Bring the caller to a person, and say first why. Who waits for one already is told, and waits on."""
    step = step.to(request=None, utterance=None)
    if handover.here(step.call, script):
        return say(step, script, key, "waiting", Then.WAIT)
    step = step.to(first=wording(step.call, script, key))
    asked = step.call.asking[-1] if step.call.asking else ""
    return converse.to_person(step, script, PERSON_ONLY, asked)
