"""Whether what a caller gave is what is held of them."""

import pytest
from argon2 import PasswordHasher

from ivr.adapters.customers.proof import canonical, hashed, is_damaged, is_hash, proves
from ivr.vocabulary.errors import BackendRejected

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.mark.parametrize(
    ("held", "given"),
    [
        ("4071", "4071"),
        ("40-71", "4071"),
        (" 40 71 ", "4071"),
        ("(040) 71/3.2", "0407132"),
        ("１２３４", "1234"),
        ("1985-03-07", "1985-03-07"),
        ("1985/3/7", "1985-03-07"),
        ("1985.03.07", "1985-03-07"),
        ("19850307", "1985-03-07"),
        ("Blue  HARBOUR", "blue harbour"),
        ("Straße", "STRASSE"),
        ("AB-123", "ab-123"),
    ],
)
def test_the_same_secret_fits_however_it_was_written(held: str, given: str) -> None:
    assert proves({"word": held}, {"word": given})
    assert proves({"word": hashed(held)}, {"word": given})


@pytest.mark.parametrize(
    ("held", "given"),
    [
        ("4071", "4072"),
        ("04071", "4071"),
        ("07.03.1985", "1985-03-07"),
        ("blue harbour", "blueharbour"),
        ("A4071", "4071"),
        ("", ""),
        ("  ", ""),
        ("-", ""),
        ("4071", ""),
    ],
)
def test_another_secret_does_not_fit(held: str, given: str) -> None:
    assert not proves({"word": held}, {"word": given})


def test_the_text_of_a_hash_is_no_secret() -> None:
    held = CHEAP.hash("4071")
    assert not proves({"passcode": held}, {"passcode": held})


def test_a_hash_of_nothing_is_not_fitted_by_nothing() -> None:
    assert not proves({"passcode": CHEAP.hash("")}, {"passcode": ""})


def test_a_hash_that_another_program_made_is_of_the_secret_as_it_was_written() -> None:
    for written in ("Blue Harbour", "1985-03-07"):
        assert proves({"word": CHEAP.hash(written)}, {"word": written})


def test_a_damaged_hash_is_known_and_rejected_by_its_name_alone() -> None:
    for damaged in ("$argon2", "$argon2id$v=19$m=65536", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$", "$argon2id$ü"):
        assert is_hash(damaged)
        with pytest.raises(BackendRejected, match="the hash of passcode") as raised:
            proves({"passcode": damaged}, {"passcode": "4071"})
        assert "4071" not in str(raised.value)
    assert is_damaged("$argon2id$v=19$m=65536")
    assert not is_damaged(CHEAP.hash("4071"))


def test_a_hash_is_of_argon2id_and_takes_one_core() -> None:
    assert hashed("4071").startswith("$argon2id$v=19$m=65536,t=3,p=1$")


@pytest.mark.parametrize("text", ["²", "٤٠٧١", "\ud800", "-", "a" * 10_000, "- " * 10_000 + "x"])
def test_whatever_is_given_has_a_form(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
