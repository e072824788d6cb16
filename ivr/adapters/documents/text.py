"""Bytes as text, in the encoding that they honestly are in; and plain text in paragraphs."""

import codecs
import re
from typing import Final

from ivr.adapters.documents.bounds import Watch
from ivr.ports.converted import Block, BlockKind, Converted, Run

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SAVE_AS_UTF8: Final = "Open it in the program that wrote it, and save it as UTF-8."
_ITEM: Final = re.compile(r"^(\s*)(?:[-*+•▪‣–]|\d{1,3}[.)]|[a-z][.)])\s+(?=\S)")


def decoded(data: bytes, watch: Watch, declared: str = "") -> str:
    """Return the text of `data`, its line ends as `\\n`.

    In what its byte order mark says, else in UTF-8; else in `declared`, which is what the file says of itself; else in
    Windows' Western encoding, of which Latin-1 is a part, when that leaves no control characters. Raises ConfigError.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lines(_strictly(data, encoding, watch), watch)
    if b"\0" in data:
        raise watch.refuse("has NUL bytes, so it is no text, or in UTF-16 without a byte order mark", _SAVE_AS_UTF8)
    try:
        return _lines(data.decode("utf-8"), watch)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if declared:
        try:
            return _lines(_strictly(data, declared, watch), watch)
        except LookupError:
            raise watch.refuse(f"says its encoding is {declared[:40]!r}, which is none", _SAVE_AS_UTF8) from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = "\0"
    if _CONTROLS.search(text) or _garbled(text):
        raise watch.refuse("is neither in UTF-8 nor in a Western encoding", _SAVE_AS_UTF8, f"line {line}")
    return _lines(text, watch)


def plain_text(data: bytes, watch: Watch) -> Converted:
    """Read plain text: paragraphs lie between empty lines, and list items begin with a dash, a dot or a number."""
    blocks: list[Block] = []
    lines = decoded(data, watch).split("\n")
    gathered: list[str] = []
    began, level = 1, 0

    def close() -> None:
        if gathered:
            kind = BlockKind.ITEM if level else BlockKind.PARAGRAPH
            blocks.append(Block(kind, (Run(" ".join(gathered)),), f"line {began}", level))
        gathered.clear()

    for number, line in enumerate(lines, 1):
        item = _ITEM.match(line)
        if not line.strip() or item:
            close()
            level = 0
        if item:
            level, line = 1 + len(item[1].expandtabs(4)) // 2, line[item.end() :]
        if line.strip():
            began = began if gathered else number
            gathered.append(line.strip())
        if number % 1_000 == 0 or number == len(lines):
            watch.passed(number, len(lines))
    close()
    return Converted("", None, tuple(blocks))


def _strictly(data: bytes, encoding: str, watch: Watch) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"is not in {encoding.removesuffix('-sig').upper()}, as it says"
        raise watch.refuse(what, _SAVE_AS_UTF8, f"line {line}") from None


def _lines(text: str, watch: Watch) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise watch.refuse("has NUL characters", "Take them out: no reader would see them.", f"line {line}")
    watch.passed(0, 1, len(text))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _garbled(text: str) -> bool:
    """Whether too many of its letters beyond ASCII are no letters, as when Cyrillic is read as Western."""
    beyond = [char for char in text if char > "\x7f"]
    runs = re.findall("[\x80-\U0010ffff]{3,}", text)
    return len(beyond) > 8 and 2 * sum(map(len, runs)) > len(beyond)
