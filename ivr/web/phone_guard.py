"""Who may use the phone page's API: a browser on this machine, from this server's own page.

Place      The peer and the Host must be this machine itself, which also stops a foreign name that was pointed here.
Page       What gives something away asks for the page's own Origin, and for the browser's word that the request
           comes from it (`Sec-Fetch-Site`); neither can be set by a page of another site.
Passes     Captions open with a pass, for one call that began after the pass was made. See docs/decisions/007.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from typing import Final

from aiohttp import web
from yarl import URL

from ivr.vocabulary.ids import CallId

PASS_MS: Final = 5 * 60_000
"How long after a pass was made its call may begin."
CLAIMS: Final = 256
"Calls whose pass is remembered; the oldest go first."


def is_local(request: web.Request) -> bool:
    """Whether it comes from this machine, to a name of this machine."""
    try:
        host = URL(f"http://{request.host}").host or ""
    except ValueError:
        return False
    return _is_loopback(request.remote or "") and (host == "localhost" or _is_loopback(host))


def from_own_page(request: web.Request) -> bool:
    """Whether a browser says that this server's own page asks.

    A WebSocket's upgrade always has an Origin, but not in every browser a Sec-Fetch-Site.
    """
    if request.headers.get("Origin") != f"http://{request.host}":
        return False
    usual = "same-origin" if request.headers.get("Upgrade", "").lower() == "websocket" else ""
    return request.headers.get("Sec-Fetch-Site", usual) == "same-origin"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Passes:
    """Makes passes, and knows which call each has opened. Signed, so that a restart in the middle of a call keeps them.

    secret  of this deployment.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"captions of the phone page", hashlib.sha256)
        self._claims: OrderedDict[CallId, str] = OrderedDict()

    def make(self, now_ms: int) -> str:
        """A fresh pass. now_ms  Unix time."""
        facts = f"{now_ms}.{secrets.token_urlsafe(18)}"
        return f"{facts}.{self._signature(facts)}"

    def admit(self, given: str, call: CallId, offered_ms: int) -> bool:
        """Whether this pass opens this call, which was offered at `offered_ms`. It opens no other one afterwards."""
        facts, _, signature = given.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(facts).encode()):
            return False
        made_ms = int(facts.partition(".")[0])  # signed, so it is ours and a number
        claimed_by = self._claims.get(call)
        if claimed_by is None and facts in self._claims.values():
            return False
        if claimed_by not in (None, facts) or not made_ms <= offered_ms <= made_ms + PASS_MS:
            return False
        self._claims[call] = facts
        while len(self._claims) > CLAIMS:
            self._claims.popitem(last=False)
        return True

    def _signature(self, facts: str) -> str:
        return hmac.new(self._key, facts.encode(), hashlib.sha256).hexdigest()
