"""The vault and the keypad: what is held, what is let go, and what never was there."""

from datetime import date

import pytest

from ivr.calls.digits import UNASKED_SECRET
from ivr.calls.state import Expectation
from ivr.calls.values.read import Wanted
from ivr.session.vault import Command, Entered, Keypad, Nothing, Vault
from ivr.turns.floor import Patience
from ivr.vocabulary.events import DigitGroup
from ivr.vocabulary.ids import DigitsId
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
COMMANDS = Expectation(Patience.OPEN, None, frozenset("0"))
NUMBER = Wanted("callback")
DIGITS = Expectation(Patience.DIGITS, NUMBER, frozenset())


@pytest.fixture
def vault() -> Vault:
    return Vault("US", lambda: date(2026, 11, 26))


def test_a_number_that_nobody_asked_for_is_not_kept_at_all(vault: Vault) -> None:
    text, (group,) = vault.hold("it is 4539 1488 0343 6467", EN, None)
    assert text == "it is ••••••••••••••••"
    assert vault.release(group.token) == ""


def test_a_number_said_in_parts_is_put_together(vault: Vault) -> None:
    _, (first,) = vault.hold("it's 415", EN, NUMBER)
    assert first.shape == "short"
    _, (second,) = vault.hold("555 2671", EN, NUMBER)
    assert second == DigitGroup(DigitsId("d2"), 10, "phone")
    assert vault.release(second.token) == "4155552671"


def test_a_caller_who_begins_again_is_understood(vault: Vault) -> None:
    vault.hold("415 55", EN, NUMBER)
    _, (group,) = vault.hold("no, 415 555 2671", EN, NUMBER)
    assert vault.release(group.token) == "4155552671"


def test_digits_of_an_utterance_that_was_taken_back_do_not_count_twice(vault: Vault) -> None:
    vault.hold("415", EN, NUMBER)
    vault.hold("555", EN, NUMBER)
    vault.take_back()
    _, (group,) = vault.hold("555 26", EN, NUMBER)
    assert group.length == len("41555526")


def test_digits_are_released_once(vault: Vault) -> None:
    _, (group,) = vault.hold("415 555 2671", EN, NUMBER)
    vault.release(group.token)
    assert vault.release(group.token) == ""


def test_after_a_card_was_spoken_of_even_short_groups_are_held_back(vault: Vault) -> None:
    vault.hold("I'll give you my card number", EN, None)
    text, _ = vault.hold("it starts with 45 okay then", EN, None)
    assert text == "it starts with •• okay then"


def test_a_card_read_out_over_three_turns_leaves_no_digit(vault: Vault) -> None:
    for part in ("my card is forty-five", "thirty nine fourteen eighty eight", "0343", "and 64", "67"):
        text, _ = vault.hold(part, EN, None)
        assert not any(c.isdigit() for c in text)
        assert not {"five", "nine", "eight", "forty", "thirty"} & set(text.replace("-", " ").split())


def test_a_secret_that_nobody_asked_for_is_told_from_any_other_number(vault: Vault) -> None:
    assert [group.shape for group in vault.hold("my card is 4539 1488", EN, None)[1]] == [UNASKED_SECRET]
    assert [group.shape for group in vault.hold("my password is sunflower", EN, None)[1]] == [UNASKED_SECRET]
    assert [group.shape for group in Vault("US", date.today).hold("it is 4155552671", EN, None)[1]] == ["phone"]


def test_a_single_digit_after_a_card_was_mentioned_is_not_read_out(vault: Vault) -> None:
    vault.hold("i lost my card", EN, None)
    assert [group.shape for group in vault.hold("that was like 2 or so", EN, None)[1]] == ["short"]


def test_what_the_flow_asked_for_is_no_secret_that_nobody_asked_for(vault: Vault) -> None:
    vault.hold("it is about my card", EN, None)
    assert vault.hold("415 555 2671", EN, NUMBER)[1][0].shape == "phone"


def test_a_telephone_number_that_stays_in_the_text_is_still_given_to_a_flow_that_asks_for_it(vault: Vault) -> None:
    assert vault.hold("my phone number is 415 555 2671", EN, None) == ("my phone number is 415 555 2671", ())
    text, (group,) = vault.hold("my phone number is 415 555 2671", EN, NUMBER)
    assert text == "my phone number is ••••••••••"
    assert vault.release(group.token) == "4155552671"


