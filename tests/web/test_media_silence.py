"""A carrier that has fallen silent is not waited for."""

import asyncio

import pytest

from ivr.web import media

LOOKS = round(media.SILENT_FOR_S / media.LOOK_EVERY_S)


async def _wait(looks: int, heard_at: int = -1) -> None:
    async with media._Patience() as patience:
        patience._look()  # the opening counts as heard
        for look in range(looks):
            patience.heard = look == heard_at
            patience._look()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def test_a_peer_that_says_nothing_for_long_ends_the_waiting() -> None:
    with pytest.raises(TimeoutError):
        await _wait(LOOKS)


async def test_a_peer_that_says_something_now_and_then_is_waited_for() -> None:
    await _wait(LOOKS - 1)
    await _wait(2 * LOOKS - 2, heard_at=LOOKS - 1)
