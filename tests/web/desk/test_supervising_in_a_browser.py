"""A supervisor at the desk, in Chromium on a real server: by keyboard alone, from reading along to taking over."""

# ruff: noqa: F811  the fixtures are those of the other file

import re

from playwright.sync_api import Browser, expect

from tests.web.desk.test_in_a_browser import (  # noqa: F401
    _at_the_desk,
    _calls,
    _chooses,
    _is_in_order,
    _stage,
    browser,
    server,
)
from tests.web.in_a_browser import NEEDS, PATIENCE_MS, Serving, Visitor

pytestmark = NEEDS


def test_a_supervisor_reads_along_listens_whispers_joins_stops_and_takes_over(
    browser: Browser, server: Serving
) -> None:
    ana, sue = _at_the_desk(browser, server, "ana"), _at_the_desk(browser, server, "sue")
    _chooses(ana, "Available")
    ana.sees("Phone ready")
    caller = _calls(browser, server, "+12025550149")
    sue.page.get_by_role("button", name=re.compile("Read along +Assistant")).click()
    sue.reads("Hello from Test Bank")
    _is_in_order(sue, "reading")
    _is_connected(caller, ana)
    _presses(sue, "Listen to Ana López")
    supervising = sue.page.get_by_role("region", name="Supervising")
    heard = supervising.get_by_role("status")
    expect(heard).to_contain_text("Ana López does not hear you either", timeout=PATIENCE_MS)
    expect(heard).to_contain_text("The caller does not hear you")
    _is_in_order(sue, "listening")
    for part, told in (
        ("Whisper to Ana López", "The caller does not hear youAna López hears you."),
        ("Join", "The caller hears youAna López hears you too."),
        ("Listening", "The caller does not hear youAna López does not hear you either."),
        ("Join", "The caller hears youAna López hears you too."),
    ):
        _presses(sue, part)
        expect(heard).to_have_text(told, timeout=PATIENCE_MS)
        expect(supervising.get_by_role("button", name=part)).to_have_attribute("aria-pressed", "true")
    _is_in_order(sue, "joined")
    ana.reads("Sue Lindqvist speaks to the agent alone")
    ana.reads("Sue Lindqvist has joined")
    expect(ana.page.get_by_role("log")).not_to_contain_text("listens")
    _presses(sue, "Stop")
    expect(sue.page.get_by_role("button", name="Listen to Ana López")).to_be_visible(timeout=PATIENCE_MS)
    _stage(ana, "Talking")
    _takes_over(sue, ana)
    caller.page.get_by_role("button", name="Hang up").click()
    _stage(sue, "Wrap-up")
    assert sue.errors == []
    _all_leave(caller, ana, sue)


def _takes_over(sue: Visitor, ana: Visitor) -> None:
    """From listening once more to having the caller: the agent writes it down, the supervisor may hold."""
    _presses(sue, "Listen to Ana López")
    sue.sees("Ana López does not hear you either")
    _presses(sue, "Take over")
    _stage(sue, "Talking")
    _stage(ana, "Wrap-up")
    ana.sees("A supervisor has taken this call over.")
    _is_in_order(sue, "taken-over")
    sue.page.keyboard.press("F2")
    _stage(sue, "On hold")
    sue.page.keyboard.press("F2")
    _stage(sue, "Talking")


def _is_connected(caller: Visitor, agent: Visitor) -> None:
    caller.page.keyboard.press("0")
    _stage(agent, "Ringing")
    agent.page.keyboard.press("F8")
    _stage(agent, "Talking")


def _presses(person: Visitor, name: str) -> None:
    """By keyboard alone."""
    button = person.page.get_by_role("button", name=name, exact=True)
    button.focus(timeout=PATIENCE_MS)
    person.page.keyboard.press("Enter")


def _all_leave(caller: Visitor, *people: Visitor) -> None:
    hang_up = caller.page.get_by_role("button", name="Hang up")
    if hang_up.count():
        hang_up.click()
    for person in people:
        _chooses(person, "Offline")
        person.page.context.close()
    caller.page.context.close()
