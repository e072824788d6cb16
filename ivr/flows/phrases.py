"""What a flow says: which phrases, with which fills, and that they have words in every language."""

import re
from collections.abc import Iterable
from typing import Final

from ivr.flows.faults import FlowFault, did_you_mean
from ivr.flows.graph import kept, known
from ivr.flows.nodes import Part
from ivr.flows.schema import (
    Branch,
    Callback,
    Collect,
    Flow,
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
from ivr.vocabulary.language import LanguageTag

RESERVED: Final = frozenset(
    {
        "business",
        "number",
        "value",
        "spelled",
        "languages",
        "first",
        "second",
        "position",
        "minutes",
        "note",
        "queue",
        "when",
        "verified",
    }
)
"Fills that no result may be named after."

_FILL: Final = re.compile(r"\{(\w+)\}")
_CALLBACK: Final = ("offer", "ask", "partial", "invalid", "readback", "unsure", "agreed", "declined")
_TRANSFER: Final = (
    "say", "first", "place", "minute", "minutes", "still", "closed", "opens", "no_agent", "failed",
    "anybody", "again", "agent_gone", "back", "called_off",
)  # fmt: skip
_TAKES_MESSAGES: Final = ("callback_or_message", "message_or_callback", "message")
_NEEDS: Final[dict[tuple[type[Node], str], frozenset[str]]] = {
    (Question, "choose"): frozenset({"first", "second"}),
    (Callback, "offer"): frozenset({"number"}),
    (Callback, "readback"): frozenset({"number"}),
    (Collect, "readback"): frozenset({"value"}),
    (Transfer, "place"): frozenset({"position"}),
    (Transfer, "minutes"): frozenset({"minutes"}),
    (Transfer, "back"): frozenset({"note"}),
    (Transfer, "opens"): frozenset({"when"}),
}
"Fields whose phrase must take these fills. Every phrase may take {business}, and those of nodes what is known there."
_FLOW_NEEDS: Final = {"speaking.unknown": frozenset({"languages"})}
"The same of phrases that belong to no node."
_MACHINE: Final[dict[str, tuple[str, ...]]] = {
    "en": ("automated", "virtual assistant", "artificial", "ai assistant", "machine", "computer"),
    "es": ("automático", "automática", "virtual", "inteligencia artificial"),
    "pt": ("automático", "automática", "virtual", "inteligência artificial"),
    "fr": ("automatique", "virtuel", "virtuelle", "intelligence artificielle"),
    "de": ("automatisch", "virtuell", "künstlich", "computer"),
    "it": ("automatico", "automatica", "virtuale", "intelligenza artificiale"),
}
"Words by which a greeting discloses that a machine speaks (EU AI Act, article 50)."


def phrase_file(language: LanguageTag) -> str:
    """Where the words of a language stand."""
    return f"prompts/spoken/{language}.yaml"


def phrases_of(node: Node) -> dict[str, str]:
    """The phrases that a node speaks, by the field that names them."""
    match node:
        case Greeting() | Goodbye() | Message() | Lookup():
            return {"say": node.say}
        case Verify():
            return {"wrong": node.wrong}
        case Question():
            asked = {"say": node.say, "again": node.again, "refuse": node.refuse, "choose": node.choose}
            return asked | _numbered("clarify", node.clarify) | _numbered("silence", node.silence)
        case Menu():
            return {"say": node.say} | _numbered("no_match", node.no_match) | _numbered("silence", node.silence)
        case Collect():
            named = {"ask": node.ask, "partial": node.partial, "invalid": node.invalid, "unsure": node.unsure}
            return named if node.readback is None else named | {"readback": node.readback}
        case Voicemail():
            return {"say": node.say, "saved": node.saved, "empty": node.empty, "failed": node.failed}
        case Branch():
            return {}
        case Callback():
            return {field: getattr(node, field) for field in _CALLBACK}
        case Transfer():
            fields = _TRANSFER if node.voicemail is None else _TRANSFER + _TAKES_MESSAGES
            return {field: getattr(node, field) for field in fields}


def brings_to_agents(flow: Flow) -> bool:
    """Whether anybody waits for an agent here, and may have a place kept."""
    return any(isinstance(node, Transfer) for node in flow.nodes.values())


def phrases_of_flow(flow: Flow) -> dict[str, str]:
    """The phrases that are spoken wherever the call stands, by the field that names them."""
    parts: dict[str, Part] = {
        "apologies": flow.apologies,
        "waiting": flow.waiting,
        "approving": flow.approving,
        "answering": flow.answering,
        "privacy": flow.privacy,
        "spelling": flow.spelling,
        "speaking": flow.speaking,
    }
    if brings_to_agents(flow):
        parts["returning"] = flow.returning
    single = {f"{name}.{field}": key for name, part in parts.items() for field, key in part if field != "fillers"}
    return single | _numbered("waiting.fillers", flow.waiting.fillers)


def _numbered(field: str, keys: Iterable[str]) -> dict[str, str]:
    return {f"{field}[{i}]": key for i, key in enumerate(keys)}


def spoken(script: Script) -> list[FlowFault]:
    """Every phrase has words in every language, and takes the fills that its place needs and none that it has not."""
    flow, certain, nothing = script.flow, known(script.flow), frozenset[str]()
    results = {name for node in flow.nodes.values() for name in _sayable(node)}
    faults: list[FlowFault] = []
    for language in flow.languages:
        words = _Words(script, language, results)
        for where, key in phrases_of_flow(flow).items():
            faults += words.faults(where, key, _FLOW_NEEDS.get(where, nothing), nothing)
        for name, node in flow.nodes.items():
            for field, key in phrases_of(node).items():
                needed = _NEEDS.get((type(node), field), nothing)
                faults += words.faults(
                    f"nodes.{name}.{field}", key, needed, certain[name] & results | _may(node, field)
                )
    return faults


def _may(node: Node, field: str) -> frozenset[str]:
    """Fills that a phrase may have, and need not."""
    if isinstance(node, Transfer) and field != "anybody":
        return frozenset({"queue"})
    if isinstance(node, Lookup):
        return _sayable(node)
    spells = isinstance(node, Collect) and node.what in {"name", "email"} and field == "readback"
    return frozenset({"spelled"}) if spells else frozenset()


def _sayable(node: Node) -> frozenset[str]:
    """What a node keeps that can be said: no secret, and no yes, no, choice or case, which are names for branches."""
    if isinstance(node, Menu) or (isinstance(node, Collect) and node.secret):
        return frozenset()
    return frozenset(name for name, kind in kept(node).items() if kind not in {"yes_no", "case"})


class _Words:
    """The words of one language."""

    def __init__(self, script: Script, language: LanguageTag, results: set[str]) -> None:
        self._words, self._language, self._results = script.phrases.get(language, {}), language, results

    def faults(self, where: str, key: str, needed: frozenset[str], certain: frozenset[str]) -> list[FlowFault]:
        """What is wrong with the phrase `key`, which is spoken at `where`."""
        text = self._words.get(key, "").strip()
        if not text:
            return [self._fault(key, f"{where} speaks {key!r}, which has no words", f"write {key}: … there")]
        fills = set(_FILL.findall(text)) - {"business"}
        allowed = needed | certain
        found = [
            self._fault(key, f"{key!r} takes the wrong fills for {where}: it needs {{{name}}}", f"say {{{name}}} in it")
            for name in sorted(needed - fills)
        ]
        for name in sorted(fills - allowed):
            if name in self._results:
                what = f"{key!r} says {{{name}}} at {where}, where it is not known on every way that leads there"
                found.append(self._fault(key, what, "collect it before on every way, or leave it out"))
            else:
                what = f"{key!r} takes the wrong fills for {where}: there is no {{{name}}}"
                found.append(self._fault(key, what, did_you_mean(name, {"business", *allowed})))
        return found

    def _fault(self, key: str, what: str, fix: str) -> FlowFault:
        return FlowFault(what, f"phrases.{self._language}.{key}", fix, phrase_file(self._language))


def disclosure(script: Script) -> list[FlowFault]:
    """A call begins with a greeting, or with what is said to who is known. Each tells that a machine speaks."""
    flow = script.flow
    first = flow.nodes.get(flow.start)
    if first is None:
        return []
    if not isinstance(first, Greeting):
        return [FlowFault("a call does not begin with the greeting", "start", "name a greeting node")]
    faults = []
    others = [flow.returning.called_back, flow.returning.keep_place] if brings_to_agents(flow) else []
    for language in flow.languages:
        for key in (first.say, *others):
            text = script.phrases.get(language, {}).get(key, "").lower()
            words = _MACHINE.get(language.partition("-")[0])
            if text and words is not None and not any(word in text for word in words):
                what = f"{'the greeting' if key == first.say else repr(key)} does not say that a machine speaks"
                fix = f"say it in {key}, for example with {words[0]!r}"
                faults.append(FlowFault(what, f"phrases.{language}.{key}", fix, phrase_file(language)))
    return faults
