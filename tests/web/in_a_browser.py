"""A real server with the local exchange, and Chromium on its pages. Callers and assistant speak in tones."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.calls.script import FLOW, WORDS
from tests.repository.tree import ROOT

UI = ROOT / "ivr" / "web" / "ui"
AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUEUES = {"queues": {"cards": {"names": {"en": "our card team"}}}}
CUSTOMERS = "number,name,segment,notes\n+12025550143,Anna Meyer,premium,Prefers mornings.\n"
PATIENCE_MS = 40_000
"For what takes a second or two; the machine may be busy."
WORST = ("serious", "critical")

NEEDS = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: install the package chromium"),
    pytest.mark.skipif(not (UI / "dist" / "phone.html").exists(), reason="the pages are not built: run scripts/setup"),
]


@dataclass(frozen=True)
class Serving:
    """A running `ivr serve`. `said` is what it printed up to its last address; `env` is for other commands."""

    url: str
    said: str
    env: dict[str, str]

    def command(self, *arguments: str, typed: str = "") -> str:
        """What `ivr …` prints, on the same data folder."""
        argv = [sys.executable, "-m", "ivr", *arguments]
        done = subprocess.run(argv, env=self.env, cwd=ROOT, input=typed, capture_output=True, text=True, check=True)
        return done.stdout

    def call(self, id: str) -> dict[str, Any]:
        """A call as its log tells it."""
        secrets = json.loads((Path(self.env["IVR_DATA"]) / "secrets" / "local.json").read_text(encoding="utf-8"))
        headers = {"Authorization": f"Bearer {secrets['api_token']}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/api/calls/{id}", headers=headers)) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def serving(folder: Path, flow: dict[str, Any] = FLOW, words: dict[str, str] = WORDS) -> Iterator[Serving]:
    """`ivr serve`, until it has said where to sign in; with scripted engines and words that are soon spoken."""
    (folder / "prompts").mkdir()
    (folder / "prompts" / "en.yaml").write_text(yaml.safe_dump(words), encoding="utf-8")
    (folder / "flow.yaml").write_text(yaml.safe_dump(flow), encoding="utf-8")
    (folder / "queues.yaml").write_text(yaml.safe_dump(QUEUES), encoding="utf-8")
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    settings = {
        "IVR_DATA": str(folder / "data"),
        "IVR_ENGINES": "scripted",
        "IVR_FLOW": str(folder / "flow.yaml"),
        "IVR_PROMPTS": str(folder / "prompts"),
        "IVR_QUEUES": str(folder / "queues.yaml"),
        "IVR_CUSTOMERS": str(folder / "customers.csv"),
        "IVR_DRAIN_S": "0",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IVR_")}
    env = kept | settings | {"COLUMNS": "200"}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "ivr", "serve", "--port", "0"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        too_long = threading.Timer(60, server.kill)
        too_long.start()
        try:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                if "╰" in line:
                    break
            found = re.search(r"(http://127\.0\.0\.1:\d+)/phone", said)
            assert found is not None, (folder / "server.log").read_text()
            too_long.cancel()
            yield Serving(found[1], said, env)
        finally:
            too_long.cancel()
            server.terminate()
            server.wait(timeout=30)


@contextmanager
def chromium(folder: Path, speech: bytes = b"") -> Iterator[Browser]:
    """Chromium whose microphone hears `speech`, 16-bit at 8 kHz, once."""
    microphone = folder / "microphone.wav"
    with wave.open(str(microphone), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(speech or bytes(16_000))
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--mute-audio",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody with a page open, who looks at the console too."""

    page: Page
    errors: list[str]

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)

    def reads(self, text: str) -> None:
        """Among what is said in the call."""
        expect(self.page.get_by_role("log")).to_contain_text(text, timeout=PATIENCE_MS)

    def faults(self) -> list[str]:
        """What axe finds serious or critical."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [f"{each['id']}: {each['help']}" for each in found["violations"] if each["impact"] in WORST]

    def focus(self, name: str) -> None:
        """Walk to a button with the Tab key."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.innerText").strip() == name:
                return
        raise AssertionError(f"no Tab leads to {name!r}")


def open_page(browser: Browser, **options: Any) -> Visitor:
    """A window of its own, with nothing in it yet."""
    context = browser.new_context(**{"viewport": {"width": 1180, "height": 820}, "reduced_motion": "reduce"} | options)
    page = context.new_page()
    visitor = Visitor(page, [])
    page.on("console", lambda message: visitor.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    return visitor
