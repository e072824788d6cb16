"""A carrier that does as it is told, and keeps what it was told: for tests without an exchange."""

from ivr.adapters.scripted.faults import Faults
from ivr.ports.carrier import HangUp, Instruction, JoinRoom, NumberFacts, Part
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.units import MuLaw


class ScriptedCarrier:
    """`Carrier` without a wire.

    calls   each call's state, in the carrier's words.
    rooms   each room's legs that are on hold or not, while it lasts.
    doing   what each call was last told to do.
    parts   how legs in a room take part in it, and who hears them whisper; who is not in it speaks.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.calls: dict[CallId, str] = {}
        self.rooms: dict[str, dict[CallId, bool]] = {}
        self.recordings: dict[str, MuLaw] = {}
        self.doing: dict[CallId, Instruction] = {}
        self.parts: dict[CallId, tuple[Part, CallId | None]] = {}
        self.said: list[tuple[str, str]] = []
        "(room, address of the audio), in order."
        self.rung: list[tuple[CallId, str, str]] = []
        "(call, whom, the address that is asked what to say), in order."

    async def account_name(self) -> str:
        await self.faults.meet()
        return "Harbour Bank"

    async def numbers(self) -> list[NumberFacts]:
        await self.faults.meet()
        return [NumberFacts("+15550002222", "https://h.example/twilio/voice", "POST", "", "")]

    async def ring(self, to: str, caller_id: str, answer_url: str, status_url: str, *, ring_s: int) -> CallId:
        await self.faults.meet()
        call = CallId(f"CA{len(self.rung) + 1:032x}")
        self.rung.append((call, to, answer_url))
        self.calls[call] = "ringing"
        return call

    async def hang_up(self, call: CallId) -> None:
        await self.faults.meet()
        if call in self.calls:
            self.calls[call] = "completed"
        for legs in self.rooms.values():
            legs.pop(call, None)

    async def redirect(self, call: CallId, instruction: Instruction) -> None:
        await self.faults.meet()
        if self.calls.get(call) != "in-progress":
            raise BackendRejected("redirecting a call: it is not in progress")
        self.doing[call] = instruction
        for legs in self.rooms.values():
            legs.pop(call, None)
        match instruction:
            case JoinRoom(room=room, muted=muted):
                self.rooms.setdefault(room, {})[call] = False
                self.parts[call] = (Part.LISTENS if muted else Part.SPEAKS, None)
            case HangUp():
                self.calls[call] = "completed"
            case _:
                pass

    async def hold(self, room: str, call: CallId, *, on: bool) -> None:
        await self.faults.meet()
        if call not in self.rooms.get(room, {}):
            raise BackendRejected("holding a leg: it is not in the room")
        self.rooms[room][call] = on

    async def take_part(self, room: str, call: CallId, part: Part, to: CallId | None = None) -> None:
        await self.faults.meet()
        there = self.rooms.get(room, {})
        if call not in there or (part is Part.WHISPERS and (to is None or to not in there or to == call)):
            raise BackendRejected("changing a part: a leg is not in the room")
        self.parts[call] = (part, to if part is Part.WHISPERS else None)

    async def say(self, room: str, url: str) -> None:
        await self.faults.meet()
        if room not in self.rooms:
            raise BackendRejected("saying something: the room is over")
        self.said.append((room, url))

    async def end_room(self, room: str) -> None:
        await self.faults.meet()
        self.rooms.pop(room, None)

    async def recording(self, recording: str) -> MuLaw:
        await self.faults.meet()
        if recording not in self.recordings:
            raise BackendRejected("fetching a recording: there is none")
        return self.recordings[recording]

    async def delete_recording(self, recording: str) -> None:
        await self.faults.meet()
        self.recordings.pop(recording, None)

    async def close(self) -> None:
        """Nothing is open."""
