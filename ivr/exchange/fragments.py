"""Connection overrides: how long to wait for a webhook, written by its owner into the URL's fragment.

`#ct=2000&rt=5000&tt=8000&rc=2&rp=all`: connect timeout, read timeout, total time, retry count, retry policy.
Facts: docs/carrier-wire.md, section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

RETRY_POLICIES = ("4xx", "5xx", "ct", "rt", "all")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the carrier waits for one webhook and when it tries again."""

    connect_ms: int = 5_000
    read_ms: int = 15_000
    total_ms: int = 15_000
    "All tries together."
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


_LIMITS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


def patience(url: str) -> Patience:
    """Read the overrides of `url`. A value that cannot be read or is out of range leaves its default."""
    given = dict(parse_qsl(urldefrag(url).fragment))
    numbers: dict[str, int] = {}
    for key, (low, high) in _LIMITS.items():
        text = given.get(key, "")
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            numbers[key] = int(text)
    default = Patience()
    policies = frozenset(given.get("rp", "ct").split(",")) & frozenset(RETRY_POLICIES)
    return Patience(
        connect_ms=numbers.get("ct", default.connect_ms),
        read_ms=numbers.get("rt", default.read_ms),
        total_ms=numbers.get("tt", default.total_ms),
        retries=numbers.get("rc", default.retries),
        retry_on=policies or default.retry_on,
    )


def without_fragment(url: str) -> str:
    """The URL as it goes on the wire."""
    return urldefrag(url).url
