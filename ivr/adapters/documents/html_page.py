"""A web page as it was saved: what a reader sees of it, and what the page holds besides.

Nothing is fetched and no script runs, so what a script would show or a stylesheet elsewhere would hide is not known;
both are counted among what was skipped.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from ivr.adapters.documents.bounds import Watch
from ivr.adapters.documents.building import Builder, Frame
from ivr.adapters.documents.styles import (
    BLACK,
    LEAST_CONTRAST,
    TINY_PT,
    WHITE,
    Colour,
    colour,
    contrast,
    declarations,
    over,
    pixels,
    unseen,
)
from ivr.adapters.documents.stylesheet import Stylesheet
from ivr.adapters.documents.text import decoded
from ivr.ports.converted import Block, BlockKind, Converted, Run, Sight
from ivr.vocabulary.language import LanguageTag, language_tag

_BLOCKS: Final = frozenset(
    """address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre section
    select summary table tbody td tfoot th thead tr ul""".split()
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_SKIPPED: Final = {
    "script": "scripts are not run",
    "style": "it says how the page looks",
    "iframe": "nothing is fetched",
    "object": "nothing is fetched",
    "embed": "nothing is fetched",
    "canvas": "it is a picture",
    "svg": "it is a picture",
    "math": "formulas are not spoken",
    "video": "nothing is played",
    "audio": "nothing is played",
    "head": "",
}
_ASIDE: Final = {
    "nav": "navigation",
    "footer": "the page's footer",
    "noscript": "shown only without scripts",
    "template": "a template",
    "button": "a control",
    "select": "a control",
    "textarea": "a control",
    "datalist": "a control",
}
_TOLD: Final = ("alt", "title", "aria-label", "placeholder", "content", "value")
"Attributes with words."
_DEEPEST: Final = 200
_FIX: Final = "Save the page again from a browser, complete, as HTML."


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks at one place; what lies within may look otherwise, so it counts only where text stands."""

    ink: Colour = BLACK
    back: Colour = WHITE
    size_px: float = 16.0
    visibility: str = ""

    def on(self, frame: Frame) -> Frame:
        """The frame of text that looks so."""
        if self.visibility in ("hidden", "collapse"):
            return frame.unseen(Sight.HIDDEN, f"visibility: {self.visibility}")
        if self.size_px * 0.75 < TINY_PT:
            return frame.unseen(Sight.HIDDEN, f"type of {self.size_px * 0.75:.1f} points")
        if contrast(self.ink, self.back) < LEAST_CONTRAST:
            return frame.unseen(Sight.HIDDEN, "the colour of its background")
        return frame


@dataclass(slots=True)
class _Page:
    watch: Watch
    builder: Builder = field(default_factory=Builder)
    styles: Stylesheet = field(default_factory=Stylesheet)
    lined: bool = False
    "Elements say themselves where they stand."
    done: int = 0
    of: int = 1


def html_page(data: bytes, watch: Watch) -> Converted:
    """Read a saved page. Raises ConfigError."""
    head = data[:2_000].decode("latin-1")
    declared = re.search(r"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{1,40})", head, re.IGNORECASE)
    return read_markup(decoded(data, watch, declared[1] if declared else ""), watch)


