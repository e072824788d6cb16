"""Lines of PDF pages as blocks: headings by their type, paragraphs by their gaps, and what runs on every page aside.

Pure. A PDF says where letters stand, not what they are; this is how a reader sees the difference.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ivr.adapters.documents.pdf_page import Line, Page
from ivr.ports.converted import Block, BlockKind, Run, Sight

_EDGE: Final = 0.12
"Share of a page's height, at its top and foot, where what runs on every page stands."
_LEAST_PAGES: Final = 3
"On which a line must stand to be one that runs on every page."
_LARGER: Final = 1.12
"By how much the type of a heading is larger than that of the text."
_LONGEST_HEADING: Final = 140
_GAP: Final = 1.25
"Times the usual distance of lines from which a paragraph begins anew."
_ITEM: Final = re.compile(r"^(?:[•▪◦‣●○■–—*·-]|\(?(?:\d{1,2}|[a-z])[.)])$")
_NUMBER: Final = re.compile(r"\d{1,6}")
_ENDS: Final = re.compile(r"[.!?:…]['\"”’»)]*$")


@dataclass(frozen=True, slots=True)
class _Type:
    """What is usual in a document: the size of its text, how far lines stand apart, and which sizes are headings."""

    size: float
    apart: float
    right: float
    headings: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A block that does not come from lines, such as a row of a table, and where on its page it begins."""

    page: int
    top: float
    block: Block


def blocks(pages: Sequence[Page], placed: Sequence[Placed] = ()) -> list[Block]:
    """The blocks of all pages in reading order."""
    usual = _usual([line for page in pages for line in page.lines])
    running = _running(pages, usual)
    found: list[Block] = []
    gathered: list[Line] = []

    def close() -> None:
        if gathered:
            found.append(_block(gathered, usual))
        gathered.clear()

    for page in pages:
        waiting = sorted((each for each in placed if each.page == page.number), key=lambda each: -each.top)
        for note in page.notes:
            found.append(Block(BlockKind.PARAGRAPH, (Run(note, Sight.ASIDE, "an annotation"),), _where(page.number)))
        for line in page.lines:
            if id(line) in running:
                found.append(Block(BlockKind.PARAGRAPH, _runs([line], running[id(line)]), _where(line.page)))
                continue
            while waiting and waiting[0].top >= line.base:
                close()
                found.append(waiting.pop(0).block)
            if gathered and not _goes_on(gathered, line, usual):
                close()
            gathered.append(line)
        if waiting:
            close()
            found += [each.block for each in waiting]
    close()
    return found


