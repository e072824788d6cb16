"""REST: participants of a conference. List, fetch, add, change, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from ivr.exchange import strict
from ivr.exchange.call import Call
from ivr.exchange.conference import Invited, NotAdmitted, Room, Seat
from ivr.exchange.jitter import DELAY_MS
from ivr.exchange.prompts import MUSIC
from ivr.exchange.records import API_VERSION, rfc2822
from ivr.exchange.rest_calls import CreateLimit, addresses, plan
from ivr.exchange.rest_conferences import announce, uri_of
from ivr.exchange.rest_wire import Fields, RestError, absolute_url, answer, http_method, not_found, one, page_of, truth
from ivr.exchange.sources import At, CallEnd, Verbs
from ivr.exchange.switchboard import Exchange
from ivr.exchange.twiml_dial import CONFERENCE_EVENTS, MAX_LABEL_CHARS, MAX_PARTICIPANTS, Conference, Dial

_STATUS_OF: Final[Mapping[str, str]] = {"in-progress": "connecting", "ringing": "ringing"}
"A participant's status by its call's, before it has joined."


def _render(exchange: Exchange, room: Room, who: Seat | Invited) -> dict[str, Any]:
    record, terms = who.record, who.terms
    seat = who if isinstance(who, Seat) else None
    return {
        "account_sid": exchange.config.account_sid,
        "call_sid": record.sid,
        "conference_sid": room.sid,
        "label": terms.label or None,
        "muted": seat.muted if seat else terms.muted,
        "hold": seat.held if seat else False,
        "coaching": seat.coaching if seat else bool(terms.coach),
        "call_sid_to_coach": (seat.coaches if seat else terms.coach) or None,
        "end_conference_on_exit": seat.end_on_exit if seat else terms.end_on_exit,
        "start_conference_on_enter": terms.start_on_enter,
        "status": "connected" if seat else _STATUS_OF.get(record.status, "queued"),
        "queue_time": "0",
        "date_created": rfc2822(seat.joined if seat else record.created),
        "date_updated": rfc2822(seat.updated if seat else record.updated),
        "api_version": API_VERSION,
        "uri": f"{uri_of(exchange, room)}/Participants/{record.sid}.json",
    }


def _room(exchange: Exchange, request: web.Request) -> Room:
    room = exchange.office.rooms.get(request.match_info["conference"])
    if room is None or not room.live:
        raise not_found(request)
    return room


def _seat(room: Room, request: web.Request) -> Seat:
    seat = room.find(request.match_info["participant"])
    if seat is None:
        raise not_found(request)
    return seat


async def listed(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Participants.json: who is there or on the way, newest first. Of an ended conference, nobody."""
    room = exchange.office.rooms.get(request.match_info["conference"])
    if room is None:
        raise not_found(request)
    everybody: list[Seat | Invited] = [*room.seats.values(), *room.invited.values()]
    found = [_render(exchange, room, who) for who in reversed(everybody)]
    for name in ("Muted", "Hold", "Coaching"):
        if (wanted := truth(fields, name)) is not None:
            found = [entry for entry in found if entry[name.lower()] is wanted]
    return page_of(request, fields, "participants", found)


