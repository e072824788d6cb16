"""An exchange and a scripted product, wired to each other on this machine, ten times faster than real time."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from ivr.exchange.app import RunningExchange, run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.exchange.phone import Phone
from tests.exchange.product import ACCOUNT, CALLER, CONTROL, NUMBER, TOKEN, Product, run_product

SPEED = 20.0


LIMIT_S = 30
"A call that never ends must fail its test, not hang the suite."


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def within_limit(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(LIMIT_S):
            await test(*args, **kwargs)

    return within_limit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        ours = isinstance(item, pytest.Function) and item.path.parent == Path(__file__).parent
        if ours and inspect.iscoroutinefunction(item.obj):
            item.obj = _bounded(item.obj)


@pytest.fixture(autouse=True)
def quiet_logs() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    async with run_product() as product:
        yield product
        assert product.script_errors == []


@asynccontextmanager
async def exchange_for(
    product: Product, number: dict[str, Any] | None = None, **config: Any
) -> AsyncIterator[RunningExchange]:
    settings: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "control_token": CONTROL,
        "numbers": (Number(**{"number": NUMBER, "voice_url": f"{product.url}/voice", **(number or {})}),),
        "speed": SPEED,
        "rest_calls_per_second": 0,
    }
    async with run_exchange(ExchangeConfig(**(settings | config))) as running:
        yield running


@pytest.fixture
async def running(product: Product) -> AsyncIterator[RunningExchange]:
    async with exchange_for(product) as running:
        yield running


@pytest.fixture
def phone(running: RunningExchange) -> Phone:
    return Phone(running.exchange, CALLER)
