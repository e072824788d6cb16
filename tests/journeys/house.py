"""The whole house in one process, with scripted engines, faster than real time.

Callers phone in over the real exchange, its webhooks and its media streams. They speak and hear in tones that carry
text (`ivr.adapters.scripted.codec`), so a test says words and reads what was really heard on the line.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from ivr.adapters.clock import ScaledClock
from ivr.adapters.routed import RoutedDirectory
from ivr.adapters.scripted.board import MemoryBoard
from ivr.adapters.scripted.codec import encode, listen
from ivr.adapters.scripted.faults import Faults
from ivr.adapters.scripted.phrases import MemoryPhraseCache
from ivr.adapters.scripted.recordings import ScriptedRecordings
from ivr.adapters.scripted.speech import EnergyVoiceActivity, ScriptedHearing, ScriptedSpeech
from ivr.adapters.scripted.stores import ScriptedCallLog, ScriptedFlowStore
from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.adapters.twilio.wire import TwilioWire
from ivr.adapters.workers.fallback import FallbackSpeech
from ivr.answers.compose import Answer, Blocked, Judged, Question
from ivr.answers.governed import Governed, Held
from ivr.answers.understand import NO_TALK, Talk
from ivr.answers.writer import Purse
from ivr.audio import g711
from ivr.calls.routing.state import Agent, Plan, Presence
from ivr.exchange.app import RunningExchange, run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.phone import Phone
from ivr.flows.schema import Script
from ivr.ports.carrier import SayThenHangUp
from ivr.ports.customers import CustomerRecords
from ivr.ports.store import CallLog
from ivr.session.admission import Admissions
from ivr.session.callbacks import Callbacks
from ivr.session.handover import Lines
from ivr.session.hearing import Senses
from ivr.session.switchboard import House, Paths, Switchboard
from ivr.session.tools import Tools
from ivr.session.voice import Voice
from ivr.session.voicemail import Voicemails
from ivr.turns.floor import TurnRules
from ivr.vocabulary.events import Event, Hit, HoursSeen, Logged
from ivr.vocabulary.ids import AgentId, AnswerId, CallId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MULAW_SILENCE, MuLaw, Pcm16
from ivr.web.app import make_app
from ivr.web.keys import Deps, Health
from ivr.web.metrics import Metrics
from tests.calls.script import script

SPEED = 6.0
LEAD_MS = 900
"Ahead of the playout clock: 150 ms of real time, so that a busy machine leaves no gap in the tones."
ACCOUNT = "AC" + "5" * 32
TOKEN = "6" * 32
CONTROL = "control"
API = "api"
NUMBER = "+12025550100"
CALLER = "+12025550143"
EN = LanguageTag("en")

SIGNALS = (
    "person",
    "goodbye",
    "yes",
    "no",
    "repeat",
    "slower",
    "spell",
    "hold_on",
    "callback",
    "voicemail",
    "never_mind",
)
"Heard when they are said by name."

ANSWERS = {"hours": "We open at nine.", "pin": "Change it in the app."}
PASSAGES = {"insurance": "Baggage is insured up to eight hundred pounds."}
"What answers are composed from, by the word that finds it."


@dataclass(frozen=True)
class Understood:
    hits: tuple[Hit, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    passages: tuple[Hit, ...] = ()


class Understanding:
    """Understands by the words in it. `composing` is waited for before a composed answer is there."""

    def __init__(self) -> None:
        self.composing: Callable[[Question], Awaitable[None]] = _at_once
        self.composed: list[Question] = []
        self.more = ""
        "What is told to those who want to hear on."

    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        words = set(text.lower().replace("?", "").replace(",", "").split())
        hits = tuple(Hit(AnswerId(answer), 0.9) for answer in ANSWERS if answer in words)
        signals = {name: 0.9 for name in SIGNALS if name in words}
        passages = tuple(Hit(AnswerId(f"{each}#1"), 0.9) for each in PASSAGES if each in words)
        return Understood(hits, signals, passages)

    def answer(self, candidates: Sequence[AnswerId], language: LanguageTag) -> Answer | Blocked:
        for candidate in candidates:
            if candidate in ANSWERS:
                return Answer("approved", ANSWERS[candidate], (candidate,), language)
        return Blocked("unknown")

    def purse(self) -> None:
        """Nothing is spent here."""

    async def compose(self, asked: Question, judged: Callable[[Judged], None], purse: Purse | None) -> Answer | Blocked:
        self.composed.append(asked)
        await self.composing(asked)
        text = self.more if asked.told else PASSAGES[asked.passages[0].partition("#")[0]]
        judged(Judged("It is free.", False, "number"))
        judged(Judged(text, True, "extract", asked.passages[:1]))
        more = bool(self.more) and not asked.told
        return Answer("composed", text, asked.passages[:1], asked.language, more=more)


async def _at_once(asked: Question) -> None:
    """A composed answer is there at once."""


class Agents:
    """The agents of the house: a directory in memory, and the real client of the carrier's REST."""

    def __init__(self, clock: ScaledClock, plan: Plan | None = None) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        "Where the exchange will listen; bound already, so that nobody else is given the port."
        self.port: int = self.listening.getsockname()[1]
        self.board, self.clock = MemoryBoard(), clock
        self.directory = RoutedDirectory(self.board, lambda: plan or Plan(), clock)
        self.carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{self.port}", sleep=self._sleep)
        self.briefed: list[int] = []
        "How many entries the log had at each briefing."

    def lines(self, url: str) -> Lines:
        return Lines(self.carrier, self.directory, url, self._brief, f"ws{url.removeprefix('http')}/twilio/copy")

    async def add(self, name: str, presence: Presence = Presence.AVAILABLE, idle_s: int = 0, **facts: Any) -> AgentId:
        """Somebody who takes calls, by browser unless an `address` is given; idle for so long already."""
        id = AgentId(name)
        agent = Agent(**({"id": id, "name": name.title(), "address": f"client:{name}"} | facts))
        assert await self.directory.add_agent(agent, presence, self.clock.wall_ms() - idle_s * 1_000)
        return id

    def _brief(self, log: Sequence[Logged]) -> tuple[str, str]:
        self.briefed.append(len(log))
        return "A card was stolen. Press one to accept, two to decline.", "en"

    async def _sleep(self, seconds: float) -> None:
        await self.clock.sleep_until(self.clock.now_ms() + seconds * 1_000)


