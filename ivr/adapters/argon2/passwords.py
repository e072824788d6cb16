"""Passwords by Argon2id, on a thread of their own, so that neither the event loop nor a live call waits for one.

Source  RFC 9106; OWASP's Password Storage Cheat Sheet asks for at least 19 MiB and two passes of one lane.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.ports.identity import Checked
from ivr.vocabulary.errors import BackendUnavailable

T = TypeVar("T")

WAITING: Final = 16
"Passwords that may be at work or wait; each takes 64 MiB and some 0.2 s while it is at work."


@dataclass(frozen=True, slots=True)
class Cost:
    """What one password costs whoever makes or guesses it. What is kept at another cost is renewed when it is used.

    lanes  more than one would take several cores from live calls at once.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


class Argon2Passwords:
    """`Passwords` by Argon2id, one at a time. `close` ends its thread."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes, type=Type.ID)
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._waiting = 0
        self._nobody: str | None = None

    async def make(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(_bytes(password)))

    async def check(self, hashed: str | None, password: str) -> Checked:
        return await self._run(lambda: self._check(hashed, password))

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _check(self, hashed: str | None, password: str) -> Checked:
        if self._nobody is None:
            self._nobody = self._hasher.hash(b"nobody")
        try:
            self._hasher.verify(hashed or self._nobody, _bytes(password))
        except (VerificationError, InvalidHashError):
            return Checked(False)
        return Checked(hashed is not None, hashed is not None and self._hasher.check_needs_rehash(hashed))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise BackendUnavailable("too many passwords are being checked; try again in a moment")
        self._waiting += 1
        done = asyncio.get_running_loop().run_in_executor(self._thread, work)
        # Counted down when the work is over, not when who asked has gone: a thread cannot be called back.
        done.add_done_callback(self._one_less)
        return await asyncio.shield(done)

    def _one_less(self, _: object) -> None:
        self._waiting -= 1


def _bytes(password: str) -> bytes:
    """Lone surrogates, which JSON lets through, are no text: they fit no password."""
    return password.encode("utf-8", "surrogatepass")
