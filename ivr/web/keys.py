"""What the handlers share, by typed key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from ivr.ports.carrier import CarrierWire
from ivr.ports.clock import Clock
from ivr.ports.store import CallLog, FlowStore
from ivr.session.switchboard import Paths, Switchboard
from ivr.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Health:
    """One thing this node needs, and how it is: `ok`, or `detail` says what is wrong."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Deps:
    """What the web room works with.

    api_token  lets the command line on this machine read calls.
    ready      looks at everything a call needs, afresh.
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


DEPS = web.AppKey("deps", Deps)
