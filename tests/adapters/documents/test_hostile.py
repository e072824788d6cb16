"""PDF, Word and HTML files made to do harm, or damaged: each is refused in words that help, quickly."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ivr.adapters.documents.bounds import Limits
from ivr.adapters.documents.reading import read_document
from ivr.ports.converted import Converted
from ivr.vocabulary.errors import ConfigError
from tests.made_documents import word_file


def pdf(draw: Callable[[Canvas], object], **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(canvas: Canvas) -> None:
    canvas.drawInlineImage(_grey(), 0, 0, 500, 700)


def scanned(canvas: Canvas) -> None:
    picture(canvas)
    text = canvas.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine("Words that a machine recognised on paper.")
    canvas.drawText(text)


def _grey() -> object:
    from PIL import Image

    return Image.new("L", (50, 70), 200)


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def word_with(document: bytes) -> bytes:
    """A Word file whose text is this XML."""
    with zipfile.ZipFile(io.BytesIO(word_file())) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return zipped(parts | {"word/document.xml": document})


def locked(data: bytes) -> bytes:
    """The same with the mark of encryption on each part."""
    spoilt = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = spoilt.find(mark)
        while at >= 0:
            spoilt[at + offset] |= 1
            at = spoilt.find(mark, at + 4)
    return bytes(spoilt)


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>
<w:t>&d;</w:t></w:r></w:p></w:body></w:document>"""
OUTSIDE = LAUGHS.split(b"<!DOCTYPE")[0] + (
    b'<!DOCTYPE a [<!ENTITY d SYSTEM "file:///etc/hostname">]>' + LAUGHS[LAUGHS.index(b"\n<w:document") :]
)
WORDS = pdf(lambda canvas: canvas.drawString(72, 700, "Words"))
LOCKED = pdf(lambda canvas: canvas.drawString(72, 700, "Words"), encrypt=StandardEncryption("secret", "owner"))

HOSTILE = {
    "an encrypted PDF": ("a.pdf", LOCKED, "is encrypted with a password"),
    "a PDF of pictures": ("a.pdf", pdf(picture), "is pictures of pages"),
    "a scan with text that nobody sees": ("a.pdf", pdf(scanned), "recognised by a machine"),
    "a PDF without text": ("a.pdf", pdf(lambda canvas: None), "has no text"),
    "half a PDF": ("a.pdf", WORDS[:150], "is damaged"),
    "a PDF that ends at once": ("a.pdf", b"%PDF-1.7\n", "is damaged"),
    "text called PDF": ("a.pdf", b"Words", "is no PDF file"),
    "text called Word": ("a.docx", b"Words", "is no Word file"),
    "half a Word file": ("a.docx", word_file()[:5_000], "is damaged, or no Word file"),
    "a spreadsheet called Word": ("a.docx", zipped({"xl/workbook.xml": b"<a/>"}), "a spreadsheet"),
    "any packed folder": ("a.docx", zipped({"a.txt": b"Words"}), "another packed folder"),
    "an encrypted Word file": ("a.docx", locked(word_file()), "is encrypted with a password"),
    "an old Word file": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "an old version of Office"),
    "a zip bomb": ("a.docx", zipped({"word/document.xml": b" " * 3_000_000}), "would unpack to more than"),
    "Word with broken XML": ("a.docx", word_with(b"<w:document"), "is damaged"),
    "Word with entities in entities": ("a.docx", word_with(LAUGHS), "declares a document type"),
    "Word that asks for a file": ("a.docx", word_with(OUTSIDE), "declares a document type"),
    "HTML too deep": ("a.html", b"<div>" * 250 + b"Words", "too deep"),
    "HTML with only a script": ("a.html", b"<script>1</script>", "has no text"),
    "HTML in no encoding": ("a.html", b'<meta charset="klingon"><p>\xff', "which is none"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_it_is_refused_with_what_where_and_fix(tmp_path: Path, case: str) -> None:
    name, data, said = HOSTILE[case]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError) as refused:
        read_document(tmp_path / name)
    assert said in str(refused.value)
    assert refused.value.where.startswith(name) and refused.value.fix.endswith(".")


def test_a_packed_folder_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    parts = {f"word/{number}.xml": bytes(range(256)) * 1_000 for number in range(8)}
    data = zipped(parts | {"word/document.xml": b""})
    (tmp_path / "a.docx").write_bytes(data.replace((256_000).to_bytes(4, "little"), (256).to_bytes(4, "little")))
    with pytest.raises(ConfigError, match=r"would unpack to more than|is damaged"):
        read_document(tmp_path / "a.docx", limits=Limits(unpacked_bytes=1 << 20))


def test_limits_are_kept_of_pages_and_of_time(tmp_path: Path) -> None:
    def many(canvas: Canvas) -> None:
        for _ in range(3):
            canvas.drawString(72, 700, "Words")
            canvas.showPage()
        canvas.drawString(72, 700, "Words")

    (tmp_path / "a.pdf").write_bytes(pdf(many))
    with pytest.raises(ConfigError, match="has 4 pages, more than 3"):
        read_document(tmp_path / "a.pdf", limits=Limits(pages=3))
    with pytest.raises(ConfigError, match="could not be read within 0 seconds"):
        read_document(tmp_path / "a.pdf", limits=Limits(seconds=0.0))


def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path: Path) -> None:
    kept = pdf(lambda canvas: canvas.drawString(72, 700, "Words"), encrypt=StandardEncryption("", "owner"))
    (tmp_path / "a.pdf").write_bytes(kept)
    assert read(tmp_path / "a.pdf") == "Words"


def test_a_page_in_an_old_encoding_that_it_names_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes('<meta charset="windows-1251"><p>Карта'.encode("cp1251"))
    assert read(tmp_path / "a.html") == "Карта"


def read(file: Path) -> str:
    found: Converted = read_document(file)
    return " ".join("".join(run.text for run in block.runs) for block in found.blocks).strip()
