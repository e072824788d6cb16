"""Events as plain JSON values, and back."""

from dataclasses import fields
from typing import Any

from ivr.vocabulary.events import CATALOGUE, SCHEMA_VERSION, DigitGroup, Event, Hit


def payload(event: Event) -> dict[str, Any]:
    """The event's fields as plain JSON values."""
    return {f.name: _plain(getattr(event, f.name)) for f in fields(event)}  # type: ignore[arg-type]


def from_payload(kind: str, version: int, data: dict[str, Any]) -> Event:
    """Rebuild an event. Raises ValueError for an unknown kind, a later version, or fields that do not fit."""
    if version > SCHEMA_VERSION:
        raise ValueError(f"{kind} was written by a later version ({version} > {SCHEMA_VERSION}); update this one")
    cls = CATALOGUE.get(kind)
    if cls is None:
        raise ValueError(f"{kind!r} is not in the event catalogue")
    try:
        return cls(**{name: _rich(name, value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{kind}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, DigitGroup | Hit):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return value


def _rich(name: str, value: Any) -> Any:
    if name == "digits" and isinstance(value, list):
        return tuple(DigitGroup(**item) for item in value)
    if name == "digits" and isinstance(value, dict):
        return DigitGroup(**value)
    if name in {"hits", "passages"}:
        return tuple(Hit(**item) if isinstance(item, dict) else item for item in value)
    if isinstance(value, list):
        return tuple(value)
    return value
