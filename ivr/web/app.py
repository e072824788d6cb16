"""The web application: its routes over what `Deps` holds. The switchboard's life is the caller's."""

from aiohttp import web

from ivr.web import api, carrier, media
from ivr.web.keys import DEPS, Deps


def make_app(deps: Deps, drain_ms: float = 0.0) -> web.Application:
    """The application. The caller keeps `deps.switchboard.run()` open around it.

    drain_ms  how long calls in progress may take to finish when it shuts down.
    """
    app = web.Application(client_max_size=carrier.LARGEST_BODY_BYTES)
    app[DEPS] = deps

    async def drain(_: web.Application) -> None:
        if drain_ms:
            await deps.switchboard.drained(drain_ms)

    app.on_shutdown.append(drain)
    for part in (carrier, media, api):
        app.add_routes(part.routes)
    return app
