"""PDF: text and what of it is seen by PDFium, tables by pdfplumber on the pages that have ruled ones.

Nothing that a PDF carries is run or opened: scripts, attached files, forms and links are only counted.
"""

import ctypes
import io
from collections.abc import Sequence
from typing import Any, Final

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pdfminer.pdfexceptions import PDFException

from ivr.adapters.documents.bounds import Watch
from ivr.adapters.documents.pdf_layout import Placed, blocks
from ivr.adapters.documents.pdf_page import Page, Word, read_page
from ivr.ports.converted import Block, BlockKind, Converted, Run, Sight, Skipped
from ivr.vocabulary.language import LanguageTag, language_tag

_ANEW: Final = "Save it anew from the program that wrote it, or print it to a PDF."
_OCR: Final = (
    "Take the document that the paper was printed from, or have its text recognised and read over by a person."
)
_TOLD: Final = ("Subject", "Keywords", "Author")


def pdf(data: bytes, watch: Watch) -> Converted:
    """Read a PDF. Raises ConfigError for one that is encrypted, damaged, too long, or pictures of text."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise watch.refuse("is encrypted with a password", "Save a copy without one.") from error
        raise watch.refuse("is damaged, or no PDF", _ANEW) from error
    try:
        return _read(document, data, watch)
    finally:
        document.close()


def _read(document: pdfium.PdfDocument, data: bytes, watch: Watch) -> Converted:
    count = len(document)
    if count > watch.limits.pages:
        raise watch.refuse(f"has {count:,} pages, more than {watch.limits.pages:,}", "Split it into several documents.")
    pages: list[Page] = []
    for number in range(count):
        try:
            pages.append(read_page(document, number))
        except pdfium.PdfiumError as error:
            raise watch.refuse("is damaged", _ANEW, f"page {number + 1}") from error
        watch.passed(number + 1, count, sum(len(line.text) for line in pages[-1].lines))
    _refuse_scans(pages, watch)
    skipped = _skipped(document, pages)
    placed = _tables(data, pages, skipped)
    said = document.get_metadata_dict(skip_empty=True)
    aside = [
        Block(BlockKind.PARAGRAPH, (Run(said[name], Sight.ASIDE, "the file's properties"),), "the file")
        for name in _TOLD
        if " " in said.get(name, "")
    ]
    found = aside + blocks(pages, placed)
    return Converted(said.get("Title", ""), _language(document), tuple(found), tuple(skipped))


def _refuse_scans(pages: Sequence[Page], watch: Watch) -> None:
    words = [word for page in pages for line in page.lines for word in line.words]
    pictures = sum(page.images > 0 for page in pages)
    if not words:
        what = "is pictures of pages, without text" if pictures else "has no text"
        raise watch.refuse(what, _OCR)
    unpainted = sum(word.how == "text that is not painted" for word in words)
    if pictures and unpainted > 0.9 * len(words):
        raise watch.refuse("is a scan: its text was recognised by a machine and cannot be seen, so not checked", _OCR)


def _skipped(document: pdfium.PdfDocument, pages: Sequence[Page]) -> list[Skipped]:
    found: list[Skipped] = []
    for page in pages:
        where = f"page {page.number}"
        if page.images:
            found.append(Skipped("image", "pictures are not read", where, page.images))
        if page.fields:
            found.append(Skipped("field of a form", "forms are not read", where, page.fields))
        if not page.lines:
            found.append(Skipped("page", "it is a picture" if page.images else "it is empty", where))
    attached, scripts = (
        raw.FPDFDoc_GetAttachmentCount(document.raw),
        raw.FPDFDoc_GetJavaScriptActionCount(document.raw),
    )
    if attached > 0:
        found.append(Skipped("attached file", "it is not opened", "the file", attached))
    if scripts > 0:
        found.append(Skipped("script", "scripts are not run", "the file", scripts))
    return found


def _tables(data: bytes, pages: Sequence[Page], skipped: list[Skipped]) -> list[Placed]:
    """The rows of ruled tables; the words in them are taken out of the pages' lines."""
    ruled = [page for page in pages if page.ruled and page.lines]
    if not ruled:
        return []
    found: list[Placed] = []
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[page.number for page in ruled]) as opened:
            for page, plumbed in zip(ruled, opened.pages, strict=True):
                for table in plumbed.find_tables() if not plumbed.rotation else ():
                    found += _rows(page, table, float(plumbed.height))
                plumbed.close()
    except (PDFException, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        # pdfminer reads damaged files less patiently than PDFium; the words are read all the same.
        skipped.append(Skipped("structure of tables", "it could not be read: rows are read as lines", "the file"))
    return found


def _rows(page: Page, table: Any, height: float) -> list[Placed]:
    """Take the words of a table out of the page's lines, as rows; nothing when it is no table of data."""
    rows = [[cell for cell in row.cells if cell is not None] for row in table.rows]
    rows = [row for row in rows if row]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return []
    left, top, right, bottom = table.bbox
    inside = [
        (line, word)
        for line in page.lines
        for word in line.words
        if left <= _middle(word)[0] <= right and top <= height - _middle(word)[1] <= bottom
    ]
    cells = [[[word for _, word in inside if _in(word, cell, height)] for cell in row] for row in rows]
    if sum(any(word for word in cell) for row in cells for cell in row) < 3:
        return []
    taken = {id(word) for row in cells for cell in row for word in cell}
    for line in page.lines:
        line.words = [word for word in line.words if id(word) not in taken]
    page.lines[:] = [line for line in page.lines if line.words]
    return [
        Placed(page.number, height - rows[number][0][1], block)
        for number, block in _named(cells, f"page {page.number}")
    ]


def _named(cells: Sequence[Sequence[Sequence[Word]]], where: str) -> list[tuple[int, Block]]:
    """The rows below the first as blocks, with the names that it gives to the columns, when it names them all."""
    names = [" ".join(word.text for word in cell if not word.how) for cell in cells[0]]
    named = all(names) and not any(name[:1].isdigit() for name in names)
    columns = tuple(names) if named else ()
    found: list[tuple[int, Block]] = []
    for number, row in enumerate(cells):
        runs = [
            Run(word.text + " ", Sight.HIDDEN if word.how else Sight.SHOWN, word.how, word.link, column)
            for column, cell in enumerate(row)
            for word in cell
            if number > 0 or not named or word.how
        ]
        if runs:
            found.append((number, Block(BlockKind.ROW, _together(runs), where, columns=columns)))
    return found


def _together(runs: Sequence[Run]) -> tuple[Run, ...]:
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and (last.how, last.link, last.column) == (run.how, run.link, run.column):
            found[-1] = Run(last.text + run.text, run.sight, run.how, run.link, run.column)
        else:
            found.append(run)
    return tuple(found)


def _middle(word: Word) -> tuple[float, float]:
    return (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2


def _in(word: Word, cell: tuple[float, float, float, float], height: float) -> bool:
    x, y = _middle(word)
    return cell[0] <= x < cell[2] and cell[1] <= height - y < cell[3]


def _language(document: pdfium.PdfDocument) -> LanguageTag | None:
    held = ctypes.create_string_buffer(80)
    size = raw.FPDFCatalog_GetLanguage(document.raw, ctypes.cast(held, ctypes.POINTER(raw.FPDF_WCHAR)), 80)
    try:
        return language_tag(held.raw[: max(0, size - 2)].decode("utf-16-le")) if 2 < size <= 80 else None
    except ValueError:
        return None
