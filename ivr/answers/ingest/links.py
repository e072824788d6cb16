"""Links in a document: which lead to where somebody allowed, and what of them is spoken.

Room  Pure text.
"""

import re
from collections.abc import Collection
from typing import Final

_HOST: Final = r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}"
_ENDINGS: Final = (
    "com|net|org|info|biz|io|co|ai|app|dev|xyz|online|site|shop|top|club|icu|link|click|live|me|eu|uk|us|es|pt|fr|de|it|br|mx|ar|cl|pe|ru|cn|in|bank|"
    "ch|at|nl|be|ie|ca|au|nz|tk|ml|cc|ly|gl|to|tv|gov|edu"
)  # fmt: skip
_WRITTEN: Final = re.compile(
    rf"(?P<scheme>\b(?:https?|ftp|hxxps?)://)(?P<url>[^\s<>\"'”»]+)"
    rf"|\b(?:mailto:)?(?P<mail>(?<![\w.+-])[\w.+-]{{1,64}}@{_HOST})"
    rf"|\b(?P<www>www\.{_HOST}\S*)"
    rf"|(?P<script>\b(?:javascript|vbscript|data:text/html|file):\S*)"
    rf"|(?<![\w.@])(?P<bare>(?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})(?:/[^\s<>\"'”»)]*)?)(?![\w@]|\.\w)",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HARMLESS: Final = frozenset({"tel", "sms", "cid", "about"})
_TRAILING: Final = ".,;:!?)]}'\"”’»"


def strangers(text: str, targets: Collection[str], allowed: Collection[str]) -> list[str]:
    """The links of a text, and those behind its words, that lead to where nobody said that links may."""
    found = [match[0].rstrip(_TRAILING) for match in _WRITTEN.finditer(text) if not _known(_host(match), allowed)]
    return found + [target for target in targets if not _harmless(target, allowed)]


def spoken(text: str) -> str:
    """The text with its links as somebody would say them: the name of the place alone."""

    def said(match: re.Match[str]) -> str:
        if match["mail"]:
            return match["mail"]
        tail = match[0][len(match[0].rstrip(_TRAILING)) :]
        return _host(match).removeprefix("www.") + tail

    return _WRITTEN.sub(said, text)


def _host(match: re.Match[str]) -> str:
    """Where a written link leads; "" for one that no host has."""
    if match["script"]:
        return ""
    if match["mail"]:
        return match["mail"].rpartition("@")[2].lower()
    return _host_of(match["url"] or match["www"] or match["bare"] or "")


def _host_of(rest: str) -> str:
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    return host.partition(":")[0].rstrip(_TRAILING).lower()


def _known(host: str, allowed: Collection[str]) -> bool:
    return any(host == each or host.endswith("." + each) for each in map(_domain, allowed) if each)


def _domain(text: str) -> str:
    return _host_of(re.sub(r"^\w+://", "", text.strip())).removeprefix("www.").lstrip(".")


def _harmless(target: str, allowed: Collection[str]) -> bool:
    """Whether a link's target stays within the document or its site, is a telephone, or is allowed."""
    bare = re.sub(r"[\s\x00-\x20]", "", target)
    if not bare:
        return True
    if bare.startswith(("//", "\\\\", "/\\")):
        return _known(_host_of(bare[2:]), allowed)
    scheme = _SCHEME.match(bare)
    if scheme is None:
        return True
    name, rest = scheme[1].lower(), bare[scheme.end() :]
    if name in ("http", "https", "ftp"):
        return _known(_host_of(rest.lstrip("/\\")), allowed)
    if name == "mailto":
        addressees = re.split(r"[?]", rest, maxsplit=1)[0].split(",")
        return all(_known(each.rpartition("@")[2].lower(), allowed) for each in addressees)
    return name in _HARMLESS
