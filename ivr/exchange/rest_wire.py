"""How the REST API writes: errors with the carrier's codes, and pages of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web

MAX_PAGE = 1_000
Fields = Mapping[str, Sequence[str]]


class RestError(Exception):
    """A refusal: HTTP status and the carrier's error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        """The error as it goes on the wire."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json", charset="utf-8")


def not_found(request: web.Request) -> RestError:
    """The resource does not exist."""
    return RestError(404, 20404, f"The requested resource {request.path} was not found")


def one(fields: Fields, name: str, default: str = "") -> str:
    """The last value given for a field."""
    values = fields.get(name)
    return values[-1] if values else default


def page_of(request: web.Request, fields: Fields, key: str, entries: Sequence[Mapping[str, Any]]) -> web.Response:
    """One page of a list, with the addresses of its neighbours. Raises RestError for a page that is no number."""
    try:
        number, size = int(one(fields, "Page", "0")), int(one(fields, "PageSize", "50"))
    except ValueError as bad:
        raise RestError(400, 20001, "Page and PageSize are whole numbers") from bad
    if number < 0 or size < 1:
        raise RestError(400, 20001, "Page starts at 0, PageSize at 1")
    size = min(size, MAX_PAGE)
    first = number * size
    shown = entries[first : first + size]

    def address(page: int) -> str:
        query = [(name, value) for name, values in fields.items() for value in values]
        query = [(name, value) for name, value in query if name not in ("Page", "PageSize", "PageToken")]
        return f"{request.path}?{urlencode([*query, ('PageSize', size), ('Page', page)])}"

    return answer(
        {
            key: shown,
            "page": number,
            "page_size": size,
            "start": first,
            "end": max(first, first + len(shown) - 1),
            "uri": address(number),
            "first_page_uri": address(0),
            "previous_page_uri": address(number - 1) if number else None,
            "next_page_uri": address(number + 1) if first + size < len(entries) else None,
        }
    )
