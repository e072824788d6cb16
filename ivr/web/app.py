"""The web application: its routes over what `Deps` holds. The switchboard's life is the caller's."""

from aiohttp import web

from ivr.web import api, callbacks, carrier, copy, legs, media, pages, phone_api
from ivr.web.desk import api as desk_api
from ivr.web.guard import guard
from ivr.web.keys import DEPS, Deps
from ivr.web.signin import api as signin_api


def make_app(deps: Deps) -> web.Application:
    """The application. The caller keeps `deps.switchboard.run()` open around it, and drains it before the end."""
    app = web.Application(client_max_size=carrier.LARGEST_BODY_BYTES, middlewares=[guard])
    app[DEPS] = deps

    async def let_pages_go(_: web.Application) -> None:
        if deps.phone is not None:
            deps.phone.captions.close()
        if deps.desk is not None:
            deps.desk.hub.close()

    app.on_shutdown.append(let_pages_go)
    for part in (carrier, legs, callbacks, media, copy, api):
        app.add_routes(part.routes)
    app.add_routes([carrier.EVERYTHING_ELSE])
    if deps.phone is not None:
        app.add_routes(phone_api.routes_of(deps.phone))
        app.add_routes(pages.routes_of(deps.phone, with_people=deps.people is not None))
    if deps.people is not None:
        app.add_routes(signin_api.routes())
        if deps.desk is not None:
            app.add_routes(desk_api.routes())
    return app
