"""Values in TwiML attributes, read one way by every verb, and the error of those that cannot be.

Pure. Facts: docs/carrier-wire.md, section 4.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

KEYS = frozenset("0123456789*#")


class TwimlError(Exception):
    """The document cannot be run. `code` is the carrier's error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message = code, message


def whole(element: Element, name: str, default: int, code: int, low: int = 0, high: int = 86_400) -> int:
    """A whole number within limits."""
    text = element.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()) or not low <= int(text) <= high:
        raise TwimlError(code, f"<{element.tag} {name}={text!r}>: a whole number from {low} to {high} is needed")
    return int(text)


def method(element: Element, code: int, name: str = "method") -> str:
    """GET or POST."""
    given = element.get(name, "POST").upper()
    if given not in ("GET", "POST"):
        raise TwimlError(code, f"<{element.tag} {name}={given!r}>: GET or POST is needed")
    return given


def flag(element: Element, name: str, default: bool) -> bool:
    """True or false; what is neither is false."""
    return element.get(name, str(default)).strip().lower() == "true"


def sure_flag(element: Element, name: str, default: bool, code: int) -> bool:
    """True or false; what is neither is an error."""
    given = element.get(name, str(default)).strip().lower()
    if given not in ("true", "false"):
        raise TwimlError(code, f"<{element.tag} {name}={given!r}>: true or false is needed")
    return given == "true"


def keys(element: Element, name: str, default: str, code: int, most: int) -> str:
    """Keys of a telephone."""
    given = element.get(name, default)
    if not set(given) <= KEYS or len(given) > most:
        raise TwimlError(code, f"<{element.tag} {name}={given!r}>: keys 0-9, * and # are needed")
    return given