def read_markup(text: str, watch: Watch) -> Converted:
    """Read HTML. An element's attribute `data-line` says where it stands, if it has one."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise watch.refuse(f"is no HTML: {str(error)[:100]}", _FIX) from error
    if root is None:
        raise watch.refuse("has no text", _FIX)
    page = _Page(watch, lined=root.find(".//*[@data-line]") is not None, of=sum(1 for _ in root.iter()))
    for element in root.iter("style"):
        page.styles.read(element.text or "")
    for link in root.iter("link"):
        if "stylesheet" in (link.get("rel") or "").lower():
            page.builder.skip("stylesheet elsewhere", "nothing is fetched", _place(page, link, ""))
    if page.styles.dropped:
        page.builder.skip("rule of a stylesheet", f"not understood: {page.styles.dropped}", "<style>")
    _element(page, root, Frame(where=_place(page, root, "")), _Look(), 0)
    page.builder.end()
    title = root.findtext(".//title") or ""
    return Converted(
        " ".join(title.split()),
        _language(root),
        tuple(page.builder.blocks),
        tuple(page.builder.skipped),
    )


def _element(page: _Page, element: etree._Element, frame: Frame, look: _Look, depth: int) -> None:
    """Read an element with all it holds; its tail is its parent's."""
    page.done += 1
    if page.done % 500 == 0:
        page.watch.passed(page.done, page.of)
    frame = replace(frame, where=_place(page, element, frame.where))
    if not isinstance(element.tag, str):
        if element.tag is etree.Comment:
            page.builder.apart(element.text or "", frame.unseen(Sight.ASIDE, "a comment"))
        return
    tag = element.tag.lower()
    if depth > _DEEPEST:
        raise page.watch.refuse("has elements too deep within one another", _FIX, frame.where)
    if tag in _SKIPPED:
        _skip(page, element, tag, frame)
        return
    frame, look = _seen(page, element, tag, frame, look)
    _told(page, element, frame)
    if tag == "table" and _is_table(element):
        _table(page, element, frame, look, depth)
        return
    if tag == "br":
        page.builder.add("\n", look.on(frame))
        return
    block = tag in _BLOCKS
    if block:
        page.builder.end()
    inner = _framed(element, tag, frame)
    shown = look.on(inner)
    page.builder.add(_blanks(element.text, inner), shown)
    for child in element:
        _element(page, child, inner, look, depth + 1)
        page.builder.add(_blanks(child.tail, inner), shown)
    if block:
        page.builder.end()


def _framed(element: etree._Element, tag: str, frame: Frame) -> Frame:
    if tag in _HEADINGS:
        return replace(frame, kind=BlockKind.HEADING, level=_HEADINGS[tag])
    if tag in ("li", "dt", "dd") and frame.kind is not BlockKind.ROW:
        deep = sum(1 for each in element.iterancestors() if each.tag in ("ul", "ol", "menu", "dl"))
        return replace(frame, kind=BlockKind.ITEM, level=max(1, deep))
    if tag == "a" and element.get("href"):
        return replace(frame, link=(element.get("href") or "").strip())
    if tag == "pre":
        return replace(frame, plain=True)
    return frame


def _seen(page: _Page, element: etree._Element, tag: str, frame: Frame, look: _Look) -> tuple[Frame, _Look]:
    """What holds within an element, by its own style and by that of the page."""
    style = page.styles.style(element) | declarations(element.get("style") or "")
    ink, back = colour(style.get("color", element.get("color") or "")), look.back
    behind = colour(style.get("background-color", "") or style.get("background", "") or (element.get("bgcolor") or ""))
    if behind is not None:
        back = over(behind, back)
    look = _Look(ink or look.ink, back, _size(style, look.size_px), style.get("visibility", look.visibility))
    why = unseen(style)
    if not why and element.get("hidden") is not None:
        why = "the attribute hidden"
    if not why and tag == "dialog" and element.get("open") is None:
        why = "a closed dialog"
    if why:
        return frame.unseen(Sight.HIDDEN, why), look
    if tag in _ASIDE:
        return frame.unseen(Sight.ASIDE, _ASIDE[tag]), look
    if element.get("aria-hidden") == "true":
        return frame.unseen(Sight.ASIDE, "kept from screen readers"), look
    return frame, look


def _size(style: dict[str, str], above_px: float) -> float:
    text = style.get("font-size", "")
    if not text:
        short = re.search(r"(-?[\d.]+(?:px|pt|em|rem|%))(?:\s*/|\s)", style.get("font", ""))
        text = short[1] if short else ""
    size = pixels(text)
    if size is None:
        return above_px
    if text.endswith("%"):
        return above_px * size / 100
    if text.endswith("em") and not text.endswith("rem"):
        return above_px * size / 16
    return size


def _skip(page: _Page, element: etree._Element, tag: str, frame: Frame) -> None:
    """Leave an element out; what it says besides is still looked at, aside."""
    if tag == "head":
        for child in element:
            if isinstance(child.tag, str) and child.tag == "meta":
                _told(page, child, frame)
            elif not isinstance(child.tag, str):
                page.builder.apart(child.text or "", frame.unseen(Sight.ASIDE, "a comment"))
        return
    page.builder.skip(tag, _SKIPPED[tag], frame.where)
    if tag not in ("script", "style"):
        words = " ".join(" ".join(map(str, element.itertext())).split())
        page.builder.apart(words, frame.unseen(Sight.ASIDE, f"within {tag}"))


