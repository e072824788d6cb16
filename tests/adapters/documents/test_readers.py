"""Files read as text, and those that are refused in words that help."""

from pathlib import Path

import pytest

from ivr.adapters.documents.bounds import Limits
from ivr.adapters.documents.reading import read_document
from ivr.ports.converted import Block, BlockKind, Converted, Sight
from ivr.vocabulary.errors import ConfigError


def read(folder: Path, name: str, data: bytes | str, **limits: int) -> Converted:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_document(file, limits=Limits(**limits))


def shown(block: Block) -> str:
    return " ".join("".join(run.text for run in block.runs if run.sight is Sight.SHOWN).split())


def test_markdown_keeps_its_structure_its_lines_and_what_it_says_of_itself(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Fees\ntopic: cards\n---\n# Fees\n\nWe charge:\n\n- £6 a card\n- £3 a month\n\n|A|B|\n|-|-|\n|1|2|"
    )
    read_ = read(tmp_path, "fees.md", text)
    assert (read_.title, read_.said) == ("Fees", {"title": "Fees", "topic": "cards"})
    assert [(block.kind, shown(block), block.where) for block in read_.blocks] == [
        (BlockKind.HEADING, "Fees", "line 5"),
        (BlockKind.PARAGRAPH, "We charge:", "line 7"),
        (BlockKind.ITEM, "£6 a card", "line 9"),
        (BlockKind.ITEM, "£3 a month", "line 10"),
        (BlockKind.ROW, "1 2", "line 14"),
    ]
    assert read_.blocks[-1].columns == ("A", "B")


def test_plain_text_is_paragraphs_and_items(tmp_path: Path) -> None:
    read_ = read(tmp_path, "a.txt", "One line\nand another.\n\nWe take:\n- cash\n- cards\n  of any bank\n")
    assert [(block.kind, shown(block), block.where) for block in read_.blocks] == [
        (BlockKind.PARAGRAPH, "One line and another.", "line 1"),
        (BlockKind.PARAGRAPH, "We take:", "line 4"),
        (BlockKind.ITEM, "cash", "line 5"),
        (BlockKind.ITEM, "cards of any bank", "line 6"),
    ]


def test_a_row_of_csv_stands_alone_with_the_names_of_its_columns(tmp_path: Path) -> None:
    read_ = read(tmp_path, "a.csv", 'Service;Fee\n"Courier; fast";£12\n;\nPost;=1+1\n')
    assert [(block.kind, shown(block), block.where, block.columns) for block in read_.blocks] == [
        (BlockKind.RECORD, "Courier; fast£12", "row 2", ("Service", "Fee")),
        (BlockKind.RECORD, "Post", "row 4", ("Service", "Fee")),
    ]
    assert [(each.what, each.why, each.where) for each in read_.skipped] == [
        ("empty row", "it has no words", "row 3"),
        ("formula", "not worked out: =1+1", "row 4, Fee"),
    ]


@pytest.mark.parametrize("cell", ["-5%", "+44 20 7946 0000", "- Ask (in a branch)", "@bank", "=", "+ VAT"])
def test_what_only_begins_like_a_formula_is_none(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, "a.csv", f"What\n{cell}\n").skipped == ()


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "@SUM(A1)", "+cmd|' /C calc'!A0", " =A1"])
def test_what_a_spreadsheet_would_work_out_is_left_out(tmp_path: Path, cell: str) -> None:
    found = read(tmp_path, "a.csv", f"What,Fee\n{cell},1\n")
    assert [each.what for each in found.skipped] == ["formula"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("Größe".encode(), "Größe"),
        ("\ufeffGröße".encode(), "Größe"),
        ("Größe".encode("utf-16"), "Größe"),
        ("Größe".encode("utf-16-be").join([b"\xfe\xff", b""]), "Größe"),
        ("Größe kostet 5 €, señor".encode("cp1252"), "Größe kostet 5 €, señor"),
        ("a\r\nb\rc".encode("latin-1"), "a b c"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_is_in(tmp_path: Path, data: bytes, word: str) -> None:
    assert shown(read(tmp_path, "a.txt", data).blocks[0]) == word


HOSTILE = {
    "nothing": ("a.md", b"", "is empty"),
    "blanks": ("a.txt", b" \n\t\n", "is empty"),
    "only a rule": ("a.md", b"---\n---\n", "has no text"),
    "a NUL": ("a.txt", b"a\0b", "NUL"),
    "a NUL in UTF-16": ("a.txt", "ab\n\0".encode("utf-16"), "line 2: has NUL characters"),
    "UTF-16 cut short": ("a.txt", "ab".encode("utf-16") + b"x", "is not in UTF-16, as it says"),
    "broken UTF-8 after its mark": ("a.csv", b"\xef\xbb\xbfA\n\xff", "line 2: is not in UTF-8, as it says"),
    "Cyrillic in an old encoding": ("a.txt", "Здравствуйте, дорогие клиенты".encode("cp1251"), "neither in UTF-8"),
    "a picture called text": ("a.txt", b"\x89PNG\r\n\x1a\n....", "is a picture"),
    "a PDF called Markdown": ("a.md", b"%PDF-1.7\n", "Give it the ending .pdf"),
    "a Word file called CSV": ("a.csv", b"PK\x03\x04......", "Give it the ending .docx"),
    "a program": ("a.txt", b"MZ\x90\0\3", "is a program"),
    "of no kind": ("a.xlsx", b"PK\x03\x04", "of a kind that is not read (.xlsx)"),
    "without an ending": ("a", b"Words", "of a kind that is not read (no ending)"),
    "an open quote": ("a.csv", b'A,B\n"1,2\n', "is no proper CSV"),
    "too many cells": ("a.csv", b"A,B\n1,2\n1,2,3\n", "row 3: has 3 cells for 2 columns"),
    "no names": ("a.csv", b",,\n1,2,3\n", "row 1: has no names of columns"),
    "front matter without end": ("a.md", b"---\ntitle: a\n", "front matter"),
    "aliases in front matter": ("a.md", b"---\na: &a x\nb: *a\n---\nWords\n", "aliases"),
    "a language that is none": ("a.md", b"---\nlanguage: 12345\n---\nWords\n", "not a language tag"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_cannot_be_read_is_refused_with_what_where_and_fix(tmp_path: Path, case: str) -> None:
    name, data, said = HOSTILE[case]
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, name, data)
    assert said in str(refused.value)
    assert refused.value.where.startswith(name) and refused.value.fix.endswith(".")


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a file"):
        read_document(tmp_path / "none.md")
    with pytest.raises(ConfigError, match="larger than"):
        read(tmp_path, "a.txt", b"x" * 100, file_bytes=99)
    with pytest.raises(ConfigError, match="more than 10 characters"):
        read(tmp_path, "a.txt", b"x" * 11, characters=10)
    with pytest.raises(ConfigError, match="more than 2 rows"):
        read(tmp_path, "a.csv", b"A\n1\n2\n", rows=2)


def test_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file = tmp_path / "a.csv"
    file.write_text("A\n1\n2\n")
    read_document(file, progress=lambda done, of: told.append((done, of)))
    assert told[-2:] == [(2, 4), (3, 4)]
