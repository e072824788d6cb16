"""The web process: everything of one node that touches a live call.

It serves first and warms afterwards: until the engines are up, calls are taken by keys and kept phrases.
"""

import asyncio
import gc
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import structlog
from aiohttp import web

from ivr.adapters.argon2.passwords import Argon2Passwords
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.files.phrase_cache import DiskPhraseCache
from ivr.adapters.sql.stores import SqlStores, open_stores
from ivr.adapters.twilio.tokens import ORIGINS
from ivr.adapters.twilio.wire import TwilioWire
from ivr.answers.extract import extract
from ivr.answers.gate import judge
from ivr.answers.governed import Governed, Held
from ivr.answers.writer import Gate
from ivr.exchange.tickets import phone_ticket
from ivr.flows.phrases import brings_to_agents
from ivr.flows.schema import Script
from ivr.ports.carrier import Carrier, SayThenHangUp
from ivr.ports.clock import Clock
from ivr.ports.customers import CustomerRecords
from ivr.ports.directory import Directory, PlanSource
from ivr.session.admission import Admissions
from ivr.session.callbacks import Callbacks
from ivr.session.handover import Lines
from ivr.session.hearing import Senses
from ivr.session.priming import Primed
from ivr.session.switchboard import House, Paths, Switchboard
from ivr.session.tools import Tools
from ivr.session.voice import Voice
from ivr.session.voicemail import Voicemails
from ivr.session.warm import warm
from ivr.settings import Settings
from ivr.vocabulary.events import Logged
from ivr.web.app import make_app
from ivr.web.captions import Captions
from ivr.web.keys import Deps, Health, PhoneLine, PhonePage
from ivr.web.metrics import Metrics
from ivr.web.phone_guard import Passes
from ivr.web.signin.people import People
from ivr.wiring.customers import open_customers
from ivr.wiring.demo_documents import stock_demo
from ivr.wiring.desk import desk_tools
from ivr.wiring.documents import archive_of
from ivr.wiring.engines import EnginePorts, clock_of, engine_ports, turn_rules
from ivr.wiring.knowing import Knowing, remembering
from ivr.wiring.library import Library
from ivr.wiring.lines import briefings, carrier_of, phone_tokens
from ivr.wiring.local import DEMO_NUMBER, LocalSecrets, local_secrets
from ivr.wiring.opening import Opening
from ivr.wiring.policies import Policing, policing_of
from ivr.wiring.queues import Queueing, directory_of
from ivr.wiring.scripts import load_script
from ivr.wiring.sensing import sense_of
from ivr.wiring.sharing import share
from ivr.wiring.speaking import slow_languages
from ivr.wiring.summaries import load_summaries
from ivr.wiring.writing import purse_of, writer

APOLOGY = SayThenHangUp("We are sorry, we cannot take your call right now. Please call again later.", "en-US")

COLLECT_AFTER = 20_000
"Objects made and not yet freed before the garbage collector looks; a call makes and frees thousands a second."

_record = structlog.get_logger("node")


@dataclass(frozen=True, slots=True)
class Node:
    """The running parts of a node."""

    deps: Deps
    voice: Voice
    knowing: Knowing
    engines: EnginePorts
    script: Script
    opening: Opening
    queueing: Queueing
    policing: Policing


async def run_node(settings: Settings, fd: int) -> None:
    """Serve on an inherited socket until SIGTERM. Raises ConfigError when it cannot start."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with open_node(settings) as node, node.deps.switchboard.run(), AsyncExitStack() as more:
        assert node.deps.desk is not None, "a node has a desk"  # noqa: S101
        if node.deps.voicemails is not None:
            await more.enter_async_context(node.deps.voicemails.run())
        app = make_app(node.deps)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        _spare_collections()
        await web.SockSite(runner, socket.socket(fileno=fd)).start()
        _record.info("serving", port=settings.port, flow=node.script.flow.flow, digest=node.script.digest()[:12])
        async with asyncio.TaskGroup() as tasks:
            warming = [
                tasks.create_task(node.knowing.keep_fresh()),
                tasks.create_task(node.opening.keep_fresh()),
                tasks.create_task(node.deps.desk.hub.run()),
                tasks.create_task(node.queueing.keep_fresh()),
                tasks.create_task(node.policing.keep_fresh()),
                tasks.create_task(
                    warm(
                        node.voice,
                        node.engines.background,
                        clock_of(settings),
                        lambda: node.deps.switchboard.live,
                    )
                ),
            ]
            if node.deps.callbacks is not None:
                warming.append(tasks.create_task(node.deps.callbacks.run()))
            await stop.wait()
            for task in warming:
                task.cancel()
        if not await node.deps.switchboard.drained(settings.drain_s * 1_000):
            _record.warning("calls are left: the carrier will ask another process about them")
        await runner.cleanup()


def _spare_collections() -> None:
    """Let the garbage collector pass over what a node is built of, and look seldom: every look stops every call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)


