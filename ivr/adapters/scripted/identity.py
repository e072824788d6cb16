"""People and sessions in memory, and passwords that cost nothing: for tests of what is built on them."""

from collections.abc import Collection
from dataclasses import replace

from ivr.ports.identity import Account, Checked, Session, User
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.ids import SessionId, UserId


class ScriptedIdentity:
    """`Identity` in memory. While `down`, everything raises BackendUnavailable."""

    def __init__(self) -> None:
        self.down = False
        self._accounts: dict[UserId, Account] = {}
        self._sessions: dict[SessionId, Session] = {}

    async def add(self, user: User, hashed: str, wall_ms: int) -> bool:
        self._require_up()
        if user.id in self._accounts or any(each.user.name == user.name for each in self._accounts.values()):
            return False
        self._accounts[user.id] = Account(user, hashed, wall_ms)
        return True

    async def named(self, name: str) -> Account | None:
        self._require_up()
        return next((each for each in self._accounts.values() if each.user.name == name), None)

    async def users(self) -> list[User]:
        self._require_up()
        return sorted((each.user for each in self._accounts.values()), key=lambda user: user.name)

    async def set_password(
        self, user: UserId, hashed: str, wall_ms: int, *, one_time: bool, keep: SessionId | None = None
    ) -> bool:
        self._require_up()
        if (account := self._accounts.get(user)) is None:
            return False
        self._accounts[user] = Account(replace(account.user, must_change=one_time), hashed, wall_ms)
        self._end(user, keep)
        return True

    async def renew_hash(self, user: UserId, old: str, new: str) -> bool:
        self._require_up()
        account = self._accounts.get(user)
        if account is None or account.hashed != old:
            return False
        self._accounts[user] = replace(account, hashed=new)
        return True

    async def set_disabled(self, user: UserId, disabled: bool) -> bool:
        self._require_up()
        if (account := self._accounts.get(user)) is None:
            return False
        self._accounts[user] = replace(account, user=replace(account.user, disabled=disabled))
        if disabled:
            self._end(user, None)
        return True

    async def begin(self, session: SessionId, account: Account, wall_ms: int, most: int) -> bool:
        self._require_up()
        now = self._accounts.get(account.user.id)
        if now is None or now.user.disabled or now.hashed != account.hashed:
            return False
        self._sessions[session] = Session(session, now.user, wall_ms, wall_ms)
        mine = [each for each in self._sessions.values() if each.user.id == now.user.id]
        for each in sorted(mine, key=lambda one: (one.began_wall_ms, one.id == session))[:-most]:
            del self._sessions[each.id]
        return True

    async def sessions(self, wanted: Collection[SessionId]) -> dict[SessionId, Session]:
        self._require_up()
        kept = (self._sessions[id] for id in wanted if id in self._sessions)
        return {each.id: replace(each, user=self._accounts[each.user.id].user) for each in kept}

    async def seen(self, session: SessionId, wall_ms: int) -> None:
        self._require_up()
        if session in self._sessions:
            self._sessions[session] = replace(self._sessions[session], seen_wall_ms=wall_ms)

    async def end(self, session: SessionId) -> None:
        self._require_up()
        self._sessions.pop(session, None)

    async def end_all(self, user: UserId) -> int:
        self._require_up()
        return self._end(user, None)

    async def end_older(self, *, began_before_ms: int, seen_before_ms: int) -> int:
        self._require_up()
        old = [
            each.id
            for each in self._sessions.values()
            if each.began_wall_ms < began_before_ms or each.seen_wall_ms < seen_before_ms
        ]
        for id in old:
            del self._sessions[id]
        return len(old)

    def _end(self, user: UserId, keep: SessionId | None) -> int:
        over = [each.id for each in self._sessions.values() if each.user.id == user and each.id != keep]
        for id in over:
            del self._sessions[id]
        return len(over)

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the scripted identity is down; set `down` to False")


class ScriptedPasswords:
    """`Passwords` that keep the password as it is, with a number.

    stale    while True, every right password is said to be kept in a weaker form.
    busy     while True, everything raises BackendUnavailable, as when too many wait.
    checked  what was checked, in order: None for nobody, so that a test sees that the work was done.
    """

    def __init__(self) -> None:
        self.stale = False
        self.busy = False
        self.checked: list[str | None] = []
        self._made = 0

    async def make(self, password: str) -> str:
        self._require_idle()
        self._made += 1
        return f"scripted:{self._made}:{password}"

    async def check(self, hashed: str | None, password: str) -> Checked:
        self._require_idle()
        self.checked.append(hashed)
        right = hashed is not None and hashed.partition(":")[2].partition(":")[2] == password
        return Checked(right, right and self.stale)

    async def close(self) -> None:
        """Nothing is held."""

    def _require_idle(self) -> None:
        if self.busy:
            raise BackendUnavailable("too many passwords are being checked; try again in a moment")
