"""A conference: a named room of the account, who is in it, what each hears, and why each leaves.

It is ticked by the pacer and changed by REST and by its participants' calls; it reports what happened to `Reports`.
Facts: docs/carrier-wire.md, section 9.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ivr.exchange import sounds
from ivr.exchange.conference_reports import Reports
from ivr.exchange.jitter import DelayLine
from ivr.exchange.line import Line
from ivr.exchange.mixer import Role, add, mix
from ivr.exchange.playout import SILENCE, PlayoutBuffer
from ivr.exchange.prompts import MUSIC, Background
from ivr.exchange.records import CallRecord, now
from ivr.exchange.twiml_dial import Conference
from ivr.vocabulary.units import SAMPLE_RATE_HZ

WhyLeft = Literal[
    "participant_hung_up",
    "participant_updated_via_api",
    "moderator_ended_conference",
    "conference_ended_via_api",
    "participant_add_failed",
]
WhyEnded = Literal[
    "conference-ended-via-api",
    "participant-with-end-conference-on-exit-left",
    "participant-with-end-conference-on-exit-kicked",
    "last-participant-left",
    "last-participant-kicked",
]
RoomStatus = Literal["init", "in-progress", "completed"]

LOUDSPEAKER: Final = Role("loudspeaker")
RECORDER: Final = Role("recorder", muted=True)
MAX_RECORDED_BYTES: Final = SAMPLE_RATE_HZ * 3_600


class NotAdmitted(Exception):
    """The room does not take this participant. `code` is the carrier's error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message = code, message


class Seat:
    """A participant: a call's place in the room, from joining to leaving."""

    def __init__(self, record: CallRecord, line: Line, terms: Conference, delay_ms: int) -> None:
        self.record = record
        self.terms = terms
        self.label = terms.label
        self.muted = terms.muted
        self.held = False
        self.hold_with: Background = MUSIC
        self.wait_with: Background = MUSIC
        self.coaching = bool(terms.coach)
        self.coaches = terms.coach
        "Whom this one coaches, or would when coaching is on."
        self.end_on_exit = terms.end_on_exit
        self.beeps_on_exit = terms.beeps_on_exit
        self.joined = self.updated = now()
        self.changed = asyncio.Event()
        "What the ear is to hear besides the others is another thing now."
        self.ousted: asyncio.Future[WhyLeft] = asyncio.get_running_loop().create_future()
        "Set when the participant has to go without its call's doing."
        self.announcements: PlayoutBuffer[Callable[[], None]] = PlayoutBuffer()
        self.mixed: bytes | None = None
        self._line = line
        self._delay = DelayLine(delay_ms)
        self._said = SILENCE

    @property
    def sid(self) -> str:
        """The call's sid, which names the participant."""
        return self.record.sid

    @property
    def role(self) -> Role:
        """This participant as the mixer sees one."""
        return Role(self.sid, self.muted, self.held, self.coaches if self.coaching else "")

    def speak(self, _tick: int, frame: bytes) -> None:
        """What the telephone said in this tick."""
        self._said = frame

    def said(self) -> bytes:
        """What comes out of the jitter buffer in this tick."""
        frame, self._said = self._delay.pass_on(self._said), SILENCE
        return frame

    def hear(self) -> bytes | None:
        """What the telephone hears in this tick: the others, an announcement, or music while it waits."""
        mixed, self.mixed = self.mixed, None
        for done in self.announcements.due():
            done()
        told = self.announcements.frame()
        if told is not None:
            return add(mixed, told) if mixed else told
        music = self._line.playout.frame()
        return add(mixed, music) if mixed and music else mixed or music

    def retune(self) -> None:
        """The ear is to hear something else of the carrier from this tick on, or nothing."""
        self._line.hush()
        self.changed.set()

    def oust(self, why: WhyLeft) -> None:
        """Make the participant's call go on with what comes after its `<Dial>`."""
        if not self.ousted.done():
            self.ousted.set_result(why)


@dataclass(frozen=True, slots=True)
class Invited:
    """A participant added over REST whose telephone has not been answered yet."""

    record: CallRecord
    terms: Conference
    cancel: Callable[[], None]
    "Ends its call: the conference is over before it came."


