"""What every `Passwords` keeps to; and what Argon2id adds: cost, renewal, a bounded queue off the event loop."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from ivr.adapters.argon2 import passwords as argon2_passwords
from ivr.adapters.argon2.passwords import Argon2Passwords, Cost
from ivr.adapters.scripted.identity import ScriptedPasswords
from ivr.ports.identity import Passwords
from ivr.vocabulary.errors import BackendUnavailable

CHEAP = Cost(memory_kib=64, passes=1)


@pytest.fixture(params=["scripted", "argon2"])
async def passwords(request: pytest.FixtureRequest) -> AsyncIterator[Passwords]:
    made = ScriptedPasswords() if request.param == "scripted" else Argon2Passwords(CHEAP)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "password", ["a long enough password", "contraseña ñandú 🦤", " spaces ", "a:b:c", "\ud800", ""]
)
async def test_a_password_is_right_and_every_other_is_wrong(passwords: Passwords, password: str) -> None:
    hashed = await passwords.make(password)
    assert (await passwords.check(hashed, password)).right
    for other in (password + " ", password.upper() + "x", "x" + password):
        assert not (await passwords.check(hashed, other)).right


async def test_the_same_password_is_never_kept_the_same(passwords: Passwords) -> None:
    assert await passwords.make("the same password") != await passwords.make("the same password")


@pytest.mark.parametrize("password", ["nobody", "", "a long enough password"])
async def test_nobody_has_a_password(passwords: Passwords, password: str) -> None:
    assert not (await passwords.check(None, password)).right


async def test_what_was_just_made_is_not_stale(passwords: Passwords) -> None:
    hashed = await passwords.make("a long enough password")
    assert not (await passwords.check(hashed, "a long enough password")).stale


async def test_a_damaged_hash_lets_nobody_in() -> None:
    passwords = Argon2Passwords(CHEAP)
    for hashed in ("", "x", "$argon2id$v=19$m=64,t=1,p=1$", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA"):
        assert not (await passwords.check(hashed, "x")).right
    await passwords.close()


async def test_it_is_argon2id_at_a_cost_that_is_sound() -> None:
    passwords = Argon2Passwords()
    hashed = await passwords.make("a long enough password")
    await passwords.close()
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


async def test_what_was_kept_at_another_cost_is_stale_when_right_and_only_then() -> None:
    before, now = Argon2Passwords(CHEAP), Argon2Passwords(Cost(memory_kib=128, passes=1))
    hashed = await before.make("a long enough password")
    assert (await now.check(hashed, "a long enough password")).stale
    assert not (await now.check(hashed, "another password")).stale
    await before.close()
    await now.close()


async def test_nobody_takes_as_long_as_somebody() -> None:
    passwords = Argon2Passwords(Cost(memory_kib=8 * 1024, passes=2))
    hashed = await passwords.make("a long enough password")
    await passwords.check(None, "warm")

    async def took(kept: str | None) -> float:
        began = time.perf_counter()
        await passwords.check(kept, "a wrong password")
        return time.perf_counter() - began

    pairs = [(await took(hashed), await took(None)) for _ in range(9)]
    await passwords.close()
    somebody, nobody = (min(each) for each in zip(*pairs, strict=True))
    assert 0.6 < nobody / somebody < 1.6


async def test_the_loop_goes_on_meanwhile_and_too_many_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2_passwords, "WAITING", 2)
    passwords = Argon2Passwords(CHEAP)
    held = threading.Event()
    passwords._thread.submit(held.wait)
    waiting = [asyncio.ensure_future(passwords.make("a long enough password")) for _ in range(2)]
    await asyncio.sleep(0)  # the loop is not held by them
    with pytest.raises(BackendUnavailable, match="too many"):
        await passwords.make("a long enough password")
    held.set()
    await asyncio.gather(*waiting)
    assert await passwords.make("a long enough password")
    await passwords.close()


async def test_who_leaves_early_still_counts_until_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2_passwords, "WAITING", 1)
    passwords = Argon2Passwords(CHEAP)
    held = threading.Event()
    passwords._thread.submit(held.wait)
    leaving = asyncio.ensure_future(passwords.make("a long enough password"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    with pytest.raises(BackendUnavailable):
        await passwords.make("another long password")
    held.set()
    await passwords.close()
