"""The conversation: what the caller said or pressed, and what that leads to."""

from dataclasses import replace
from typing import Final

from ivr.calls import again, choosing, collect, concern, gather, handover, language, menu, more, steer, unwanted
from ivr.calls.effects import Hush
from ivr.calls.meaning import (
    CLEAR,
    KNOW,
    UNSURE,
    best,
    known_passages,
    nearest,
    says_yes_or_no,
    signals,
    wishes,
)
from ivr.calls.options import by_key
from ivr.calls.prompts import past
from ivr.calls.say import afterwards, answered, ask_for, enter, leads_on, say, speak
from ivr.calls.state import Asked, Call, Choice, Phase, Step, Then
from ivr.calls.values.read import FITS
from ivr.flows.moves import Outcome
from ivr.flows.moves import step as next_node
from ivr.flows.schema import Callback, Collect, Menu, Question, Script
from ivr.turns.asides import is_nod, is_noise
from ivr.vocabulary.answered import AnswerBlocked
from ivr.vocabulary.events import (
    AnswerReady,
    CallerSilent,
    Clarified,
    DeadlinePassed,
    EscalationRaised,
    Event,
    KeyPressed,
    NotPerceived,
    Perceived,
    UtteranceClosed,
)
from ivr.vocabulary.ids import NodeId, UtteranceId

TELLING: Final = frozenset(
    {
        "greeting",
        "invitation",
        "answer",
        "repeat",
        "spelled",
        "message",
        "fact",
        "agreed",
        "declined",
        "apology",
        "transfer",
        "unwanted",
        "waiting",
    }
)
"Purposes of prompts that tell something, and ask nothing."

# ── what the caller did ──────────────────────────────────────────────────────────────────────────────────────────


def closed(call: Call, event: UtteranceClosed, script: Script) -> Step:
    """The caller has finished: wait for what was said."""
    closed = Step(call).to(utterance=event.utterance, closed_ms=event.end_ms, going_on=event.going_on, request=None)
    return closed.to(Phase.UNDERSTANDING, silences=0)


def aside(call: Call, event: UtteranceClosed, script: Script) -> Step:
    """Something short was said under a prompt. It goes on; the words will tell whether they were meant to stop it."""
    return Step(call) if call.firm else Step(call).to(utterance=event.utterance, going_on=event.going_on)


def overheard(call: Call, event: Perceived, script: Script) -> Step:
    """The words of an aside: a noise or a nod is nothing; anything else was for us, and the prompt stops."""
    if event.utterance != call.utterance:
        return Step(call)
    if not for_us(call, event) or _being_answered(call, event):
        return Step(call).to(utterance=None)
    stopped = past(Step(call).to(prompt=None).do(Hush()), script)
    return _understood(stopped, event, script)


def key(call: Call, event: KeyPressed, script: Script) -> Step:
    """A command key. Keys that are no command are masked; they only end a wait that the caller asked for."""
    if handover.here(call, script):
        return handover.key(call, event, script)
    if call.asked in again.ASKS and (done := again.key(call, event.key, script)) is not None:
        return done
    if event.key in {"1", "2"} and call.asked in collect.YES_OR_NO:
        said_yes = event.key == "1"
        return _yes_or_no(Step(call), script, UtteranceId(""), yes=said_yes)
    if call.choice is not None and (meant := choosing.by_key(event.key, call.choice)) is not None:
        step = Step(call).do(Hush()) if call.prompt is not None else Step(call)
        return ask_for(step, UtteranceId(""), (meant,))
    option = by_key(event.key, menu.options_here(Step(call), script))
    if option is not None:
        step = Step(call).do(Hush()) if call.prompt is not None else Step(call)
        return menu.take(step, option, script, (), f"key {event.key}")
    target = script.flow.keys.get(event.key)
    if target is None:
        return steer.woken(call, event, script) if call.held else Step(call)
    step = Step(call).do(Hush()) if call.prompt is not None else Step(call)
    if target == script.flow.person:
        return to_person(step, script, "asked", f"key {event.key}")
    return enter(step, target, script)


