"""One page of a PDF through PDFium: its lines, and of every word whether a reader sees it.

Seen   The page is drawn as a viewer would draw it, and looked at where a word should be. That finds white on white,
       what lies beneath a picture or a bar, switched-off layers and clipped text, however the file hides them.
Units  Points, from the lower left corner of the page.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from ivr.adapters.documents.styles import LEAST_CONTRAST, TINY_PT, WHITE, Colour, contrast

Box = tuple[float, float, float, float]
"Left, bottom, right, top."

_LEAST_INK: Final = 14
"Of 255: by how much the drawn pixels of a word must differ for anybody to see one."
_INVISIBLE_MODES: Final = (3, 7)
"Text that is not painted: neither filled nor outlined, or only a mask."
_OUTLINED: Final = 1
_FAINT: Final = 0.1
_MARGIN_PX: Final = 2
_WHITE: Final = 250
_LARGEST_PX: Final = 4_000
_SOFT_HYPHENS: Final = ("\x02", "\ufffe", "\u00ad")


@dataclass(slots=True)
class Word:
    """Characters between blanks that are painted alike. `how` is why it is not seen; "" when it is."""

    text: str
    box: Box
    how: str = ""
    link: str = ""


@dataclass(slots=True)
class Line:
    """One line of a page. `size` in points and `bold` are those of most of its characters."""

    page: int
    words: list[Word]
    base: float
    size: float
    bold: bool
    broken: bool = False
    "Its last word goes on in the next line: a soft hyphen ends it."

    @property
    def text(self) -> str:
        """All its words, seen or not."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return min(word.box[0] for word in self.words)

    @property
    def right(self) -> float:
        return max(word.box[2] for word in self.words)


@dataclass(slots=True)
class Page:
    """What a page holds. `ruled` when lines or boxes are drawn as a table's would be."""

    number: int
    box: Box
    lines: list[Line] = field(default_factory=list)
    images: int = 0
    ruled: bool = False
    notes: list[str] = field(default_factory=list)
    "What its annotations say."
    fields: int = 0


@dataclass(frozen=True, slots=True)
class _Paint:
    """How a text object is painted."""

    mode: int
    ink: Colour | None
    size: float
    bold: bool


@dataclass(slots=True)
class _Gathered:
    text: str
    box: Box
    paint: _Paint
    base: float


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """Read the page with this number, from 0."""
    page = document[number]
    try:
        found = Page(number + 1, page.get_cropbox())
        _objects(page, found)
        _annotations(document, page, found)
        text = page.get_textpage()
        try:
            lines = _lines(text.raw, found.number)
        finally:
            text.close()
        if lines:
            look = _Look(page)
            links = _links(document, page)
            for line, painted in lines:
                for word, paint in zip(line.words, painted, strict=True):
                    word.how = _how(word, paint, found.box, look)
                    word.link = next((uri for box, uri in links if _within(word.box, box)), "")
                found.lines.append(line)
        return found
    finally:
        page.close()