def test_an_utterance_that_is_taken_back_is_not_remembered(vault: Vault) -> None:
    vault.hold("about my card", EN, None)
    vault.take_back()
    assert vault.hold("it was 2 days and 3 nights", EN, None)[0] == "it was 2 days and 3 nights"


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
    assert keypad.end(DIGITS) == Entered("7")
    assert keypad.end(DIGITS) is None


def test_a_date_is_read_from_the_words_and_kept_as_a_date(vault: Vault) -> None:
    text, (group,) = vault.hold("on the fourth of December", EN, Wanted("date"))
    assert text == "on the fourth of December"
    assert (group.length, group.shape) == (10, "fits")
    assert vault.release(group.token) == "2026-12-04"


def test_an_address_said_in_two_parts_is_put_together(vault: Vault) -> None:
    _, (first,) = vault.hold("john dot smith at", EN, Wanted("email"))
    assert first.shape == "begun"
    _, (whole,) = vault.hold("example dot com", EN, Wanted("email"))
    assert vault.release(whole.token) == "john.smith@example.com"


def test_of_a_secret_only_the_mask_ever_leaves_the_vault(vault: Vault) -> None:
    pin = Wanted("digits", 4, 4, secret=True)
    text, (group,) = vault.hold("it is one two three four", EN, pin)
    assert text == "it is ••••"
    assert (group.length, group.shape) == (4, "fits")
    assert vault.release(group.token) == "••••"
    assert vault.release(vault.keys("4321", pin).token) == "••••"
    text, _ = vault.hold("my name is Ana", EN, Wanted("name", secret=True))
    assert text == "•• •••• •• •••"


def test_a_secret_that_the_caller_is_verified_by_is_kept_until_it_is_taken_once(vault: Vault) -> None:
    code = Wanted("digits", 4, 4, secret=True)
    _, (group,) = vault.hold("it is one two three four", EN, code)
    assert vault.release(group.token, "passcode") == "••••"
    vault.forget()  # the next thing is asked for
    assert vault.take(["passcode"]) == {"passcode": "1234"}
    assert vault.take(["passcode"]) is None


def test_two_secrets_are_taken_together_or_not_at_all(vault: Vault) -> None:
    code = Wanted("digits", 4, 4, secret=True)
    assert vault.release(vault.keys("4071", code).token, "passcode") == "••••"
    assert vault.release(vault.keys("1960", code).token, "year") == "••••"
    assert vault.take(["passcode", "year"]) == {"passcode": "4071", "year": "1960"}
    assert vault.release(vault.keys("4071", code).token, "passcode") == "••••"
    assert vault.take(["passcode", "year"]) is None
    assert vault.take([]) == {}


def test_a_secret_that_nobody_is_verified_by_is_not_kept(vault: Vault) -> None:
    assert vault.release(vault.keys("4321", Wanted("digits", 4, 4, secret=True)).token) == "••••"
    assert vault.take(["passcode"]) is None


def test_the_number_of_an_option_is_no_secret(vault: Vault) -> None:
    assert vault.hold("two", EN, None, choosing=True) == ("two", ())
    assert vault.hold("two", EN, None)[0] == "•"


FOUR = Expectation(Patience.DIGITS, Wanted("digits", 2, 4), frozenset(), alone=frozenset("0"))
AMOUNT = Expectation(Patience.OPEN, Wanted("amount"), frozenset(), alone=frozenset("0"), star=".")


def test_a_run_that_is_long_enough_needs_no_hash_key() -> None:
    keypad = Keypad()
    assert [keypad.press(key, at, FOUR) for at, key in enumerate("1200")] == [Nothing()] * 3 + [Entered("1200")]


def test_the_person_key_pressed_alone_still_reaches_a_person_where_keys_are_digits() -> None:
    keypad = Keypad()
    keypad.press("0", 0, FOUR)
    assert keypad.end(FOUR) == Command("0")
    keypad.press("0", 10_000, FOUR)
    assert keypad.press("#", 10_100, FOUR) == Command("0")
    keypad.press("1", 20_000, FOUR)
    keypad.press("0", 20_100, FOUR)
    assert keypad.end(FOUR) == Entered("10")


def test_the_star_is_the_point_of_an_amount() -> None:
    keypad = Keypad()
    for at, key in enumerate("25*50"):
        keypad.press(key, at, AMOUNT)
    assert keypad.end(AMOUNT) == Entered("25.50")
