"""What a reader makes of a file: its text in blocks, in reading order, each with where it stands and who can see it.

Readers (`adapters/documents`) say only what is there. What becomes of it is decided in `answers/ingest`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.vocabulary.language import LanguageTag


class BlockKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    "One item of a list."
    ROW = "row"
    "One row of a table within a text; its header row is not among them."
    RECORD = "record"
    "One row of a file that is nothing but a table. It stands alone."


class Sight(StrEnum):
    """Whether somebody who reads the document sees these words."""

    SHOWN = "shown"
    ASIDE = "aside"
    "Kept out of the text by its nature, without ill will: a comment, a page's footer, what an image shows."
    HIDDEN = "hidden"
    "Made so that it is not seen: white on white, switched off, too small, off the page."


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are seen alike.

    text    as it stands, any characters. Blanks at its ends count.
    how     why it is not seen, in a few words ("white on white"); "" when it is.
    link    where a click on it leads, as it stands; "" nowhere.
    column  of a row or record, the number of its column from 0.
    """

    text: str
    sight: Sight = Sight.SHOWN
    how: str = ""
    link: str = ""
    column: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document.

    where    page, line or row, for people: "page 3".
    level    of a heading, 1 the outermost; of an item, 1 or deeper; else 0.
    columns  of a row or record, the names of its columns, "" for one without a name.
    """

    kind: BlockKind
    runs: tuple[Run, ...]
    where: str
    level: int = 0
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the document that is in no passage.

    what   "image", "running footer".
    why    half a sentence: "repeated on 40 pages".
    where  the first place, and perhaps more; `count` says how many there are.
    """

    what: str
    why: str
    where: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Converted:
    """A file as text.

    title     what the document itself says it is called; "" when it says nothing.
    language  what it says it is written in; None when it says nothing.
    said      what else it says of itself, as in the front matter of Markdown: topic, owner, review_by, …
    """

    title: str
    language: LanguageTag | None
    blocks: tuple[Block, ...]
    skipped: tuple[Skipped, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
