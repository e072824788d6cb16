"""What an endpoint's failures are to us: who must act, and how long it asked to be left alone."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
import openai

from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded

LONGEST_WAIT_MS: Final = 300_000.0
"However long an endpoint asks to be left alone: it is probed again after five minutes."

USUAL_WAIT_MS: Final = 2_000.0
"When it says that there were too many requests, and not for how long."

_DROPPED: Final = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
_LATER: Final = frozenset({408, 409, 425})


class Refused(BackendUnavailable):
    """It asks to be left alone for `wait_ms`."""

    def __init__(self, message: str, wait_ms: float) -> None:
        super().__init__(message)
        self.wait_ms = wait_ms


class Dropped(BackendUnavailable):
    """The connection was closed before there was a reply: as a rule one that had been kept for too long."""


def translated(error: Exception, host: str) -> BackendError:
    """Return the error of ours that this one is. Messages of the endpoint are left out: they may quote a caller."""
    match error:
        case BackendError():
            return error
        case openai.APITimeoutError():
            return DeadlineExceeded(f"{host} did not answer in time")
        case openai.APIStatusError():
            return _status(error.status_code, error.response.headers, host)
        case openai.APIConnectionError() if isinstance(error.__cause__, _DROPPED):
            return Dropped(f"{host} closed the connection")
        case openai.APIConnectionError():
            return BackendUnavailable(f"{host} cannot be reached")
        case openai.APIError():
            return BackendUnavailable(f"{host} broke off with an error")
        case _:
            return BackendUnavailable(f"{host} answered with something else than a reply ({type(error).__name__})")


def _status(status: int, headers: Mapping[str, str], host: str) -> BackendError:
    if status == 429 or (status == 503 and headers.get("retry-after")):
        wait_ms = _wait_ms(headers)
        return Refused(f"{host} asks to be left alone for {wait_ms / 1_000:.0f} s ({status})", wait_ms)
    if status >= 500 or status in _LATER:
        return BackendUnavailable(f"{host} answered {status}")
    advice = {
        401: "check IVR_LLM_KEY",
        403: "check what IVR_LLM_KEY may do",
        404: "check IVR_LLM and IVR_LLM_MODEL",
    }.get(
        status, "redirects are not followed: set IVR_LLM to where it leads" if status < 400 else "check IVR_LLM_MODEL"
    )
    return BackendRejected(f"{host} answered {status}; {advice}")


def _wait_ms(headers: Mapping[str, str]) -> float:
    """Read Retry-After: seconds, or a date counted from the endpoint's own."""
    told = headers.get("retry-after", "").strip()
    try:
        wait_ms = float(told) * 1_000
    except ValueError:
        try:
            wait_ms = (parsedate_to_datetime(told) - parsedate_to_datetime(headers["date"])).total_seconds() * 1_000
        except (ValueError, TypeError, KeyError):
            wait_ms = USUAL_WAIT_MS
    return min(max(wait_ms, 0.0), LONGEST_WAIT_MS) if wait_ms == wait_ms else USUAL_WAIT_MS
