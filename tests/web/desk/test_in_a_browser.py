"""The desk in Chromium, on a real server with the local exchange: a caller on the phone page, an agent at the desk."""

import copy
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ivr.adapters.scripted.codec import encode
from tests.calls.transferring import TRANSFER_FLOW, TRANSFER_WORDS
from tests.web.in_a_browser import NEEDS, PATIENCE_MS, Serving, Visitor, chromium, open_page, serving

pytestmark = NEEDS
PASSWORD = "violet harbour 19 kites"
QUESTION = "when are your branches open?"
QUIET_FIRST_S = 6
PEOPLE = (("ana", "Ana López", "agent"), ("ben", "Ben Okafor", "agent"), ("sue", "Sue Lindqvist", "supervisor"))
SIZES = ((1280, 800), (1920, 1080))
PICTURES = os.environ.get("DESK_PICTURES")
"A folder for pictures of every state, for people to look at."


NOW = 1_790_000_000_000
USUAL: dict[str, object] = {"queue": "cards", "language": "en", "reason": "asked", "since_ms": NOW - 95_000}
BUSY = {
    "seq": 1,
    "said": [],
    "desk": {
        "business": "Test Bank",
        "now_ms": NOW,
        "stale": False,
        "me": {
            "name": "Sue Lindqvist", "role": "supervisor", "agent": "u1", "address": "+12025550190",
            "presence": "available", "since_ms": NOW - 600_000,
        },
        "cards": [],
        "queue": [
            USUAL | {"call": "CA1", "reason": "theft", "risk": "soon", "position": 1, "wait_s": 60},
            USUAL | {"call": "CA2", "language": "es", "risk": "usual", "position": 2, "wait_s": 120},
            USUAL | {"call": "CA3", "reason": "dispute", "risk": "usual", "position": 3, "wait_s": None},
        ],
        "callbacks": [USUAL | {"id": "c1", "number": "+12025550119", "attempts": 1}],
        "messages": [
            {
                "call": "CA4", "recording": "r1", "caller": "+12025550143", "language": "en", "seconds": 9,
                "words": "I lost my card on the train, please call me back this morning.", "left_ms": NOW - 1_000_000,
            },
        ],
        "colleagues": [
            {"id": f"u{place}", "name": name, "presence": presence, "since_ms": NOW - place * 61_000,
             "languages": ["en", "es"], "calls": 0}
            for place, (name, presence) in enumerate(
                [("Ana López", "busy"), ("Ben Okafor", "available"), ("Chiara Conti", "wrap_up"), ("Dai", "away")],
                2,
            )
        ],
        "live": [
            {"call": "CA9", "agent": "Ana López", "stage": "held", "caller": "+12025550143", "language": "en",
             "reason": "fraud", "risk": "soon", "stage_ms": NOW - 34_000, "supervised": None},
            {"call": "CA1", "agent": "", "stage": "queued", "caller": "+12025550144", "language": "en",
             "reason": "theft", "risk": "soon", "stage_ms": NOW - 95_000, "supervised": None},
            {"call": "CA8", "agent": "", "stage": None, "caller": "", "language": "en",
             "reason": "", "risk": "usual", "stage_ms": NOW - 12_000, "supervised": None},
        ],
        "drafts": [],
        "settled": [],
    },
}  # fmt: skip
"What the server would tell on a busy day."