class _Look:
    """The page as it is drawn, at one pixel a point."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        bitmap = page.render(scale=min(1.0, _LARGEST_PX / max(width, height, 1.0)), may_draw_forms=False)
        self._pixels: NDArray[np.uint8] = bitmap.to_numpy()[:, :, :3].copy()
        place = bitmap.get_posconv(page)
        far = 10_000.0  # pixels are whole numbers, so the turn and scale are measured over a long way
        self._origin = place.to_bitmap(0, 0)
        right, up = place.to_bitmap(far, 0), place.to_bitmap(0, far)
        self._right = [(one - zero) / far for one, zero in zip(right, self._origin, strict=True)]
        self._up = [(one - zero) / far for one, zero in zip(up, self._origin, strict=True)]
        bitmap.close()

    def at(self, box: Box, margin: int = 0) -> NDArray[np.uint8]:
        """The pixels (rows, columns, blue-green-red) of a box; empty off the page."""
        one, other = self._place(box[0], box[1]), self._place(box[2], box[3])
        rows, columns = self._pixels.shape[:2]
        left, right = max(0, int(min(one[0], other[0])) - margin), int(max(one[0], other[0])) + 1 + margin
        top, bottom = max(0, int(min(one[1], other[1])) - margin), int(max(one[1], other[1])) + 1 + margin
        return self._pixels[top : max(top, min(rows, bottom)), left : max(left, min(columns, right))]

    def around(self, box: Box) -> Colour | None:
        """The commonest colour just around a box; None off the page."""
        wide = self.at(box, _MARGIN_PX)
        if wide.size == 0:
            return None
        if wide[0].min() >= _WHITE and wide[-1].min() >= _WHITE:
            return WHITE
        edge = np.concatenate([wide[0], wide[-1], wide[:, 0], wide[:, -1]])
        blue, green, red = (float(value) / 255 for value in np.median(edge, axis=0))
        return (red, green, blue, 1.0)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._right[0] + y * self._up[0],
            self._origin[1] + x * self._right[1] + y * self._up[1],
        )


def _how(word: Word, paint: _Paint, page: Box, look: _Look) -> str:
    """Why nobody sees a word; "" when they do."""
    box = word.box
    if paint.mode in _INVISIBLE_MODES:
        return "text that is not painted"
    if paint.ink is not None and paint.ink[3] < _FAINT:
        return "see-through text"
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if not (page[0] <= middle[0] <= page[2] and page[1] <= middle[1] <= page[3]):
        return "off the page"
    if 0 < paint.size < TINY_PT and box[3] - box[1] < TINY_PT:
        return f"type of {paint.size:.1f} points"
    if not any(char.isalnum() for char in word.text):
        return ""  # a dash or a dot has too little ink to tell
    drawn = look.at(box)
    if drawn.size == 0:
        return "off the page"
    if int(np.ptp(drawn.reshape(-1, 3), axis=0).max()) < _LEAST_INK:
        return "nothing is seen in its place"
    around = look.around(box)
    if paint.ink is not None and around is not None and contrast(paint.ink, around) < LEAST_CONTRAST:
        return "the colour of its background"
    return ""


def _lines(text: Any, number: int) -> list[tuple[Line, list[_Paint]]]:
    found: list[tuple[Line, list[_Paint]]] = []
    for gathered, broken in _gathered(text):
        words = [Word(each.text, each.box) for each in gathered]
        weights: dict[tuple[float, bool], int] = {}
        for each in gathered:
            key = (round(each.paint.size * 2) / 2, each.paint.bold)
            weights[key] = weights.get(key, 0) + len(each.text)
        size, bold = max(weights, key=lambda key: weights[key])
        line = Line(number, words, gathered[0].base, size, bold, broken)
        found.append((line, [each.paint for each in gathered]))
    return found


def _gathered(text: Any) -> Iterator[tuple[list[_Gathered], bool]]:
    """The words of each line, and whether its last one is broken off."""
    words: list[_Gathered] = []
    paints: dict[int, _Paint] = {}
    open_word = False
    for index in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, index)
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if char in "\r\n" or char in _SOFT_HYPHENS:
            if words and (char == "\n" or char in _SOFT_HYPHENS):
                yield words, char in _SOFT_HYPHENS
                words = []
            open_word = False
            continue
        if char.isspace() or char == "\0":
            open_word = False
            continue
        held = raw.FPDFText_GetTextObject(text, index)
        address = ctypes.addressof(held.contents) if held else 0
        paint = paints.get(address)
        if paint is None:
            paint = paints[address] = _paint(held, text, index)
        box = _box(text, index)
        if open_word and words[-1].paint == paint:
            last = words[-1]
            last.text += char
            last.box = _around(last.box, box)
        else:
            words.append(_Gathered(char, box, paint, _base(text, index)))
        open_word = True
    if words:
        yield words, False


def _paint(held: Any, text: Any, index: int) -> _Paint:
    if not held:
        return _Paint(0, None, 0.0, False)
    mode = raw.FPDFTextObj_GetTextRenderMode(held)
    parts = [ctypes.c_uint() for _ in range(4)]
    ask: Callable[..., Any] = raw.FPDFPageObj_GetStrokeColor if mode == _OUTLINED else raw.FPDFPageObj_GetFillColor
    ink: Colour | None = None
    if ask(held, *parts):
        red, green, blue, cover = (part.value / 255 for part in parts)
        ink = (red, green, blue, cover)
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    raw.FPDFTextObj_GetFontSize(held, size)
    scale = 1.0
    if raw.FPDFPageObj_GetMatrix(held, matrix):
        scale = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    return _Paint(mode, ink, abs(size.value) * scale, _bold(held, text, index))


def _bold(held: Any, text: Any, index: int) -> bool:
    name = ctypes.create_string_buffer(200)
    font = raw.FPDFTextObj_GetFont(held)
    if font and raw.FPDFFont_GetBaseFontName(font, name, 200) and b"bold" in name.value.lower():
        return True
    return int(raw.FPDFText_GetFontWeight(text, index)) >= 600


def _box(text: Any, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return (left.value, bottom.value, right.value, top.value)


def _base(text: Any, index: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    return y.value


def _around(one: Box, other: Box) -> Box:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _within(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _objects(page: pdfium.PdfPage, found: Page) -> None:
    upright = 0
    for each in page.get_objects(max_depth=3):
        if each.type == raw.FPDF_PAGEOBJ_IMAGE:
            found.images += 1
        elif each.type == raw.FPDF_PAGEOBJ_PATH:
            _, bottom, _, top = each.get_bounds()
            upright += top - bottom >= 8
    found.ruled = upright >= 3


def _annotations(document: pdfium.PdfDocument, page: pdfium.PdfPage, found: Page) -> None:
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        kind = raw.FPDFAnnot_GetSubtype(note)
        found.fields += kind == raw.FPDF_ANNOT_WIDGET
        said = [_string(note, key) for key in (b"Contents", b"T", b"TU", b"V")]
        if any(said) and kind != raw.FPDF_ANNOT_POPUP:
            found.notes.append(" ".join(each for each in said if each))
        raw.FPDFPage_CloseAnnot(note)


def _string(note: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
    if not 2 < size < 100_000:
        return ""
    held = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(note, key, ctypes.cast(held, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return held.raw[: size - 2].decode("utf-16-le", "replace")


def _links(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> list[tuple[Box, str]]:
    """Where a click leads out of the document, with the box to click on."""
    found: list[tuple[Box, str]] = []
    at, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page.raw, at, link):
        action, box = raw.FPDFLink_GetAction(link), raw.FS_RECTF()
        if not action or not raw.FPDFLink_GetAnnotRect(link, box):
            continue
        size = raw.FPDFAction_GetURIPath(document.raw, action, None, 0)
        if 1 < size < 10_000:
            held = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(document.raw, action, held, size)
            uri = held.value.decode("utf-8", "replace")
            found.append(((box.left, box.bottom, box.right, box.top), uri))
        elif raw.FPDFAction_GetType(action) in (raw.PDFACTION_LAUNCH, raw.PDFACTION_REMOTEGOTO):
            found.append(((box.left, box.bottom, box.right, box.top), "launch:"))
    return found
