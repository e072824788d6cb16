"""A node in front of the local exchange, with the phone page; calls go through it ten times faster than real time."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from ivr.adapters.clock import ScaledClock
from ivr.adapters.routed import RoutedDirectory
from ivr.adapters.scripted.board import MemoryBoard
from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.customers import ScriptedCustomers
from ivr.adapters.scripted.identity import ScriptedIdentity, ScriptedPasswords
from ivr.adapters.scripted.recordings import ScriptedRecordings
from ivr.adapters.scripted.stores import ScriptedCallLog
from ivr.adapters.twilio.wire import TwilioWire
from ivr.answers.governed import Held
from ivr.calls.routing.state import Plan
from ivr.flows.policies import Policies
from ivr.ports.clock import Clock
from ivr.ports.store import Entry
from ivr.session.switchboard import Paths
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.events import Logged
from ivr.vocabulary.ids import AnswerId, CallId
from ivr.vocabulary.language import LanguageTag
from ivr.web.app import make_app
from ivr.web.captions import Captions
from ivr.web.desk.hub import Hub
from ivr.web.desk.models import Source, Suggestion, SummaryLine
from ivr.web.desk.tools import DeskTools
from ivr.web.keys import Deps, Health, PhoneLine, PhonePage
from ivr.web.phone_guard import Passes
from ivr.web.signin.people import People
from tests.journeys.house import ACCOUNT, ANSWERS, API, SPEED, TOKEN, Street, street

EXCHANGE = "ws://127.0.0.1:5999/exchange/phone"
PUBLIC = "https://voice.example.com"
CARRIER = "wss://carrier.example"


def told(log: Sequence[Logged], language: LanguageTag) -> list[SummaryLine]:
    """A summary that says how much of the call it is made from."""
    return [SummaryLine(kind="why", text=f"{len(log)} entries, in {language}", turns=[1])]


async def suggest(words: str, language: LanguageTag) -> list[Suggestion]:
    """One answer, which says what it was found for."""
    return [Suggestion(id="block", name="Blocking a card", text=f"To “{words}” in {language}: we block it.", score=0.9)]


def approved(id: AnswerId, language: LanguageTag) -> str:
    """That one answer, in English."""
    return "We block your card at once." if (id, language) == ("block", "en") else ""


class WatchedLog(ScriptedCallLog):
    """Tells captions of every event it takes, as a node does. `meanwhile` happens once, while the log is read."""

    def __init__(self, captions: Captions) -> None:
        super().__init__()
        self._captions = captions
        self.hub: Hub | None = None
        self.meanwhile: list[tuple[CallId, int, Entry]] = []

    async def read(self, call: CallId) -> list[Logged]:
        while self.meanwhile:
            of, after, entry = self.meanwhile.pop()
            await self.append(of, after, [entry])
        return await super().read(call)

    async def append(self, call: CallId, after: int, entries: Sequence[Entry]) -> list[Logged]:
        written = await super().append(call, after, entries)
        for logged in written:
            self._captions.observe(logged)
            if self.hub is not None:
                self.hub.observe(logged)
        return written


@dataclass
class House:
    """The server under test, and the street it stands in."""

    server: TestServer
    street: Street
    page: PhonePage
    clock: Clock
    log: WatchedLog
    identity: ScriptedIdentity
    passwords: ScriptedPasswords
    people_clock: FakeClock
    desk: DeskTools
    board: MemoryBoard
    customers: ScriptedCustomers
    recordings: ScriptedRecordings
    policies: dict[str, AnswerPolicy]
    "Those of the answers, by their ids."
    in_use: dict[str, str]
    "What answers say, by their ids, as long as they are in use."

    @property
    def own(self) -> str:
        """The origin of its pages."""
        return str(self.server.make_url("/")).rstrip("/")

    @property
    def from_page(self) -> dict[str, str]:
        """What a browser adds to a request of this server's own page."""
        return {"Origin": self.own, "Sec-Fetch-Site": "same-origin"}

    async def a_pass(self, http: aiohttp.ClientSession) -> str:
        async with http.post(f"{self.own}/api/phone/ticket", headers=self.from_page) as response:
            assert response.status == 200
            return str((await response.json())["captions_pass"])


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built app of three files."""
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    page = '<script nonce="__NONCE__" src="/assets/phone-1a2b.js"></script><meta nonce="__NONCE__">'
    (tmp_path / "dist" / "phone.html").write_text(page, encoding="utf-8")
    (tmp_path / "dist" / "assets" / "phone-1a2b.js").write_text("dial()", encoding="utf-8")
    (tmp_path / "dist" / "assets" / "notes.txt").write_text("not an asset", encoding="utf-8")
    return tmp_path / "dist"


@pytest.fixture
def line() -> PhoneLine | None:
    """The way to the exchange; a test with a real carrier has none."""
    return PhoneLine(EXCHANGE, lambda: "a-ticket")


@pytest.fixture
def phone_token() -> Callable[[str], str] | None:
    """What registers a desk's page with a real carrier: nothing, unless a test has it."""
    return None


@pytest.fixture
async def house(built: Path, line: PhoneLine | None, phone_token: Callable[[str], str] | None) -> AsyncIterator[House]:
    captions = Captions()
    clock = ScaledClock(SPEED)
    page = PhonePage(
        "Test Bank", "+12025550100", line, captions, Passes(b"8" * 32), built, (CARRIER,) if phone_token else ()
    )

    async def ready() -> list[Health]:
        return [Health("everything", True, "")]

    log = WatchedLog(captions)
    identity, passwords, people_clock = ScriptedIdentity(), ScriptedPasswords(), FakeClock()
    people = People.of(identity, passwords, people_clock)
    directory = RoutedDirectory(board := MemoryBoard(), Plan, people_clock)
    in_use = dict(ANSWERS)

    def shows(source: AnswerId, language: LanguageTag) -> Source:
        return Source(id=source, title=source, text=in_use.get(source, ""))

    log.hub = Hub(directory, log, people_clock, told, shows)
    customers = ScriptedCustomers()
    recordings = ScriptedRecordings()
    desk = DeskTools("Test Bank", suggest, approved, directory, log.hub, people_clock, recordings, phone_token)
    policies: dict[str, AnswerPolicy] = {}
    held = Held(lambda source: source, lambda: Policies(policies), log.hub.someone_approves)
    async with street(log=log, held=held) as there:
        node = there.node
        paths = Paths(node.url, node.url.replace("http", "ws"))
        wire = TwilioWire(ACCOUNT, TOKEN)
        deps = Deps(
            switchboard=node.switchboard,
            wire=wire,
            paths=paths,
            log=node.log,
            flows=there.flows,
            clock=clock,
            metrics=node.metrics,
            api_token=API,
            ready=ready,
            phone=page,
            people=people,
            desk=desk,
            customers=customers,
            public_url=PUBLIC,
        )
        server = TestServer(make_app(deps), host="127.0.0.1")
        await server.start_server()
        try:
            yield House(
                server,
                there,
                page,
                clock,
                log,
                identity,
                passwords,
                people_clock,
                desk,
                board,
                customers,
                recordings,
                policies,
                in_use,
            )
        finally:
            captions.close()
            log.hub.close()
            await server.close()
