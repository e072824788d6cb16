"""Agents' legs: what the carrier asks and tells about them, as facts of their caller's call.

Everything may come late, twice, or in another order: every fact is legal in every stage, and the answer is what the
call has decided by then.
"""

import re
from collections.abc import Mapping
from typing import Final

from ivr.ports.carrier import HangUp, Instruction, LegReport, RoomReport
from ivr.session.handover import CALLER
from ivr.session.live import LiveCall
from ivr.session.switchboard import Switchboard
from ivr.vocabulary.event import Event
from ivr.vocabulary.ids import CallId, LegId, TransferId
from ivr.vocabulary.transfers import (
    AgentAccepted,
    AgentAnswered,
    AgentDeclined,
    AgentJoined,
    AgentLeft,
    AgentUnreachable,
    CallerJoined,
)
from ivr.vocabulary.units import MuLaw

ACCEPT, DECLINE = "1", "2"
"Keys of the briefing."
_SAID: Final = re.compile(r"/said/([0-9]{1,9})\Z")

_WHY: Final[Mapping[str, str]] = {
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
}
"How a call that was never answered ended, in the carrier's words and ours."


class Legs:
    """One per node."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def briefing(self, call: CallId, leg: LegId, report: LegReport) -> Instruction:
        """A telephone was answered: the briefing, unless a machine did it, or nobody waits for it any more."""

        async def act(live: LiveCall) -> Instruction:
            transfer = _transfer_of(leg)
            live.handover.known(leg, report.call)
            answered = (
                AgentUnreachable(transfer, leg, "voicemail") if report.is_machine else AgentAnswered(transfer, leg)
            )
            live.post(answered)
            return await live.handover.asked(leg, live.settled)

        return await self._switchboard.of_leg(call, act)

    async def key(self, call: CallId, leg: LegId, report: LegReport) -> Instruction:
        """A key was pressed: 1 accepts, 2 declines, any other brings the briefing once more."""

        async def act(live: LiveCall) -> Instruction:
            if (decided := _decided(live, leg, report.keys)) is not None:
                live.post(decided)
            return await live.handover.asked(leg, live.settled)

        return await self._switchboard.of_leg(call, act)

    async def left(self, call: CallId, leg: LegId) -> Instruction:
        """A leg is out of the room: the agent's call is over."""

        async def act(live: LiveCall) -> Instruction:
            live.post(AgentLeft(_transfer_of(leg), leg))
            return HangUp()

        return await self._switchboard.of_leg(call, act)

    async def status(self, call: CallId, leg: LegId, report: LegReport) -> None:
        """How a leg is doing."""

        async def act(live: LiveCall) -> Instruction:
            live.handover.known(leg, report.call)
            if report.state == "completed":
                live.post(AgentLeft(_transfer_of(leg), leg))
            elif (why := _WHY.get(report.state)) is not None:
                live.post(AgentUnreachable(_transfer_of(leg), leg, why))
            return HangUp()

        await self._switchboard.of_leg(call, act)

    async def room(self, call: CallId, transfer: TransferId, report: RoomReport) -> None:
        """Somebody came into the room, or left it. Where the caller goes then is asked for by itself."""

        async def act(live: LiveCall) -> Instruction:
            if (happened := _happened(transfer, report)) is not None:
                live.post(happened)
            if report.url and (number := _SAID.search(report.url)) is not None:
                live.handover.saying.told(int(number[1]), transfer, heard=report.event == "said")
            return HangUp()

        await self._switchboard.of_leg(call, act)

    async def said(self, call: CallId, transfer: TransferId, number: int) -> MuLaw | None:
        """The audio of what an agent wished to be said; None when there is none."""
        found: list[MuLaw] = []

        async def act(live: LiveCall) -> Instruction:
            if (audio := await live.handover.saying.given(number, transfer)) is not None:
                found.append(audio)
            return HangUp()

        await self._switchboard.of_leg(call, act)
        return found[0] if found else None


def _happened(transfer: TransferId, report: RoomReport) -> Event | None:
    match report.event, report.label:
        case "joined", "caller":
            return CallerJoined(transfer)
        case "joined", label if label:
            return AgentJoined(transfer, LegId(label))
        case "left", label if label and label != CALLER:
            return AgentLeft(transfer, LegId(label))
        case _:
            return None


def _decided(live: LiveCall, leg: LegId, keys: str) -> Event | None:
    """What the one whose leg this is has decided; None for another key, or a leg that is nobody's any more."""
    transfer = live.state.transfer
    if transfer is None:
        return None
    parties = (transfer.party, transfer.second)
    agent = next((party.agent for party in parties if party is not None and party.leg == leg), None)
    if agent is None or keys not in {ACCEPT, DECLINE}:
        return None
    decided = AgentAccepted if keys == ACCEPT else AgentDeclined
    return decided(transfer.id, agent, "key")


def _transfer_of(leg: LegId) -> TransferId:
    """Legs are named by their transfer, `t1.2`."""
    return TransferId(leg.partition(".")[0])