@dataclass
class Node:
    """One web process: its application and what it works with."""

    switchboard: Switchboard
    log: CallLog
    hearing: Faults
    speaking: Faults
    voice: Voice
    metrics: Metrics
    url: str = ""
    knows: Understanding = field(default_factory=Understanding)
    recordings: ScriptedRecordings = field(default_factory=ScriptedRecordings)
    voicemails: Voicemails | None = None
    runner: web.AppRunner | None = None


@dataclass
class Street:
    """A node and the exchange in front of it."""

    node: Node
    running: RunningExchange
    flows: ScriptedFlowStore
    agents: Agents | None = None

    def caller(self, number: str = CALLER) -> "Caller":
        return Caller(Phone(self.running.exchange, number), self)

    async def events(self, call: str) -> list[Event]:
        return [logged.event for logged in await self.node.log.read(CallId(call))]

    async def log(self, call: str) -> list[Logged]:
        return await self.node.log.read(CallId(call))


class Caller:
    """A person with a telephone."""

    def __init__(self, phone: Phone, street: Street) -> None:
        self.phone, self.street = phone, street
        self._listened = 0

    async def dial(self) -> list[str]:
        """Call, and hear everything until it is one's turn to speak."""
        self.phone.dial(NUMBER)
        self._listened = 0
        return await self.floor()

    async def picks_up(self) -> list[str]:
        """Be called, answer, and hear everything until it is one's turn to speak."""
        rings = await self.phone.wait("incoming")
        assert rings.name == NUMBER
        self.phone.answer()
        self._listened = 0
        return await self.floor()

    async def floor(self) -> list[str]:
        """Everything said until the assistant waits."""
        while True:
            mark = await self.phone.wait("mark")
            if mark.name.startswith("floor."):
                return self.heard()

    async def says(self, text: str) -> list[str]:
        """Say something, and hear the reply to its end."""
        await self.speaks(text)
        return await self.floor()

    async def speaks(self, text: str, quiet_ms: int = 0) -> None:
        """Say something, and no more than that."""
        self.phone.say(g711.encode(encode(text)) + bytes([MULAW_SILENCE]) * 8 * quiet_ms)
        self.phone.say_mark(text)
        await self.phone.wait("spoken", text)

    async def presses(self, keys: str) -> list[str]:
        self.phone.press(keys)
        return await self.floor()

    def heard(self) -> list[str]:
        """What was heard since the last look; a prompt that was cut ends in "…"."""
        frames = b"".join(frame for _, frame in list(self.phone.heard_frames)[self._listened :])
        self._listened = len(self.phone.heard_frames)
        return [each.text if each.whole else each.text + "…" for each in listen(Pcm16(g711.decode(MuLaw(frames))))]

    async def hangs_up(self) -> None:
        self.phone.hang_up()
        await self.phone.ended_call()

    async def is_hung_up_on(self) -> list[str]:
        await self.phone.ended_call()
        return self.heard()

    @property
    def call(self) -> str:
        return self.phone.call_sid


