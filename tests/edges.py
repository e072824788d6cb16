"""The edges of the transfer machine that do something, and which of them a test run has tried.

Alone        the sentences of tests/calls/test_transfer.py: each is a way to an edge, and what it must do.
Together     the journeys through the exchange: every fact in the log of a call is an edge that its transfer went along.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from ivr.calls.handled import Handled, tell
from ivr.calls.transfer.machine import STEPPED_ON, TRANSFER
from ivr.calls.transfer.state import Stage
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import DeadlinePassed, Logged
from ivr.vocabulary.transfers import GiveUpAsked, TransferMoved

Edge = tuple[Stage, type[Event]]

_IDLE: Final = TRANSFER[Stage.DONE].edges
EDGES: Final[frozenset[Edge]] = frozenset(
    (stage, kind)
    for stage, row in TRANSFER.items()
    for kind, edge in row.edges.items()
    if edge.handler is not _IDLE[kind].handler
)
"Those that do something in their stage. The others take a fact that comes late or twice, and stay."
ALL: Final = sum(len(row.edges) for row in TRANSFER.values())

FEW: Final = 20
"So many are named in the count of those that were not tried."

TRIED: Final[set[Edge]] = set()
"Those that the sentences of this run have tried, and that passed."
WALKED: Final[set[Edge]] = set()
"Those that the journeys of this run went along, to a good end."


def walked(log: Sequence[Logged]) -> set[Edge]:
    """The edges that the transfers of a call went along, by its log."""
    found, handled = set[Edge](), Handled()
    for logged in log:
        if (edge := _edge(handled, logged.event)) is not None:
            found.add(edge)
        handled = tell(handled, logged)
    return found & EDGES


def _edge(handled: Handled, event: Event) -> Edge | None:
    transfer = handled.transfer
    if transfer is None or getattr(event, "transfer", transfer.id) != transfer.id:
        return None
    match event:
        case TransferMoved(stage=Stage.DONE) if transfer.stage is not Stage.DONE:
            return transfer.stage, GiveUpAsked  # by the caller's words or a key, which are facts of the call
        case DeadlinePassed(deadline=deadline) if deadline != f"transfer.{transfer.stage}":
            return None
        case _ if isinstance(event, STEPPED_ON):
            return transfer.stage, type(event)
    return None


def counted() -> list[str]:
    """Lines for the end of the run; none when it tried no edge."""
    lines = [f"transfer machine: {ALL} edges, {len(EDGES)} that do something and {ALL - len(EDGES)} that stay"]
    for how, those in (("tried alone", TRIED), ("tried through the exchange", WALKED)):
        left = EDGES - those
        named = f"; not {names(left)}" if 0 < len(left) <= FEW else ""
        lines += [f"  {how}: {len(those)} of {len(EDGES)}{named}"] if those else []
    return lines if len(lines) > 1 else []


def names(edges: Iterable[Edge]) -> str:
    return ", ".join(sorted(f"{stage}/{kind.__name__}" for stage, kind in edges))
