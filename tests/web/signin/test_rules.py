"""Which names and passwords are taken, and what is said of the others."""

import pytest

from ivr.web.signin import rules


@pytest.mark.parametrize("name", ["ana", "a", "ana.lopez", "ana_lopez-2", "ana+desk@example.com", "a" * 64, "7of9"])
def test_a_plain_name_is_taken(name: str) -> None:
    assert rules.name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    ["", ".ana", "ana.", "ana lopez", "a" * 65, "Ana", "ána", "ana\n", "ana\x00", "../admin", "<b>", "аna", "-ana"],
)
def test_another_name_is_refused_in_a_sentence(name: str) -> None:
    fault = rules.name_fault(name)
    assert fault is not None
    assert fault.endswith(".")


@pytest.mark.parametrize("typed", ["Ana.Lopez", " ana.lopez ", "ANA.LOPEZ", "ana.lopez\u3000", "ａna.lopez"])
def test_a_name_is_the_same_however_it_is_typed(typed: str) -> None:
    assert rules.plain_name(typed) == "ana.lopez"


@pytest.mark.parametrize(
    "password",
    [
        "harbour lamp tin fox",
        "Zebras-jump-42-times",
        "ñandú corre por la pampa",
        "ключ от старого дома",
        "長い合言葉を選びました今日は",
        "v9#kQ!t7Lm2x",
        "a" + "correct horse tin staple"[1:],
    ],
)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    assert rules.password_fault(rules.plain_password(password), "ana.lopez", "Ana López") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 12"),
        ("short", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * 257, "at most 256"),
        ("password1234", "Too many people"),
        ("Passw0rd2026!", "Too many people"),
        ("P@$$w0rd!!!!!", "Too many people"),
        ("welcome-2026!", "Too many people"),
        ("contraseña123", "Too many people"),
        ("Correct Horse Battery Staple", "Too many people"),
        ("aaaaaaaaaaaa", "repeats itself"),
        ("ababababababab", "repeats itself"),
        ("xylox7xylox7xylox7", "repeats itself"),
        ("123456789012", "keyboard"),
        ("abcdefghijklm", "keyboard"),
        ("qwertyuiop[]12", "Too many people"),
        ("zxcvbnm,./zxcv", "keyboard"),
        ("ana.lopez.ana.lopez.1", "your name"),
        ("AnaLopez2026", "your name"),
        ("Ana López 12", "your name"),
        ("line\nbreak in here", "letters, digits"),
        ("null\x00 in the middle", "letters, digits"),
        ("lone \ud800 surrogate", "letters, digits"),
    ],
)
def test_a_password_that_is_guessed_early_is_refused_with_the_reason(password: str, why: str) -> None:
    fault = rules.password_fault(rules.plain_password(password), "ana.lopez", "Ana López")
    assert fault is not None
    assert why in fault
    assert password not in fault or not password


def test_a_password_is_the_same_from_keyboards_that_compose_differently() -> None:
    assert rules.plain_password("nandu\u0303") == rules.plain_password("nand\u0169")


def test_a_one_time_password_is_long_random_and_passes_its_own_rules() -> None:
    made = {rules.one_time_password() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        assert rules.password_fault(each, "ana", "Ana") is None
        assert len(each) == 24
