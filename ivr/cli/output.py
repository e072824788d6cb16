"""How commands print: for people on a terminal, or one JSON object; and how errors end a command."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ivr.vocabulary.errors import ConfigError, IvrError
from ivr.vocabulary.language import LanguageTag, language_tag

T = TypeVar("T")

console = Console(emoji=False)  # `{hours:phone:week}` is no picture of a telephone
errors = Console(stderr=True, emoji=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def emit(facts: Any) -> None:
    """One JSON value on standard output."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def language_option(text: str) -> LanguageTag:
    """Read --language. Raises ConfigError."""
    try:
        return language_tag(text)
    except ValueError as error:
        raise ConfigError(str(error), where="--language", fix="Write for example --language en.") from error


def legible(text: str) -> str:
    """Text that came from outside, for a terminal: it is no markup, and what would not be seen is written out."""
    return escape("".join(each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text))


def table(*columns: str, rows: list[list[str]]) -> None:
    """A plain table. The first column is never shortened: it is what other commands are given."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(columns):
        shown.add_column(name, no_wrap=number == 0, overflow="ignore" if number == 0 else "fold")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


def show_faults(kind: str, found: Iterable[tuple[str, str, str]]) -> None:
    """Each fault or warning: what, where, and the fix."""
    colour = "bold red" if kind == "fault" else "yellow"
    for what, where, fix in found:
        console.print(f"[{colour}]{kind}[/] {what}", highlight=False)
        console.print(f"      where  {where}\n      fix    {fix}", highlight=False)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Our own errors end the command with their message and exit code 1, without a traceback."""
    try:
        yield
    except ConfigError as error:
        errors.print(f"[bold red]{error.where}[/]: {error.what}", highlight=False)
        errors.print(f"  {error.fix}", highlight=False)
        raise typer.Exit(1) from None
    except IvrError as error:
        errors.print(f"[bold red]{type(error).__name__}[/]: {error}", highlight=False)
        raise typer.Exit(1) from None


def run(
    main: Callable[[], Coroutine[Any, Any, T]], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> T:
    """Run a coroutine to its end, with our errors in plain words."""
    with plain_errors():
        try:
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                return runner.run(main())
        except BaseExceptionGroup as group:
            ours = group.subgroup(IvrError)
            if ours is None:
                raise
            raise _first(ours) from None


def _first(group: BaseExceptionGroup[IvrError]) -> IvrError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, IvrError)  # noqa: S101 - the subgroup holds nothing else
    return error
