"""What the desk shows of a call's log: the captions of the phone page, and what only an agent is to see."""

from typing import Any, Final

from ivr.calls.transfer.state import Watch
from ivr.vocabulary.answered import TurnMarkedWrong
from ivr.vocabulary.events import (
    Event,
    Logged,
)
from ivr.vocabulary.supervision import SupervisionMoved
from ivr.vocabulary.transfers import AgentReserved, TransferMoved
from ivr.web.captions import caption

SUPERVISION: Final = "supervision"
"Kind of what tells that a supervisor takes part, and how."
UNNOTICED: Final = frozenset({Watch.DIALLING, Watch.LISTENING, Watch.OFF})
"What an agent is not told: they neither hear it nor see it."


def for_agents(caption: dict[str, Any]) -> bool:
    """Whether this is for everybody who has the call, and not for supervisors alone."""
    return caption["kind"] != SUPERVISION or caption["state"] not in UNNOTICED


def shown(logged: Logged) -> dict[str, Any] | None:
    """What a desk shows of an entry; None when it is none of its business."""
    known = caption(logged)
    if known is not None:
        return known
    own = _own(logged.event)
    return {"seq": logged.seq, "at_ms": logged.at_ms} | own if own is not None else None


def _own(event: Event) -> dict[str, Any] | None:
    match event:
        case TurnMarkedWrong(prompt=prompt, why=why):
            return {"kind": "wrong", "id": prompt, "why": why}
        case TransferMoved(stage=stage, why=why):
            return {"kind": "stage", "stage": stage, "why": why}
        case SupervisionMoved(name=name, state=state, why=why):
            return {"kind": SUPERVISION, "name": name, "state": state, "why": why}
        case AgentReserved(name=name):
            return {"kind": "reserved", "name": name}
        case _:
            return None
