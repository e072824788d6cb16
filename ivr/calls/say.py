"""Saying something, asking for an answer, and entering a node: what every handler ends in."""

from ivr.calls.digits import spoken
from ivr.calls.effects import Answer, ForgetDigits, LookUp, Prove, Say, Settle
from ivr.calls.meaning import KNOW, best, known_passages
from ivr.calls.state import Asked, Call, Phase, Step, Then
from ivr.calls.transfer.state import begin
from ivr.calls.values.said import said
from ivr.flows.graph import kept
from ivr.flows.moves import branch as branched
from ivr.flows.schema import (
    Branch,
    Callback,
    Collect,
    Goodbye,
    Greeting,
    Lookup,
    Menu,
    Message,
    Node,
    Question,
    Script,
    Transfer,
    Verify,
    Voicemail,
)
from ivr.vocabulary.events import AnswerRequested, NodeEntered, Perceived, PromptStarted
from ivr.vocabulary.ids import AnswerId, NodeId, PromptId, RequestId, TransferId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.personal import FactsAsked, ProofAsked

PASSING = frozenset(
    {
        "again",
        "more",
        "reprompt",
        "repeat",
        "clarify",
        "apology",
        "partial",
        "invitation",
        "language",
        "waiting",
        "unwanted",
    }
)
'Purposes of prompts that a caller who says "say that again" does not mean.'

OVER_WORDS = frozenset({"interruption", "offer"})
"Purposes of prompts that are said over a caller who speaks on and on, and that speech does not stop; keys do."

EARLIER = 3
"Questions that are remembered for those that lean on them."

ANONYMOUS = frozenset({"", "anonymous", "unknown", "restricted", "unavailable"})


def say(
    step: Step,
    script: Script,
    key: str,
    purpose: str,
    then: Then,
    *,
    language: LanguageTag | None = None,
    **fills: str,
) -> Step:
    """Speak a phrase of the script, in the call's language or another."""
    words = wording(step.call, script, key, language=language, **fills)
    return speak(step, words, purpose, then, language=language)


def wording(call: Call, script: Script, key: str, *, language: LanguageTag | None = None, **fills: str) -> str:
    """A phrase of the script with what is known filled in, in the call's language or another."""
    tongue = language or call.language
    return script.phrase(key, tongue, **(_known(call, script, key, tongue) | fills))


def _known(call: Call, script: Script, key: str, tongue: LanguageTag) -> dict[str, str]:
    """What the caller gave before and whom they wait for, as it is said, as far as this phrase says it."""
    fills = script.fills(key, tongue)
    node = script.flow.nodes.get(call.node)
    named = {"queue": _queue(call, node, script, tongue)} if isinstance(node, Transfer) and "queue" in fills else {}
    return named | {
        name: in_words(call, script, kind, call.results[name])
        for node in script.flow.nodes.values()
        for name, kind in kept(node).items()
        if name in fills and name in call.results
    }


def _queue(call: Call, node: Transfer, script: Script, tongue: LanguageTag) -> str:
    """What the queue is called in this language, or what stands for it."""
    names = call.queues.names.get(node.queue, {}) if call.queues is not None else {}
    return names.get(tongue) or names.get(tongue.partition("-")[0]) or script.phrase(node.anybody, tongue)


def in_words(call: Call, script: Script, what: str, value: str) -> str:
    """A value that was asked for, as it is said in the call's language."""
    today = next(iter(call.today.values()), "")
    return said(what, value, call.language, script.flow.region, signs(call, script), today)


def signs(call: Call, script: Script) -> dict[str, str]:
    """Signs to their names, in the call's language."""
    return {sign: script.phrase(key, call.language) for sign, key in script.flow.spelling.symbols.items()}


def speak(
    step: Step,
    text: str,
    purpose: str,
    then: Then,
    sources: tuple[AnswerId, ...] = (),
    *,
    rate: float | None = None,
    language: LanguageTag | None = None,
) -> Step:
    """Speak these words: written down first, then said, at the call's pace and in its language, or in others."""
    call = step.call
    language = language or call.language
    passing = purpose in PASSING
    text = " ".join(f"{call.first} {text}".split())
    prompt = PromptId(f"p{call.prompts + 1}")
    leaving = then is Then.HANG_UP
    firm = then is Then.RECORD or (call.going_on and purpose in OVER_WORDS)
    return (
        step.to(
            Phase.LEAVING if leaving else Phase.SPEAKING,
            prompt=prompt,
            prompts=call.prompts + 1,
            said=text,
            said_in=language,
            said_for=purpose,
            firm=firm,
            told=call.told if passing else text,
            told_in=call.told_in if passing else language,
            then=then,
            rest="",
            first="",
            held=0,
        )
        .note(PromptStarted(prompt, purpose, text, language, sources))
        .do(Say(prompt, text, language, purpose, not (leaving or firm), rate=rate or call.rate))
    )


def ask_for(
    step: Step,
    utterance: UtteranceId,
    candidates: tuple[AnswerId, ...],
    question: str = "",
    passages: tuple[AnswerId, ...] = (),
) -> Step:
    """Ask for the words of the first of these answers that may be spoken, in the call's language.

    question  what the caller said, masked.
    passages  an answer is to be composed from these instead.
    """
    call = step.call
    request, earlier = RequestId(f"a{call.requests + 1}"), call.asking
    asking = (*earlier, question)[-EARLIER:] if question else earlier
    step = step.to(Phase.ANSWERING, request=request, requests=call.requests + 1, clarified=0, choice=None, more="")
    return (
        step.to(asking=asking)
        .note(AnswerRequested(request, utterance, candidates, passages))
        .do(Answer(request, candidates, call.language, passages, question, earlier))
    )