def silent(call: Call, event: CallerSilent | DeadlinePassed, script: Script) -> Step:
    """Ask again; when that is used up, go where silence leads."""
    node = script.flow.nodes[call.node]
    step = Step(call).to(silences=call.silences + 1)
    if handover.here(call, script):
        return handover.silent(step, script)
    if call.asked in again.ASKS:
        return again.silent(call, script)
    if leads_on(call, script):
        return enter(step, next_node(script.flow, call.node, Outcome.DONE), script)
    if isinstance(node, Question | Menu) and call.silences < len(node.silence):
        return say(step, script, node.silence[call.silences], "reprompt", Then.LISTEN)
    if isinstance(node, Callback | Collect) and call.silences < collect.SILENCES:
        return speak(step, call.said, "reprompt", Then.LISTEN)
    return enter(step, next_node(script.flow, call.node, Outcome.SILENT), script)


def held(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """The caller asked us to wait, and is not back: say that we are still here; after that, ask whether they are."""
    if call.held < steer.HOLDS:
        return steer.still_here(call, event, script)
    return silent(call, event, script)


def not_perceived(call: Call, event: NotPerceived, script: Script) -> Step:
    """Our hearing failed: the keys still work, and the caller is told which."""
    if event.utterance != call.utterance:
        return Step(call)
    if handover.here(call, script):
        return handover.go_on(Step(call).to(utterance=None), script)
    return say(Step(call), script, script.flow.apologies.not_heard, "apology", afterwards(call, script))


def not_understood(call: Call, event: DeadlinePassed, script: Script) -> Step:
    if handover.here(call, script):
        return handover.go_on(Step(call).to(utterance=None), script)
    return say(Step(call), script, script.flow.apologies.not_heard, "apology", afterwards(call, script))


def perceived(call: Call, event: Perceived, script: Script) -> Step:
    """The caller's words. What cut a prompt and was a noise or a nod is followed by the rest of the prompt."""
    if event.utterance != call.utterance:
        return Step(call)
    noise = bool(call.held) and is_noise(event.text, event.language, event.confidence)
    if not event.text.strip() or noise or (call.rest and not for_us(call, event)):
        return _nothing_said(Step(call).to(utterance=None), script)
    return _understood(Step(call), event, script)


def _understood(step: Step, event: Perceived, script: Script) -> Step:
    """The heart of a turn: a wish for a person first, then what the node asked, then an answer."""
    step = concern.noticed(step, event)
    step = step.to(utterance=None, rest="", monologues=step.call.monologues if step.call.going_on else 0)
    step = language.follow(step, event, script)
    call = step.call
    if handover.here(call, script):
        return handover.perceived(step, event, script)
    if call.asked in again.ASKS:
        if (done := again.perceived(step, event, script)) is not None:
            return done
        step = past(step.to(then=Then.GO_ON, asked=Asked.ANYTHING, kept=None), script)
        call = step.call
    if call.owed and not concern.called_off(event):
        return concern.handed_over(step, script)
    if call.owed:
        step = concern.refused(step.to(owed=False))
    if (done := concern.acted(step, event, script)) is not None:
        return done
    node = script.flow.nodes[call.node]
    may_choose = isinstance(node, Menu) and not call.going_on  # it may be a menu of languages
    if may_choose and (done := menu.perceived(step.to(held=0), event, script)) is not None:
        return done
    if (done := language.named(step.to(held=0), event, script)) is not None:
        return done
    if isinstance(node, Collect):
        if gather.takes(node, event):
            return gather.perceived(step.to(held=0), node, event, script)
        if event.digits and event.digits[-1].shape == FITS:
            event = replace(event, digits=())
    if (done := steer.steered(step, event, script)) is not None:
        return done
    step = step.to(held=0)
    if leads_on(call, script):  # what was cut leads on to no question
        return enter(step, next_node(script.flow, call.node, Outcome.DONE), script)
    if isinstance(script.flow.nodes[call.node], Callback):
        return collect.perceived(step, event, script)
    if isinstance(node, Collect):
        return gather.perceived(step, node, event, script)
    if not call.going_on and (done := menu.perceived(step, event, script)) is not None:
        return done
    return _question(step, event, script)


def _being_answered(call: Call, event: Perceived) -> bool:
    """The question whose answer plays already, said to its end or once more: it is not begun anew."""
    asks_it = bool(event.hits) and event.hits[0].score >= KNOW and event.hits[0].answer == call.answering
    return call.said_for == "answer" and asks_it and not wishes(event) and not signals(event, "hold_on")


def for_us(call: Call, event: Perceived) -> bool:
    """Whether what was said over the prompt was meant to stop it.

    Under words that ask nothing, "okay" and "yes" only say "go on", and a cough is heard as anything.
    """
    if not event.text.strip():
        return False
    if call.said_for not in TELLING:
        return True
    return not (is_nod(event.text, event.language) or is_noise(event.text, event.language, event.confidence))


def _nothing_said(step: Step, script: Script) -> Step:
    """A noise, or nothing: go on with what was cut, or listen on, or wait on."""
    if step.call.rest:
        call = step.call
        return speak(step, call.rest, call.said_for, call.then, language=call.said_in)
    if handover.here(step.call, script) and step.call.asked is not Asked.INSTEAD:
        return handover.go_on(step, script)
    return step.to(Phase.HOLDING if step.call.held else Phase.LISTENING)


def _question(step: Step, event: Perceived, script: Script) -> Step:
    if (choice := step.call.choice) is not None:
        if (done := _chosen(step, choice, event, script)) is not None:
            return done
        step = step.to(choice=None, asked=Asked.ANYTHING_ELSE)
    asked = step.call.asked
    known = best(event)
    if minded := unwanted.read_out(step, event):
        step = unwanted.tell_first(step, script)
    if known < KNOW:
        if signals(event, "callback"):
            return to_person(step, script, "asked", event.text, event)
        if step.call.going_on and not known_passages(event.passages):
            return _interrupt(step, event, script)
        if more.wanted(step, event):
            return more.tell(step, event.utterance)
        if more.declined(step, event):
            return _yes_or_no(step, script, event.utterance, yes=False)
        if signals(event, "goodbye"):
            return enter(step, next_node(script.flow, step.call.node, Outcome.DONE), script)
        if asked is not Asked.ANYTHING and says_yes_or_no(event):
            return _yes_or_no(step, script, event.utterance, yes=signals(event, "yes"))
    node = script.flow.nodes[step.call.node]
    if choice is None and isinstance(node, Question) and (tie := choosing.near_tie(event.hits)) is not None:
        return _choose(step, node, tie, event, script)
    if not (isinstance(node, Menu) and not node.answers):
        if known >= KNOW and (led := menu.instead(step, event.hits[0].answer, script, event)) is not None:
            return led
        if (asking := answered(step, event)) is not None:
            return asking
    if minded:
        return unwanted.tell(step)
    if isinstance(node, Menu):
        return menu.no_match(step, node, script)
    if nearest(event) >= UNSURE or event.confidence < CLEAR or signals(event, "vague") or signals(event, "garbled"):
        return _clarify(step, script)
    return _refuse(step, script)


def _interrupt(step: Step, event: Perceived, script: Script) -> Step:
    """The caller speaks on and on, and nothing in it is known: ask for it in a sentence, then fetch a person."""
    if step.call.monologues:
        return to_person(step, script, "no_progress", "", event)
    step = step.to(monologues=1)
    return say(step, script, script.flow.apologies.too_long, "interruption", Then.LISTEN)


def _yes_or_no(step: Step, script: Script, utterance: UtteranceId, *, yes: bool) -> Step:
    """Yes or no, said or pressed, to what was asked. `utterance` is the one it was said in; "" for a key."""
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Callback):
        return collect.confirmed(step, node, script, yes=yes)
    if isinstance(node, Collect):
        return gather.confirmed(step, node, script, yes=yes)
    match step.call.asked:
        case Asked.PERSON if yes:
            return to_person(step, script, step.call.offering or "asked", "yes to the offer")
        case Asked.ANYTHING_ELSE if not yes:
            return enter(step, next_node(script.flow, step.call.node, Outcome.DONE), script)
        case Asked.MORE if yes:
            return more.tell(step, utterance)
        case Asked.MORE | Asked.PERSON if isinstance(node, Question):
            step = concern.refused(step) if step.call.asked is Asked.PERSON else step
            return say(step.to(more="", asked=Asked.ANYTHING_ELSE), script, node.again, "again", Then.LISTEN)
        case _:
            return enter(step, step.call.node, script)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def answer(call: Call, event: AnswerReady, script: Script) -> Step:
    if event.request != call.request:
        return Step(call)
    answering = event.sources[0] if event.sources else None
    asked = Asked.INSTEAD if call.asked is Asked.INSTEAD else Asked.ANYTHING_ELSE
    step = Step(call).to(request=None, asked=asked, answering=answering)
    then = Then.WAIT if handover.here(call, script) else Then.HAND_OVER if call.owed else Then.ASK_AGAIN
    step = step.to(composed=event.answer_kind == "composed", more=event.text if event.more and not call.owed else "")
    return speak(step, event.text, "answer", then, event.sources)