def _running(pages: Sequence[Page], usual: _Type) -> dict[int, str]:
    """The lines that run on every page, by identity, and what they are."""
    places: dict[tuple[str, int], list[Line]] = {}
    for page in pages:
        height = max(1.0, page.box[3] - page.box[1])
        for line in page.lines:
            above = (line.base - page.box[1]) / height
            if above < _EDGE or above > 1 - _EDGE:
                key = (_NUMBER.sub("#", line.text), round(above * 50))
                places.setdefault(key, []).append(line)
    found: dict[int, str] = {}
    for lines in places.values():
        if len({line.page for line in lines}) >= max(_LEAST_PAGES, len(pages) // 3):
            same = len({line.text for line in lines}) == 1
            how = "repeated on each page" if same else "the number of the page" if _counts(lines, usual) else ""
            found |= {id(line): how for line in lines if how}
    return found


def _counts(lines: Sequence[Line], usual: _Type) -> bool:
    """Whether the one number that differs between these lines is the page's, and they are no headings."""
    rows = [[int(number) for number in _NUMBER.findall(line.text)] for line in lines]
    differing = [column for column in zip(*rows, strict=True) if len(set(column)) > 1]
    if len(differing) != 1 or _heading_level(lines[0], usual):
        return False
    return len({number - line.page for number, line in zip(differing[0], lines, strict=True)}) == 1


def _usual(lines: Sequence[Line]) -> _Type:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    gaps = Counter(
        round(one.base - other.base, 1)
        for one, other in pairwise(lines)
        if one.page == other.page and one.size == other.size == size and 0 < one.base - other.base < 4 * size
    )
    apart = gaps.most_common(1)[0][0] if gaps else 1.2 * size
    larger = sorted({line.size for line in lines if line.size >= _LARGER * size}, reverse=True)
    right = max((line.right for line in lines if line.size == size), default=0.0)
    return _Type(size, apart, right, tuple(larger[:5]))


def _heading_level(line: Line, usual: _Type) -> int:
    """Of what level a heading is that this line could be; 0 for none."""
    if len(line.text) > _LONGEST_HEADING or not any(char.isalpha() for char in line.text):
        return 0
    if line.size >= _LARGER * usual.size:
        return 1 + usual.headings.index(line.size) if line.size in usual.headings else 6
    if line.bold and not _ENDS.search(line.text) and line.right < 0.9 * usual.right:
        return min(6, len(usual.headings) + 1)
    return 0


def _goes_on(gathered: Sequence[Line], line: Line, usual: _Type) -> bool:
    """Whether a line belongs to the block that those before it make."""
    last = gathered[-1]
    if _heading_level(last, usual) or _heading_level(line, usual):
        same = last.size == line.size and last.bold == line.bold and last.page == line.page
        near = 0 < last.base - line.base < 1.6 * max(line.size, 1.0)
        return same and near and _heading_level(last, usual) == _heading_level(line, usual)
    if _ITEM.match(line.words[0].text) and len(line.words) > 1:
        return False
    if abs(last.size - line.size) > 0.6:
        return False
    if last.page != line.page or line.base >= last.base - 1:
        begins_small = line.text[:1].islower()
        return last.broken or (not _ENDS.search(last.text) and begins_small)
    if last.base - line.base > _GAP * usual.apart:
        return False
    if line.left > last.left + 8 and len(gathered) > 1 and not _ITEM.match(gathered[0].words[0].text):
        return False
    return not (_ENDS.search(last.text) and last.right < 0.8 * usual.right)


def _block(lines: Sequence[Line], usual: _Type) -> Block:
    where = _where(lines[0].page)
    level = _heading_level(lines[0], usual)
    if level:
        return Block(BlockKind.HEADING, _runs(lines), where, level)
    if _ITEM.match(lines[0].words[0].text) and len(lines[0].words) > 1:
        return Block(BlockKind.ITEM, _runs(lines, mark=True), where, 1)
    return Block(BlockKind.PARAGRAPH, _runs(lines), where)


def _runs(lines: Sequence[Line], aside: str = "", mark: bool = False) -> tuple[Run, ...]:
    """The words as runs of those that are seen alike. A word that a line breaks is put together again."""
    runs: list[Run] = []
    for text, how, link in _spaced(lines, mark):
        sight = Sight.HIDDEN if how else Sight.ASIDE if aside else Sight.SHOWN
        if runs and (runs[-1].how, runs[-1].link, runs[-1].sight) == (how or aside, link, sight):
            runs[-1] = Run(runs[-1].text + text, sight, how or aside, link)
        else:
            runs.append(Run(text, sight, how or aside, link))
    return tuple(runs)


def _spaced(lines: Sequence[Line], mark: bool) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(lines):
        words = line.words[1:] if mark and number == 0 else line.words
        for at, word in enumerate(words):
            joined = at == len(words) - 1 and _joined(line, lines[number + 1 :])
            text = word.text.removesuffix("-") if joined and not line.broken else word.text
            close = at + 1 < len(words) and words[at + 1].box[0] - word.box[2] < 0.08 * line.size
            touches = close and abs(words[at + 1].box[1] - word.box[1]) < line.size
            yield text + ("" if joined or (touches and word.how == words[at + 1].how) else " "), word.how, word.link


def _joined(line: Line, after: Sequence[Line]) -> bool:
    """Whether the last word of a line goes on in the next."""
    if not after:
        return False
    begins = after[0].words[0].text[:1]
    return line.broken or (re.search(r"[^\W\d_]{2}-$", line.words[-1].text) is not None and begins.islower())


def _where(page: int) -> str:
    return f"page {page}"