class Room:
    """One conference. Its registry (`rooms`) makes it and keeps it after its end."""

    def __init__(
        self,
        sid: str,
        name: str,
        reports: Reports,
        listen: Callable[[], Callable[[], None]],
        keep: Callable[[Room], None],
    ) -> None:
        self.sid = sid
        self.name = name
        self.created = self.updated = now()
        self.status: RoomStatus = "init"
        self.why_ended: WhyEnded | None = None
        self.ended_by = ""
        self.seats: dict[str, Seat] = {}
        "Those in the room, by call sid, in order of joining."
        self.invited: dict[str, Invited] = {}
        self.recorded = bytearray()
        self.recording_began: datetime | None = None
        self.first: Conference | None = None
        "How the first participant joined: it decides on callbacks and recording."
        self.loudspeaker: PlayoutBuffer[Callable[[], None]] = PlayoutBuffer()
        "Beeps and announcements for everybody."
        self._reports = reports
        self._listen = listen
        self._keep = keep
        self._stop_ticking: Callable[[], None] | None = None
        self._roles: list[Role] = []

    @property
    def live(self) -> bool:
        """Whether the conference has not ended."""
        return self.status != "completed"

    def find(self, name: str) -> Seat | None:
        """The participant with this call sid or label."""
        if name in self.seats:
            return self.seats[name]
        return next((seat for seat in self.seats.values() if name and seat.label == name), None)

    def background(self, seat: Seat) -> Background:
        """What a participant hears of the carrier: music while it waits or is held, nothing among others."""
        if seat.held:
            return seat.hold_with
        return seat.wait_with if self.status == "init" else None

    # Coming and going -------------------------------------------------------------------------------------------

    def check(self, terms: Conference, sid: str = "") -> None:
        """Raises NotAdmitted if nobody may join on these terms. `sid` is the call that would, if it was invited."""
        if not self.live:
            raise NotAdmitted(13236, "the conference has ended")
        labels = {seat.label for seat in self.seats.values()}
        labels |= {guest.terms.label for call, guest in self.invited.items() if call != sid}
        if terms.label and terms.label in labels:
            raise NotAdmitted(16025, f"a participant is called {terms.label!r} already")
        if terms.coach and terms.coach not in self.seats:
            raise NotAdmitted(13240, "the participant to coach is not in the conference")
        limit = min(terms.max_participants, self.first.max_participants if self.first else terms.max_participants)
        if len(self.seats) >= limit:
            raise NotAdmitted(13243, f"the conference is full: {limit} participants")

    def invite(self, guest: Invited) -> None:
        """A call to somebody is on its way; it joins when answered."""
        self._opened_by(guest.terms)
        self.invited[guest.record.sid] = guest

    def uninvite(self, sid: str) -> None:
        """An invited call ended. If it never joined, it could not be added."""
        guest = self.invited.pop(sid, None)
        if guest is None:
            return
        self._reports.send(
            "participant-leave",
            {"CallSid": sid, "ParticipantLabel": guest.terms.label, "ParticipantCallStatus": guest.record.status}
            | {"ReasonParticipantLeft": "participant_add_failed"},
        )
        if self.live and not self.seats and not self.invited:
            self.end("last-participant-left", sid, guest.terms.label)

    def join(self, seat: Seat) -> None:
        """Take a participant in. Raises NotAdmitted."""
        self.check(seat.terms, seat.sid)
        self.invited.pop(seat.sid, None)
        self._opened_by(seat.terms)
        if self._stop_ticking is None:
            self._stop_ticking = self._listen()
        self.seats[seat.sid] = seat
        self.changed(seat)
        self.tell("participant-join", seat)
        if seat.terms.beeps_on_enter and len(self.seats) > 1:
            self.loudspeaker.push(sounds.beep())
        self._start_if_ready()

    def _opened_by(self, terms: Conference) -> None:
        if self.first is None:
            self.first = terms
            self._reports.subscribe(
                terms.status_callback, terms.status_callback_method, terms.status_callback_events or ("end",)
            )

    def _start_if_ready(self) -> None:
        if self.status != "init" or len(self.seats) < 2:
            return
        if not any(seat.terms.start_on_enter for seat in self.seats.values()):
            return
        self.status, self.updated = "in-progress", now()
        if self.first and self.first.record:
            self.recording_began = self.updated
        for seat in self.seats.values():
            seat.retune()
        self._reports.send("conference-start", {})

    def leave(self, seat: Seat, why: WhyLeft, call_status: str = "in-progress") -> None:
        """A participant's call went on to something else or ended. Nothing, if it has left already."""
        if self.seats.get(seat.sid) is not seat:
            return
        self._remove(seat, why, call_status)
        kicked = why == "participant_updated_via_api" and seat.ousted.done()
        if seat.end_on_exit:
            ending = "kicked" if kicked else "left"
            self.end(f"participant-with-end-conference-on-exit-{ending}", seat.sid, seat.label)  # type: ignore[arg-type]
        elif not self.seats and not self.invited:
            self.end("last-participant-kicked" if kicked else "last-participant-left", seat.sid, seat.label)
        elif seat.beeps_on_exit:
            self.loudspeaker.push(sounds.beep())

    def _remove(self, seat: Seat, why: WhyLeft, call_status: str = "in-progress") -> None:
        del self.seats[seat.sid]
        self.changed(seat)
        self.tell("participant-leave", seat, {"ParticipantCallStatus": call_status, "ReasonParticipantLeft": why})

    def end(self, why: WhyEnded, by: str = "", label: str = "") -> None:
        """End the conference: everybody still in it goes on with what comes after its `<Dial>`."""
        if not self.live:
            return
        self.status, self.why_ended, self.ended_by, self.updated = "completed", why, by, now()
        left: WhyLeft = "conference_ended_via_api" if not by else "moderator_ended_conference"
        for seat in tuple(self.seats.values()):
            self._remove(seat, left)
            seat.oust(left)
        for guest in self.invited.values():
            guest.cancel()
        self.invited.clear()
        if self._stop_ticking:
            self._stop_ticking()
        if self.recorded:
            self._keep(self)
        by_whom = {"CallSidEndingConference": by, "ParticipantLabelEndingConference": label} if by else {}
        self._reports.send("conference-end", {"ReasonConferenceEnded": why, "Reason": why.replace("-", " ")} | by_whom)
        self._reports.close()

    # Changes over REST ------------------------------------------------------------------------------------------

    def changed(self, seat: Seat) -> None:
        """A participant's part is another one now."""
        self._roles = [entry.role for entry in self.seats.values()]
        seat.updated = self.updated = now()

    def tell(self, event: str, seat: Seat, more: dict[str, str] | None = None) -> None:
        """Report something about a participant."""
        self._reports.send(
            event,
            {
                "CallSid": seat.sid,
                "Muted": _word(seat.muted),
                "Hold": _word(seat.held),
                "Coaching": _word(seat.coaching),
                "EndConferenceOnExit": _word(seat.end_on_exit),
                "StartConferenceOnEnter": _word(seat.terms.start_on_enter),
            }
            | ({"ParticipantLabel": seat.label} if seat.label else {})
            | (more or {}),
        )

    def announced(self, url: str, seat: Seat | None, event: str = "announcement-end") -> None:
        """An announcement has been heard to its end, or `announcement-fail`: it could not be made."""
        if seat is None:
            self._reports.send(event, {"AnnounceUrl": url})
        else:
            self.tell(event, seat, {"AnnounceUrl": url})

    # The clock --------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Mix one frame."""
        for done in self.loudspeaker.due():
            done()
        if self.status != "in-progress":
            return
        seats, roles = self.seats.values(), self._roles
        frames = [seat.said() for seat in seats]
        loud = self.loudspeaker.frame()
        if loud is not None:
            frames, roles = [*frames, loud], [*roles, LOUDSPEAKER]
        if self.recording_began is not None:
            frames, roles = [*frames, SILENCE], [*roles, RECORDER]
        heard = mix(roles, frames)
        for seat, frame in zip(seats, heard, strict=False):
            seat.mixed = frame
        if self.recording_began is not None and len(self.recorded) < MAX_RECORDED_BYTES:
            self.recorded += heard[-1] or SILENCE


def _word(flag: bool) -> str:
    return "true" if flag else "false"
