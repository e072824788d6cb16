"""What Word's styles say of text: whether it is seen, and which paragraphs are headings or items of lists.

A run is formatted by itself, then by its own style, then by its paragraph's, each with those that it is based on, and
last by the document's defaults.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from ivr.adapters.documents.styles import BLACK, LEAST_CONTRAST, WHITE, Colour, colour, contrast, over

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TINY_PT: Final = 2.0
"Word's smallest type is one point; below three nobody reads it, and honest documents space with two."
_HIGHLIGHTS: Final = {"darkyellow": "#808000", "lightgray": "#c0c0c0", "darkgray": "#808080"}
_DEEPEST: Final = 20


@dataclass(slots=True)
class Styles:
    """The styles of one document."""

    _by_id: dict[str, etree._Element] = field(default_factory=dict)
    _default_run: etree._Element | None = None
    _default_paragraph: str = ""

    @classmethod
    def of(cls, root: etree._Element | None) -> "Styles":
        """Read the part that holds the styles; None has none."""
        found = cls()
        for style in root.iter(f"{W}style") if root is not None else ():
            id = style.get(f"{W}styleId", "")
            found._by_id[id] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                found._default_paragraph = id
        if root is not None:
            found._default_run = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        return found

    def heading(self, paragraph: etree._Element) -> int:
        """The level of a heading, from 1; 0 when it is none."""
        for properties in [paragraph.find(f"{W}pPr"), *self._chain(paragraph_style(paragraph), "pPr")]:
            level = _value(properties, "outlineLvl")
            if level.isdigit():
                return int(level) + 1 if int(level) < 9 else 0
        for style in self._line(paragraph_style(paragraph)):
            name = (_value(style, "name") or "").lower()
            numbered = re.fullmatch(r"heading ([1-9])", name)
            if numbered or name == "title":
                return int(numbered[1]) if numbered else 1
        return 0

    def item_level(self, paragraph: etree._Element) -> int:
        """How deep an item of a list stands, from 1; 0 when it is none."""
        for properties in [paragraph.find(f"{W}pPr"), *self._chain(paragraph_style(paragraph), "pPr")]:
            numbering = properties.find(f"{W}numPr") if properties is not None else None
            if numbering is not None:
                if _value(numbering, "numId") == "0":
                    return 0
                return 1 + int(_value(numbering, "ilvl") or 0)
        return 0

    def unseen(self, run: etree._Element, paragraph: etree._Element, behind: Colour = WHITE) -> str:
        """Why nobody sees a run; "" when they do. `behind` is the colour of what the paragraph stands in."""
        chain = self._run_chain(run, paragraph)
        for name in ("vanish", "specVanish"):
            if _switched(chain, name):
                return "hidden text"
        size = _first(chain, "sz")
        if size.isdigit() and int(size) / 2 <= _TINY_PT:
            return f"type of {int(size) / 2:g} points"
        back = _back(chain, paragraph, behind)
        ink = _ink(chain, back)
        if contrast(ink, back) < LEAST_CONTRAST:
            return "the colour of its background"
        return ""

    def first_row(self, table: etree._Element) -> Colour | None:
        """The shading that a table's style gives its first row; None for none."""
        for style in self._line(_value(table.find(f"{W}tblPr"), "tblStyle")):
            for part in style.iter(f"{W}tblStylePr"):
                shaded = fill(part.find(f"{W}tcPr"))
                if part.get(f"{W}type") == "firstRow" and shaded:
                    return shaded
        return None

    def _run_chain(self, run: etree._Element, paragraph: etree._Element) -> list[etree._Element]:
        own = run.find(f"{W}rPr")
        chain = [own] if own is not None else []
        chain += self._chain(_value(own, "rStyle"), "rPr")
        chain += self._chain(paragraph_style(paragraph) or self._default_paragraph, "rPr")
        if self._default_run is not None:
            chain.append(self._default_run)
        return chain

    def _chain(self, id: str, name: str) -> list[etree._Element]:
        held = [style.find(f"{W}{name}") for style in self._line(id)]
        return [each for each in held if each is not None]

    def _line(self, id: str) -> list[etree._Element]:
        """A style and those that it is based on, nearest first."""
        line: list[etree._Element] = []
        while id in self._by_id and len(line) < _DEEPEST:
            line.append(self._by_id[id])
            id = _value(line[-1], "basedOn")
        return line


def paragraph_style(paragraph: etree._Element) -> str:
    """The id of a paragraph's style; "" for none."""
    return _value(paragraph.find(f"{W}pPr"), "pStyle")


def fill(properties: etree._Element | None) -> Colour | None:
    """The shading of a cell, a paragraph or a run; None for none."""
    shading = properties.find(f"{W}shd") if properties is not None else None
    text = shading.get(f"{W}fill", "auto") if shading is not None else "auto"
    return None if text == "auto" else colour(f"#{text}")


def _value(element: etree._Element | None, name: str) -> str:
    child = element.find(f"{W}{name}") if element is not None else None
    return child.get(f"{W}val", "") if child is not None else ""


def _first(chain: list[etree._Element], name: str) -> str:
    return next((value for value in (_value(each, name) for each in chain) if value), "")


def _switched(chain: list[etree._Element], name: str) -> bool:
    """Whether something is switched on: it is there, and does not say that it is off."""
    for properties in chain:
        child = properties.find(f"{W}{name}")
        if child is not None:
            return child.get(f"{W}val", "1") not in ("0", "false", "off")
    return False


def _back(chain: list[etree._Element], paragraph: etree._Element, behind: Colour) -> Colour:
    shaded = fill(paragraph.find(f"{W}pPr"))
    back = over(shaded, behind) if shaded else behind
    marked = _first(chain[:1], "highlight").lower()
    own = colour(_HIGHLIGHTS.get(marked, marked.replace("dark", ""))) if marked not in ("", "none") else None
    own = own or fill(chain[0] if chain else None)
    return over(own, back) if own else back


def _ink(chain: list[etree._Element], back: Colour) -> Colour:
    """The colour of the text. Word writes black on light and white on dark when none is said."""
    automatic = BLACK if contrast(BLACK, back) >= contrast(WHITE, back) else WHITE
    text = _first(chain, "color")
    return automatic if text in ("", "auto") else colour(f"#{text}") or automatic
