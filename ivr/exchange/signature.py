"""Request signatures, as the carrier makes them. Facts: docs/carrier-wire.md, section 2."""

import base64
import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit, urlunsplit

HEADER = "X-Twilio-Signature"
IDEMPOTENCY_HEADER = "I-Twilio-Idempotency-Token"


def signed_url(url: str) -> str:
    """The form of `url` that is signed: without fragment; https without its port, every other scheme as written."""
    bare = urldefrag(url).url
    parts = urlsplit(bare)
    if parts.scheme != "https" or parts.port is None:
        return bare
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))


def sign(token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """Base64 of HMAC-SHA1(token, URL + sorted name+value pairs); equal pairs count once.

    `params` are the fields of a form body; a GET and a WebSocket upgrade have none.
    """
    text = url + "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(token.encode(), text.encode(), "sha1").digest()
    return base64.b64encode(digest).decode()
