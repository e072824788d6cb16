"""What the handlers share, by typed key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from ivr.ports.carrier import CarrierWire
from ivr.ports.clock import Clock
from ivr.ports.customers import CustomerRecords
from ivr.ports.store import CallLog, FlowStore
from ivr.session.callbacks import Callbacks
from ivr.session.switchboard import Paths, Switchboard
from ivr.session.voicemail import Voicemails
from ivr.web.captions import Captions
from ivr.web.desk.tools import DeskTools
from ivr.web.metrics import Metrics
from ivr.web.phone_guard import Passes
from ivr.web.signin.people import People


@dataclass(frozen=True, slots=True)
class Health:
    """One thing this node needs, and how it is: `ok`, or `detail` says what is wrong."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """The way from the phone page to the local exchange.

    url     of the exchange's phone socket, `ws://…`.
    ticket  makes what opens that socket, once.
    """

    url: str
    ticket: Callable[[], str]


@dataclass(frozen=True, slots=True)
class PhonePage:
    """What the phone page works with.

    business  who answers; number  what to dial, "" when it is not known.
    line      None with a real carrier: then nobody calls from a page.
    built     folder of the built app; need not be there.
    origins   of the carrier, that a telephone in the desk's page reaches.
    """

    business: str
    number: str
    line: PhoneLine | None
    captions: Captions
    passes: Passes
    built: Path
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deps:
    """What the web room works with.

    api_token   lets the command line on this machine read calls.
    ready       looks at everything a call needs, afresh.
    phone       None serves no pages.
    people      who may sign in; None lets nobody.
    desk        what agents work with; None has none.
    customers   what is known of callers; None knows nobody.
    voicemails  fetches the messages of callers; None leaves them with the carrier.
    callbacks   calls people back; None calls nobody.
    public_url  where browsers elsewhere reach this server, https; "" when they do not.
    """

    switchboard: Switchboard
    wire: CarrierWire
    paths: Paths
    log: CallLog
    flows: FlowStore
    clock: Clock
    metrics: Metrics
    api_token: str
    ready: Callable[[], Awaitable[list[Health]]]
    phone: PhonePage | None = None
    people: People | None = None
    desk: DeskTools | None = None
    customers: CustomerRecords | None = None
    voicemails: Voicemails | None = None
    callbacks: Callbacks | None = None
    public_url: str = ""


DEPS = web.AppKey("deps", Deps)
