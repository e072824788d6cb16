"""A flow as a graph: where its nodes lead, what can be reached, and what is known where."""

from collections.abc import Callable, Iterable
from typing import Final

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
    Transfer,
    Verify,
    Voicemail,
)
from ivr.vocabulary.ids import NodeId

WAITS_FOR_NOBODY: Final = (Greeting, Message, Branch, Verify, Lookup)
"Kinds of nodes that a call passes through without the caller doing anything."
VERIFIED: Final = "verified"
"Stands among what is known where the caller is certain to be verified."
_NOTHING: Final = frozenset[str]()


def targets(node: Node) -> dict[str, NodeId]:
    """The nodes that a node leads to, by the field that names them."""
    match node:
        case Greeting() | Message():
            return {"next": node.next}
        case Voicemail():
            return {"next": node.next} | _named(callback=node.callback)
        case Question():
            named = {field: getattr(node, field) for field in ("person", "exhausted", "silent", "done")}
            return named | {f"options[{i}].next": option.next for i, option in enumerate(node.options)}
        case Menu():
            chosen = {f"options[{i}].next": option.next for i, option in enumerate(node.options)}
            return chosen | {"exhausted": node.exhausted, "silent": node.silent}
        case Verify():
            return {field: getattr(node, field) for field in ("next", "again", "exhausted", "unknown")}
        case Lookup():
            return {"next": node.next, "missing": node.missing}
        case Branch():
            return {f"cases.{case}": to for case, to in node.cases.items()} | {"otherwise": node.otherwise}
        case Collect():
            return {"next": node.next, "exhausted": node.exhausted, "silent": node.silent}
        case Callback():
            return {"next": node.next, "silent": node.silent}
        case Transfer():
            return {"callback": node.callback, "next": node.next} | _named(voicemail=node.voicemail)
        case Goodbye():
            return {}


def _named(**fields: NodeId | None) -> dict[str, NodeId]:
    """Those that are given."""
    return {field: to for field, to in fields.items() if to is not None}


def entrances(flow: Flow) -> set[NodeId]:
    """Nodes at which a call may arrive from anywhere, or from nowhere."""
    return {flow.start, flow.person, *flow.keys.values()} & set(flow.nodes)


def closure(flow: Flow, begin: Iterable[NodeId]) -> set[NodeId]:
    """Every node that can be reached from these, and these."""
    seen: set[NodeId] = set()
    ahead = [name for name in begin if name in flow.nodes]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [to for to in targets(flow.nodes[name]).values() if to in flow.nodes]
    return seen


def passes(node: Node) -> Iterable[NodeId]:
    """Where a call goes on from a node without the caller doing anything at all."""
    return targets(node).values() if isinstance(node, WAITS_FOR_NOBODY) else ()


def in_silence(node: Node) -> Iterable[NodeId]:
    """Where a call goes on from a node when the caller says nothing, for as long as it takes."""
    to = targets(node)
    if isinstance(node, Voicemail):
        return [node.next]
    return [to["silent"]] if "silent" in to else passes(node)


def rounds(flow: Flow, leads: Callable[[Node], Iterable[NodeId]]) -> list[tuple[NodeId, ...]]:
    """Ways that lead round, each once, from its first node to the same again."""
    found: list[tuple[NodeId, ...]] = []
    done: set[NodeId] = set()
    for first in flow.nodes:
        way: list[NodeId] = []
        ahead = [(first, 0)]
        while ahead:
            name, depth = ahead.pop()
            del way[depth:]
            if name in way:
                found.append((*way[way.index(name) :], name))
            elif name in flow.nodes and name not in done:
                way.append(name)
                done.add(name)
                ahead += [(to, depth + 1) for to in leads(flow.nodes[name])]
    return found


def kept(node: Node) -> dict[str, str]:
    """What a node keeps, by name: the kind of each."""
    if isinstance(node, Collect):
        return {node.result: node.what}
    if isinstance(node, Menu) and node.result is not None:
        return {node.result: node.kind}
    return dict(node.facts) if isinstance(node, Lookup) else {}


def gained(node: Node, field: str) -> frozenset[str]:
    """What is known besides, once a call has left a node by this field."""
    match node:
        case Menu():
            return frozenset(kept(node)) if field.startswith("options[") else _NOTHING
        case Collect() | Lookup():
            return frozenset(kept(node)) if field == "next" else _NOTHING
        case Verify():
            return frozenset({VERIFIED}) if field == "next" else _NOTHING
        case Branch(by="customer"):
            return frozenset({VERIFIED}) if field == "cases.verified" else _NOTHING
        case _:
            return _NOTHING


def known(flow: Flow) -> dict[NodeId, frozenset[str]]:
    """What is known for certain on entering each node: kept, or proved (`VERIFIED`), on every way that leads there."""
    everything = frozenset(name for node in flow.nodes.values() for name in kept(node)) | {VERIFIED}
    certain = {name: _NOTHING if name in entrances(flow) else everything for name in flow.nodes}
    changed = True
    while changed:
        changed = False
        for name, node in flow.nodes.items():
            for field, to in targets(node).items():
                here = certain[name] | gained(node, field)
                if to in certain and not certain[to] <= here:
                    certain[to] &= here
                    changed = True
    return certain
