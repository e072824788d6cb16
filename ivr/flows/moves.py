"""`step`: which node comes next. The call machine says what happened; the flow says where that leads."""

from enum import StrEnum

from ivr.flows.schema import Callback, Flow, Goodbye, Greeting, Question
from ivr.vocabulary.errors import IllegalTransition
from ivr.vocabulary.ids import NodeId


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
        case Greeting(next=following), Outcome.DONE:
            return following
        case Question() as question, Outcome.DONE | Outcome.EXHAUSTED | Outcome.SILENT:
            return NodeId(getattr(question, outcome.value))
        case Callback(next=following), Outcome.DONE | Outcome.EXHAUSTED:
            return following
        case Callback(silent=following), Outcome.SILENT:
            return following
        case Goodbye(), _:
            pass
    raise IllegalTransition(f"node {node!r} of flow {flow.flow!r} cannot end as {outcome}")
