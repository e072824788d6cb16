"""Twilio's request signatures: who really sent this webhook or this WebSocket upgrade.

The text that is signed and its HMAC come from twilio's own `RequestValidator`. The comparison is ours, because theirs
leaks by its timing where two signatures part, and because it rebuilds the URL on the way (an empty query is lost).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from multidict import MultiDict
from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

_ALGORITHMS = {HMAC_SHA1: 20, HMAC_SHA256: 32}
_DEFAULT_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27,43}=")


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever the case of its name; "" when absent."""
    value = headers.get(name)
    if value is None:
        lower = name.lower()
        value = next((text for key, text in headers.items() if key.lower() == lower), "")
    return value


def signed_by(
    validators: Sequence[RequestValidator],
    headers: Mapping[str, str],
    urls: Iterable[str],
    form: Iterable[tuple[str, str]] = (),
) -> bool:
    """Whether one of `validators` made the signature in `headers` over `form` and any spelling in `urls`.

    A repeated name signs each of its different values once, sorted (docs/carrier-wire.md). Works through every
    candidate before it answers. Raises ValueError or UnicodeError for text that cannot be signed at all.
    """
    given = header(headers, SIGNATURE_HEADER).strip()
    algorithm = get_signature_algorithm(header(headers, SIGNATURE_SETTINGS_HEADER)).upper()
    if algorithm not in _ALGORITHMS or not _SIGNATURE.fullmatch(given):
        return False
    signature, parameters, found = given.encode("ascii"), MultiDict(form), False
    for url in dict.fromkeys(urls):
        for validator in validators:
            expected = validator.compute_signature(url, parameters, algorithm).encode("ascii")
            found |= hmac.compare_digest(expected, signature)
    return found


def body_hash_matches(url: str, body: bytes) -> bool:
    """Whether the URL's `bodySHA256` is the hash of `body`. A body without that key was never signed."""
    given = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    expected = hashlib.sha256(body).hexdigest()
    return hmac.compare_digest(expected.encode("ascii"), given.lower().encode("utf-8"))


def port_spellings(url: str) -> list[str]:
    """The URL as it is, without its port, and with the scheme's own port: Twilio signs now one, now another."""
    parts = urlsplit(url)
    scheme, separator, rest = url.partition("://")
    if not separator or parts.hostname is None:
        return [url]
    tail = rest[len(parts.netloc) :]
    host = parts.netloc if parts.port is None else parts.netloc.rpartition(":")[0]
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
    return [url, f"{scheme}://{host}{tail}", f"{scheme}://{host}:{port}{tail}"]


def slash_spellings(url: str) -> list[str]:
    """The URL with and without a slash at the end of its path."""
    before, question, query = url.partition("?")
    other = before[:-1] if before.endswith("/") else before + "/"
    return [url, other + question + query]
