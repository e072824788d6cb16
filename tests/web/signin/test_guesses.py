"""Guessing passwords grows slow, for a name and from an address, and people who mistype do not notice."""

from itertools import count

from ivr.web.signin.guesses import FORGOTTEN_AFTER_MS, KEPT, PER_ADDRESS, PER_NAME, Guesses
from tests.web.conftest import House
from tests.web.visitor import PASSWORD, there_is, visitor


def _tries(guesses: Guesses, names: list[str], address: str, for_ms: int) -> int:
    """How many guesses get through in this time, by somebody who tries whenever they may."""
    now_ms, through = 0.0, 0
    for turn in count():
        wait_ms = guesses.begin(names[turn % len(names)], address, now_ms)
        through += wait_ms == 0
        now_ms += max(wait_ms, 10.0)
        if now_ms >= for_ms:
            return through
    raise AssertionError("unreachable")


def test_somebody_who_mistypes_a_few_times_does_not_wait() -> None:
    guesses = Guesses()
    assert [guesses.begin("ana", "192.0.2.1", 0.0) for _ in range(PER_NAME.free)] == [0.0] * PER_NAME.free
    assert guesses.begin("ana", "192.0.2.1", 0.0) == 1_000
    assert guesses.begin("ana", "192.0.2.1", 999.0) == 1
    assert guesses.begin("ana", "192.0.2.1", 1_000.0) == 0


def test_a_name_is_guessed_at_a_few_hundred_times_a_day() -> None:
    assert _tries(Guesses(), ["ana"], "192.0.2.1", 24 * 60 * 60_000) < 310


def test_many_names_from_one_address_are_slowed_down_too() -> None:
    names = [f"name{number}" for number in range(1_000)]
    assert _tries(Guesses(), names, "192.0.2.1", 60 * 60_000) < 100


def test_a_name_is_slowed_down_from_every_address() -> None:
    guesses = Guesses()
    for number in range(PER_NAME.free):
        guesses.begin("ana", f"192.0.2.{number}", 0.0)
    assert guesses.begin("ana", "192.0.2.99", 0.0) > 0
    assert guesses.begin("ben", "192.0.2.99", 0.0) == 0


def test_a_right_password_clears_the_name_and_costs_the_address_nothing() -> None:
    guesses = Guesses()
    for _ in range(10 * PER_ADDRESS.free):
        assert guesses.begin("ana", "192.0.2.1", 0.0) == 0
        guesses.right("ana", "192.0.2.1")


def test_an_hour_without_a_try_is_forgotten() -> None:
    guesses = Guesses()
    for turn in range(40):
        guesses.begin("ana", "192.0.2.1", turn * 400_000.0)
    end_ms = 39 * 400_000.0
    assert guesses.begin("ana", "192.0.2.1", end_ms + 1) > 0
    assert guesses.begin("ana", "192.0.2.1", end_ms + FORGOTTEN_AFTER_MS) == 0
    assert guesses.begin("ana", "192.0.2.1", end_ms + FORGOTTEN_AFTER_MS) == 0


def test_no_more_is_remembered_than_fits() -> None:
    guesses = Guesses()
    for number in range(2 * KEPT):
        guesses.begin(f"name{number}", f"address{number}", 0.0)
    assert all(len(tallies) <= KEPT for tallies in guesses._tallies.values())


async def test_who_guesses_is_told_to_wait_and_the_right_password_does_not_help_meanwhile(house: House) -> None:
    await there_is(house, "ana")
    async with visitor(house) as guesser:
        for number in range(PER_NAME.free):
            assert await guesser.signs_in("ana", f"a wrong guess {number}") == 401
        status, told = await guesser.ask("POST", "/api/session", {"name": "ana", "password": PASSWORD})
        assert (status, told["code"], told["retry_s"]) == (429, "slow_down", 1)
        assert len(house.passwords.checked) == PER_NAME.free, "nothing was checked"
        await house.people_clock.advance(1_000)
        assert await guesser.signs_in("ana") == 200


async def test_a_name_that_nobody_has_is_slowed_down_like_any(house: House) -> None:
    async with visitor(house) as guesser:
        statuses = [await guesser.signs_in("nobody", "a wrong guess") for _ in range(PER_NAME.free + 1)]
    assert statuses == [401] * PER_NAME.free + [429]


async def test_who_is_signed_in_cannot_guess_at_the_password_either(house: House) -> None:
    await there_is(house, "ana")
    async with visitor(house) as somebody:
        await somebody.signs_in("ana")
        body = {"current": "a wrong guess", "new": "whatever it may be"}
        statuses = [(await somebody.ask("POST", "/api/password", body))[0] for _ in range(PER_NAME.free + 1)]
    assert statuses == [401] * PER_NAME.free + [429]
