"""A temporary agent at the local exchange, and how a transfer goes: what `ivr call --agent` works with."""

import asyncio
import base64
import io
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from ivr.audio import g711
from ivr.audio.music import music
from ivr.measure.phone import Exchange
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.units import FRAME_MS, SAMPLE_RATE_HZ, MuLaw

SPEAKS_FRAMES: Final = 400
"What the agent says once they have accepted: 8 s of tune, so that it is known whether the caller hears them."
LOOK_EVERY_S: Final = 0.2


@asynccontextmanager
async def agent_phone(exchange: Exchange, identity: str, manner: str) -> AsyncIterator[None]:
    """A telephone that acts by itself, until the block ends. Raises BackendUnavailable."""
    says = base64.b64encode(_wav(MuLaw(b"".join(music()[:SPEAKS_FRAMES])))).decode()
    body = {"identity": identity, "manner": manner} | ({"says": says} if manner == "accept" else {})
    url = f"http://127.0.0.1:{exchange.port}/exchange/agents"
    try:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {exchange.token}"}) as session:
            async with session.post(url, json=body) as added:
                added.raise_for_status()
            try:
                yield
            finally:
                async with session.delete(f"{url}/{identity}"):
                    pass
    except aiohttp.ClientError as error:
        raise BackendUnavailable(f"the exchange on port {exchange.port} cannot be reached: {error}") from error


async def silences(exchange: Exchange, call: str) -> list[dict[str, Any]]:
    """When the caller heard nothing, as the exchange measured it. Raises BackendUnavailable."""
    url = f"http://127.0.0.1:{exchange.port}/exchange/legs/{call}"
    try:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {exchange.token}"}) as session,
            session.get(url) as leg,
        ):
            leg.raise_for_status()
            found: list[dict[str, Any]] = (await leg.json())["silences"]
            return found
    except aiohttp.ClientError as error:
        raise BackendUnavailable(f"the exchange on port {exchange.port} cannot be reached: {error}") from error


def dead_air_ms(found: list[dict[str, Any]], from_ms: int, until_ms: int | None) -> int:
    """The longest time in this stretch in which the caller heard nothing at all, and was not speaking.

    until_ms  None is the end of the call: who met an agent hears them.
    """
    first, last = from_ms // FRAME_MS, sys.maxsize if until_ms is None else until_ms // FRAME_MS
    waited = [each for each in found if not each["spoke"]]
    cut = [(min(int(each["toTick"]), last) - max(int(each["fromTick"]), first)) * FRAME_MS for each in waited]
    return max([0, *cut])


def _wav(audio: MuLaw) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(g711.decode(audio))
    return out.getvalue()


class Watch:
    """How a call's transfer goes, by the server, looked at again and again. `state` is "" while nobody is wanted."""

    def __init__(self, port: int, api_token: str) -> None:
        self._url = f"http://127.0.0.1:{port}/api/calls/"
        self._headers = {"Authorization": f"Bearer {api_token}"}
        self.state = ""
        self.looked = False
        "Whether it has looked at all."

    async def run(self, call: str) -> None:
        """Look until cancelled. A server that does not answer is asked again."""
        async with aiohttp.ClientSession(headers=self._headers) as session:
            while True:
                try:
                    async with session.get(self._url + call) as response:
                        told = await response.json() if response.status == 200 else {}
                    self.looked = response.status == 200
                    self.state = (told.get("transfer") or {}).get("state", "")
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(LOOK_EVERY_S)

    @property
    def waits(self) -> bool:
        """Whether the caller is still to meet an agent, or to be told that they will not."""
        return self.state in {"queued", "ringing", "briefing", "joining", "returning"}

    @property
    def met(self) -> bool:
        return self.state in {"bridged", "held", "consulting"}
