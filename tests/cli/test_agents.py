"""`ivr agents`, as an operator runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ivr.cli import app

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def _agents(*arguments: str) -> Result:
    return RUNNER.invoke(app, ["agents", *arguments])


def _told(*arguments: str) -> Any:
    result = _agents(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _refused(*arguments: str) -> str:
    result = _agents(*arguments)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


def test_an_agent_is_added_listed_and_removed() -> None:
    told = _told(
        "add", "ana", "--name", "Ana  López", "--address", "+12125550123", "--queue", "service", "--language", "es",
        "--language", "EN", "--skill", "cards", "--capacity", "2", "--presence", "available",
    )  # fmt: skip
    assert told.pop("since")
    assert told == {
        "id": "ana", "name": "Ana López", "address": "+12125550123", "queues": ["service"], "languages": ["es", "en"],
        "skills": ["cards"], "capacity": 2, "user": None, "only": None, "presence": "available", "calls": [],
    }  # fmt: skip
    (listed,) = _told("list")
    assert listed["id"] == "ana"
    assert "Ana López" in _agents("list").stdout
    assert _told("remove", "ana")["id"] == "ana"
    assert _told("list") == []


def test_an_agent_gets_no_calls_before_they_are_said_to_be_there() -> None:
    assert _told("add", "ana", "--address", "client:ana")["presence"] == "offline"
    assert _told("presence", "ana", "available")["presence"] == "available"
    assert "ana (break)" in _agents("presence", "ana", "break").stdout


def test_who_signs_in_is_an_agent_with_the_telephone_of_their_desk() -> None:
    added = RUNNER.invoke(
        app, ["users", "add", "ana", "--role", "agent", "--language", "es", "--name", "Ana", "--json"]
    )
    user = json.loads(added.stdout)
    told = _told("add", "ana", "--user", "ANA")
    assert (told["name"], told["address"], told["languages"], told["user"]) == (
        "Ana", f"client:{user['id']}", ["es"], user["id"],
    )  # fmt: skip


def test_what_is_not_said_stays_when_an_agent_is_changed() -> None:
    _told("add", "ana", "--address", "client:ana", "--skill", "cards", "--language", "es", "--presence", "available")
    told = _told("change", "ana", "--skill", "loans", "--queue", "service")
    assert (told["skills"], told["queues"], told["languages"]) == (["loans"], ["service"], ["es"])
    assert told["presence"] == "available"
    assert _told("change", "ana", "--skill", "")["skills"] == []


def test_a_person_is_one_agent() -> None:
    RUNNER.invoke(app, ["users", "add", "ana", "--role", "agent"])
    _told("add", "ana", "--user", "ana")
    assert "ana is the agent ana already" in _refused("add", "other", "--user", "ana")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "ana"], "there is no way to ring them"),
        (["add", "ana", "--address", "12"], "'12' is no address"),
        (["add", "ana", "--address", "client:"], "'client:' is no address"),
        (["add", "ana", "--address", "client:a", "--queue", "servise"], "did you mean service"),
        (["add", "ana", "--address", "client:a", "--language", "Spanish!"], "is not a language tag"),
        (["add", "ana", "--address", "client:a", "--only", "me"], "'me' is no number"),
        (["add", "a b", "--address", "client:a"], "'a b' is no id"),
        (["add", "ana", "--user", "nobody"], "nobody signs in as 'nobody'"),
        (["change", "nobody", "--skill", "cards"], "there is no agent nobody"),
        (["presence", "nobody", "break"], "there is no agent nobody"),
        (["remove", "nobody"], "there is no agent nobody"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(arguments: list[str], says: str) -> None:
    assert says in " ".join(_refused(*arguments).split())


def test_an_id_belongs_to_one_agent() -> None:
    _told("add", "ana", "--address", "client:ana")
    assert "there is an agent ana already" in _refused("add", "ana", "--address", "client:other")
