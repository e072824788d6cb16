"""Word (.docx): paragraphs, lists, tables and notes in reading order, and what of them a reader sees.

Macros are not run, links to other files are not followed, and what was deleted with changes tracked is not part of
the text.
"""

import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from lxml import etree

from ivr.adapters.documents.bounds import Watch
from ivr.adapters.documents.building import Builder, Frame
from ivr.adapters.documents.packed import checked_word_file
from ivr.adapters.documents.styles import WHITE, Colour, over
from ivr.adapters.documents.word_styles import Styles, W, fill
from ivr.ports.converted import Block, BlockKind, Converted, Run, Sight
from ivr.vocabulary.language import LanguageTag, language_tag

_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ANEW: Final = "Open it in Word, and save it anew as .docx."
_OUT: Final = frozenset({f"{W}del", f"{W}moveFrom"})
_SKIPPED: Final = {f"{W}drawing": "image", f"{W}pict": "image", f"{W}object": "embedded object"}
_ASIDE: Final = (
    ("header", "a page's header"), ("footer", "a page's footer"), ("comments", "a comment"),
)  # fmt: skip
_NOTES: Final = (("footnotes", "footnote"), ("endnotes", "endnote"))
_BLANKS: Final = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


@dataclass(slots=True)
class _Word:
    watch: Watch
    styles: Styles
    links: dict[str, str]
    builder: Builder = field(default_factory=Builder)
    number: int = 0
    of: int = 1


