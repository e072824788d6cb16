"""The caller's side of a transfer: what they hear, say and press while they wait for an agent, and when they are back.

The transfer machine (`ivr.calls.transfer`) decides about agents, telephones and the room. Here its steps become steps
of the call: its effects are passed on, and what it wants told is said as soon as nothing else is being said.
"""

from typing import Final

from ivr.calls import instead
from ivr.calls.effects import Hush
from ivr.calls.meaning import KNOW, best, signals
from ivr.calls.say import answered, enter, say, speak, wording
from ivr.calls.state import Asked, Call, Phase, Step, Then
from ivr.calls.transfer import machine as transfers
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import MoveCaller, Stage, TellCaller, TransferStep
from ivr.flows.schema import Script, Transfer
from ivr.vocabulary.events import CallEnded, DeadlinePassed, KeyPressed, Perceived, TakenUp
from ivr.vocabulary.ids import TransferId
from ivr.vocabulary.transfers import GiveUpAsked, TransferFact

DEADLINE: Final = "transfer."
"Begins the name of a deadline that is a stage's and not a phase's."
SHORT_WAIT_S: Final = 90
'Up to here the wait is "about a minute".'

_WITH_ASSISTANT: Final = frozenset({Stage.QUEUED, Stage.RINGING, Stage.BRIEFING, Stage.JOINING})
_AWAY: Final = frozenset({"closed", "no_agent", "failed"})
"What is told before something else is offered."
_BACK: Final = frozenset({"back", "agent_gone"})
"What is told to who has been with an agent."
_KEYS: Final = {"1": "callback", "2": "assistant", "3": "voicemail"}
"What who waits would rather have, by key."


def here(call: Call, script: Script) -> bool:
    """Whether the call is where a transfer begins, and goes back to when it did not help."""
    return isinstance(script.flow.nodes.get(call.node), Transfer)


def waits(call: Call) -> bool:
    """Whether the caller waits for an agent, on the assistant's stream."""
    return call.transfer is not None and call.transfer.stage in _WITH_ASSISTANT and not call.transfer.moving


# ── what agents, telephones and the carrier do ───────────────────────────────────────────────────────────────────


def fact(call: Call, event: TransferFact | DeadlinePassed, script: Script) -> Step:
    """What agents, their telephones and the carrier did: for the transfer machine, whose wishes are then met."""
    transfer = call.transfer
    if transfer is None:
        return Step(call)
    mine: set[str] = {transfer.id, f"{DEADLINE}{transfer.stage}", supervision.DEADLINE}
    if (event.deadline if isinstance(event, DeadlinePassed) else event.transfer) not in mine:
        return Step(call)
    return _met(_taken(Step(call), transfers.step(transfer, event)), script)


def ended(step: Step, event: CallEnded) -> Step:
    """The call is over: so is what the transfer did for it."""
    transfer = step.call.transfer
    return step if transfer is None else _taken(step, transfers.step(transfer, event))


def returned(call: Call, event: TakenUp, script: Script) -> Step:
    """The caller is back from the room, on a stream of the assistant."""
    step = Step(call).to(stream=event.stream)
    if call.transfer is not None:
        step = _taken(step, transfers.step(call.transfer, event))
    return go_on(step, script)


def taken_up(step: Step, script: Script) -> Step:
    """The stream broke while they waited, and another one has them: say so, and wait on."""
    return say(step, script, script.flow.apologies.taken_up, "apology", Then.WAIT)


def _taken(step: Step, moved: TransferStep) -> Step:
    """The transfer's step as one of the call: what is to be told is kept until it can be."""
    step = step.to(transfer=moved.transfer).note(*moved.notes)
    for effect in moved.effects:
        step = step.to(due=effect.what) if isinstance(effect, TellCaller) else step.do(effect)
    return step


def _met(step: Step, script: Script) -> Step:
    """Where the call stands now that the transfer has moved on."""
    call = step.call
    if call.phase in {Phase.OFFERED, Phase.LEAVING, Phase.ENDED}:
        return step
    if any(isinstance(effect, MoveCaller) for effect in step.effects):
        step = step.do(Hush()) if call.prompt is not None else step
        return step.to(Phase.TRANSFERRED, prompt=None, utterance=None, request=None, due="", then=Then.WAIT)
    if call.phase is Phase.SPEAKING and call.due in _AWAY and _is_connecting(call):
        return go_on(step.do(Hush()).to(prompt=None), script)  # it is not so: nobody is told it to the end
    stayed = call.phase is Phase.TRANSFERRED and call.stream is not None and _is_with_assistant(call)
    return go_on(step, script) if stayed or (call.phase is Phase.WAITING and (call.due or not waits(call))) else step


def _is_connecting(call: Call) -> bool:
    """Whether they are being told that a person is fetched."""
    return call.prompt is not None and call.said_for == "transfer" and call.then is Then.WAIT


def _is_with_assistant(call: Call) -> bool:
    return call.transfer is None or (call.transfer.stage in _WITH_ASSISTANT | {Stage.DONE} and not call.transfer.moving)


# ── what the caller hears ────────────────────────────────────────────────────────────────────────────────────────


