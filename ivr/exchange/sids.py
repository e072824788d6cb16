"""Sids: the carrier's ids, two letters and 32 hex digits."""

import re
import secrets

_SID = re.compile(r"^[A-Z]{2}[0-9a-f]{32}$")


def new_sid(prefix: str) -> str:
    """A fresh sid, such as `CA…` for a call or `MZ…` for a stream."""
    return prefix + secrets.token_hex(16)


def is_sid(text: str, prefix: str) -> bool:
    """Whether `text` has the form of a sid of this kind."""
    return text.startswith(prefix) and _SID.match(text) is not None
