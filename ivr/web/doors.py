"""Doors: who may enter by each route. A route that declares none lets nobody in.

A handler says so beside itself, with `@door(...)`; `ivr.web.guard` stands at every door. What it takes and gives as
JSON is said in the same place.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel

from ivr.ports.identity import Role, Session


class Kind(StrEnum):
    """What is asked of who wants to enter."""

    PUBLIC = "public"
    "Nothing."
    CARRIER = "carrier"
    "The carrier's signature, which the handler checks: it covers the body."
    COMMAND_LINE = "command line"
    "The token in the data folder."
    PHONE = "phone"
    "The phone page, in a browser on this machine."
    OWN_PAGE = "own page"
    "One of this server's own pages; nobody need be signed in."
    PERSON = "person"
    "Somebody who is signed in; what changes something also asks for this server's own page and the session's token."


@dataclass(frozen=True, slots=True)
class Door:
    """role          of PERSON: the least one that may enter.
    with_one_time    of PERSON: also open to who has yet to choose a password of their own.
    page             of PERSON: who is not signed in is led to the sign-in page instead of being refused.
    """

    kind: Kind
    role: Role = Role.AGENT
    with_one_time: bool = False
    page: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a handler declares: its door, and the models of what it takes and gives as JSON, where it does."""

    door: Door
    takes: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None


PUBLIC: Final = Door(Kind.PUBLIC)
CARRIER: Final = Door(Kind.CARRIER)
TOKEN: Final = Door(Kind.COMMAND_LINE)
PHONE: Final = Door(Kind.PHONE)
OWN_PAGE: Final = Door(Kind.OWN_PAGE)
ANYBODY_SIGNED_IN: Final = Door(Kind.PERSON, with_one_time=True)
AGENT: Final = Door(Kind.PERSON)
SUPERVISOR: Final = Door(Kind.PERSON, Role.SUPERVISOR)
ADMIN: Final = Door(Kind.PERSON, Role.ADMIN)

SESSION: Final = web.RequestKey("session", Session)
"The session of who entered by a PERSON door."

Handler = TypeVar("Handler", bound=Callable[[web.Request], Awaitable[web.StreamResponse]])
_NAME: Final = "_declared_door"


def door(
    which: Door, *, takes: type[BaseModel] | None = None, gives: type[BaseModel] | None = None
) -> Callable[[Handler], Handler]:
    """Declare who may enter by a handler's routes."""

    def declare(handler: Handler) -> Handler:
        setattr(handler, _NAME, Declared(which, takes, gives))
        return handler

    return declare


def declared(handler: Any) -> Declared | None:
    """What a handler declares; None when it declares nothing, and then nobody may enter."""
    found = getattr(handler, _NAME, None)
    return found if isinstance(found, Declared) else None
