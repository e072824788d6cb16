"""What a reader of a document sees, and what only a machine would."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt, RGBColor
from docx.text.run import Run as WordRun
from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from ivr.adapters.documents.reading import read_document
from ivr.ports.converted import Sight

SEEN = "Ordinary words on paper"
UNSEEN = "words nobody sees"

PDF: dict[str, Callable[[Canvas], object]] = {
    "not painted": lambda page: mode(page, 3),
    "only a mask": lambda page: mode(page, 7),
    "white on white": lambda page: (page.setFillColor(white), page.drawString(72, 500, UNSEEN)),
    "nearly white": lambda page: (page.setFillColor(Color(0.97, 0.97, 0.97)), page.drawString(72, 500, UNSEEN)),
    "see-through": lambda page: (page.setFillColor(Color(0, 0, 0, alpha=0.02)), page.drawString(72, 500, UNSEEN)),
    "tiny": lambda page: (page.setFont("Helvetica", 1.5), page.drawString(72, 500, UNSEEN)),
    "off the page": lambda page: page.drawString(-900, 500, UNSEEN),
    "covered": lambda page: (page.drawString(72, 500, UNSEEN), page.setFillColor(white), bar(page)),
    "blue on blue": lambda page: (page.setFillColorRGB(0, 0, 0.5), bar(page), page.drawString(72, 500, UNSEEN)),
    "black on black": lambda page: (bar(page), page.drawString(72, 500, UNSEEN)),
    "clipped": lambda page: clipped(page),
}


def mode(page: Canvas, number: int) -> None:
    text = page.beginText(72, 500)
    text.setTextRenderMode(number)
    text.textLine(UNSEEN)
    page.drawText(text)


def bar(page: Canvas) -> None:
    page.rect(60, 490, 300, 30, fill=1, stroke=0)


def clipped(page: Canvas) -> None:
    path = page.beginPath()
    path.rect(300, 300, 5, 5)
    page.clipPath(path, stroke=0, fill=0)
    page.drawString(72, 500, UNSEEN)


def runs(file: Path) -> list[tuple[str, Sight]]:
    return [(run.text.strip(), run.sight) for block in read_document(file).blocks for run in block.runs]


def pdf(tmp_path: Path, draw: Callable[[Canvas], object]) -> Path:
    out = io.BytesIO()
    page = Canvas(out)
    page.drawString(72, 700, SEEN)
    page.saveState()
    draw(page)
    page.restoreState()
    page.showPage()
    page.save()
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    return tmp_path / "a.pdf"


@pytest.mark.parametrize("case", PDF)
def test_in_a_pdf(tmp_path: Path, case: str) -> None:
    assert runs(pdf(tmp_path, PDF[case])) == [(SEEN, Sight.SHOWN), (UNSEEN, Sight.HIDDEN)]


@pytest.mark.parametrize(
    "draw",
    [
        lambda page: (bar(page), page.setFillColor(white), page.drawString(72, 500, "x1 y")),
        lambda page: (page.setFillColorRGB(0.6, 0.6, 0.6), page.drawString(72, 500, "x1 y")),
        lambda page: (page.setFont("Helvetica", 6), page.drawString(72, 500, "x1 y")),
        lambda page: (page.setFont("Helvetica-Bold", 60), page.drawString(72, 500, "x1 y")),
        lambda page: (page.rotate(90), page.drawString(100, -200, "x1 y")),
    ],
    ids=["white on a bar", "grey", "small", "large", "turned"],
)  # fmt: skip
def test_what_is_seen_in_a_pdf_stays(tmp_path: Path, draw: Callable[[Canvas], object]) -> None:
    found = runs(pdf(tmp_path, draw))
    assert all(sight is Sight.SHOWN for _, sight in found)
    assert "x1 y" in " ".join(text for text, _ in found)


def test_what_an_annotation_says_stands_aside_and_where_a_link_leads_is_told(tmp_path: Path) -> None:
    def draw(page: Canvas) -> None:
        page.drawString(72, 500, "Our page")
        page.linkURL("https://bank.example/fees", (70, 495, 200, 515))
        page.textAnnotation("A remark of the lawyers", (300, 300, 320, 320))

    blocks = read_document(pdf(tmp_path, draw)).blocks
    assert [run.link for block in blocks for run in block.runs if run.text.strip() == "Our page"] == [
        "https://bank.example/fees"
    ]
    assert ("A remark of the lawyers", Sight.ASIDE) in runs(tmp_path / "a.pdf")


WORD: dict[str, Callable[[WordRun], object]] = {
    "hidden": lambda run: setattr(run.font, "hidden", True),
    "white": lambda run: setattr(run.font.color, "rgb", RGBColor(255, 255, 255)),
    "nearly white": lambda run: setattr(run.font.color, "rgb", RGBColor(250, 250, 250)),
    "tiny": lambda run: setattr(run.font, "size", Pt(2)),
}


@pytest.mark.parametrize("case", WORD)
def test_in_a_word_file(tmp_path: Path, case: str) -> None:
    document = Document()
    paragraph = document.add_paragraph(SEEN + " ")
    WORD[case](paragraph.add_run(UNSEEN))
    style = document.styles.add_style("Own", 1)
    WORD[case](style)
    document.add_paragraph(UNSEEN, style="Own")
    document.save(str(tmp_path / "a.docx"))
    found = [each for each in runs(tmp_path / "a.docx") if each[1] is not Sight.ASIDE]
    assert found == [(SEEN, Sight.SHOWN), (UNSEEN, Sight.HIDDEN), (UNSEEN, Sight.HIDDEN)]


HTML = {
    "display": '<p style="display:none">{}</p>',
    "important": '<p style="DISPLAY : none !important">{}</p>',
    "visibility": '<p style="visibility:hidden">{}</p>',
    "the attribute": "<p hidden>{}</p>",
    "size": '<p style="font-size:0">{}</p>',
    "size in a size": '<div style="font-size:10%"><p style="font-size:1em">{}</p></div>',
    "opacity": '<p style="opacity:0.01">{}</p>',
    "left": '<p style="position:absolute;left:-9999px">{}</p>',
    "indent": '<p style="text-indent:-1000em">{}</p>',
    "clip": '<p style="position:absolute;clip:rect(0,0,0,0)">{}</p>',
    "no height": '<div style="height:0;overflow:hidden"><p>{}</p></div>',
    "scale": '<p style="transform:scale(0)">{}</p>',
    "white": '<p style="color:#fff">{}</p>',
    "white in words": '<p style="color: rgba(255, 255, 255, 1)">{}</p>',
    "on a background": '<div style="background:#036"><p style="color:#003366">{}</p></div>',
    "transparent": '<p style="color:transparent">{}</p>',
    "hsl": '<p style="color:hsl(0, 0%, 100%)">{}</p>',
    "font": '<font color="white">{}</font>',
    "a class": "<style>.a .b{{display:none}}</style><div class=a><p class='x b'>{}</p></div>",
    "an id": "<style>p{{}} #s, h1 {{ font: 0px/1 serif }}</style><p id=s>{}</p>",
    "an attribute": "<style>@media screen{{ p[data-x='1'] {{ opacity: 0 }} }}</style><p data-x=1>{}</p>",
    "a dialog": "<dialog>{}</dialog>",
}


@pytest.mark.parametrize("case", HTML)
def test_in_a_web_page(tmp_path: Path, case: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<html><body><p>{SEEN}</p>{HTML[case].format(UNSEEN)}</body></html>")
    assert runs(file) == [(SEEN, Sight.SHOWN), (UNSEEN, Sight.HIDDEN)]


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color:#777">{}</p>',
        '<div style="background:navy;color:white"><p>{}</p></div>',
        '<p style="font-size:9px">{}</p>',
        '<table bgcolor="black"><tr><td bgcolor="white">{}</td></tr></table>',
        '<ul style="font-size:0"><li style="font-size:16px">{}</li></ul>',
        '<div style="visibility:hidden"><p style="visibility:visible">{}</p></div>',
        "<style>p:hover{{display:none}} @media print{{p{{display:none}}}} /* p{{display:none}} */</style><p>{}</p>",
        "<style>.a{{display:none}} .a.b{{display:block}}</style><p class='a b'>{}</p>",
        "<details><summary>More</summary>{}</details>",
        '<p style="margin-left:-5px; position:relative; left:-3px">{}</p>',
    ],
)
def test_what_is_seen_in_a_web_page_stays(tmp_path: Path, markup: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<html><body>{markup.format('x1 y')}</body></html>")
    assert ("x1 y", Sight.SHOWN) in runs(file)


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- {} -->",
        "<noscript>{}</noscript>",
        "<template><p>{}</p></template>",
        '<img alt="{}">',
        '<p title="{}">a</p>',
        '<p aria-hidden="true">{}</p>',
        '<meta name="description" content="{}">',
        "<nav>{}</nav>",
    ],
)
def test_what_a_page_holds_besides_stands_aside(tmp_path: Path, markup: str) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<html><head></head><body><p>{SEEN}</p>{markup.format(UNSEEN)}</body></html>")
    assert (UNSEEN, Sight.ASIDE) in runs(file) and (SEEN, Sight.SHOWN) in runs(file)
