"""A language model over an OpenAI-compatible endpoint: streamed, hedged, behind a circuit, every failure one of ours.

Nothing is tried again here beyond the one second attempt, and a request that went out on a closed connection: whoever
asked has approved words to fall back on, and a caller waits. A stream that ends without saying so was cut: a failure.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from ivr.adapters.openai.address import is_this_machine
from ivr.adapters.openai.circuit import Abandoned, Asked, Circuit, Failed, Happening, Rules, State, Succeeded, step
from ivr.adapters.openai.endpoint import EVERY_LANGUAGE, Endpoint
from ivr.adapters.openai.faults import Dropped, Refused, translated
from ivr.adapters.openai.race import Begun, race
from ivr.ports.language_model import Turn
from ivr.vocabulary.errors import BackendError, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag

_record = structlog.get_logger("language-model")

LONGEST_TOKEN: Final = 64
"Characters that a token has at most, so that an endpoint which counts none is stopped all the same."

KEPT_S: Final = 30.0
"How long a connection is kept that nobody uses: the next caller saves the time to make one."


class OpenAiModel:
    """`LanguageModel` over one endpoint."""

    def __init__(
        self, endpoint: Endpoint, *, rules: Rules | None = None, now_ms: Callable[[], float] | None = None
    ) -> None:
        self._endpoint = endpoint
        self._host = urlsplit(endpoint.url).netloc
        self._rules, self._circuit = rules or Rules(), Circuit()
        self._now_ms = now_ms or (lambda: time.monotonic() * 1_000)
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        return f"{self._endpoint.model}@{self._host}"

    @property
    def state(self) -> State:
        """Of the circuit: for health, and for whoever looks."""
        return self._circuit.state

    def writes(self, language: LanguageTag) -> bool:
        languages = self._endpoint.languages
        return EVERY_LANGUAGE in languages or language.partition("-")[0] in languages

    async def write(self, turns: Sequence[Turn], *, most_tokens: int, within_ms: float) -> AsyncGenerator[str, None]:
        if not self._tell(Asked(self._now_ms())):
            raise BackendUnavailable(f"{self._host} failed too often, and is left alone for a while")
        began_ms, spoke, told = self._now_ms(), False, False
        ends = asyncio.get_running_loop().time() + within_ms / 1_000
        try:
            stream = await self._begin(turns, most_tokens, ends, within_ms)
            async with aclosing(stream.rest) as rest:
                spoke, left = True, most_tokens * LONGEST_TOKEN - len(stream.first)
                if stream.first:
                    yield stream.first
                while left > 0 and (piece := await self._next(rest, ends, within_ms)) is not None:
                    left -= len(piece)
                    yield piece
            told = True
            self._tell(Succeeded(self._now_ms()))
        except BackendError as error:
            told = True
            self._tell(Failed(self._now_ms(), error.wait_ms if isinstance(error, Refused) else 0.0))
            raise
        finally:
            if not told:  # closed by whoever asked, in time or because it took too long
                self._left(spoke, self._now_ms() - began_ms)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _left(self, spoke: bool, waited_ms: float) -> None:
        late = waited_ms > (self._endpoint.second_ms or self._endpoint.first_ms)
        now = self._now_ms()
        self._tell(Succeeded(now) if spoke else Failed(now) if late else Abandoned(now))

    def _tell(self, event: Happening) -> bool:
        before = self._circuit.state
        self._circuit, admitted = step(self._circuit, event, self._rules)
        if self._circuit.state is not before:
            _record.info("the circuit changed", endpoint=self._host, was=before.value, now=self._circuit.state.value)
        return admitted

    async def _begin(self, turns: Sequence[Turn], most_tokens: int, ends: float, within_ms: float) -> Begun:
        first = asyncio.get_running_loop().time() + self._endpoint.first_ms / 1_000
        second_s = None if self._endpoint.second_ms is None else self._endpoint.second_ms / 1_000
        try:
            async with asyncio.timeout_at(min(first, ends)):
                return await race(lambda: self._attempt(turns, most_tokens), second_s)
        except TimeoutError as error:
            waited = min(self._endpoint.first_ms, within_ms)
            raise DeadlineExceeded(f"{self._host} wrote nothing within {waited:.0f} ms") from error

    async def _next(self, rest: AsyncGenerator[str, None], ends: float, within_ms: float) -> str | None:
        try:
            async with asyncio.timeout_at(ends):
                return await anext(rest, None)
        except TimeoutError as error:
            raise DeadlineExceeded(f"{self._host} did not finish within {within_ms:.0f} ms") from error

    async def _attempt(self, turns: Sequence[Turn], most_tokens: int) -> Begun:
        """One request; made anew on another connection, once, when the one it went out on had been closed."""
        try:
            return await self._opened(turns, most_tokens)
        except Dropped:
            return await self._opened(turns, most_tokens)

    async def _opened(self, turns: Sequence[Turn], most_tokens: int) -> Begun:
        stream = self._pieces(turns, most_tokens)
        try:
            return Begun(await anext(stream, ""), stream)
        except BaseException:
            await stream.aclose()
            raise

    async def _pieces(self, turns: Sequence[Turn], most_tokens: int) -> AsyncGenerator[str, None]:
        """One request's text. Raises our errors alone."""
        messages: list[ChatCompletionMessageParam] = [_message(turn) for turn in turns]
        ended = False
        try:
            response = await self._connected().chat.completions.create(
                model=self._endpoint.model, messages=messages, max_tokens=most_tokens, temperature=0.0, stream=True
            )
            async with response:
                async for chunk in response:
                    piece, last = _read(chunk)
                    ended = ended or last
                    if piece:
                        yield piece
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except Exception as error:  # whatever its client, or what the endpoint sent, makes of it
            raise translated(error, self._host) from error
        if not ended:
            raise BackendUnavailable(f"{self._host} cut its reply short")

    def _connected(self) -> AsyncOpenAI:
        if self._client is None:
            endpoint = self._endpoint
            timeout = httpx2.Timeout(None, connect=endpoint.connect_ms / 1_000, pool=endpoint.connect_ms / 1_000)
            local = is_this_machine(endpoint.url)
            http = httpx2.AsyncClient(
                follow_redirects=False,
                trust_env=not local,
                timeout=timeout,
                limits=httpx2.Limits(keepalive_expiry=KEPT_S),
            )
            self._client = AsyncOpenAI(
                base_url=endpoint.url, api_key=endpoint.key or "none", max_retries=0, timeout=timeout, http_client=http
            )
        return self._client


def _message(turn: Turn) -> ChatCompletionMessageParam:
    match turn.role:
        case "system":
            return {"role": "system", "content": turn.text}
        case "assistant":
            return {"role": "assistant", "content": turn.text}
        case _:
            return {"role": "user", "content": turn.text}


def _read(chunk: Any) -> tuple[str, bool]:
    """Return a chunk's text, and whether it is the last. The client checks none of what it was sent."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return "", False
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    return (text if isinstance(text, str) else ""), bool(getattr(choices[0], "finish_reason", None))
