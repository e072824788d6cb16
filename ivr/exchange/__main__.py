"""`python -m ivr.exchange --config FILE` runs the exchange as a process of its own.

Prints one JSON line {"ready": true, "port": N} on standard output when it listens; logs go to standard error.
SIGTERM and SIGINT hang up every call and end it; a second one ends it at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from ivr.exchange.app import run_exchange
from ivr.exchange.config import ExchangeConfig
from ivr.vocabulary.errors import ConfigError


async def serve(config: ExchangeConfig) -> None:
    """Run until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_die, stop)
    async with run_exchange(config) as running:
        print(json.dumps({"ready": True, "port": running.port}), flush=True)
        await stop.wait()


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        raise SystemExit(1)
    stop.set()


def log_to_stderr() -> None:
    """JSON lines on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """uvloop where it exists, asyncio elsewhere."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def main() -> int:
    """Read the arguments and serve. Exit status 2 is a configuration fault."""
    parser = argparse.ArgumentParser(prog="python -m ivr.exchange", description=__doc__.splitlines()[0])
    parser.add_argument("--config", required=True, help="JSON file, see ivr/exchange/config.py")
    arguments = parser.parse_args()
    log_to_stderr()
    try:
        config = ExchangeConfig.from_file(arguments.config)
        runner()(serve(config))
    except ConfigError as bad:
        print(bad, file=sys.stderr)
        return 2
    except OSError as bad:
        print(f"the exchange cannot listen: {bad}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