async def fetch(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """GET Participants/{CA or label}.json"""
    room, name = _room(exchange, request), request.match_info["participant"]
    who = room.find(name) or room.invited.get(name)
    who = who or next((guest for guest in room.invited.values() if guest.terms.label == name), None)
    if who is None:
        raise not_found(request)
    return answer(_render(exchange, room, who))


async def delete(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """DELETE Participants/{CA or label}.json: the call goes on with what comes after its `<Dial>`."""
    room = _room(exchange, request)
    seat = _seat(room, request)
    seat.oust("participant_updated_via_api")
    room.leave(seat, "participant_updated_via_api")
    return web.Response(status=204)


# Changing ---------------------------------------------------------------------------------------------------------


async def update(exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
    """POST Participants/{CA or label}.json"""
    room = _room(exchange, request)
    seat = _seat(room, request)
    coach = one(fields, "CallSidToCoach")
    if coach and (coach not in room.seats or coach == seat.sid):
        raise RestError(400, 13240, f"{coach} is not another participant of this conference")
    if truth(fields, "Coaching") and not (coach or seat.coaches):
        raise RestError(400, 20001, "CallSidToCoach is needed to coach")
    wanted = {
        name: absolute_url(one(fields, name)) for name in ("HoldUrl", "AnnounceUrl", "WaitUrl") if one(fields, name)
    }
    if truth(fields, "Hold"):
        silent = "HoldUrl" in fields and not one(fields, "HoldUrl")
        hold = At(wanted["HoldUrl"], http_method(fields, "HoldMethod", "GET")) if "HoldUrl" in wanted else MUSIC
        seat.hold_with = None if silent else hold
    if "WaitUrl" in wanted:
        seat.wait_with = At(wanted["WaitUrl"], http_method(fields, "WaitMethod"))
    _switch(room, seat, fields)
    _modify(room, seat, fields)
    if "AnnounceUrl" in wanted:
        at = At(wanted["AnnounceUrl"], http_method(fields, "AnnounceMethod"))
        exchange.spawn(announce(exchange, room, seat, at))
    return answer(_render(exchange, room, seat))


def _switch(room: Room, seat: Seat, fields: Fields) -> None:
    """Mute and hold: each has an event of its own, for a change only."""
    muted, held = truth(fields, "Muted"), truth(fields, "Hold")
    if held is not None and held != seat.held:
        seat.held = held
        room.changed(seat)
        room.tell("participant-hold" if held else "participant-unhold", seat)
    if held is not None or one(fields, "WaitUrl"):
        seat.retune()
    if muted is not None and muted != seat.muted:
        seat.muted = muted
        room.changed(seat)
        room.tell("participant-mute" if muted else "participant-unmute", seat)


def _modify(room: Room, seat: Seat, fields: Fields) -> None:
    """What is reported as a modification: how it ends, whom it coaches, what it waits with."""
    coach, coaching = one(fields, "CallSidToCoach"), truth(fields, "Coaching")
    ends, beeps = truth(fields, "EndConferenceOnExit"), truth(fields, "BeepOnExit")
    if coach:
        seat.coaches, seat.coaching = coach, True
    if coaching is not None:
        seat.coaching = coaching
    if ends is not None:
        seat.end_on_exit = ends
    if beeps is not None:
        seat.beeps_on_exit = beeps
    if coach or coaching is not None or ends is not None or beeps is not None or one(fields, "WaitUrl"):
        room.changed(seat)
        room.tell("participant-modify", seat)


# Adding -----------------------------------------------------------------------------------------------------------


class Adding:
    """POST Participants.json: call somebody into the conference. Counts as a call for the limit."""

    def __init__(self, limit: CreateLimit) -> None:
        self._limit = limit

    async def create(self, exchange: Exchange, request: web.Request, fields: Fields) -> web.StreamResponse:
        """Add a participant; the conference may be named by its sid or by its name, and is made if there is none."""
        self._limit.take()
        to_number, from_number = addresses(exchange, fields)
        name = request.match_info["conference"]
        terms = _terms(exchange, fields, name)
        ringing = plan(fields, Verbs((Dial(conference=terms),)))
        if name.startswith("CF") and len(name) == 34:
            room = _room(exchange, request)
        else:
            room = exchange.office.rooms.open(name)
        try:
            room.check(terms)
        except NotAdmitted as refused:
            raise RestError(400, refused.code, refused.message) from refused
        first = Verbs((Dial(conference=replace(terms, name=room.name)),))
        call = exchange.ring(to_number, from_number, replace(ringing, first=first))
        guest = Invited(call.record, terms, lambda: call.hang_up(CallEnd("far-end", "canceled", "conference ended")))
        room.invite(guest)
        exchange.spawn(_until_ended(call, room))
        return answer(_render(exchange, room, guest), 201)


async def _until_ended(call: Call, room: Room) -> None:
    await call.ended.wait()
    room.uninvite(call.record.sid)


def _terms(exchange: Exchange, fields: Fields, name: str) -> Conference:
    beep, label = one(fields, "Beep", "true"), one(fields, "Label")
    strict.check_beep(exchange.violations, name, beep)
    jitter = one(fields, "JitterBufferSize", "large")
    events = [event for value in fields.get("ConferenceStatusCallbackEvent", ()) for event in value.split()]
    most = one(fields, "MaxParticipants", str(MAX_PARTICIPANTS))
    if len(label) > MAX_LABEL_CHARS or jitter not in DELAY_MS or not set(events) <= set(CONFERENCE_EVENTS):
        raise RestError(400, 20001, "Label, JitterBufferSize or ConferenceStatusCallbackEvent is not valid")
    if not most.isdigit() or not 2 <= int(most) <= MAX_PARTICIPANTS:
        raise RestError(400, 20001, f"MaxParticipants is 2 to {MAX_PARTICIPANTS}")
    start, wait = truth(fields, "StartConferenceOnEnter"), one(fields, "WaitUrl")
    callback = one(fields, "ConferenceStatusCallback")
    return Conference(
        name=name,
        label=label,
        start_on_enter=start is not False,
        end_on_exit=truth(fields, "EndConferenceOnExit") is True,
        muted=truth(fields, "Muted") is True,
        beep=beep,
        jitter=jitter,
        wait_url=(absolute_url(wait) if wait else "") if "WaitUrl" in fields else None,
        wait_method=http_method(fields, "WaitMethod"),
        max_participants=int(most),
        coach=one(fields, "CallSidToCoach"),
        status_callback=absolute_url(callback) if callback else "",
        status_callback_method=http_method(fields, "ConferenceStatusCallbackMethod"),
        status_callback_events=tuple(events),
        record=one(fields, "ConferenceRecord") in ("true", "record-from-start"),
    )