DRAFTS = copy.deepcopy(BUSY)
DRAFTS["desk"] |= {  # type: ignore[operator]
    "cards": [
        USUAL | {
            "call": "CA9", "transfer": "t1", "seat": "first", "stage": "bridged", "agent": "u1",
            "agent_name": "Sue Lindqvist", "supervised": None, "second": "", "second_in": False,
            "caller": "+12025550143", "reason": "fraud", "risk": "soon", "wanted_ms": NOW - 95_000,
            "stage_ms": NOW - 34_000, "met_ms": NOW - 34_000, "until_ms": None, "over": False,
            "summary": [{"kind": "why", "text": "The caller suspects fraud", "turns": [1]}], "notices": [],
        },
    ],
    "drafts": [
        {
            "call": f"CA{place}", "request": "a1", "caller": "+12025550144", "language": "es", "topic": "bereavement",
            "question": "mi madre ha muerto, ¿qué hago con su cuenta?",
            "text": "Lo sentimos mucho. Con el certificado de defunción cerramos la cuenta sin gastos.",
            "sources": [
                {"id": "bereavement", "title": "Fallecimiento de un cliente",
                 "text": "Lo sentimos mucho. Con el certificado de defunción cerramos la cuenta sin gastos."},
                {"id": "fees#3", "title": "Tarifas · página 3", "text": "Cerrar una cuenta no tiene gastos."},
            ],
            "since_ms": NOW - 4_000, "until_ms": NOW + 600_000,
        }
        for place in (31, 32)
    ],
}  # fmt: skip
"The same day, while two answers wait and the supervisor has a caller."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("desk"), TRANSFER_FLOW, TRANSFER_WORDS) as server:
        for name, shown, role in PEOPLE:
            person = ["users", "add", name, "--role", role, "--name", shown, "--language", "en", "--password-stdin"]
            server.command(*person, typed=PASSWORD)
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium; every microphone in it asks one question."""
    speech = bytes(16_000 * QUIET_FIRST_S) + encode(QUESTION) + bytes(16_000 * 60)
    with chromium(tmp_path_factory.mktemp("microphone"), speech) as browser:
        yield browser


def _at_the_desk(browser: Browser, server: Serving, name: str, **options: object) -> Visitor:
    agent = open_page(browser, **{"viewport": {"width": 1280, "height": 800}, "permissions": ["microphone"]} | options)
    agent.page.goto(f"{server.url}/desk")
    agent.page.get_by_label("Name", exact=True).fill(name)
    agent.page.get_by_label("Password", exact=True).fill(PASSWORD)
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_url("**/desk", timeout=PATIENCE_MS)
    agent.page.get_by_role("button", name=re.compile("You are")).wait_for(timeout=PATIENCE_MS)
    return agent


def _chooses(agent: Visitor, presence: str) -> None:
    agent.page.get_by_role("button", name=re.compile("You are")).click()
    agent.page.get_by_role("menuitem", name=re.compile(f"^{presence}")).click()
    expect(agent.page.get_by_role("button", name=re.compile(f"You are {presence}"))).to_be_visible(timeout=PATIENCE_MS)


def _calls(browser: Browser, server: Serving, number: str) -> Visitor:
    """Somebody who dials, asks what the microphone asks, and hears the answer."""
    caller = open_page(browser, permissions=["microphone"])
    caller.page.context.add_init_script("localStorage.setItem('phone-filtered', 'false')")  # tones are noise to it
    caller.page.context.add_init_script(f"localStorage.setItem('phone-own-number', '\"{number}\"')")
    caller.page.goto(f"{server.url}/phone")
    caller.sees("Ready when you are")
    caller.sees("+1 202 555 0100")
    caller.page.get_by_role("button", name="Call", exact=True).click()
    caller.reads("Hello from Test Bank")
    return caller


def _stage(agent: Visitor, name: str) -> None:
    expect(agent.page.get_by_label("Call", exact=True).get_by_role("status").first).to_have_text(
        name, timeout=PATIENCE_MS
    )


def _is_in_order(agent: Visitor, what: str) -> None:
    """Nothing keeps anybody out; and there is a picture of it, when somebody asked for one."""
    expect(agent.page.get_by_role("menu")).to_have_count(0)  # one that is closing has lost its items already
    assert agent.faults() == []
    for width, height in SIZES if PICTURES else ():
        agent.page.set_viewport_size({"width": width, "height": height})
        agent.page.screenshot(path=str(Path(PICTURES or "") / f"desk-{what}-{width}.png"))
    agent.page.set_viewport_size({"width": 1280, "height": 800})
    assert agent.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_agent_takes_a_call_by_keyboard_from_the_ring_to_the_note(browser: Browser, server: Serving) -> None:
    agent = _at_the_desk(browser, server, "ana")
    agent.sees("You get no calls now")
    _is_in_order(agent, "offline")
    agent.page.get_by_role("button", name="Go available").focus()
    agent.page.keyboard.press("Enter")
    agent.sees("Ready for the next caller")
    agent.sees("Phone ready")
    _is_in_order(agent, "available")

    caller = _calls(browser, server, "+12025550143")
    caller.reads("Our branches are open from nine to five")
    caller.reads("Anything else?")
    caller.page.keyboard.press("0")

    _stage(agent, "Ringing")
    agent.sees("Asked for a person")
    agent.sees("+1 202 555 0143")
    expect(agent.page.get_by_role("region", name="Summary")).to_contain_text(QUESTION, timeout=PATIENCE_MS)
    agent.reads("Our branches are open from nine to five")
    expect(agent.page.get_by_role("button", name=re.compile("Accept"))).to_be_focused()
    _is_in_order(agent, "ringing")
    agent.page.keyboard.press("F8")
    _stage(agent, "Talking")
    agent.sees("On the phone")
    suggested = agent.page.get_by_role("region", name="Approved answers")
    expect(suggested).to_contain_text("Our branches are open from nine to five", timeout=PATIENCE_MS)
    _is_in_order(agent, "talking")

    suggested.get_by_role("button", name="Let the assistant say it").first.click()
    expect(suggested.get_by_role("button", name="The assistant says it")).to_be_disabled()
    said = agent.page.get_by_text("Our branches are open from nine to five")
    expect(said).to_have_count(3, timeout=PATIENCE_MS)  # said before, suggested, and said once more

    agent.page.keyboard.press("F2")
    _stage(agent, "On hold")
    _is_in_order(agent, "held")
    agent.page.keyboard.press("F2")
    _stage(agent, "Talking")

    answer = agent.page.get_by_role("button", name=re.compile("got this wrong: Our branches"))
    answer.focus()
    agent.page.keyboard.press("Enter")
    agent.page.get_by_role("textbox", name="The assistant got this wrong").fill("Say until when.")
    _is_in_order(agent, "wrong")
    agent.page.get_by_role("button", name="Mark as wrong").click()
    agent.sees("Marked wrong")

    caller.page.get_by_role("button", name="Hang up").click()
    _stage(agent, "Wrap-up")
    agent.sees("The caller hung up.")
    _is_in_order(agent, "wrap-up")
    agent.page.get_by_role("radio", name="Solved", exact=True).focus()
    agent.page.keyboard.press("Space")
    agent.page.get_by_label("Note").fill("Told them the hours.")
    agent.page.keyboard.press("Tab")
    agent.page.keyboard.press("Enter")
    agent.sees("Ready for the next caller")
    assert agent.errors == []
    agent.page.context.close()
    caller.page.context.close()


def test_a_caller_is_handed_back_to_the_assistant_with_a_note(browser: Browser, server: Serving) -> None:
    agent = _at_the_desk(browser, server, "ana")
    _chooses(agent, "Available")
    agent.sees("Phone ready")
    caller = _calls(browser, server, "+12025550144")
    caller.page.keyboard.press("0")
    _stage(agent, "Ringing")
    agent.page.keyboard.press("F8")
    _stage(agent, "Talking")
    agent.page.get_by_role("button", name="To the assistant").click()
    agent.page.get_by_label("What was settled").fill("Your card is blocked.")
    agent.page.get_by_role("button", name="Hand the caller back").click()
    _stage(agent, "Wrap-up")
    caller.reads("Back with me: Your card is blocked.")
    _chooses(agent, "Offline")
    agent.page.context.close()
    caller.page.context.close()


def test_a_call_that_is_declined_rings_with_the_next_agent(browser: Browser, server: Serving) -> None:
    ana, ben = _at_the_desk(browser, server, "ana"), _at_the_desk(browser, server, "ben")
    for agent in (ana, ben):
        _chooses(agent, "Available")
        agent.sees("Phone ready")
    caller = _calls(browser, server, "+12025550145")
    caller.page.keyboard.press("0")
    expect(
        ana.page.get_by_role("button", name=re.compile("Accept")).or_(ana.page.get_by_text("being rung")).first
    ).to_be_visible(timeout=PATIENCE_MS)
    first, second = (ana, ben) if ana.page.get_by_role("button", name=re.compile("Accept")).count() else (ben, ana)
    first.page.keyboard.press("F9")
    _stage(second, "Ringing")
    first.sees("Ready for the next caller")
    caller.page.get_by_role("button", name="Hang up").click()
    second.sees("Ready for the next caller")
    for agent in (ana, ben):
        _chooses(agent, "Offline")
        agent.page.context.close()
    caller.page.context.close()


def test_a_colleague_is_consulted_and_takes_the_caller(browser: Browser, server: Serving) -> None:
    ana, ben = _at_the_desk(browser, server, "ana"), _at_the_desk(browser, server, "ben")
    _chooses(ana, "Available")
    ana.sees("Phone ready")
    caller = _calls(browser, server, "+12025550146")
    caller.page.keyboard.press("0")
    _stage(ana, "Ringing")
    ana.page.keyboard.press("F8")
    _stage(ana, "Talking")
    _chooses(ben, "Available")
    ben.sees("Phone ready")
    ana.page.get_by_role("button", name="Consult").click()
    ana.page.get_by_role("menuitem", name=re.compile("Ben Okafor")).click()
    _stage(ana, "Consulting")
    _stage(ben, "A colleague asks for you")
    expect(ben.page.get_by_role("button", name=re.compile("Answer"))).to_be_visible(timeout=PATIENCE_MS)
    _is_in_order(ben, "consulted")
    ben.page.keyboard.press("F8")
    ben.sees("On the phone")
    onward = ana.page.get_by_role("button", name="Pass the caller on")
    expect(onward).to_be_enabled(timeout=PATIENCE_MS)
    _is_in_order(ana, "consulting")
    onward.click()
    _stage(ben, "Talking")
    caller.page.get_by_role("button", name="Hang up").click()
    _stage(ben, "Wrap-up")
    for agent in (ana, ben):
        _chooses(agent, "Offline")
        agent.page.context.close()
    caller.page.context.close()


def test_a_browser_that_is_closed_leaves_no_caller_alone(browser: Browser, server: Serving) -> None:
    agent = _at_the_desk(browser, server, "ana")
    _chooses(agent, "Available")
    agent.sees("Phone ready")
    caller = _calls(browser, server, "+12025550147")
    caller.page.keyboard.press("0")
    _stage(agent, "Ringing")
    agent.page.keyboard.press("F8")
    _stage(agent, "Talking")
    agent.page.close()
    caller.reads("The line broke off.")
    agent.page.context.close()
    caller.page.context.close()


def test_a_connection_that_broke_comes_back_with_everything(browser: Browser, server: Serving) -> None:
    agent = _at_the_desk(browser, server, "ana")
    _chooses(agent, "Available")
    agent.sees("Phone ready")
    agent.page.context.set_offline(True)
    agent.page.evaluate("() => window.dispatchEvent(new Event('offline'))")
    caller = _calls(browser, server, "+12025550148")
    caller.page.keyboard.press("0")
    agent.page.context.set_offline(False)
    _stage(agent, "Ringing")
    agent.reads("I am connecting you.")
    caller.page.get_by_role("button", name="Hang up").click()
    agent.sees("Ready for the next caller")
    _chooses(agent, "Offline")
    agent.page.context.close()
    caller.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_supervisor_sees_who_is_there_and_sets_what_they_do(browser: Browser, server: Serving, scheme: str) -> None:
    ben = _at_the_desk(browser, server, "ben")
    _chooses(ben, "Available")
    sue = _at_the_desk(browser, server, "sue", color_scheme=scheme)
    sue.page.get_by_role("button", name=re.compile("Ben Okafor.*Available")).click()
    sue.page.get_by_role("menuitem", name="On a break").click()
    expect(ben.page.get_by_role("button", name=re.compile("You are On a break"))).to_be_visible(timeout=PATIENCE_MS)
    _is_in_order(sue, f"supervisor-{scheme}")
    for person in (ben, sue):
        person.page.context.close()


def test_a_desk_with_much_on_it_keeps_nobody_out(browser: Browser, server: Serving) -> None:
    """Told by a stand-in for the server: what takes an afternoon to come together."""
    agent = _at_the_desk(browser, server, "sue")
    told = [BUSY, DRAFTS]
    agent.page.route_web_socket("**/api/desk/live", lambda socket: socket.send(json.dumps(told.pop(0))))
    agent.page.reload()
    agent.sees("I lost my card on the train")
    agent.sees("+1 202 555 0119")
    agent.sees("High risk")
    _is_in_order(agent, "busy")
    agent.page.reload()  # two answers wait besides
    card = agent.page.get_by_role("region", name="Answer waiting for you")
    expect(card).to_contain_text("1 more after this")
    expect(card).to_contain_text("Spanish")
    card.get_by_label("The assistant would say").fill("Lo siento mucho.")
    card.get_by_role("button", name="Undo changes").click()
    expect(card.get_by_role("button", name=re.compile("^Approve Ctrl"))).to_be_enabled()
    for scheme in ("light", "dark"):
        agent.page.emulate_media(color_scheme=scheme)
        _is_in_order(agent, f"draft-beside-a-call-{scheme}")
    agent.page.context.close()


def test_an_answer_is_edited_before_the_caller_hears_it_and_nobody_s_look_hands_them_over(
    browser: Browser, server: Serving
) -> None:
    agent = _at_the_desk(browser, server, "ana")
    _chooses(agent, "Available")
    agent.sees("Phone ready")
    policies = Path(server.env["IVR_FLOW"]).with_name("policies.yaml")
    topics = "topics:\n  branches: approve-first\n"
    policies.write_text(f"approve_within_s: 90\n{topics}", encoding="utf-8")
    first = _calls(browser, server, "+12025550167")
    card = agent.page.get_by_role("region", name="Answer waiting for you")
    expect(card).to_contain_text(QUESTION, timeout=PATIENCE_MS)
    policies.write_text(f"approve_within_s: 5\n{topics}", encoding="utf-8")
    first.reads("A colleague looks at my answer first.")
    expect(card.get_by_role("region", name="What it stands on")).to_contain_text("Our branches are open from nine")
    expect(card.get_by_role("timer")).to_have_text(re.compile("^[01]:"))
    said = card.get_by_label("The assistant would say")
    expect(said).to_have_value(re.compile("Our branches are open from nine to five"))
    _is_in_order(agent, "draft")
    said.fill("This Friday we open at ten.")
    expect(card.get_by_role("button", name="Approve edited")).to_be_enabled()
    agent.page.keyboard.press("Control+Enter")
    agent.sees("The caller hears your words now.")
    second = _calls(browser, server, "+12025550168")
    first.reads("This Friday we open at ten.")
    first.reads("Anything else?")

    second.reads("Nobody could look at it in time. I am connecting you.")
    _stage(agent, "Ringing")
    agent.sees("Only a person may do this")
    policies.unlink()
    desk = agent.page.evaluate("fetch('/api/desk').then(told => told.json()).then(told => told.desk)")
    edited, late = desk["settled"]
    assert (edited["outcome"], edited["mine"], late["outcome"], late["by"]) == ("edited", True, "late", "")
    turn = server.call(edited["call"])["turns"][-1]
    assert turn["kind"] == "edited" and turn["assistant"].startswith("This Friday we open at ten. Anything else?")
    assert server.call(late["call"])["turns"][-1]["kind"] == "transfer"
    _chooses(agent, "Offline")
    assert agent.errors == []
    for visitor in (agent, first, second):
        visitor.page.context.close()


def test_who_signs_out_is_at_the_door_again(browser: Browser, server: Serving) -> None:
    agent = _at_the_desk(browser, server, "ana")
    agent.page.get_by_role("button", name=re.compile("sign out and more")).click()
    agent.page.get_by_role("menuitem", name="Sign out").click()
    agent.page.wait_for_url("**/signin", timeout=PATIENCE_MS)
    agent.page.goto(f"{server.url}/desk")
    agent.page.wait_for_url("**/signin?next=/desk", timeout=PATIENCE_MS)
    agent.page.context.close()
