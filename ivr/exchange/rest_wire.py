"""How the REST API writes: errors with the carrier's codes, and pages of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

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


def truth(fields: Fields, name: str) -> bool | None:
    """A field that is true or false; None if it was not given. Raises RestError."""
    value = one(fields, name).lower()
    if value not in ("", "true", "false"):
        raise RestError(400, 20001, f"{name} is true or false")
    return None if not value else value == "true"


def absolute_url(url: str) -> str:
    """An http or https address. Raises RestError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RestError(400, 21205, f"Url is not a valid URL: {url}")
    return url


def http_method(fields: Fields, name: str, default: str = "POST") -> str:
    """GET or POST. Raises RestError."""
    method = one(fields, name, default).upper()
    if method not in ("GET", "POST"):
        raise RestError(400, 20001, f"{name} is GET or POST")
    return method


def on_day(moment: datetime | None, fields: Fields, name: str) -> bool:
    """Whether a moment passes the filters `name`, `name<` and `name>`. Raises RestError for what is no date."""
    on, before, after = (one(fields, name + sign) for sign in ("", "<", ">"))
    if not (on or before or after):
        return True
    if moment is None:
        return False
    if on and moment.date() != _moment(on).date():  # a day, whatever time of day is given with it
        return False
    return (not before or moment <= _moment(before)) and (not after or moment >= _moment(after))


def _moment(text: str) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as bad:
        raise RestError(400, 20001, f"{text!r} is not a date") from bad


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