def _told(page: _Page, element: etree._Element, frame: Frame) -> None:
    """What the attributes of an element say: it is not read, but looked at."""
    if element.tag == "img":
        page.builder.skip("image", "pictures are not read", frame.where)
    for name in _TOLD:
        words = element.get(name)
        if words and " " in words.strip():
            page.builder.apart(words, replace(frame, link="").unseen(Sight.ASIDE, f"the attribute {name}"))


def _is_table(element: etree._Element) -> bool:
    """Whether this is a table of data: two rows or more of more than one cell, and no table within."""
    if element.find(".//table") is not None:
        return False
    rows = [row for row in element.iter("tr") if len(_cells(row)) > 1]
    return len(rows) > 1


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if isinstance(cell.tag, str) and cell.tag in ("td", "th")]


def _table(page: _Page, table: etree._Element, frame: Frame, look: _Look, depth: int) -> None:
    page.builder.end()
    for caption in table.iter("caption"):
        _element(page, caption, frame, look, depth + 1)
    rows = list(table.iter("tr"))
    named = table.find("thead") is not None or all(cell.tag == "th" for cell in _cells(rows[0]))
    columns: tuple[str, ...] = ()
    for number, row in enumerate(rows):
        inner, shown = _within(page, row, table, frame, look)
        cells = [_held(page, cell, inner, shown, depth) for cell in _cells(row)]
        if named and number == 0:
            columns = tuple(" ".join("".join(run.text for run in _shown(cell)).split()) for cell in cells)
            for block in (block for cell in cells for block in cell):
                page.builder.blocks += [Block(block.kind, (run,), block.where) for run in block.runs if _kept_back(run)]
            continue
        for column, cell in enumerate(cells):
            at = min(column, len(columns) - 1) if columns else column
            placed = replace(inner, kind=BlockKind.ROW, columns=columns, column=at)
            for run in (run for block in cell for run in block.runs):
                page.builder.add(run.text, replace(placed, sight=run.sight, how=run.how, link=run.link))
            page.builder.add(" ", placed)
        page.builder.end()


def _held(page: _Page, cell: etree._Element, frame: Frame, look: _Look, depth: int) -> list[Block]:
    """The blocks of one cell."""
    outer, page.builder = page.builder, Builder(skipped=page.builder.skipped)
    _element(page, cell, frame, look, depth + 1)
    page.builder.end()
    held, page.builder = page.builder.blocks, outer
    return held


def _shown(blocks: list[Block]) -> list[Run]:
    return [run for block in blocks for run in block.runs if not _kept_back(run)]


def _kept_back(run: Run) -> bool:
    return run.sight is not Sight.SHOWN


def _within(page: _Page, row: etree._Element, table: etree._Element, frame: Frame, look: _Look) -> tuple[Frame, _Look]:
    """What holds within a row, by the row and what lies between it and its table."""
    between = [row]
    for above in row.iterancestors():
        if above is table:
            break
        between.append(above)
    for element in reversed(between):
        frame, look = _seen(page, element, str(element.tag), frame, look)
    return replace(frame, where=_place(page, row, frame.where)), look


def _blanks(text: str | None, frame: Frame) -> str:
    """Text as it is shown: line ends and runs of blanks are one blank, but for no-break spaces."""
    if not text:
        return ""
    return text if frame.plain else re.sub(r"[ \t\n\r\f]+", " ", text)


def _place(page: _Page, element: etree._Element, above: str) -> str:
    """The line of an element: as the markup says, or as it stands in the file when nothing of the markup does."""
    line = element.get("data-line") if isinstance(element.tag, str) else None
    if line and line.isdigit():
        return f"line {line}"
    if page.lined and above:
        return above
    return f"line {element.sourceline or 1}"


def _language(root: etree._Element) -> LanguageTag | None:
    for element in (root, root.find("body")):
        said = element.get("lang") if element is not None else None
        if said:
            try:
                return language_tag(said)
            except ValueError:
                return None
    return None
