"""`ivr users`: who may sign in."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, language_option, plain_errors, run, table
from ivr.ports.identity import Role, User
from ivr.wiring.staff import Given, Staff, open_staff

app = typer.Typer(no_args_is_help=True, help="Add people who may sign in, and manage them.")

NameArgument = Annotated[str, typer.Argument(help="The name they sign in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read a password that they chose; else a one-time one is printed.")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What they will sign in with, such as ana.lopez.")],
    role: Annotated[Role, typer.Option(help="What they may do; each may do all that the ones before it may.")],
    language: Annotated[
        list[str] | None, typer.Option(help="A language they speak with callers; may be given more than once.")
    ] = None,
    shown: Annotated[str, typer.Option("--name", help='How others see them, such as "Ana López".')] = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Add a person, and print the one-time password to hand to them."""
    with plain_errors():
        languages = tuple(dict.fromkeys(language_option(each) for each in language or ()))
        password = _typed() if password_stdin else None
    given = _with_staff(lambda staff: staff.add(name, role, shown=shown, languages=languages, password=password))
    _tell("added", given, as_json)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Everybody who may sign in, and who may no more."""
    people = _with_staff(lambda staff: staff.people())
    if as_json:
        emit([_facts(each) for each in people])
        return
    shown = [[each.name, each.shown, each.role.value, " ".join(each.languages), _state(each)] for each in people]
    table("name", "shown as", "role", "languages", "state", rows=shown)


@app.command()
def disable(name: NameArgument, as_json: AsJson = False) -> None:
    """Sign a person out everywhere, at once, and let them in no more."""
    _tell("disabled", Given(_with_staff(lambda staff: staff.disable(name)), None), as_json)


@app.command()
def enable(name: NameArgument, as_json: AsJson = False) -> None:
    """Let a person in again, with the password they had."""
    _tell("enabled", Given(_with_staff(lambda staff: staff.enable(name)), None), as_json)


@app.command()
def password(name: NameArgument, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Give a person another password, and sign them out everywhere."""
    with plain_errors():
        typed = _typed() if password_stdin else None
    _tell("given another password", _with_staff(lambda staff: staff.password(name, typed)), as_json)


def _typed() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _with_staff(work: Callable[[Staff], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with open_staff(settings_room.load().data) as staff:
            return await work(staff)

    return run(main)


def _tell(done: str, given: Given, as_json: bool) -> None:
    if as_json:
        emit(_facts(given.user) | {"one_time_password": given.one_time})
        return
    console.print(f"[green]{done}[/] {given.user.name} ({given.user.role})", highlight=False)
    if given.one_time is not None:
        console.print(f"one-time password  [bold]{given.one_time}[/]", highlight=False)
        console.print("It is shown this once. They choose their own when they first sign in.")


def _facts(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "shown": user.shown,
        "role": user.role.value,
        "languages": list(user.languages),
        "disabled": user.disabled,
        "must_change_password": user.must_change,
    }


def _state(user: User) -> str:
    return "disabled" if user.disabled else "must choose a password" if user.must_change else "active"