def go_on(step: Step, script: Script) -> Step:
    """Nothing is being said: tell what is due, else music; without a transfer to wait for, back to the assistant."""
    node = script.flow.nodes[step.call.node]
    if not isinstance(node, Transfer):
        return enter(step, step.call.node, script)
    due, step = step.call.due, step.to(due="", utterance=None)
    if due == "waiting":
        return _place(step, node, script)
    if due in _AWAY:
        return instead.tell(step, node, script, due)
    if due in _BACK:
        note = step.call.transfer.note if step.call.transfer is not None else ""
        return instead.with_assistant(step, node, wording(step.call, script, getattr(node, due), note=note))
    if due == "again":
        return say(step, script, node.again, "waiting", Then.WAIT)
    if waits(step.call):
        return step.to(Phase.WAITING, rest="")
    if step.call.asked is Asked.INSTEAD:
        return instead.again(step, node, script)
    return instead.with_assistant(step, node, wording(step.call, script, script.flow.apologies.taken_up))


def silent(step: Step, script: Script) -> Step:
    """Nothing was said where something was offered instead of an agent; elsewhere they only wait on."""
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Transfer) and step.call.asked is Asked.INSTEAD:
        return instead.silent(step, node, script)
    return go_on(step, script)


def still_waiting(call: Call, event: DeadlinePassed, script: Script) -> Step:
    """They have heard music for a while: their place and the wait, or that we are still looking."""
    node = script.flow.nodes[call.node]
    if not isinstance(node, Transfer) or not waits(call):
        return go_on(Step(call), script)
    if call.transfer is not None and call.transfer.stage is Stage.QUEUED and call.transfer.position:
        return _place(Step(call), node, script)
    return say(Step(call), script, node.still, "waiting", Then.WAIT)


def _place(step: Step, node: Transfer, script: Script) -> Step:
    """Their place in the queue and the wait, as far as these are known."""
    call = step.call
    transfer = call.transfer
    if transfer is None or not transfer.position:
        return say(step, script, node.still, "waiting", Then.WAIT)
    first = transfer.position == 1
    words = wording(call, script, node.first if first else node.place, position=str(transfer.position))
    if transfer.wait_s is not None:
        minutes = max(2, round(transfer.wait_s / 60))
        short = transfer.wait_s <= SHORT_WAIT_S
        words += " " + wording(call, script, node.minute if short else node.minutes, minutes=str(minutes))
    return speak(step, words, "waiting", Then.WAIT)


# ── what the caller says and presses ─────────────────────────────────────────────────────────────────────────────


def perceived(step: Step, event: Perceived, script: Script) -> Step:
    """Words of somebody who waits: a call back, a message, back to the assistant, their place, or a question. Else
    music again. Who was offered something instead says whether they want it."""
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Transfer) and step.call.asked is Asked.INSTEAD:
        return instead.perceived(step, node, event, script)
    if not waits(step.call):
        return _cut_short(step, script)
    if signals(event, "callback"):
        return _give_up(step, "callback", script)
    if signals(event, "voicemail") and isinstance(node, Transfer) and node.voicemail is not None:
        return _give_up(step, "voicemail", script)
    if best(event) < KNOW and (signals(event, "never_mind") or signals(event, "start_over")):
        return _give_up(step, "assistant", script)
    if signals(event, "person") or signals(event, "repeat"):
        return go_on(step.to(due=step.call.due or "waiting"), script)
    return answered(step, event) or go_on(step, script)


def key(call: Call, event: KeyPressed, script: Script) -> Step:
    """1 is a call back, 2 the assistant again, 3 a message; the key of a person brings the caller's place."""
    node = script.flow.nodes[call.node]
    if isinstance(node, Transfer) and call.asked is Asked.INSTEAD:
        return instead.key(call, node, event, script)
    step = Step(call).do(Hush()).to(prompt=None) if call.prompt is not None else Step(call)
    if not waits(call):
        return _cut_short(step, script) if event.key in {"1", "2", *script.flow.keys} else Step(call)
    takes_messages = isinstance(node, Transfer) and node.voicemail is not None
    if event.key in _KEYS and (event.key != "3" or takes_messages):
        return _give_up(step, _KEYS[event.key], script)
    target = script.flow.keys.get(event.key)
    if target is None:
        return Step(call)
    if target == script.flow.person:
        return go_on(step.to(due=step.call.due or "waiting"), script)
    step = _given_up(step, "assistant")
    return go_on(step, script) if waits(step.call) else enter(step, target, script)


def _give_up(step: Step, wish: str, script: Script) -> Step:
    node = script.flow.nodes[step.call.node]
    step = _given_up(step, wish)
    if not isinstance(node, Transfer) or waits(step.call):  # the agent has accepted just now: they are on their way
        return go_on(step, script)
    if wish == "assistant":
        return instead.with_assistant(step, node, wording(step.call, script, node.called_off))
    return instead.taken(step, node, wish, script)


def _given_up(step: Step, wish: str) -> Step:
    transfer = step.call.transfer
    if transfer is None:
        return step
    return _taken(step, transfers.step(transfer, GiveUpAsked(TransferId(transfer.id), wish))).to(due="")


def _cut_short(step: Step, script: Script) -> Step:
    """What they spoke over said that nobody can be had: the call back comes next. Or it is still to be said."""
    node = script.flow.nodes[step.call.node]
    if isinstance(node, Transfer) and step.call.then is Then.GO_ON and not step.call.due:
        return enter(step, node.callback, script)
    return go_on(step, script)
