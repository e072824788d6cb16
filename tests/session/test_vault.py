"""The vault and the keypad: what is held, what is let go, and what never was there."""

import pytest

from ivr.calls.state import Expectation
from ivr.session.vault import Command, Entered, Keypad, Nothing, Vault
from ivr.turns.floor import Patience
from ivr.vocabulary.events import DigitGroup
from ivr.vocabulary.ids import DigitsId
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
COMMANDS = Expectation(Patience.OPEN, False, frozenset("0"))
DIGITS = Expectation(Patience.DIGITS, True, frozenset())


@pytest.fixture
def vault() -> Vault:
    return Vault("US")


def test_a_number_that_nobody_asked_for_is_not_kept_at_all(vault: Vault) -> None:
    text, (group,) = vault.hold("it is 4539 1488 0343 6467", EN, collecting=False)
    assert text == "it is ••••••••••••••••"
    assert vault.release(group.token) == ""


def test_a_number_said_in_parts_is_put_together(vault: Vault) -> None:
    _, (first,) = vault.hold("it's 415", EN, collecting=True)
    assert first.shape == "short"
    _, (second,) = vault.hold("555 2671", EN, collecting=True)
    assert second == DigitGroup(DigitsId("d2"), 10, "phone")
    assert vault.release(second.token) == "4155552671"


def test_a_caller_who_begins_again_is_understood(vault: Vault) -> None:
    vault.hold("415 55", EN, collecting=True)
    _, (group,) = vault.hold("no, 415 555 2671", EN, collecting=True)
    assert vault.release(group.token) == "4155552671"


def test_digits_of_an_utterance_that_was_taken_back_do_not_count_twice(vault: Vault) -> None:
    vault.hold("415", EN, collecting=True)
    vault.hold("555", EN, collecting=True)
    vault.take_back()
    _, (group,) = vault.hold("555 26", EN, collecting=True)
    assert group.length == len("41555526")


def test_digits_are_released_once(vault: Vault) -> None:
    _, (group,) = vault.hold("415 555 2671", EN, collecting=True)
    vault.release(group.token)
    assert vault.release(group.token) == ""


def test_after_a_card_was_spoken_of_even_short_groups_are_held_back(vault: Vault) -> None:
    vault.hold("I'll give you my card number", EN, collecting=False)
    text, _ = vault.hold("it starts with 45 okay then", EN, collecting=False)
    assert text == "it starts with •• okay then"


def test_a_card_read_out_over_three_turns_leaves_no_digit(vault: Vault) -> None:
    for part in ("my card is forty-five", "thirty nine fourteen eighty eight", "0343", "and 64", "67"):
        text, _ = vault.hold(part, EN, collecting=False)
        assert not any(c.isdigit() for c in text)
        assert not {"five", "nine", "eight", "forty", "thirty"} & set(text.replace("-", " ").split())


def test_a_command_key_is_a_command() -> None:
    assert Keypad().press("0", 0, COMMANDS) == Command("0")


def test_a_zero_inside_a_run_of_keys_is_a_digit_and_not_the_command() -> None:
    keypad = Keypad()
    assert isinstance(keypad.press("4", 0, COMMANDS), Nothing)
    assert isinstance(keypad.press("0", 300, COMMANDS), Nothing)


def test_asked_for_keys_end_with_the_hash_key() -> None:
    keypad = Keypad()
    for key in "4155552671":
        assert isinstance(keypad.press(key, 0, DIGITS), Nothing)
    assert keypad.press("#", 0, DIGITS) == Entered("4155552671")
    assert not keypad.waiting


def test_the_star_key_begins_again() -> None:
    keypad = Keypad()
    for key in "99*12#"[:-1]:
        keypad.press(key, 0, DIGITS)
    assert keypad.press("#", 0, DIGITS) == Entered("12")


def test_a_pause_ends_a_run_that_has_no_hash() -> None:
    keypad = Keypad()
    keypad.press("7", 0, DIGITS)
    assert keypad.end() == Entered("7")
    assert keypad.end() is None