def word(data: bytes, watch: Watch) -> Converted:
    """Read a Word file. Raises ConfigError."""
    names = checked_word_file(data, watch)
    try:
        document = Document(io.BytesIO(data))
        body = document.element.body
        read = _Word(watch, Styles.of(document.styles.element), _links(document), of=max(1, len(body)))
        _blocks(read, body, WHITE)
        _other_parts(read, document)
    except (OpcError, etree.LxmlError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise watch.refuse("is damaged, or no Word file", _ANEW) from error
    if any("vbaProject" in name for name in names):
        read.builder.skip("macro", "macros are not run", "the file")
    for name in names:
        if name.startswith("word/embeddings/"):
            read.builder.skip("attached file", "it is not opened", "the file")
    said = document.core_properties
    for text in (said.subject, said.keywords, said.comments, said.category):
        if text and " " in text.strip():
            read.builder.apart(text, Frame(where="the file", sight=Sight.ASIDE, how="the file's properties"))
    return Converted(
        said.title or "", _language(said.language), tuple(read.builder.blocks), tuple(read.builder.skipped)
    )


def _links(document: WordDocument) -> dict[str, str]:
    return {id: rel.target_ref for id, rel in document.part.rels.items() if rel.is_external}


def _blocks(read: _Word, parent: etree._Element, behind: Colour, where: str = "") -> None:
    """Read paragraphs and tables, and those within content controls and the like."""
    for child in parent:
        if not isinstance(child.tag, str) or child.tag in _OUT:
            continue
        if child.tag == f"{W}p":
            _paragraph(read, child, behind, where)
        elif child.tag == f"{W}tbl":
            _table(read, child, behind, where)
        elif child.tag != f"{W}sectPr":
            _blocks(read, child, behind, where)


def _paragraph(read: _Word, paragraph: etree._Element, behind: Colour, where: str) -> None:
    if not where:
        read.number += 1
        read.watch.passed(min(read.number, read.of), read.of)
        where = f"paragraph {read.number}"
    frame = Frame(where=where)
    level, item = read.styles.heading(paragraph), read.styles.item_level(paragraph)
    if level:
        frame = replace(frame, kind=BlockKind.HEADING, level=level)
    elif item:
        frame = replace(frame, kind=BlockKind.ITEM, level=item)
    boxes: list[etree._Element] = []
    _inline(read, paragraph, paragraph, frame, behind, boxes)
    read.builder.end()
    for box in boxes:
        _blocks(read, box, WHITE, where)


def _inline(
    read: _Word,
    element: etree._Element,
    paragraph: etree._Element,
    frame: Frame,
    behind: Colour,
    boxes: list[etree._Element],
) -> None:
    """Read what stands in a line. Text boxes are put into `boxes`, to be read after it."""
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in (_FALLBACK, f"{W}pPr", f"{W}rPr"):
            continue
        if tag in _OUT:
            deleted = "".join(str(text.text or "") for text in child.iter(f"{W}delText", f"{W}t"))
            read.builder.apart(deleted, frame.unseen(Sight.ASIDE, "deleted, with changes tracked"))
        elif tag == f"{W}r":
            why = read.styles.unseen(child, paragraph, behind)
            _inline(read, child, paragraph, frame.unseen(Sight.HIDDEN, why) if why else frame, behind, boxes)
        elif tag == f"{W}t":
            read.builder.add(child.text or "", frame)
        elif tag in _BLANKS:
            read.builder.add(_BLANKS[tag], frame)
        elif tag == f"{W}instrText":
            read.builder.apart(child.text or "", frame.unseen(Sight.ASIDE, "a field's code"))
            _field_link(read, child.text or "", frame)
        elif tag == f"{W}hyperlink":
            target = read.links.get(child.get(f"{_R}id", ""), "")
            _inline(read, child, paragraph, replace(frame, link=target), behind, boxes)
        elif tag in _SKIPPED:
            _drawing(read, child, frame, boxes, _SKIPPED[tag])
        else:
            _inline(read, child, paragraph, frame, behind, boxes)


def _field_link(read: _Word, code: str, frame: Frame) -> None:
    """A link that is a field's code: no words carry it, so the block does."""
    words = code.split()
    if len(words) > 1 and words[0].upper() == "HYPERLINK" and not words[1].startswith("\\"):
        read.builder.add(" ", replace(frame, link=words[1].strip('"“”')))


def _drawing(read: _Word, drawing: etree._Element, frame: Frame, boxes: list[etree._Element], what: str) -> None:
    held = [each for each in drawing.iter(f"{W}txbxContent") if not _within(each, _FALLBACK, drawing)]
    boxes += held
    if not held:
        read.builder.skip(what, "pictures are not read" if what == "image" else "it is not opened", frame.where)
    for told in drawing.iter("{*}docPr", "{*}cNvPr"):
        for name in ("descr", "title"):
            words = told.get(name) or ""
            if " " in words.strip():
                read.builder.apart(words, frame.unseen(Sight.ASIDE, "the description of an image"))


def _within(element: etree._Element, tag: str, top: etree._Element) -> bool:
    for above in element.iterancestors():
        if above is top:
            return False
        if above.tag == tag:
            return True
    return False


def _table(read: _Word, table: etree._Element, behind: Colour, where: str) -> None:
    """Read a table: its first row names the columns when it is said to be a header, or all its cells are filled."""
    rows = [row for row in table.iter(f"{W}tr") if _nearest(row, f"{W}tbl") is table]
    read.number += not where
    place = where or f"table at paragraph {read.number}"
    first = read.styles.first_row(table) or behind
    held = [
        _cells(read, row, first if number == 1 else behind, f"{place}, row {number}")
        for number, row in enumerate(rows, 1)
    ]
    wide = max((len(row) for row in held), default=0)
    if wide < 2:
        read.builder.blocks += [block for row in held for cell in row for block in cell]
        return
    names = [_shown(cell) for cell in held[0]]
    named = len(held) > 1 and len(names) == wide and all(names) and not any(name[:1].isdigit() for name in names)
    for number, row in enumerate(held):
        if number == 0 and named:
            for run in (run for cell in row for block in cell for run in block.runs if run.sight is not Sight.SHOWN):
                read.builder.blocks.append(Block(BlockKind.PARAGRAPH, (run,), f"{place}, row 1"))
            continue
        runs = [
            replace(run, text=run.text + (" " if run is block.runs[-1] else ""), column=column)
            for column, cell in enumerate(row)
            for block in cell
            for run in block.runs
        ]
        if any(run.text.strip() for run in runs):
            columns = tuple(names) if named else ()
            row_block = Block(BlockKind.ROW, tuple(runs), f"{place}, row {number + 1}", columns=columns)
            read.builder.blocks.append(row_block)


def _cells(read: _Word, row: etree._Element, behind: Colour, where: str) -> list[list[Block]]:
    """The blocks of each cell. What a row that was deleted held is none."""
    if row.find(f"{W}trPr/{W}del") is not None:
        return []
    found: list[list[Block]] = []
    for cell in row.iter(f"{W}tc"):
        if _nearest(cell, f"{W}tr") is not row:
            continue
        shaded = fill(cell.find(f"{W}tcPr"))
        outer, read.builder = read.builder, Builder(skipped=read.builder.skipped)
        _blocks(read, cell, over(shaded, behind) if shaded else behind, where)
        found.append(read.builder.blocks)
        read.builder = outer
    return found


def _nearest(element: etree._Element, tag: str) -> etree._Element | None:
    return next(element.iterancestors(tag), None)


def _shown(blocks: list[Block]) -> str:
    words = (run.text for block in blocks for run in block.runs if run.sight is Sight.SHOWN)
    return " ".join(" ".join(words).split())


def _other_parts(read: _Word, document: WordDocument) -> None:
    """Notes are part of the text, at its end; headers, footers and comments stand aside."""
    for rel in document.part.rels.values():
        kind = rel.reltype.rpartition("/")[2]
        if rel.is_external or not any(kind == each for each, _ in (*_ASIDE, *_NOTES)):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(rel.target_part.blob, parser)
        for name, how in _ASIDE:
            if kind == name:
                outer, read.builder = read.builder, Builder()
                _blocks(read, root, WHITE, how.removeprefix("a "))
                held, read.builder = read.builder.blocks, outer
                for block in held:
                    runs = tuple(_aside(run, how) for run in block.runs)
                    read.builder.blocks.append(Block(BlockKind.PARAGRAPH, runs, block.where))
        for name, called in _NOTES:
            if kind == name:
                for note in root.iter(f"{W}{called}"):
                    if note.get(f"{W}type") is None:
                        _blocks(read, note, WHITE, f"{called} {note.get(f'{W}id')}")


def _aside(run: Run, how: str) -> Run:
    return run if run.sight is Sight.HIDDEN else replace(run, sight=Sight.ASIDE, how=how)


def _language(text: str) -> LanguageTag | None:
    try:
        return language_tag(text) if text else None
    except ValueError:
        return None
