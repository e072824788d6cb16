"""The JSON API as an OpenAPI 3.1 document, made from the routes: their doors, docstrings, and models.

Source  https://spec.openapis.org/oas/v3.1.0
"""

import inspect
import re
from collections.abc import Iterable
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ivr import __version__
from ivr.web.answers import Refusal
from ivr.web.doors import Declared, Kind, declared
from ivr.web.signin.sessions import CSRF_HEADER, LOCAL_COOKIE, SECURE_COOKIE

_REF: Final = "#/components/schemas/{model}"
_SCHEMES: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": SECURE_COOKIE},
    "local_session": {"type": "apiKey", "in": "cookie", "name": LOCAL_COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
    "command_line": {"type": "http", "scheme": "bearer"},
}
_SOCKET: Final = "live"
"The last part of a path at which a WebSocket is opened."


def document(app: web.Application) -> dict[str, Any]:
    """The document of every route under `/api/`."""
    routes = [
        (route.method, route.resource.canonical, route.handler, found)
        for route in app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith("/api/")
        and route.method != "HEAD"
        and (found := declared(route.handler)) is not None
    ]
    models = {model for *_, found in routes for model in (found.takes, found.gives) if model is not None}
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler, found in routes:
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, handler, found)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Voice contact center", "version": __version__},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas([*models, Refusal]), "securitySchemes": _SCHEMES},
    }


def schemas(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """JSON schemas by name, of these models and of all that they hold."""
    ordered = sorted(set(models), key=lambda model: model.__name__)
    _, found = models_json_schema([(model, "serialization") for model in ordered], ref_template=_REF)
    return dict(sorted(found["$defs"].items()))


def _operation(method: str, path: str, handler: Any, found: Declared) -> dict[str, Any]:
    told = inspect.cleandoc(handler.__doc__ or path.rpartition("/")[2])
    operation: dict[str, Any] = {
        "summary": told.partition("\n")[0],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", path)
        ],
        "responses": {"default": {"description": "why not", "content": _json(Refusal)}},
        "security": _security(method, found.door.kind),
    }
    if found.door.kind is Kind.PERSON:
        operation["description"] = f"For whoever is {found.door.role} or more."
    if found.takes is not None:
        operation["requestBody"] = {"required": True, "content": _json(found.takes)}
    if found.gives is not None and path.endswith(f"/{_SOCKET}"):
        operation["responses"]["101"] = {"description": f"a WebSocket; each message is a {found.gives.__name__}"}
    elif found.gives is not None:
        operation["responses"]["200"] = {"description": "done", "content": _json(found.gives)}
    else:
        operation["responses"]["2XX"] = {"description": "done"}
    return operation


def _security(method: str, kind: Kind) -> list[dict[str, list[str]]]:
    if kind is Kind.COMMAND_LINE:
        return [{"command_line": []}]
    if kind is Kind.PERSON:
        csrf: dict[str, list[str]] = {} if method == "GET" else {"csrf": []}
        return [{"session": [], **csrf}, {"local_session": [], **csrf}]
    return []


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}
