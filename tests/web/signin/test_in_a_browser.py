"""Signing in on a real server, in Chromium, by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.in_a_browser import NEEDS, PATIENCE_MS, Serving, Visitor, chromium, open_page, serving

pytestmark = NEEDS
CHOSEN = "violet harbour 19 kites"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("signin")) as server:
        server.command("users", "add", "ana", "--role", "agent", "--name", "Ana", "--password-stdin", typed=CHOSEN)
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("microphone")) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, server: Serving) -> Iterator[Visitor]:
    visitor = open_page(browser)
    visitor.page.goto(f"{server.url}/signin")
    visitor.page.get_by_role("heading", name="Sign in").wait_for(timeout=PATIENCE_MS)
    yield visitor
    visitor.page.context.close()


def _has_focus(visitor: Visitor, label: str) -> None:
    expect(visitor.page.get_by_label(label, exact=True)).to_be_focused()


def test_the_first_admin_comes_in_with_the_password_that_was_printed_and_chooses_another(
    visitor: Visitor, server: Serving
) -> None:
    printed = re.search(r"as admin with the one-time password (\S+)", server.said)
    assert printed is not None
    _has_focus(visitor, "Name")
    visitor.page.keyboard.type("admin")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type(printed[1])
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("heading", name="Choose your password").wait_for(timeout=PATIENCE_MS)
    assert visitor.faults() == []
    _has_focus(visitor, "New password")
    visitor.page.keyboard.type("adminadmin12")
    visitor.page.get_by_label("New password again", exact=True).fill("adminadmin12")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text("guessed first", timeout=PATIENCE_MS)
    visitor.page.get_by_label("New password", exact=True).fill("nine lanterns by the quay")
    visitor.page.get_by_label("New password again", exact=True).fill("nine lanterns by the bay")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text("not the same")
    visitor.page.get_by_label("New password again", exact=True).fill("nine lanterns by the quay")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/desk", timeout=PATIENCE_MS)
    (cookie,) = visitor.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert visitor.page.evaluate("document.cookie") == ""


def test_who_mistypes_is_told_by_voice_too_and_types_again_where_they_are(visitor: Visitor) -> None:
    visitor.page.get_by_label("Name", exact=True).fill("ana")
    visitor.page.get_by_label("Password", exact=True).fill("not it")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text("do not fit", timeout=PATIENCE_MS)
    _has_focus(visitor, "Password")
    assert visitor.faults() == []
    visitor.page.keyboard.type(CHOSEN)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/desk", timeout=PATIENCE_MS)


def test_who_guesses_is_asked_to_wait_and_told_how_long(visitor: Visitor) -> None:
    visitor.page.get_by_label("Name", exact=True).fill("somebody")
    for _ in range(6):
        visitor.page.get_by_label("Password", exact=True).fill("a guess")
        with visitor.page.expect_response("**/api/session"):
            visitor.page.keyboard.press("Enter")
        expect(visitor.page.get_by_role("button", name=re.compile("Sign in|Wait"))).not_to_have_attribute(
            "data-loading", "true"
        )
    expect(visitor.page.get_by_role("alert")).to_contain_text("Too many tries", timeout=PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_the_page_keeps_people_out(browser: Browser, server: Serving, scheme: str) -> None:
    visitor = open_page(browser, color_scheme=scheme)
    visitor.page.goto(f"{server.url}/signin")
    visitor.page.get_by_role("heading", name="Sign in").wait_for(timeout=PATIENCE_MS)
    assert visitor.faults() == []
    assert visitor.errors == []
    visitor.page.context.close()


def test_a_link_to_another_site_is_not_followed_after_signing_in(browser: Browser, server: Serving) -> None:
    visitor = open_page(browser)
    visitor.page.goto(f"{server.url}/signin?next=//elsewhere.example")
    visitor.page.get_by_label("Name", exact=True).fill("ana")
    visitor.page.get_by_label("Password", exact=True).fill(CHOSEN)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"{server.url}/desk", timeout=PATIENCE_MS)
    visitor.page.context.close()
