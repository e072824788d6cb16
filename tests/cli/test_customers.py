"""`ivr customers`, as an operator runs it."""

import json

from typer.testing import CliRunner, Result

from ivr.adapters.customers.proof import proves
from ivr.cli import app

RUNNER = CliRunner()


def _hash(*arguments: str, typed: str) -> Result:
    return RUNNER.invoke(app, ["customers", "hash", *arguments], input=typed)


def test_a_secret_is_read_from_standard_input_and_only_its_hash_is_printed() -> None:
    result = _hash(typed="40-71\n")
    assert result.exit_code == 0
    (line,) = result.output.splitlines()
    assert "4071" not in line.removeprefix("$argon2id$v=19$")
    assert proves({"passcode": line}, {"passcode": "4071"})


def test_a_program_is_told_the_same() -> None:
    told = json.loads(_hash("--json", typed="Blue Harbour").stdout)
    assert proves({"word": told["hash"]}, {"word": "blue harbour"})


def test_no_secret_is_refused_in_a_sentence() -> None:
    for typed in ("", "\n", "  \n"):
        result = _hash(typed=typed)
        assert result.exit_code == 1
        assert "there is no secret" in result.stderr
        assert result.stdout == ""
