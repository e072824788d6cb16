"""Sessions: what a browser holds to be somebody, how long that lasts, and what keeps other pages from using it.

Token   256 bits of chance, in a cookie that no script can read and no other site makes the browser send. The store is
        given its digest alone.
Lasts   until nothing was done for `IDLE_MS`, and at most `LONGEST_MS`; an open desk counts as doing something.
Made    anew at every sign-in and change of password: a token that was there before is never taken over.
CSRF    What changes something also brings a value made of the token, which only our own page was told.
"""

import hashlib
import hmac
import secrets
from typing import Final

from aiohttp import web

from ivr.ports.clock import Clock
from ivr.ports.identity import Account, Identity, Session
from ivr.vocabulary.ids import SessionId, UserId
from ivr.web.signin.origin import names_this_machine

IDLE_MS: Final = 2 * 60 * 60_000
LONGEST_MS: Final = 12 * 60 * 60_000
"A shift, and a little more."
SEEN_EVERY_MS: Final = 60_000
"How exactly it is written down that somebody did something."
MOST: Final = 5
"Sessions of one person; the oldest goes when another begins."
SECURE_COOKIE: Final = "__Host-ivr"
"Over https. A browser takes a cookie of this name only from this very host, over https."
LOCAL_COOKIE: Final = "ivr-session"
"Over http, on the server's own machine."
CSRF_HEADER: Final = "X-CSRF-Token"


class Sessions:
    """Begins, finds and ends sessions. Raises what `Identity` raises."""

    def __init__(self, identity: Identity, clock: Clock) -> None:
        self._identity, self._clock = identity, clock

    async def begin(self, account: Account) -> str | None:
        """A fresh session of this person: its token. None when the account changed meanwhile."""
        now_ms = self._clock.wall_ms()
        await self._identity.end_older(began_before_ms=now_ms - LONGEST_MS, seen_before_ms=now_ms - IDLE_MS)
        token = secrets.token_urlsafe(32)
        return token if await self._identity.begin(_id(token), account, now_ms, MOST) else None

    async def of(self, request: web.Request) -> Session | None:
        """The session of who asks, if it has not ended; and that they did something now."""
        token = given_token(request)
        return await self.by_id(_id(token)) if token else None

    async def by_id(self, id: SessionId) -> Session | None:
        """The session, if it has not ended; and that its person did something now."""
        session = (await self._identity.sessions([id])).get(id)
        if session is None:
            return None
        now_ms = self._clock.wall_ms()
        if now_ms - session.began_wall_ms >= LONGEST_MS or now_ms - session.seen_wall_ms >= IDLE_MS:
            await self._identity.end(id)
            return None
        if now_ms - session.seen_wall_ms >= SEEN_EVERY_MS:
            await self._identity.seen(id, now_ms)
        return session

    async def end(self, request: web.Request) -> None:
        """End the session that the browser holds, if any."""
        if token := given_token(request):
            await self._identity.end(_id(token))

    async def end_all(self, user: UserId) -> None:
        """Sign a person out everywhere."""
        await self._identity.end_all(user)


def given_token(request: web.Request) -> str:
    """What the browser brings, "" when nothing. Without https only on this machine itself."""
    secure = request.cookies.get(SECURE_COOKIE, "")
    return secure or (request.cookies.get(LOCAL_COOKIE, "") if names_this_machine(request) else "")


def csrf_token(token: str) -> str:
    """What our own page must show beside the cookie."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_is_right(request: web.Request) -> bool:
    given = request.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(given.encode(), csrf_token(given_token(request)).encode())


def hand_out(response: web.StreamResponse, token: str, origin: str) -> None:
    """Give the browser its token. `origin` is that of the page that asked: it says whether https is spoken."""
    secure = origin.startswith("https://")
    name = SECURE_COOKIE if secure else LOCAL_COOKIE
    response.set_cookie(name, token, httponly=True, samesite="Strict", secure=secure, path="/")


def take_back(response: web.StreamResponse) -> None:
    """Have the browser forget its token."""
    response.del_cookie(LOCAL_COOKIE, httponly=True, samesite="Strict", path="/")
    response.del_cookie(SECURE_COOKIE, httponly=True, samesite="Strict", secure=True, path="/")


def _id(token: str) -> SessionId:
    return SessionId(hashlib.sha256(token.encode()).hexdigest())