def build(
    log: CallLog,
    flows: ScriptedFlowStore,
    clock: ScaledClock,
    url: str,
    flow: Script | None = None,
    rules: TurnRules | None = None,
    hours: Callable[[], HoursSeen | None] = lambda: None,
    lines: Lines | None = None,
    customers: CustomerRecords | None = None,
    held: Held | None = None,
) -> Node:
    flow = flow or script()
    hearing, speaking = Faults(clock=clock), Faults(clock=clock)
    metrics = Metrics()
    understanding = Understanding()
    answers = Governed(understanding, held) if held is not None else understanding
    tones = ScriptedSpeech(faults=speaking)
    voice = Voice(FallbackSpeech([tones], clock), MemoryPhraseCache(), tones.voice)
    senses = Senses(ScriptedHearing(faults=hearing), understanding, answers, voice, clock)
    tools = Tools(
        log, senses, EnergyVoiceActivity, rules or TurnRules(), metrics.observe, lines, LEAD_MS, hours, customers
    )
    house = House(flow, flows, Paths(url, url.replace("http", "ws")), SayThenHangUp("We are sorry.", "en-US"))
    switchboard = Switchboard(tools, house, Admissions(b"7" * 32))
    node = Node(switchboard, log, hearing, speaking, voice, metrics, url, understanding)
    if lines is not None:
        node.voicemails = Voicemails(
            lines.carrier, senses.hearing, node.recordings, log, switchboard.tell, clock, flow.flow.languages
        )
    return node


@asynccontextmanager
async def node_on(
    listening: socket.socket, node: Node, flows: ScriptedFlowStore, clock: ScaledClock, lines: Lines | None = None
) -> AsyncIterator[Node]:
    async def ready() -> list[Health]:
        return [Health("everything", True, "")]

    paths = Paths(node.url, node.url.replace("http", "ws"))
    deps = Deps(node.switchboard, TwilioWire(ACCOUNT, TOKEN), paths, node.log, flows, clock, node.metrics, API, ready)
    callbacks = Callbacks(lines, node.switchboard, node.log, clock) if lines is not None else None
    deps = replace(deps, voicemails=node.voicemails, callbacks=callbacks)
    messages = node.voicemails.run() if node.voicemails else nullcontext()
    async with node.switchboard.run(), messages, asyncio.TaskGroup() as tasks:
        dialling = tasks.create_task(callbacks.run()) if callbacks is not None else None
        node.runner = web.AppRunner(make_app(deps), access_log=None, shutdown_timeout=0.5)
        await node.runner.setup()
        await web.SockSite(node.runner, listening).start()
        try:
            yield node
        finally:
            if dialling is not None:
                dialling.cancel()
            await node.runner.cleanup()


def exchange_config(url: str, **config: object) -> ExchangeConfig:
    number = Number(
        NUMBER,
        f"{url}/twilio/voice",
        voice_fallback_url=f"{url}/twilio/fallback",
        status_callback=f"{url}/twilio/status",
    )
    settings: dict[str, object] = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "control_token": CONTROL,
        "numbers": (number,),
        "speed": SPEED,
        "strict": True,
        "rest_calls_per_second": 0,
    }
    return ExchangeConfig(**(settings | config))  # type: ignore[arg-type]


@asynccontextmanager
async def street(
    log: CallLog | None = None,
    flow: Script | None = None,
    clock: ScaledClock | None = None,
    rules: TurnRules | None = None,
    hours: Callable[[], HoursSeen | None] = lambda: None,
    agents: Agents | None = None,
    customers: CustomerRecords | None = None,
    held: Held | None = None,
    **config: object,
) -> AsyncIterator[Street]:
    """Everything up, and after it: no breach of the carrier's protocol, no call left on the node.

    clock  the node's; with another speed, give the exchange the same `speed`.
    held   the policies under which answers are given; without any, all are given at once.
    """
    clock = clock or ScaledClock(SPEED)
    flows = ScriptedFlowStore()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        lines = agents.lines(url) if agents is not None else None
        node = build(log or ScriptedCallLog(), flows, clock, url, flow, rules, hours, lines, customers, held)
        if agents is not None:
            config |= {"fd": agents.listening.detach()}
        async with (
            node_on(listening, node, flows, clock, lines),
            run_exchange(exchange_config(url, **config)) as running,
        ):
            yield Street(node, running, flows, agents)
            if agents is not None:
                await agents.carrier.close()
            assert running.exchange.violations.as_json()["violations"] == []
