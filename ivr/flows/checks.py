"""What must hold of a flow before a caller meets it. Each fault says where it is and what to do."""

import re
from typing import Final

from ivr.flows.faults import FlowFault, did_you_mean
from ivr.flows.schema import Callback, Flow, Goodbye, Greeting, Node, Question, Script
from ivr.vocabulary.ids import NodeId
from ivr.vocabulary.language import LanguageTag

FILLS: Final[dict[str, frozenset[str]]] = {"offer": frozenset({"number"}), "readback": frozenset({"number"})}
"Fields of a node whose phrase must take these fills; every phrase may take {business}."

_FILL: Final = re.compile(r"\{(\w+)\}")
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


def targets(node: Node) -> dict[str, NodeId]:
    """The nodes that a node leads to, by the field that names them."""
    match node:
        case Greeting():
            return {"next": node.next}
        case Question():
            return {field: getattr(node, field) for field in ("person", "exhausted", "silent", "done")}
        case Callback():
            return {"next": node.next, "silent": node.silent}
        case Goodbye():
            return {}


def phrases_of(node: Node) -> dict[str, str]:
    """The phrases that a node speaks, by the field that names them."""
    match node:
        case Greeting() | Goodbye():
            return {"say": node.say}
        case Question():
            listed = {f"clarify[{i}]": key for i, key in enumerate(node.clarify)}
            listed |= {f"silence[{i}]": key for i, key in enumerate(node.silence)}
            return {"say": node.say, "again": node.again, "refuse": node.refuse} | listed
        case Callback():
            fields = ("offer", "ask", "partial", "invalid", "readback", "unsure", "agreed", "declined")
            return {field: getattr(node, field) for field in fields}


def phrases_of_flow(flow: Flow) -> dict[str, str]:
    """The phrases that are spoken wherever the call stands, by the field that names them."""
    fillers = {f"waiting.fillers[{i}]": key for i, key in enumerate(flow.waiting.fillers)}
    parts = {"apologies": flow.apologies, "waiting": flow.waiting, "spelling": flow.spelling}
    single = {f"{name}.{field}": key for name, part in parts.items() for field, key in part if field != "fillers"}
    return single | fillers


def check(script: Script) -> list[FlowFault]:
    """Every fault of a flow; [] means that it may be published."""
    flow = script.flow
    return [
        *_targets_exist(flow),
        *_reachable(flow),
        *_ends(flow),
        *_person(flow),
        *_phrases(script),
        *_disclosure(script),
    ]


def _targets_exist(flow: Flow) -> list[FlowFault]:
    named = {f"nodes.{name}.{field}": to for name, node in flow.nodes.items() for field, to in targets(node).items()}
    named |= {"start": flow.start, "person": flow.person} | {f"keys.{key}": to for key, to in flow.keys.items()}
    return [
        FlowFault(f"leads to {to!r}, which is no node", where, did_you_mean(to, flow.nodes))
        for where, to in named.items()
        if to not in flow.nodes
    ]


def _closure(flow: Flow, begin: list[NodeId]) -> set[NodeId]:
    seen: set[NodeId] = set()
    ahead = [name for name in begin if name in flow.nodes]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [to for to in targets(flow.nodes[name]).values() if to in flow.nodes]
    return seen


def _reachable(flow: Flow) -> list[FlowFault]:
    reached = _closure(flow, [flow.start, *flow.keys.values()])
    return [
        FlowFault("no caller can reach this node", f"nodes.{name}", "lead to it from another node, or remove it")
        for name in flow.nodes
        if name not in reached
    ]


def _ends(flow: Flow) -> list[FlowFault]:
    endings = {name for name, node in flow.nodes.items() if isinstance(node, Goodbye)}
    return [
        FlowFault("from here the call can never end", f"nodes.{name}", "lead on to a goodbye node")
        for name in flow.nodes
        if not _closure(flow, [name]) & endings
    ]


def _person(flow: Flow) -> list[FlowFault]:
    faults = []
    person = flow.nodes.get(flow.person)
    if person is not None and not isinstance(person, Callback):
        faults.append(FlowFault("this node reaches no person", "person", "name a callback node"))
    if flow.person not in flow.keys.values():
        faults.append(FlowFault("no key leads to a person", "keys", f'add "0": {flow.person}'))
    return faults


def _phrases(script: Script) -> list[FlowFault]:
    faults = []
    flow = script.flow
    wanted = {f"nodes.{n}.{field}": key for n, node in flow.nodes.items() for field, key in phrases_of(node).items()}
    wanted |= phrases_of_flow(flow)
    for language in flow.languages:
        known, file = script.phrases.get(language, {}), phrase_file(language)
        for where, key in wanted.items():
            text = known.get(key, "").strip()
            if not text:
                what = f"{where} speaks {key!r}, which has no words"
                faults.append(FlowFault(what, f"phrases.{language}.{key}", f"write {key}: … there", file))
                continue
            allowed = FILLS.get(where.rpartition(".")[2], frozenset())
            fills = set(_FILL.findall(text)) - {"business"}
            if fills != allowed:
                need = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "no fills but {business}"
                what = f"{key!r} takes the wrong fills for {where}"
                faults.append(FlowFault(what, f"phrases.{language}.{key}", f"use {need} in {key}", file))
    return faults


def _disclosure(script: Script) -> list[FlowFault]:
    flow = script.flow
    first = flow.nodes.get(flow.start)
    if first is not None and not isinstance(first, Greeting):
        return [FlowFault("a call does not begin with the greeting", "start", "name a greeting node")]
    if first is None:
        return []
    faults = []
    for language in flow.languages:
        text = script.phrases.get(language, {}).get(first.say, "").lower()
        words = _MACHINE.get(language.partition("-")[0])
        if text and words is not None and not any(word in text for word in words):
            fix = f"say it in {first.say}, for example with {words[0]!r}"
            what = "the greeting does not say that a machine speaks"
            faults.append(FlowFault(what, f"phrases.{language}.{first.say}", fix, phrase_file(language)))
    return faults