@asynccontextmanager
async def open_node(settings: Settings) -> AsyncIterator[Node]:
    """Build the parts of a node. Raises ConfigError naming what an operator must put right."""
    script = load_script(settings)
    clock = clock_of(settings)
    customers = open_customers(settings, script.flow.region)
    stores = await open_stores(settings.data)
    passwords = Argon2Passwords()
    carrier = carrier_of(settings, local_secrets(settings))
    try:
        async with engine_ports(settings, clock) as engines, AsyncExitStack() as writing:
            for speaks in engines.voices:
                if speaks.fault:
                    _record.warning("a voice is missing", language=speaks.language, fault=speaks.fault)
            folder = FolderKnowledge(settings.knowledge_dir)
            business = script.flow.business
            opening = Opening(settings.hours_file, clock)
            opening.load()
            await stock_demo(settings, archive_of(settings, stores, clock, opening.today))
            queueing = Queueing(settings.queues_file, opening, clock)
            queueing.load()
            embedders = remembering(engines.embedder, settings)
            writes = await writing.enter_async_context(writer(settings, clock, Gate(judge, extract)))
            library = Library(stores.documents, writes, lambda: purse_of(settings))
            sense = sense_of(settings, embedders)
            knowing = Knowing(folder, embedders, settings.signals_dir, clock, opening, business, library, sense)
            await knowing.load()
            policing = policing_of(settings, stores.documents, knowing, clock)
            await policing.load()
            voice = Voice(
                engines.speaking,
                DiskPhraseCache(settings.data / "cache" / "speech"),
                engines.background.voice,
                slow_languages(engines.voices),
            )
            share(voice, script, queueing.plan(), knowing.spoken)
            directory = directory_of(stores, queueing, clock)
            deps = _deps(
                settings,
                script,
                clock,
                stores,
                engines,
                knowing,
                voice,
                opening,
                passwords,
                customers,
                directory,
                carrier,
                queueing.plan,
                policing,
            )
            yield Node(deps, voice, knowing, engines, script, opening, queueing, policing)
    finally:
        await carrier.close()
        if customers is not None:
            await customers.close()
        await passwords.close()
        await stores.close()


def _deps(
    settings: Settings,
    script: Script,
    clock: Clock,
    stores: SqlStores,
    engines: EnginePorts,
    knowing: Knowing,
    voice: Voice,
    opening: Opening,
    passwords: Argon2Passwords,
    customers: CustomerRecords | None,
    directory: Directory,
    carrier: Carrier,
    plan: PlanSource,
    policing: Policing,
) -> Deps:
    secrets = local_secrets(settings)
    paths = _paths(settings)
    metrics = Metrics()
    rules = turn_rules(settings)
    phone = phone_page(settings, script, secrets)
    summaries = load_summaries(settings, lambda: knowing.told)
    desk = desk_tools(script.flow.business, directory, stores, clock, summaries, knowing, phone_tokens(settings))
    answers = Governed(knowing, Held(knowing.topic, policing.now, desk.hub.someone_approves))
    senses = Senses(Primed(engines.hearing, lambda: knowing.hot_words), knowing, answers, voice, clock)

    def observe(logged: Logged) -> None:
        metrics.observe(logged)
        phone.captions.observe(logged)
        desk.hub.observe(logged)

    copy = f"{paths.media}/twilio/copy" if settings.room_transcripts else ""
    lines = Lines(carrier, directory, paths.web, briefings(script, summaries), copy, plan)
    tools = Tools(
        stores.calls, senses, engines.detector, rules, observe, lines, hours=opening.seen, customers=customers
    )
    house = House(script, stores.flows, paths, APOLOGY)
    switchboard = Switchboard(tools, house, Admissions(bytes.fromhex(secrets.admission)))
    account = settings.twilio_account_sid or secrets.account_sid
    token = settings.twilio_auth_token.get_secret_value() or secrets.auth_token

    async def ready() -> list[Health]:
        connected = engines.connected()
        health = [Health(name, count > 0, f"{count} processes") for name, count in connected.items()]
        voices = "; ".join(fault for each in engines.voices if (fault := each.fault)) or "as chosen"
        return [
            *health,
            Health("knowledge", *knowing.state()),
            Health("phrases", True, voice.warmth),
            Health("voices", True, voices),  # another voice stands in: calls are taken
        ]

    return Deps(
        switchboard=switchboard,
        wire=TwilioWire(account, token),
        paths=paths,
        log=stores.calls,
        flows=stores.flows,
        clock=clock,
        metrics=metrics,
        api_token=secrets.api_token,
        customers=customers,
        voicemails=Voicemails(
            carrier, engines.hearing, stores.recordings, stores.calls, switchboard.tell, clock, script.flow.languages
        ),
        callbacks=Callbacks(lines, switchboard, stores.calls, clock) if brings_to_agents(script.flow) else None,
        ready=ready,
        phone=phone,
        desk=desk,
        people=People.of(stores.identity, passwords, clock),
        public_url=settings.public_url.rstrip("/"),
    )


def phone_page(settings: Settings, script: Script, secrets: LocalSecrets) -> PhonePage:
    """With a real carrier the page has no line: there is no exchange to reach, and nothing to open one with."""
    line = None
    if not settings.has_carrier:
        url = f"ws://127.0.0.1:{settings.exchange_port}/exchange/phone"
        line = PhoneLine(url, lambda: phone_ticket(secrets.control_token, time.time()))
    return PhonePage(
        business=script.flow.business,
        number=settings.twilio_number if settings.has_carrier else DEMO_NUMBER,
        line=line,
        captions=Captions(),
        passes=Passes(bytes.fromhex(secrets.admission)),
        built=Path(str(resources.files("ivr"))) / "web" / "ui" / "dist",
        origins=ORIGINS if settings.twilio_api_key else (),
    )


def _paths(settings: Settings) -> Paths:
    web_address = settings.public_url.rstrip("/") if settings.has_carrier else f"http://127.0.0.1:{settings.port}"
    return Paths(web_address, "ws" + web_address.removeprefix("http"))
