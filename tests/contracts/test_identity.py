"""What every `Identity` keeps to."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.adapters.scripted.identity import ScriptedIdentity
from ivr.adapters.sql import open_stores
from ivr.ports.identity import Account, Identity, Role, User
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.ids import SessionId, UserId
from ivr.vocabulary.language import LanguageTag

ANA = User(
    UserId("u1"), "ana", "Ana López", Role.AGENT, (LanguageTag("es"), LanguageTag("pt-BR")), disabled=False,
    must_change=True,
)  # fmt: skip
BEN = User(UserId("u2"), "ben", "Ben", Role.ADMIN, (), disabled=False, must_change=False)
NOW = 1_700_000_000_000
MANY = 10
DESK, LAPTOP = SessionId("d" * 64), SessionId("e" * 64)


@pytest.fixture(params=["scripted", "sql"])
async def identity(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Identity]:
    if request.param == "scripted":
        yield ScriptedIdentity()
        return
    stores = await open_stores(tmp_path)
    yield stores.identity
    await stores.close()


@pytest.fixture
async def ana(identity: Identity) -> Account:
    await identity.add(ANA, "hash", NOW)
    account = await identity.named("ana")
    assert account is not None
    return account


async def _open(identity: Identity) -> set[SessionId]:
    return set(await identity.sessions([DESK, LAPTOP]))


async def test_a_person_is_kept_whole_and_found_by_name(identity: Identity) -> None:
    assert await identity.add(ANA, "hash", NOW)
    assert await identity.named("ana") == Account(ANA, "hash", NOW)
    assert await identity.named("Ana") is None


async def test_a_name_and_an_id_belong_to_one_person(identity: Identity, ana: Account) -> None:
    assert not await identity.add(replace(ANA, id=UserId("u9")), "other", NOW)
    assert not await identity.add(replace(BEN, id=ANA.id), "other", NOW)
    assert await identity.users() == [ANA]
    assert await identity.named("ana") == ana


async def test_everybody_is_listed_by_name(identity: Identity) -> None:
    await identity.add(BEN, "hash", NOW)
    await identity.add(ANA, "hash", NOW)
    assert await identity.users() == [ANA, BEN]


@pytest.mark.parametrize("name", ["' OR 1=1 --", "ana'; DROP TABLE users; --", "%", "a_a", "\x00", "ána", ""])
async def test_a_hostile_name_finds_nobody_and_harms_nothing(identity: Identity, ana: Account, name: str) -> None:
    assert await identity.named(name) is None
    assert await identity.users() == [ANA]


async def test_a_session_is_open_until_it_is_ended(identity: Identity, ana: Account) -> None:
    assert await identity.begin(DESK, ana, NOW, MANY)
    session = (await identity.sessions([DESK, LAPTOP]))[DESK]
    assert (session.user, session.began_wall_ms, session.seen_wall_ms) == (ANA, NOW, NOW)
    await identity.seen(DESK, NOW + 60_000)
    assert (await identity.sessions([DESK]))[DESK].seen_wall_ms == NOW + 60_000
    await identity.end(DESK)
    await identity.end(DESK)
    await identity.seen(DESK, NOW + 90_000)
    assert await _open(identity) == set()


async def test_nobody_asked_for_is_nobody_found(identity: Identity) -> None:
    assert await identity.sessions([]) == {}


async def test_a_long_list_of_sessions_is_looked_up_whole(identity: Identity, ana: Account) -> None:
    await identity.begin(DESK, ana, NOW, MANY)
    strangers = [SessionId(f"{number:064}") for number in range(1_500)]
    assert set(await identity.sessions([*strangers, DESK])) == {DESK}


async def test_of_a_persons_sessions_only_the_latest_stay(identity: Identity, ana: Account) -> None:
    for number in range(4):
        await identity.begin(SessionId(f"s{number}"), ana, NOW + number // 2, 2)
    assert set(await identity.sessions([SessionId(f"s{number}") for number in range(4)])) == {"s2", "s3"}


async def test_disabling_a_person_ends_every_session_at_once_and_lets_none_begin(
    identity: Identity, ana: Account
) -> None:
    await identity.begin(DESK, ana, NOW, MANY)
    await identity.begin(LAPTOP, ana, NOW, MANY)
    assert await identity.set_disabled(ANA.id, True)
    assert await _open(identity) == set()
    assert not await identity.begin(DESK, ana, NOW, MANY)
    assert (await identity.users())[0].disabled
    assert await identity.set_disabled(ANA.id, False)
    assert await _open(identity) == set(), "who comes back signs in again"
    assert await identity.begin(DESK, ana, NOW, MANY)


async def test_a_new_password_ends_every_session_but_the_one_it_was_set_in(identity: Identity, ana: Account) -> None:
    await identity.begin(DESK, ana, NOW, MANY)
    await identity.begin(LAPTOP, ana, NOW, MANY)
    assert await identity.set_password(ANA.id, "new", NOW + 1, one_time=False, keep=DESK)
    assert await _open(identity) == {DESK}
    assert await identity.named("ana") == Account(replace(ANA, must_change=False), "new", NOW + 1)
    assert await identity.set_password(ANA.id, "newer", NOW + 2, one_time=True)
    assert await _open(identity) == set()


async def test_a_password_changed_between_check_and_sign_in_opens_nothing(identity: Identity, ana: Account) -> None:
    await identity.set_password(ANA.id, "new", NOW, one_time=False)
    assert not await identity.begin(DESK, ana, NOW, MANY)
    assert await _open(identity) == set()


async def test_a_better_hash_replaces_only_the_one_it_was_made_from(identity: Identity, ana: Account) -> None:
    await identity.begin(DESK, ana, NOW, MANY)
    assert await identity.renew_hash(ANA.id, "hash", "better")
    assert not await identity.renew_hash(ANA.id, "hash", "worse")
    account = await identity.named("ana")
    assert account == Account(ANA, "better", NOW)
    assert await _open(identity) == {DESK}, "it is the same password"


async def test_a_person_signs_out_everywhere_and_others_stay(identity: Identity, ana: Account) -> None:
    await identity.add(BEN, "hash", NOW)
    ben = await identity.named("ben")
    assert ben is not None
    await identity.begin(DESK, ana, NOW, MANY)
    await identity.begin(LAPTOP, ben, NOW, MANY)
    assert await identity.end_all(ANA.id) == 1
    assert await identity.end_all(ANA.id) == 0
    assert await _open(identity) == {LAPTOP}


async def test_old_sessions_end_by_either_age(identity: Identity, ana: Account) -> None:
    await identity.begin(DESK, ana, NOW, MANY)
    await identity.begin(LAPTOP, ana, NOW + 10, MANY)
    await identity.seen(DESK, NOW + 50)
    assert await identity.end_older(began_before_ms=NOW, seen_before_ms=NOW + 10) == 0
    assert await identity.end_older(began_before_ms=NOW, seen_before_ms=NOW + 11) == 1
    assert await _open(identity) == {DESK}
    assert await identity.end_older(began_before_ms=NOW + 1, seen_before_ms=0) == 1


async def test_who_is_not_there_is_not_changed(identity: Identity) -> None:
    nobody = UserId("nobody")
    assert not await identity.set_disabled(nobody, True)
    assert not await identity.set_password(nobody, "hash", NOW, one_time=False)
    assert not await identity.renew_hash(nobody, "a", "b")
    assert not await identity.begin(DESK, Account(ANA, "hash", NOW), NOW, MANY)


async def test_people_and_sessions_outlive_a_restart(tmp_path: Path) -> None:
    stores = await open_stores(tmp_path)
    await stores.identity.add(ANA, "hash", NOW)
    await stores.identity.begin(DESK, Account(ANA, "hash", NOW), NOW, MANY)
    await stores.close()
    again = await open_stores(tmp_path)
    assert set(await again.identity.sessions([DESK])) == {DESK}
    await again.close()


async def test_a_store_that_is_down_says_so() -> None:
    identity = ScriptedIdentity()
    identity.down = True
    with pytest.raises(BackendUnavailable):
        await identity.users()