def blocked(call: Call, event: AnswerBlocked, script: Script) -> Step:
    if event.request != call.request:
        return Step(call)
    return _refuse(Step(call).to(request=None), script)


def refused(call: Call, event: Event, script: Script) -> Step:
    return _refuse(Step(call).to(request=None), script)


def _choose(step: Step, node: Question, tie: Choice, event: Perceived, script: Script) -> Step:
    """Two answers are about as near: ask which, by name. It counts as asking again, and is not done twice running."""
    times = step.call.clarified + 1
    same = event.language.partition("-")[0] == step.call.language.partition("-")[0]
    if not same or times > len(node.clarify):  # the names are in the language of the words
        return _clarify(step, script)
    step = step.to(asked=Asked.EITHER, choice=tie, clarified=times).note(Clarified(times, tie.answers))
    first, second = tie.names
    return say(step, script, node.choose, "choice", Then.LISTEN, first=first, second=second)


def _chosen(step: Step, choice: Choice, event: Perceived, script: Script) -> Step | None:
    """What follows when these words choose one of the two, or neither; None when they are about something else."""
    if choosing.refuses(event.text, event.language):
        return _refuse(step.to(choice=None), script)
    meant = choosing.chosen(event.text, event.language, event.hits, choice)
    if meant is not None:
        return menu.instead(step, meant, script, event) or ask_for(step, event.utterance, (meant,))
    if nearest(event) >= KNOW:
        return None
    if signals(event, "no"):
        return _refuse(step.to(choice=None), script)
    node = script.flow.nodes[step.call.node]
    if signals(event, "yes") and isinstance(node, Question):
        if step.call.clarified >= len(node.clarify):
            return _clarify(step.to(choice=None), script)
        step = step.to(clarified=step.call.clarified + 1)
        return speak(step, step.call.told, "choice", Then.LISTEN)
    return None


