"""Signing in and out, and choosing a password: what the sign-in page asks.

Who was refused learns no more than that name and password do not fit; the log says whose name it was only when there is
somebody with that name.
"""

from collections.abc import Sequence
from math import ceil

import structlog
from aiohttp import web

from ivr.ports.identity import Account, Role, User
from ivr.vocabulary.errors import BackendError
from ivr.web.answers import Told, answer, read, refuse
from ivr.web.doors import ANYBODY_SIGNED_IN, OWN_PAGE, PUBLIC, SESSION, door
from ivr.web.keys import DEPS, Deps
from ivr.web.signin import rules
from ivr.web.signin.origin import own_origin
from ivr.web.signin.people import People
from ivr.web.signin.sessions import csrf_token, given_token, hand_out, take_back

_record = structlog.get_logger("signin")


class SignIn(Told):
    """Who wants to sign in."""

    name: str
    password: str


class NewPassword(Told):
    """A password that a person chose for themselves, and the one they have."""

    current: str
    new: str


class Person(Told):
    """Somebody who is signed in, as pages show them."""

    id: str
    name: str
    shown: str
    role: Role
    languages: list[str]


class Who(Told):
    """Who is signed in in this browser.

    person       None: nobody.
    must_change  nothing is open to them but choosing a password of their own.
    csrf         goes with everything that changes something, as `X-CSRF-Token`.
    """

    business: str
    person: Person | None
    must_change: bool = False
    csrf: str = ""


def routes() -> Sequence[web.RouteDef]:
    return [
        web.get("/api/session", _who),
        web.post("/api/session", _sign_in),
        web.delete("/api/session", _sign_out),
        web.post("/api/password", _choose),
    ]


@door(PUBLIC, gives=Who)
async def _who(request: web.Request) -> web.Response:
    """Who is signed in in this browser."""
    deps = request.app[DEPS]
    try:
        session = await _people(deps).sessions.of(request)
    except BackendError:
        return _unavailable()
    return answer(_told(deps, session.user if session else None, given_token(request)))


@door(OWN_PAGE, takes=SignIn, gives=Who)
async def _sign_in(request: web.Request) -> web.Response:
    """Sign in. 401 when name and password do not fit; 429 when to wait first, with how long."""
    deps = request.app[DEPS]
    people = _people(deps)
    asked = await read(request, SignIn)
    if isinstance(asked, web.Response):
        return asked
    try:
        account = await _right(people, rules.plain_name(asked.name), asked.password, request)
        if isinstance(account, web.Response):
            return account
        return await _signed_in(request, deps, account)
    except BackendError as error:
        _record.error("nobody can sign in", error=type(error).__name__, detail=str(error))
        return _unavailable()


@door(ANYBODY_SIGNED_IN)
async def _sign_out(request: web.Request) -> web.Response:
    """Sign out in this browser; with `?everywhere=1`, in every browser."""
    people = _people(request.app[DEPS])
    if request.query.get("everywhere") == "1":
        await people.sessions.end_all(request[SESSION].user.id)
    await people.sessions.end(request)
    response = web.Response(status=204)
    take_back(response)
    return response


@door(ANYBODY_SIGNED_IN, takes=NewPassword, gives=Who)
async def _choose(request: web.Request) -> web.Response:
    """Choose another password: every session of this person ends, and one begins here."""
    deps = request.app[DEPS]
    people, user = _people(deps), request[SESSION].user
    asked = await read(request, NewPassword)
    if isinstance(asked, web.Response):
        return asked
    try:
        account = await _right(people, user.name, asked.current, request)
        if isinstance(account, web.Response):
            return account
        new = rules.plain_password(asked.new)
        if new == rules.plain_password(asked.current):
            return refuse(422, "weak", "This is the password that you have. Choose another one.")
        if fault := rules.password_fault(new, user.name, user.shown):
            return refuse(422, "weak", fault)
        hashed = await people.passwords.make(new)
        await people.identity.set_password(user.id, hashed, people.clock.wall_ms(), one_time=False)
        changed = await people.identity.named(user.name)
        if changed is None:
            return _wrong()
        _record.info("a password was changed", user=user.id)
        return await _signed_in(request, deps, changed)
    except BackendError as error:
        _record.error("a password cannot be changed", error=type(error).__name__, detail=str(error))
        return _unavailable()


async def _right(people: People, name: str, password: str, request: web.Request) -> Account | web.Response:
    """The account, if name and password fit and whoever tries need not wait; else the refusal."""
    address = request.remote or ""
    wait_ms = people.guesses.begin(name, address, people.clock.now_ms())
    if wait_ms:
        seconds = ceil(wait_ms / 1_000)
        _record.warning("signing in is slowed down", wait_s=seconds, peer=address)
        return refuse(429, "slow_down", "Too many tries.", seconds)
    account = await people.identity.named(name)
    plain = rules.plain_password(password[: 4 * rules.LONGEST])
    checked = await people.passwords.check(account.hashed if account else None, plain)
    if account is None or not checked.right or account.user.disabled:
        _record.warning("signing in was refused", user=account.user.id if account else None, peer=address)
        return _wrong()
    people.guesses.right(name, address)
    if checked.stale:
        renewed = await people.passwords.make(plain)
        if await people.identity.renew_hash(account.user.id, account.hashed, renewed):
            account = Account(account.user, renewed, account.set_wall_ms)
    return account


async def _signed_in(request: web.Request, deps: Deps, account: Account) -> web.Response:
    """Begin a session, in the place of any that the browser holds."""
    people = _people(deps)
    await people.sessions.end(request)
    token = await people.sessions.begin(account)
    origin = own_origin(request, deps.public_url)
    if token is None or origin is None:
        return _wrong()
    _record.info("signed in", user=account.user.id, role=account.user.role.value)
    response = answer(_told(deps, account.user, token))
    hand_out(response, token, origin)
    return response


def _told(deps: Deps, user: User | None, token: str) -> Who:
    business = deps.phone.business if deps.phone is not None else ""
    if user is None:
        return Who(business=business, person=None)
    return Who(business=business, person=person(user), must_change=user.must_change, csrf=csrf_token(token))


def person(user: User) -> Person:
    return Person(id=user.id, name=user.name, shown=user.shown, role=user.role, languages=list(user.languages))


def _people(deps: Deps) -> People:
    assert deps.people is not None, "these routes are there only with people"  # noqa: S101
    return deps.people


def _wrong() -> web.Response:
    return refuse(401, "wrong", "Name and password do not fit. Check both, and whether Caps Lock is on.")


def _unavailable() -> web.Response:
    return refuse(503, "unavailable", "The server cannot check that now. Try again in a moment.", 5)
