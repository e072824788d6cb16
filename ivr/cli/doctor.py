"""`ivr check` and `ivr twilio check`: what is wrong, where, and what to do about it. `ivr db upgrade`."""

from dataclasses import asdict
from typing import Any

import typer

from ivr import settings as settings_room
from ivr.cli.output import AsJson, console, emit, run, show_faults
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.checks import CheckFault, check_all, check_carrier, check_warnings
from ivr.wiring.stores import open_stores


def add_to(app: typer.Typer) -> None:
    app.command()(check)
    carrier = typer.Typer(no_args_is_help=True, help="The connection to Twilio.")
    carrier.command("check")(check_twilio)
    app.add_typer(carrier, name="twilio")
    database = typer.Typer(no_args_is_help=True, help="The database.")
    database.command("upgrade")(upgrade)
    app.add_typer(database, name="db")


def check(as_json: AsJson = False) -> None:
    """Look at settings, models, flow, knowledge and database, and name each fault with its fix.

    A warning is worth a look, and no fault.
    """

    async def main() -> tuple[list[CheckFault], list[CheckFault]]:
        try:
            settings = settings_room.load()
        except ConfigError as error:
            return [CheckFault(error.what, error.where, error.fix)], []
        return await check_all(settings), await check_warnings(settings)

    _report(*run(main), as_json=as_json)


def check_twilio(as_json: AsJson = False) -> None:
    """Look at the credentials, the public address and the number's webhooks. Changes nothing."""

    async def main() -> list[CheckFault]:
        settings = settings_room.load()
        if not settings.has_carrier:
            raise ConfigError(
                "no Twilio account is set",
                where="IVR_TWILIO_ACCOUNT_SID",
                fix="Set it with IVR_TWILIO_AUTH_TOKEN and IVR_PUBLIC_URL; docs/twilio.md shows how.",
            )
        return await check_carrier(settings)

    _report(run(main), [], as_json=as_json)


def upgrade(as_json: AsJson = False) -> None:
    """Bring the database of the data folder to this version. `ivr serve` does so by itself."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        stores = await open_stores(settings.data)
        await stores.close()
        return {"ok": True, "data": str(settings.data)}

    facts = run(main)
    if as_json:
        emit(facts)
    else:
        console.print(f"[green]up to date[/]: {facts['data']}")


def _report(faults: list[CheckFault], warnings: list[CheckFault], *, as_json: bool) -> None:
    if as_json:
        emit({"ok": not faults, "faults": [asdict(f) for f in faults], "warnings": [asdict(w) for w in warnings]})
    else:
        for kind, listed in (("fault", faults), ("warning", warnings)):
            show_faults(kind, [(each.what, each.where, each.fix) for each in listed])
        if not faults:
            console.print("[green]all is well[/]")
    if faults:
        raise typer.Exit(1)
