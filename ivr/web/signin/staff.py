"""Adding people, closing their accounts, and giving them new passwords: for the command line and the first start."""

import secrets
from dataclasses import dataclass
from typing import Final

from ivr.ports.clock import Clock
from ivr.ports.identity import Account, Identity, Passwords, Role, User
from ivr.vocabulary.errors import ConfigError, NotFound
from ivr.vocabulary.ids import UserId
from ivr.vocabulary.language import LanguageTag
from ivr.web.signin import rules

FIRST_ADMIN: Final = "admin"
LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Given:
    """A person, and the one-time password to hand to them; None when they have one that somebody chose."""

    user: User
    one_time: str | None


class Staff:
    """The people of a deployment, as an operator manages them.

    Raises  ConfigError for what an operator wrote that cannot be; NotFound for who is not there; and what `Identity`
            and `Passwords` raise.
    """

    def __init__(self, identity: Identity, passwords: Passwords, clock: Clock) -> None:
        self._identity, self._passwords, self._clock = identity, passwords, clock

    async def people(self) -> list[User]:
        """Everybody, by name."""
        return await self._identity.users()

    async def first_admin(self) -> Given | None:
        """Add the first admin when there is nobody yet; None when there is somebody."""
        if await self._identity.users():
            return None
        try:
            return await self.add(FIRST_ADMIN, Role.ADMIN, shown="Admin")
        except ConfigError:
            return None  # another process was first

    async def add(
        self,
        name: str,
        role: Role,
        *,
        shown: str = "",
        languages: tuple[LanguageTag, ...] = (),
        password: str | None = None,
    ) -> Given:
        """Add a person. `password` None makes one for them, which they must change at their first sign-in."""
        name = rules.plain_name(name)
        shown = " ".join(shown.split()) or name
        if fault := rules.name_fault(name):
            raise ConfigError(fault, where="NAME", fix="Write for example ana.lopez.")
        if len(shown) > LONGEST_SHOWN or not shown.isprintable():
            raise ConfigError(f"has over {LONGEST_SHOWN} or unprintable characters", where="--name", fix="Shorten it.")
        hashed, one_time = await self._hashed(name, shown, password)
        user = User(_id(), name, shown, role, languages, disabled=False, must_change=one_time is not None)
        if not await self._identity.add(user, hashed, self._clock.wall_ms()):
            raise ConfigError(
                f"there is somebody with the name {name} already", where="NAME", fix="`ivr users list` shows everybody."
            )
        return Given(user, one_time)

    async def password(self, name: str, password: str | None = None) -> Given:
        """Give a person another password; whoever is signed in as them is signed out."""
        user = (await self._account(name)).user
        hashed, one_time = await self._hashed(user.name, user.shown, password)
        await self._identity.set_password(user.id, hashed, self._clock.wall_ms(), one_time=one_time is not None)
        return Given((await self._account(name)).user, one_time)

    async def disable(self, name: str) -> User:
        """Sign a person out everywhere, and let them in no more. The last admin stays."""
        user = (await self._account(name)).user
        admins = [each.name for each in await self._identity.users() if each.role is Role.ADMIN and not each.disabled]
        if admins == [user.name]:
            raise ConfigError(
                f"{user.name} is the last admin, and nobody could let anybody in afterwards",
                where="NAME",
                fix="Add another admin first: ivr users add NAME --role admin",
            )
        await self._identity.set_disabled(user.id, True)
        return (await self._account(name)).user

    async def enable(self, name: str) -> User:
        """Let a person in again, with the password they had."""
        user = (await self._account(name)).user
        await self._identity.set_disabled(user.id, False)
        return (await self._account(name)).user

    async def _account(self, name: str) -> Account:
        account = await self._identity.named(rules.plain_name(name))
        if account is None:
            raise NotFound(f"there is nobody with the name {name}; `ivr users list` shows everybody")
        return account

    async def _hashed(self, name: str, shown: str, password: str | None) -> tuple[str, str | None]:
        one_time = None
        if password is None:
            password = one_time = rules.one_time_password()
        else:
            password = rules.plain_password(password)
            if fault := rules.password_fault(password, name, shown):
                raise ConfigError(fault, where="the password", fix="Or leave it out, and one is made.")
        return await self._passwords.make(password), one_time


def _id() -> UserId:
    return UserId("u" + secrets.token_hex(12))
