"""Entailment over HTTP: a server such as text-embeddings-inference with a natural language inference model.

    POST /predict  {"inputs": [[premise, claim], …], "raw_scores": false, "truncate": true}
    200            [[{"score": 0.93, "label": "entailment"}, {"score": 0.05, "label": "neutral"}, …], …]

One claim may come back as one list of labels instead of a list of lists. Redirects are not followed.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import orjson

from ivr.vocabulary.errors import BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag

LARGEST_BYTES: Final = 256 * 1024
MOST_CLAIMS: Final = 32

ENTAILS: Final = frozenset({"entailment", "entailed", "entails", "label_entailment", "supported", "consistent"})
"Names of the label that counts. A server whose labels are LABEL_0, LABEL_1, … must be given their names."

_LATER: Final = frozenset({408, 424, 425, 429})


class HttpEntailment:
    """`Entailment` behind an address ending in /predict, checked by `openai.address.check_endpoint`."""

    def __init__(self, url: str, *, key: str = "", deadline_ms: float = 400.0) -> None:
        self._url, self._key, self._host = url, key, urlsplit(url).netloc
        self._timeout = aiohttp.ClientTimeout(total=deadline_ms / 1_000)
        self._client: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        return f"entailment@{self._host}"

    async def entailed(self, premise: str, claims: Sequence[str], language: LanguageTag) -> list[float]:
        if not claims:
            return []
        if len(claims) > MOST_CLAIMS:
            raise BackendRejected(f"at most {MOST_CLAIMS} claims at once")
        body = {"inputs": [[premise, claim] for claim in claims], "raw_scores": False, "truncate": True}
        try:
            answer = await self._post(orjson.dumps(body))
        except TimeoutError as error:
            raise DeadlineExceeded(f"{self._host} did not judge within {self._timeout.total:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise BackendUnavailable(f"{self._host} cannot be reached ({type(error).__name__})") from error
        return _scores(answer, len(claims), self._host)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _post(self, body: bytes) -> Any:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        async with self._client.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status >= 500 or response.status in _LATER:
                raise BackendUnavailable(f"{self._host} answered {response.status}")
            if response.status != 200:
                raise BackendRejected(f"{self._host} answered {response.status}; check IVR_ENTAILMENT_URL and its key")
            read = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                read += chunk
                if len(read) > LARGEST_BYTES:
                    raise BackendUnavailable(f"{self._host} answered with more than 256 KiB")
        try:
            return orjson.loads(read)
        except orjson.JSONDecodeError as error:
            raise BackendUnavailable(f"{self._host} answered with no JSON") from error


def _scores(answer: Any, claims: int, host: str) -> list[float]:
    """The chance of each claim. Raises BackendUnavailable for an answer that holds none."""
    rows = [answer] if claims == 1 and isinstance(answer, list) and answer and isinstance(answer[0], dict) else answer
    if not isinstance(rows, list) or len(rows) != claims:
        raise BackendUnavailable(f"{host} judged something else than {claims} claims")
    return [_score(row, host) for row in rows]


def _score(row: Any, host: str) -> float:
    for label in row if isinstance(row, list) else ():
        if isinstance(label, dict) and str(label.get("label", "")).casefold() in ENTAILS:
            score = label.get("score")
            if isinstance(score, int | float) and 0.0 <= score <= 1.0:
                return float(score)
    raise BackendUnavailable(f"{host} names no label for what follows")
