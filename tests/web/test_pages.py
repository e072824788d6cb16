"""How pages and assets are served."""

import re
from pathlib import Path

import aiohttp
import pytest

from tests.web.conftest import House


async def _get(house: House, path: str) -> tuple[int, str, dict[str, str]]:
    async with aiohttp.ClientSession() as http, http.get(f"{house.own}{path}") as response:
        return response.status, await response.text(), dict(response.headers)


async def test_the_page_comes_with_a_policy_that_lets_it_reach_only_us_and_the_phone_socket(house: House) -> None:
    status, _, headers = await _get(house, "/phone")
    assert status == 200
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://127.0.0.1:5999"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "microphone=(self)" in headers["Permissions-Policy"]


async def test_every_response_has_a_nonce_of_its_own_in_page_and_policy(house: House) -> None:
    nonces = []
    for _ in range(2):
        _, page, headers = await _get(house, "/phone")
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', page))
        assert f"'nonce-{nonce}'" in headers["Content-Security-Policy"]
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


async def test_a_page_that_was_not_built_says_what_to_run(house: House, built: Path) -> None:
    (built / "phone.html").unlink()
    status, page, headers = await _get(house, "/phone")
    assert status == 503
    assert "scripts/setup" in page
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_an_asset_is_kept_for_good_under_its_hashed_name(house: House) -> None:
    status, text, headers = await _get(house, "/assets/phone-1a2b.js")
    assert (status, text) == (200, "dial()")
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "notes.txt", "..%2Fphone.html", "%2e%2e%2fphone.js", ".hidden.js", "a%00.js"]
)
async def test_what_is_no_asset_is_not_found(house: House, built: Path, name: str) -> None:
    (built / "phone.js").write_text("outside of the assets", encoding="utf-8")
    (built / "assets" / ".hidden.js").write_text("", encoding="utf-8")
    status, text, _ = await _get(house, f"/assets/{name}")
    assert status == 404
    assert "outside" not in text


async def test_the_front_door_leads_to_the_phone(house: House) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{house.own}/", allow_redirects=False) as response:
        assert response.headers["Location"] == "/phone"