def answered(step: Step, event: Perceived) -> Step | None:
    """Ask for what answers these words: an approved answer, else one composed from passages. None when nothing does."""
    if best(event) >= KNOW:
        return ask_for(step, event.utterance, tuple(hit.answer for hit in event.hits), event.text)
    if passages := known_passages(event.passages):
        return ask_for(step, event.utterance, (), event.text, passages)
    return None


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
    step = step.to(
        node=node,
        choice=None,
        more="",
        owed=False,
        clarified=0,
        silences=0,
        attempts=0,
        visited=before.visited | {node},
    )
    step = step.note(NodeEntered(node))
    entered = script.flow.nodes[node]
    step = step.to(asked=asks_first(entered) or before.asked)
    match entered:
        case Greeting() as greeting:
            return say(step, script, greeting.say, "greeting", Then.GO_ON)
        case Message() as message:
            return say(step, script, message.say, "message", Then.GO_ON)
        case Question() as question if _again(came_from, node, before):
            return say(step.to(asked=Asked.ANYTHING_ELSE), script, question.again, "again", Then.LISTEN)
        case Question(say=key) | Menu(say=key):
            return say(step, script, key, "question", Then.LISTEN)
        case Collect() as collect:
            return say(step.to(value="").do(ForgetDigits()), script, collect.ask, "question", Then.LISTEN)
        case Branch() as branch:
            return enter(step, way(branch, step.call), script)
        case Verify() as verify:
            return _prove(step, verify, script)
        case Lookup() as lookup:
            return _look_up(step, lookup, script)
        case Transfer() as transfer:
            return begin_transfer(step, transfer, script)
        case Voicemail() as voicemail:
            return say(step, script, voicemail.say, "question", Then.RECORD)
        case Callback() as callback:
            return offer(step, callback, script)
        case Goodbye() as goodbye:
            return say(step, script, goodbye.say, "goodbye", Then.HANG_UP)


def _prove(step: Step, node: Verify, script: Script) -> Step:
    """Have what the caller gave checked. Who is verified already is believed."""
    call = step.call
    if call.verified:
        return enter(step, node.next, script)
    if any(name not in call.results for name in node.by):
        return enter(step, node.again, script)
    secret = {each.result for each in script.flow.nodes.values() if isinstance(each, Collect) and each.secret}
    given = {name: call.results[name] for name in node.by if name in call.results and name not in secret}
    request = RequestId(f"v{call.requests + 1}")
    step = step.to(Phase.CHECKING, request=request, requests=call.requests + 1)
    secrets = tuple(name for name in node.by if name in secret)
    return step.note(ProofAsked(request, node.by)).do(Prove(request, call.caller, given, secrets))


def _look_up(step: Step, node: Lookup, script: Script) -> Step:
    """Have facts of a verified caller looked up. The checks proved that no other gets here; the call sees to it too."""
    call = step.call
    if not call.verified:
        return enter(step, node.missing, script)
    request, facts = RequestId(f"v{call.requests + 1}"), {name: str(kind) for name, kind in node.facts.items()}
    step = step.to(Phase.CHECKING, request=request, requests=call.requests + 1)
    return step.note(FactsAsked(request, facts)).do(LookUp(request, call.verified, facts))


def begin_transfer(step: Step, node: Transfer, script: Script) -> Step:
    """Say that a person is fetched, and fetch one: no words without the deed, and no deed without the words."""
    call = step.call
    begun = begin(TransferId(f"t{call.transfers + 1}"), node.queue, call.reason or "asked")
    step = settle(step, "reached").to(
        transfer=begun.transfer, transfers=call.transfers + 1, asked=Asked.ANYTHING, due=""
    )
    return say(step.note(*begun.notes), script, node.say, "transfer", Then.WAIT).do(*begun.effects)


def settle(step: Step, outcome: str) -> Step:
    """Say what came of calling them back, once, if we did."""
    kept = step.call.kept
    return step if kept is None or not kept.callback else step.to(kept=None).do(Settle(kept.callback, outcome))


def _again(came_from: Node | None, node: NodeId, before: Call) -> bool:
    """Whether a question was asked before, and the call went elsewhere since."""
    if isinstance(came_from, Greeting | Question) or came_from is None:
        return False
    return isinstance(came_from, Callback) or node in before.visited


def leads_on(call: Call, script: Script) -> bool:
    """Whether the node only tells something: there, whatever the caller does leads on."""
    return call.then is Then.GO_ON or isinstance(script.flow.nodes[call.node], Greeting | Message)


def afterwards(call: Call, script: Script) -> Then:
    """What follows something that is said in between."""
    return Then.GO_ON if leads_on(call, script) else Then.LISTEN


def way(branch: Branch, call: Call) -> NodeId:
    """Where a branch leads this call."""
    customer = "verified" if call.verified else "known" if call.known else "unknown"
    return branched(branch, call.language, call.is_open, call.results, customer)


def asks_first(node: Node) -> Asked | None:
    """What a node that listens asks for on entering; None for the others."""
    match node:
        case Question():
            return Asked.ANYTHING
        case Menu():
            return Asked.CHOICE
        case Collect(what="yes_no"):
            return Asked.YES_NO
        case Collect():
            return Asked.VALUE
        case _:
            return None


def offer(step: Step, callback: Callback, script: Script) -> Step:
    """Offer to call back: on the caller's own number when we see it, else ask for one."""
    caller = step.call.caller
    if caller.lower() in ANONYMOUS or not caller.lstrip("+").isdigit():
        return say(step.to(asked=Asked.NUMBER, number=""), script, callback.ask, "offer", Then.LISTEN)
    number = spoken(caller, script.flow.region)
    step = step.to(asked=Asked.CALLER_NUMBER, number=caller)
    return say(step, script, callback.offer, "offer", Then.LISTEN, number=number)
