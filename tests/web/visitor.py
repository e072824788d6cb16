"""Somebody with a browser, as a test asks what a page would ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from ivr.ports.identity import Role, User
from ivr.vocabulary.ids import UserId
from ivr.vocabulary.language import LanguageTag
from ivr.web.signin.sessions import CSRF_HEADER, LOCAL_COOKIE
from tests.web.conftest import House

PASSWORD = "violet harbour 19 kites"
OTHER_PASSWORD = "seven lanterns by the quay"


@dataclass
class Visitor:
    """A browser on one of this server's pages. Cookies are kept here, and sent as a browser on this machine would."""

    http: aiohttp.ClientSession
    own: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    async def ask(self, method: str, path: str, json: Any = None, **headers: str | None) -> tuple[int, Any]:
        """The status, and the JSON or text. A header given as None is left out."""
        sent: dict[str, str | None] = {"Origin": self.own, "Sec-Fetch-Site": "same-origin", CSRF_HEADER: self.csrf}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in sent.items() if value is not None}
        async with self.http.request(
            method, self.own + path, json=json, headers=kept, allow_redirects=False
        ) as response:
            for name, morsel in response.cookies.items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
            told = await (response.json() if response.content_type == "application/json" else response.text())
            if isinstance(told, dict) and "csrf" in told:
                self.csrf = told["csrf"]
            return response.status, told

    async def signs_in(self, name: str, password: str = PASSWORD) -> int:
        status, _ = await self.ask("POST", "/api/session", {"name": name, "password": password})
        return status

    async def is_in(self) -> bool:
        _, who = await self.ask("GET", "/api/session")
        return who["person"] is not None

    @property
    def token(self) -> str:
        return self.cookies.get(LOCAL_COOKIE, "")


@asynccontextmanager
async def visitor(house: House) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Visitor(http, house.own)


async def there_is(house: House, name: str, role: Role = Role.AGENT, *, one_time: bool = False) -> User:
    """Add a person whose password is `PASSWORD`."""
    user = User(UserId(f"u-{name}"), name, name.title(), role, (LanguageTag("en"),), False, one_time)
    hashed = await house.passwords.make(PASSWORD)
    assert await house.identity.add(user, hashed, house.people_clock.wall_ms())
    return user
