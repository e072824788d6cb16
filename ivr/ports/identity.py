"""Who may sign in, what they may do, and who is signed in now.

Secrets   No port here is given a session's token, only its digest; and of a password only what `Passwords` made of it.
Time      Unix ms, given by the caller. How long a session lasts is decided above (`ivr.web.signin`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ivr.vocabulary.ids import SessionId, UserId
from ivr.vocabulary.language import LanguageTag


class Role(StrEnum):
    """What a person may do: each role may do all that the ones before it may."""

    AGENT = "agent"
    "Receives calls at the desk."
    SUPERVISOR = "supervisor"
    "Sees every live call, listens, whispers, takes over."
    ADMIN = "admin"
    "Edits flows and knowledge, and manages people."

    def may(self, wanted: "Role") -> bool:
        """Whether this role suffices where `wanted` is asked for."""
        order = list(Role)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True, slots=True)
class User:
    """One person.

    name         what they sign in with: lower case, unique.
    shown        how others see them, "Ana López".
    languages    those they speak with callers.
    must_change  the password was made by somebody else: nothing is open to them but choosing their own.
    """

    id: UserId
    name: str
    shown: str
    role: Role
    languages: tuple[LanguageTag, ...]
    disabled: bool
    must_change: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what checks their password, and when that password was set."""

    user: User
    hashed: str
    set_wall_ms: int


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, with the person as they are now.

    seen_wall_ms  when they last did something, to the minute.
    """

    id: SessionId
    user: User
    began_wall_ms: int
    seen_wall_ms: int


class Identity(Protocol):
    """People and their sessions. Every change is on disk when its call returns.

    Raises  BackendUnavailable when the store cannot be used (full, locked, gone); BackendRejected when it is damaged.
            Nothing else: what is not there is None, False or left out.
    """

    async def add(self, user: User, hashed: str, wall_ms: int) -> bool:
        """Add a person. False, and nothing changes, when the name or the id is taken."""
        ...

    async def named(self, name: str) -> Account | None:
        """The person with this name, disabled or not."""
        ...

    async def users(self) -> list[User]:
        """Everybody, by name."""
        ...

    async def set_password(
        self, user: UserId, hashed: str, wall_ms: int, *, one_time: bool, keep: SessionId | None = None
    ) -> bool:
        """Set a password, and end every session of this person but `keep`. False when there is no such person.

        one_time  they must choose their own at the next sign-in.
        """
        ...

    async def renew_hash(self, user: UserId, old: str, new: str) -> bool:
        """Keep the same password in a better form. False, and nothing changes, when `old` is no longer what is kept."""
        ...

    async def set_disabled(self, user: UserId, disabled: bool) -> bool:
        """Let a person in no more, and end every session of theirs; or let them in again. False: no such person."""
        ...

    async def begin(self, session: SessionId, account: Account, wall_ms: int, most: int) -> bool:
        """Begin a session; of a person's sessions the `most` latest stay.

        False, and nothing changes, when the account is no longer as given: disabled, or with another password.
        """
        ...

    async def sessions(self, wanted: Collection[SessionId]) -> dict[SessionId, Session]:
        """Those of the wanted sessions that have not ended."""
        ...

    async def seen(self, session: SessionId, wall_ms: int) -> None:
        """Note that this person did something. Nothing happens when the session has ended."""
        ...

    async def end(self, session: SessionId) -> None:
        """End a session. Doing it twice changes nothing."""
        ...

    async def end_all(self, user: UserId) -> int:
        """End every session of a person; says how many."""
        ...

    async def end_older(self, *, began_before_ms: int, seen_before_ms: int) -> int:
        """End every session that began, or whose person was last seen, before these times; says how many."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a password.

    stale  it is right, and kept in a weaker form than is made today: make it anew.
    """

    right: bool
    stale: bool = False


class Passwords(Protocol):
    """Turns passwords into what can be kept, and checks them. Slow on purpose, and never on the event loop.

    Raises  BackendUnavailable when too many wait already. Nothing else.
    Cancel  The work is done to its end and dropped.
    """

    async def make(self, password: str) -> str:
        """What to keep of a password. Twice the same password gives two different results."""
        ...

    async def check(self, hashed: str | None, password: str) -> Checked:
        """Check a password. `hashed` None, nobody by that name, is wrong after the same work: it takes as long."""
        ...
