"""Agents, reservations, places and callbacks as rows, and back."""

from dataclasses import asdict
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row

from ivr.adapters.sql.sealing import seal_facts, unseal_facts
from ivr.calls.routing.state import Agent, Callback, CallbackState, Hold, Place, Presence, Seat, Waiting
from ivr.vocabulary.ids import AgentId, CallbackId, CallId, TransferId, UserId
from ivr.vocabulary.language import LanguageTag


def seat_row(seat: Seat) -> dict[str, Any]:
    agent = seat.agent
    return {
        "agent_id": agent.id,
        "name": agent.name,
        "address": agent.address,
        "queues": " ".join(agent.queues),
        "languages": " ".join(agent.languages),
        "skills": " ".join(agent.skills),
        "capacity": agent.capacity,
        "user_id": agent.user,
        "only": agent.only,
        "presence": seat.presence.value,
        "since_ms": seat.since_ms,
        "idle_ms": seat.idle_ms,
        "added_ms": seat.added_ms,
    }


def seat(row: Row[Any]) -> Seat:
    agent = Agent(
        id=AgentId(row.agent_id),
        name=row.name,
        address=row.address,
        queues=tuple(row.queues.split()),
        languages=tuple(LanguageTag(tag) for tag in row.languages.split()),
        skills=tuple(row.skills.split()),
        capacity=row.capacity,
        user=None if row.user_id is None else UserId(row.user_id),
        only=row.only,
    )
    return Seat(agent, Presence(row.presence), row.since_ms, row.idle_ms, row.added_ms)


def hold_row(hold: Hold) -> dict[str, Any]:
    return {
        "agent_id": hold.agent,
        "call_id": hold.call,
        "transfer_id": hold.transfer,
        "queue": hold.queue,
        "since_ms": hold.since_ms,
        "until_ms": hold.until_ms,
    }


def hold(row: Row[Any]) -> Hold:
    return Hold(
        AgentId(row.agent_id),
        CallId(row.call_id),
        TransferId(row.transfer_id),
        row.queue,
        row.since_ms,
        row.until_ms,
    )


def place_row(place: Place, cipher: AESGCM) -> dict[str, Any]:
    waiting = place.waiting
    facts = {name: value for name, value in asdict(waiting).items() if name not in {"call", "transfer"}}
    return {
        "call_id": waiting.call,
        "transfer_id": waiting.transfer,
        "seen_ms": place.seen_ms,
        "left_ms": place.left_ms,
        "sealed": seal_facts(cipher, facts, _of_place(waiting.call, waiting.transfer)),
    }


def place(row: Row[Any], cipher: AESGCM) -> Place:
    """Raises Unsealable."""
    facts = unseal_facts(cipher, row.sealed, _of_place(row.call_id, row.transfer_id))
    waiting = Waiting(CallId(row.call_id), TransferId(row.transfer_id), **facts | {"passed": tuple(facts["passed"])})
    return Place(waiting, row.seen_ms, row.left_ms)


def callback_row(callback: Callback, cipher: AESGCM) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(callback).items() if name not in {"id", "call"}}
    return {
        "callback_id": callback.id,
        "call_id": callback.call,
        "sealed": seal_facts(cipher, facts, _of_callback(callback.id)),
    }


def callback(row: Row[Any], cipher: AESGCM) -> Callback:
    """Raises Unsealable."""
    facts = unseal_facts(cipher, row.sealed, _of_callback(row.callback_id))
    facts["state"] = CallbackState(facts["state"])
    return Callback(CallbackId(row.callback_id), CallId(row.call_id), **facts)


def _of_place(call: str, transfer: str) -> str:
    return f"place|{call}|{transfer}"


def _of_callback(id: str) -> str:
    return f"callback|{id}"
