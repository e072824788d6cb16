"""CSV: the first row names the columns, every other row stands alone. A cell that is a formula is text, and said."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from ivr.adapters.documents.bounds import Watch
from ivr.adapters.documents.text import decoded
from ivr.ports.converted import Block, BlockKind, Converted, Run, Skipped

_SEPARATORS: Final = ",;\t|"
_LONGEST_CELL: Final = 20_000
_FORMULA: Final = re.compile(r"\s*(?:=\s*\S|[@+-]\s*\w+(?:\(|\|.*!))")
"What a spreadsheet would work out. A number with its sign, a telephone number and an item after a dash are none."


def csv_table(data: bytes, watch: Watch) -> Converted:
    """Read CSV, its cells parted by comma, semicolon, tab or bar. Raises ConfigError."""
    text = decoded(data, watch)
    rows = _rows(text, watch)
    try:
        _, names = next(rows)
    except StopIteration:
        raise watch.refuse("has no rows", "Give it a first row with the names of the columns.") from None
    names = [" ".join(name.split()) for name in names]
    if not any(names):
        raise watch.refuse("has no names of columns in its first row", "Write them there.", "row 1")
    blocks: list[Block] = []
    skipped: list[Skipped] = []
    lines = text.count("\n") + 1
    for number, cells in rows:
        where = f"row {number}"
        if len(cells) > len(names):
            what = f"has {len(cells)} cells for {len(names)} columns"
            raise watch.refuse(what, "Put cells that hold the separator in double quotes.", where)
        if not any(cell.strip() for cell in cells):
            skipped.append(Skipped("empty row", "it has no words", where))
            continue
        runs = []
        for column, cell in enumerate(cells):
            if _FORMULA.match(cell):
                skipped.append(Skipped("formula", f"not worked out: {cell.strip()[:60]}", f"{where}, {names[column]}"))
            elif cell.strip():
                runs.append(Run(cell, column=column))
        if runs:
            blocks.append(Block(BlockKind.RECORD, tuple(runs), where, columns=tuple(names)))
        watch.passed(min(number, lines), lines)
    return Converted("", None, tuple(blocks), tuple(skipped))


def _rows(text: str, watch: Watch) -> Iterator[tuple[int, list[str]]]:
    """Yield rows, the first being 1. Empty lines between them are counted as rows, and left out at the end."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > watch.limits.rows:
                raise watch.refuse(f"has more than {watch.limits.rows:,} rows", "Split it into several files.")
            if len(cells) > watch.limits.columns:
                raise watch.refuse(f"has more than {watch.limits.columns} columns", "Leave out some.", f"row {number}")
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                fix = "Close every double quote, and write shorter texts."
                raise watch.refuse(f"has a cell of more than {_LONGEST_CELL:,} characters", fix, f"row {number}")
            yield number, cells
    except csv.Error as error:
        fix = "Close every double quote, and double those within a cell."
        raise watch.refuse(f"is no proper CSV: {error}", fix, f"row {number + 1}") from error


def _separator(text: str) -> str:
    """The separator that the first line with words has most of, outside quotes; a comma when it has none."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)
