"""`ivr serve`, and the processes it starts."""

from typing import Annotated

import typer
import uvloop
from rich.panel import Panel

from ivr import settings as settings_room
from ivr.cli.output import console, plain_errors
from ivr.settings import Settings
from ivr.wiring.logs import set_up_logs
from ivr.wiring.node import run_node
from ivr.wiring.staff import Given, open_staff
from ivr.wiring.supervisor import ServerFacts, supervise


def add_to(app: typer.Typer) -> None:
    app.command()(serve)
    app.command(hidden=True)(node)


def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 picks a free one.")] = None,
) -> None:
    """Run the server; with the local telephone exchange unless a carrier is configured."""
    with plain_errors():
        settings = settings_room.load()
        if port is not None:
            settings = settings.model_copy(update={"port": port})
        set_up_logs(settings)

        async def announce(facts: ServerFacts) -> None:
            async with open_staff(settings.data) as staff:
                _announce(settings, facts, await staff.first_admin())

        try:
            uvloop.run(supervise(settings, announce))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


def node(
    fd: Annotated[int, typer.Option(help="Inherited listening socket.")],
    port: Annotated[int, typer.Option(help="Its port.")],
    exchange_port: Annotated[int, typer.Option(help="The local exchange's port; 0 when there is none.")] = 0,
) -> None:
    """The web process. Started by `ivr serve`, not by people."""
    with plain_errors():
        settings = settings_room.load().model_copy(update={"port": port, "exchange_port": exchange_port})
        set_up_logs(settings)
        uvloop.run(run_node(settings, fd))


def _announce(settings: Settings, facts: ServerFacts, first: Given | None) -> None:
    web = f"http://{settings.host}:{facts.port}"
    lines = [f"Server      {web}", f"Health      {web}/readyz   {web}/metrics"]
    if facts.exchange_port is not None:
        lines += [
            f"Exchange    http://127.0.0.1:{facts.exchange_port}   (local: no carrier is configured)",
            f"Number      {facts.number}",
            "",
            f"Phone       http://127.0.0.1:{facts.port}/phone   (in a browser on this machine)",
            'Call it     ivr call --say "How do I change my PIN?"',
        ]
    else:
        lines.append(f"Carrier     Twilio, webhooks at {settings.public_url}/twilio/voice")
    desk = settings.public_url.rstrip("/") or f"http://127.0.0.1:{facts.port}"
    lines += ["", f"Sign in     {desk}/signin"]
    if first is not None:
        lines += [
            f"            as {first.user.name} with the one-time password [bold]{first.one_time}[/]",
            "            shown this once; `ivr users password admin` makes another",
        ]
    console.print(Panel("\n".join(lines), title="Taking calls", expand=False, border_style="green"), highlight=False)
