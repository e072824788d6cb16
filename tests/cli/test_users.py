"""`ivr users`, as an operator runs it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ivr.adapters.argon2 import passwords as argon2_passwords
from ivr.adapters.argon2.passwords import Cost
from ivr.cli import app

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    cheap = Cost(memory_kib=64, passes=1)
    monkeypatch.setattr(argon2_passwords, "Cost", lambda: cheap)
    return tmp_path


def _users(*arguments: str, typed: str | None = None) -> Result:
    return RUNNER.invoke(app, ["users", *arguments], input=typed)


def _told(*arguments: str, typed: str | None = None) -> Any:
    result = _users(*arguments, "--json", typed=typed)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_person_is_added_with_a_one_time_password_that_is_kept_nowhere(data: Path) -> None:
    told = _told("add", "Ana.Lopez", "--role", "agent", "--language", "es", "--language", "en", "--name", "Ana López")
    assert told["name"] == "ana.lopez"
    assert (told["shown"], told["role"], told["languages"]) == ("Ana López", "agent", ["es", "en"])
    assert told["must_change_password"]
    password = told["one_time_password"]
    for path in data.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()
    (hashed,) = sqlite3.connect(data / "calls.sqlite").execute("SELECT hashed FROM users").fetchone()
    assert hashed.startswith("$argon2id$")


def test_the_password_is_shown_to_people_once() -> None:
    said = _users("add", "ana", "--role", "agent").stdout
    assert "one-time password" in said
    assert "one-time password" not in _users("list").stdout


def test_a_password_they_chose_is_read_from_standard_input_and_need_not_be_changed() -> None:
    told = _told("add", "ana", "--role", "agent", "--password-stdin", typed="harbour lamp tin fox\n")
    assert told["one_time_password"] is None
    assert not told["must_change_password"]


@pytest.mark.parametrize(
    ("arguments", "typed", "why"),
    [
        (("add", "ana", "--role", "agent", "--password-stdin"), "short\n", "at least 12"),
        (("add", "ana", "--role", "agent", "--password-stdin"), "", "at least 12"),
        (("add", "two words", "--role", "agent"), None, "small letters"),
        (("add", "", "--role", "agent"), None, "small letters"),
        (("add", "ana", "--role", "agent", "--language", "spanish please"), None, "not a language tag"),
        (("add", "ana", "--role", "agent", "--name", "x" * 81), None, "Shorten it"),
        (("add", "ana", "--role", "agent", "--name", "bell \x07"), None, "unprintable"),
        (("disable", "nobody"), None, "there is nobody"),
        (("enable", "nobody"), None, "there is nobody"),
        (("password", "nobody"), None, "there is nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_adds_nobody(
    arguments: tuple[str, ...], typed: str | None, why: str
) -> None:
    result = _users(*arguments, typed=typed)
    assert result.exit_code == 1
    assert why in result.stderr
    assert "Traceback" not in result.output
    assert _told("list") == []


def test_a_role_there_is_not_is_refused() -> None:
    assert _users("add", "ana", "--role", "boss").exit_code == 2


def test_a_name_is_given_once() -> None:
    _told("add", "ana", "--role", "agent")
    result = _users("add", " ANA", "--role", "admin")
    assert result.exit_code == 1
    assert "already" in result.stderr
    assert [each["role"] for each in _told("list")] == ["agent"]


def test_a_person_is_disabled_enabled_and_listed() -> None:
    _told("add", "ana", "--role", "agent")
    assert _told("disable", "ana")["disabled"]
    assert "disabled" in _users("list").stdout
    assert not _told("enable", "ana")["disabled"]


def test_the_last_admin_is_not_shut_out() -> None:
    _told("add", "ann", "--role", "admin")
    result = _users("disable", "ann")
    assert result.exit_code == 1
    assert "last admin" in result.stderr
    _told("add", "bob", "--role", "admin")
    assert _told("disable", "ann")["disabled"]
    assert _users("disable", "bob").exit_code == 1


def test_a_new_password_is_another_one_time_password() -> None:
    first = _told("add", "ana", "--role", "agent")["one_time_password"]
    again = _told("password", "ana")
    assert again["must_change_password"]
    assert again["one_time_password"] not in (first, None)
