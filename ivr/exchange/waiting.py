"""Waiting for one of two things, leaving no task behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def first_or_none(wanted: Coroutine[Any, Any, T], limit: Coroutine[Any, Any, object]) -> T | None:
    """The result of `wanted`, or None when `limit` ended before it. Exceptions of either come through."""
    tasks = (asyncio.ensure_future(wanted), asyncio.ensure_future(limit))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            return tasks[0].result()
        tasks[1].result()
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
