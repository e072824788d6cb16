"""The phone page in a real browser, on a real server with the local exchange; callers and assistant speak in tones."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from ivr.adapters.scripted.codec import encode
from tests.web.in_a_browser import NEEDS, PATIENCE_MS, Visitor, chromium, open_page, serving

QUESTION = "when are your branches open?"
QUIET_FIRST_S = 6
"The microphone is silent while the greeting is spoken."

pytestmark = NEEDS


@pytest.fixture(scope="module")
def phone_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`ivr serve`, with scripted engines and words that are soon spoken."""
    with serving(tmp_path_factory.mktemp("page")) as server:
        yield f"{server.url}/phone"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a microphone that asks one question."""
    speech = bytes(16_000 * QUIET_FIRST_S) + encode(QUESTION) + bytes(16_000 * 60)
    with chromium(tmp_path_factory.mktemp("microphone"), speech) as browser:
        yield browser


def _visit(browser: Browser, url: str, **options: Any) -> Visitor:
    visitor = open_page(browser, **options)
    visitor.page.context.add_init_script("localStorage.setItem('phone-filtered', 'false')")  # tones are noise to it
    visitor.page.goto(url)
    return visitor


@pytest.fixture
def visitor(browser: Browser, phone_url: str) -> Iterator[Visitor]:
    """A caller without a microphone: the browser refuses it."""
    visitor = _visit(browser, phone_url)
    yield visitor
    visitor.page.context.close()


@pytest.fixture
def speaker(browser: Browser, phone_url: str) -> Iterator[Visitor]:
    """A caller with a microphone."""
    visitor = _visit(browser, phone_url, permissions=["microphone"])
    visitor.page.wait_for_function("async () => (await fetch('/readyz')).ok")
    yield visitor
    visitor.page.context.close()


def test_a_caller_speaks_and_reads_both_sides(speaker: Visitor) -> None:
    speaker.sees("Ready when you are")
    speaker.page.get_by_role("button", name="Call", exact=True).click()
    speaker.sees("Connected")
    speaker.reads("Hello from Test Bank, an automated assistant.")
    moving = "label => document.querySelector(`[aria-label='${label}']`).ariaValueNow > 20"
    speaker.page.wait_for_function(moving, arg="Level of the assistant", timeout=PATIENCE_MS)
    speaker.reads("How can I help?")
    speaker.page.wait_for_function(moving, arg="Level of your voice", timeout=PATIENCE_MS)
    speaker.reads(QUESTION)
    speaker.reads("Our branches are open from nine to five")
    speaker.sees(re.compile(r"Last reply after \d+\.\d\d s"))
    assert speaker.faults() == []
    speaker.page.get_by_role("button", name="Hang up").click()
    speaker.sees("You hung up")
    speaker.page.get_by_role("button", name="Call again").wait_for()
    assert speaker.errors == []


def test_the_whole_call_goes_by_keyboard_and_without_a_microphone(visitor: Visitor) -> None:
    visitor.sees("Ready when you are")
    visitor.sees("+1 202 555 0100")  # until the page knows whom to call, Enter calls nobody
    visitor.page.keyboard.press("Enter")
    visitor.sees("Connected")
    visitor.sees("The microphone is blocked")
    visitor.reads("Hello from Test Bank")
    visitor.page.keyboard.press("0")
    visitor.reads("Shall we call 2 0 2, 5 5 5, 0 1 4 3?")
    visitor.page.keyboard.press("1")
    visitor.reads("We will call you.")
    visitor.reads("A call back was agreed")
    visitor.focus("Hang up")
    assert visitor.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    visitor.page.keyboard.press("Enter")
    visitor.sees("You hung up")
    assert visitor.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_the_page_keeps_people_out(browser: Browser, phone_url: str, scheme: str) -> None:
    visitor = _visit(browser, phone_url, color_scheme=scheme)
    visitor.sees("Demo line")
    assert visitor.faults() == []
    visitor.page.get_by_role("button", name="Settings").click()
    visitor.sees("Filter echo and noise")
    assert visitor.faults() == []
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("button", name="Call", exact=True).click()
    visitor.reads("Hello from Test Bank")
    visitor.page.get_by_role("group", name="Keypad").get_by_role("button", name="0").click()
    visitor.reads("A person was asked for")
    assert visitor.faults() == []
    visitor.page.context.close()


def test_the_page_fits_a_telephone_in_the_hand(browser: Browser, phone_url: str) -> None:
    visitor = _visit(browser, phone_url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    visitor.sees("Ready when you are")
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button = visitor.page.get_by_role("button", name="Call", exact=True).bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 740, "the call button is in reach without scrolling"
    visitor.page.context.close()


SPOIL_ONE_TICKET = """() => {
  const real = window.fetch;
  window.fetch = async (asked, ...more) => {
    const response = await real(asked, ...more);
    if (asked !== '/api/phone/ticket') return response;
    window.fetch = real;
    return Response.json({ ...(await response.json()), ticket: 'used before' });
  };
}"""


def test_an_exchange_that_does_not_let_the_call_in_is_told(visitor: Visitor) -> None:
    visitor.sees("Ready when you are")
    visitor.page.evaluate(SPOIL_ONE_TICKET)
    visitor.page.get_by_role("button", name="Call", exact=True).click()
    visitor.sees("The telephone exchange cannot be reached")
    visitor.page.get_by_role("button", name="Call again").click()
    visitor.sees("Connected")


def test_a_server_that_does_not_answer_is_told_and_tried_again(visitor: Visitor) -> None:
    visitor.page.route("**/api/phone", lambda route: route.abort())
    visitor.page.reload()
    visitor.sees("The server does not answer")
    visitor.page.unroute("**/api/phone")
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.sees("Ready when you are")


@pytest.mark.parametrize(
    ("line", "told"),
    [("carrier", "Test Bank has a real telephone number"), ("elsewhere", "Open this page on the server’s own machine")],
)
def test_a_page_that_cannot_call_says_what_to_do(visitor: Visitor, line: str, told: str) -> None:
    facts = {"business": "Test Bank", "number": "+12025550100", "line": line}
    visitor.page.route("**/api/phone", lambda route: route.fulfill(json=facts))
    visitor.page.reload()
    visitor.sees(told)
    expect(visitor.page.get_by_role("button", name="Call")).to_have_count(0)
    assert visitor.faults() == []
