"""Admission: single-use tokens that bind a media stream to its call.

A token names a call and the log entry that asked for a stream (the offer, the loss of the stream before, the end of a
stay with an agent, or a message that was recorded), and is good for 60 s after it. The log says whether it was used, so
there is no second store, a repeated webhook is answered with the same words, and any process that can read the log can
check it.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from ivr.calls.transfer.state import Stage
from ivr.vocabulary.event import Event
from ivr.vocabulary.events import CallAnswered, CallEnded, CallOffered, Logged, StreamLost, TakenUp
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.messages import VoicemailTaken
from ivr.vocabulary.transfers import TransferMoved

GOOD_FOR_MS: Final = 60_000

_ASKS_FOR_A_STREAM: Final = (CallOffered, StreamLost, VoicemailTaken)


class Admissions:
    """Issues and checks tokens with the deployment's secret (at least 32 bytes)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the admission secret must have at least 32 bytes")
        self._secret = secret

    def token(self, log: Sequence[Logged]) -> str | None:
        """The token for the stream that this call last asked for, used or not; None when it has ended."""
        asking, _ = _asking(log)
        if asking is None:
            return None
        signature = hmac.digest(self._secret, f"{asking.call}|{asking.seq}".encode(), hashlib.sha256)
        return f"{asking.seq}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    def nonce(self, call: CallId, token: str, log: Sequence[Logged], wall_ms: int) -> str | None:
        """The nonce to write into the log if `token` opens a stream of `call` now; None when it does not.

        It does not when it is forged, of another call, older than 60 s, or used: a stream came after what asked for it.
        """
        asking, used = _asking(log)
        expected = self.token(log)
        if asking is None or expected is None or used or asking.call != call:
            return None
        if not hmac.compare_digest(expected.encode(), token.encode()):
            return None
        if not 0 <= wall_ms - asking.wall_ms <= GOOD_FOR_MS:
            return None
        return str(asking.seq)


def _asking(log: Sequence[Logged]) -> tuple[Logged | None, bool]:
    """The latest entry that asked for a stream, and whether one has come for it."""
    asking, used = None, False
    for logged in log:
        if isinstance(logged.event, _ASKS_FOR_A_STREAM) or _returns(logged.event):
            asking, used = logged, False
        elif isinstance(logged.event, CallAnswered | TakenUp):
            used = True
        elif isinstance(logged.event, CallEnded):
            return None, False
    return asking, used


def _returns(event: Event) -> bool:
    return isinstance(event, TransferMoved) and event.stage == Stage.RETURNING
