"""What every route of the desk that does something shares."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from ivr.vocabulary.errors import BackendError, SequenceConflict
from ivr.web.answers import Told, refuse
from ivr.web.desk.tools import DeskTools
from ivr.web.keys import DEPS, Deps

_record = structlog.get_logger("desk")


class Nothing(Told):
    """Nothing more need be said."""


def parts(request: web.Request) -> tuple[Deps, DeskTools]:
    deps = request.app[DEPS]
    assert deps.desk is not None, "these routes are there only with a desk"  # noqa: S101
    return deps, deps.desk


async def guarded(act: Callable[[], Awaitable[web.Response]]) -> web.Response:
    """Do it; when the store fails us, say so."""
    try:
        return await act()
    except (BackendError, SequenceConflict) as error:
        _record.error("the desk could not be served", error=type(error).__name__, detail=str(error))
        return refuse(503, "unavailable", "This could not be written down. Try again in a moment.", 2)


def gone() -> web.Response:
    return refuse(409, "gone", "This call is not where it was any more. The desk shows how it stands now.")
