"""Documents with one hidden instruction each: it is found and kept apart, nothing else is, and no word gets lost."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ivr.adapters.documents.reading import read_document
from ivr.answers.ingest.passages import Ingested, passages
from ivr.ports.documents import Suspicion
from tests.made_documents import (
    CSV_FILE,
    MARKDOWN_FILE,
    SECRET,
    TABLE,
    WEB_PAGE,
    long_pdf,
    page_sentences,
    word_file,
)


def imported(folder: Path, name: str, data: bytes) -> Ingested:
    file = folder / name
    file.write_bytes(data)
    return passages(read_document(file), "doc")


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\w£]+(?:,\d{3})?", text))


def spoken(found: Ingested) -> str:
    return " ".join(each.text for each in found.passages if not each.flags)


def headings(found: Ingested) -> set[str]:
    return {each.heading for each in found.passages}


VISIBLE = {
    "travel.docx": "Choose the local currency. It is nearly always cheaper. Take with you: your card. your telephone. "
    "some cash. Service: Courier. Fee: £12. Service: Printed statement. Fee: £4. Service: Tracing a transfer. "
    "Fee: £20.",
    "fees.html": "Please ignore this page if you have no account with us. A new card costs £6. It is free when it was "
    "stolen. By courier: £12. By post: free. White letters on a dark bar are read well. Service: Printed statement. "
    "Fee: £4. Service: Tracing a transfer. Fee: £20. More in the list of all fees.",
    "services.csv": "Service: Courier. Fee: £12. Remark: Within two days, to your door. Service: Tracing a transfer. "
    "Fee: £20. Remark: Refunded if the mistake was ours.",
    "overdrafts.md": "Interest is worked out each day, and taken on the last working day. You may choose: £250. £500, "
    "if £1,000 a month come in. Limit: £250. Interest: 18 percent. Limit: £500. Interest: 17 percent.",
}
MADE = {
    "travel.docx": word_file(),
    "fees.html": WEB_PAGE.encode(),
    "services.csv": CSV_FILE.encode(),
    "overdrafts.md": MARKDOWN_FILE.encode(),
}


@pytest.mark.parametrize("name", MADE)
def test_one_hidden_instruction_is_quarantined_and_everything_else_is_read(tmp_path: Path, name: str) -> None:
    found = imported(tmp_path, name, MADE[name])
    quarantined = [each for each in found.passages if each.flags]
    assert len(quarantined) == 1
    assert quarantined[0].flags[0].suspicion is Suspicion.HIDDEN
    assert SECRET in quarantined[0].text or SECRET in quarantined[0].flags[0].words
    assert words(spoken(found)) == words(VISIBLE[name])
    assert SECRET not in spoken(found)


def test_a_pdf_of_forty_pages_gives_up_one_white_line_and_keeps_every_other_word(tmp_path: Path) -> None:
    found = imported(tmp_path, "fees.pdf", long_pdf())
    quarantined = [each for each in found.passages if each.flags]
    assert [(each.text, each.where) for each in quarantined] == [(SECRET, "page 39")]
    assert [flag.suspicion for flag in quarantined[0].flags] == [Suspicion.HIDDEN, Suspicion.INSTRUCTION]
    pages = [sentence for page in range(1, 41) for sentence in page_sentences(page)]
    rows = [f"Service: {service}. Fee: {fee}." for service, fee in TABLE[1:]]
    assert words(spoken(found)) == words(" ".join([*pages, *rows]))
    assert headings(found) == {f"{page} Accounts of kind {page}" for page in range(1, 41)}
    assert (found.title, found.language) == ("Fees of all accounts", "en")
    assert {(each.why, each.count) for each in found.skipped} == {
        ("repeated on each page", 40),
        ("the number of the page", 40),
    }


def test_what_is_quarantined_of_a_table_stands_where_its_row_stood(tmp_path: Path) -> None:
    found = imported(tmp_path, "services.csv", CSV_FILE.encode())
    assert [(each.id, each.where) for each in found.passages] == [
        ("doc#1", "row 2"),
        ("doc#2", "row 3"),
        ("doc#3", "row 4"),
    ]


def test_what_is_left_out_of_a_web_page_is_said(tmp_path: Path) -> None:
    found = imported(tmp_path, "fees.html", WEB_PAGE.encode())
    assert {(each.what, each.why, each.count) for each in found.skipped} >= {
        ("image", "pictures are not read", 1),
        ("text aside", "navigation", 1),
        ("text aside", "a comment", 1),
        ("text aside", "the page's footer", 1),
    }
    assert (found.title, found.language) == ("Fees – Example Bank", "en")


def test_a_word_file_without_a_secret_has_nothing_quarantined(tmp_path: Path) -> None:
    found = imported(tmp_path, "travel.docx", word_file(hidden=False))
    assert not found.flags
    assert {(each.what, each.why) for each in found.skipped} == {
        ("heading “Travelling with your card”", "there is no text below it"),
        ("text aside", "a page's header"),
        ("text aside", "a comment"),
    }
