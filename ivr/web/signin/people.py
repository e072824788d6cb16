"""What signing in works with."""

from dataclasses import dataclass

from ivr.ports.clock import Clock
from ivr.ports.identity import Identity, Passwords
from ivr.web.signin.guesses import Guesses
from ivr.web.signin.sessions import Sessions


@dataclass(frozen=True, slots=True)
class People:
    """The people of a deployment, who of them is signed in, and who guesses."""

    identity: Identity
    passwords: Passwords
    sessions: Sessions
    guesses: Guesses
    clock: Clock

    @classmethod
    def of(cls, identity: Identity, passwords: Passwords, clock: Clock) -> "People":
        return cls(identity, passwords, Sessions(identity, clock), Guesses(), clock)
