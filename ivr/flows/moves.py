"""`step`: which node comes next. The call machine says what happened; the flow says where that leads."""

from collections.abc import Collection, Mapping
from enum import StrEnum

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
    Question,
    Transfer,
    Verify,
    Voicemail,
)
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.ids import NodeId
from ivr.vocabulary.language import LanguageTag


class Outcome(StrEnum):
    """What became of a node."""

    DONE = "done"
    PERSON = "person"
    EXHAUSTED = "exhausted"
    SILENT = "silent"


def step(flow: Flow, node: NodeId, outcome: Outcome) -> NodeId:
    """The node that follows `node` after `outcome`.

    Raises IllegalTransition for an outcome that the node cannot have: only our own mistake.
    """
    if outcome is Outcome.PERSON:
        return flow.person
    match flow.nodes[node], outcome:
        case ((Greeting(next=following) | Message(next=following) | Verify(next=following)), Outcome.DONE):
            return following
        case Question() as question, Outcome.DONE | Outcome.EXHAUSTED | Outcome.SILENT:
            return NodeId(getattr(question, outcome.value))
        case ((Collect(next=following) | Lookup(next=following)), Outcome.DONE):
            return following
        case Lookup(missing=following), Outcome.EXHAUSTED:
            return following
        case (
            (Menu(exhausted=following) | Collect(exhausted=following) | Verify(exhausted=following)),
            Outcome.EXHAUSTED,
        ):
            return following
        case Collect(silent=following), Outcome.SILENT:
            return following
        case Menu(silent=following), Outcome.SILENT | Outcome.DONE:
            return following
        case Voicemail(next=following), Outcome.DONE | Outcome.EXHAUSTED | Outcome.SILENT:
            return following
        case Callback(next=following), Outcome.DONE | Outcome.EXHAUSTED:
            return following
        case Transfer(callback=following), Outcome.DONE | Outcome.EXHAUSTED | Outcome.SILENT:
            return following
        case Callback(silent=following), Outcome.SILENT:
            return following
        case ((Goodbye() | Branch()), _):
            pass
    raise IllegalTransition(f"node {node!r} of flow {flow.flow!r} cannot end as {outcome}")


def branch(
    node: Branch, language: LanguageTag, is_open: Collection[str], results: Mapping[str, str], customer: str
) -> NodeId:
    """Where a branch leads.

    is_open   names of the schedules that are open at this moment.
    results   what the caller gave or chose before, or what was looked up, by its name.
    customer  how well the caller is known: verified, known or unknown.
    """
    match node.by:
        case "hours":
            case = "open" if node.schedule in is_open else "closed"
        case "language":
            case = language if language in node.cases else language.partition("-")[0]
        case "customer":
            case = customer
        case "result":
            case = results.get(node.result or "", "")
    return node.cases.get(case, node.otherwise)
