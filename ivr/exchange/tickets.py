"""Phone tickets: what opens one phone socket, once, within a minute, and nothing else of the exchange.

A browser page gets a ticket where a script on this machine uses the control token. Whoever knows the control token can
write one; the exchange checks it without having been told of it.

Form   expiry in Unix seconds, a nonce and a signature, joined by dots.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

GOOD_FOR_S: Final = 60
KEPT: Final = 4_096
"Used tickets that are remembered until they expire; while so many are, no other is taken."


def phone_ticket(control_token: str, now_s: float) -> str:
    """A fresh ticket. now_s  Unix time."""
    facts = f"{int(now_s) + GOOD_FOR_S}.{secrets.token_urlsafe(18)}"
    return f"{facts}.{_signature(control_token, facts)}"


class Tickets:
    """The tickets that came back. `now_s` tells Unix time."""

    def __init__(self, control_token: str, now_s: Callable[[], float]) -> None:
        self._control_token, self._now_s = control_token, now_s
        self._used: dict[str, int] = {}
        "Ticket to its expiry."

    def admit(self, ticket: str) -> bool:
        """Whether it opens a phone now. It does so once."""
        facts, _, signature = ticket.rpartition(".")
        if not hmac.compare_digest(signature.encode(), _signature(self._control_token, facts).encode()):
            return False
        now_s = self._now_s()
        expiry = int(facts.partition(".")[0])  # signed, so it is ours and a number
        self._used = {used: until for used, until in self._used.items() if until > now_s}
        if expiry <= now_s or ticket in self._used or len(self._used) >= KEPT:
            return False
        self._used[ticket] = expiry
        return True


def _signature(control_token: str, facts: str) -> str:
    return hmac.new(control_token.encode(), f"phone ticket {facts}".encode(), hashlib.sha256).hexdigest()