def _clarify(step: Step, script: Script) -> Step:
    node = script.flow.nodes[step.call.node]
    times = step.call.clarified + 1
    if isinstance(node, Question) and times <= len(node.clarify):
        step = step.to(clarified=times).note(Clarified(times))
        return say(step, script, node.clarify[times - 1], "clarify", Then.LISTEN)
    return _exhausted(step, script, "not_understood")


def _refuse(step: Step, script: Script) -> Step:
    """An honest "I don't have that", with the offer of a person; a second time running, straight to the person."""
    node = script.flow.nodes[step.call.node]
    if step.call.owed:
        return concern.handed_over(step, script)
    if handover.here(step.call, script):
        return handover.go_on(step, script)
    if isinstance(node, Menu):
        return menu.no_match(step, node, script)
    if not isinstance(node, Question) or step.call.asked is Asked.PERSON:
        return _exhausted(step, script, "no_progress")
    return say(step.to(asked=Asked.PERSON, offering=""), script, node.refuse, "refusal", Then.LISTEN)


def _exhausted(step: Step, script: Script, reason: str) -> Step:
    following = next_node(script.flow, step.call.node, Outcome.EXHAUSTED)
    return menu.lead(step, following, script, reason)


def to_person(step: Step, script: Script, reason: str, words: str, event: Perceived | None = None) -> Step:
    """A person is wanted: say why in the log, and go to the node where one is reached."""
    turns = (event.utterance,) if event is not None else ()
    step = step.to(reason=reason).note(EscalationRaised(reason, turns, words))
    return enter(step, NodeId(script.flow.person), script)
