"""`ivr customers`: what a list of customers holds to verify callers by."""

import sys

import typer

from ivr.adapters.customers.proof import canonical, hashed
from ivr.cli.output import AsJson, emit, errors, plain_errors
from ivr.vocabulary.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="The customer records.")


@app.callback()
def customers() -> None:
    """The customer records."""


@app.command("hash")
def hash_secret(as_json: AsJson = False) -> None:
    """Ask for a secret, such as a passcode, or read a line of it; print the hash that the file may hold instead."""
    with plain_errors():
        secret = _typed()
        if not canonical(secret):
            raise ConfigError("there is no secret", where="ivr customers hash", fix="Type one, or pipe a line into it.")
    made = hashed(secret)
    if as_json:
        emit({"hash": made})
    else:
        typer.echo(made)  # whole, on a line of its own: it is copied from here
    if sys.stdin.isatty():
        errors.print('It holds commas: in a text editor, put it in quotes, "$argon2…".', highlight=False)


def _typed() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("secret", hide_input=True, confirmation_prompt="again", err=True))
    return sys.stdin.readline().rstrip("\r\n")
