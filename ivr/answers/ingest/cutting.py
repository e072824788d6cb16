"""Where one passage ends and the next begins.

Room  Pure. Words in, the same words out: none is lost, and only a list's lead-in is said again when the list is long.
Why   A passage is found by what it says and judged on its own, so it keeps to one heading, and a list to its lead-in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ivr.answers.ingest.plain import ended, sentences
from ivr.ports.converted import BlockKind

ENOUGH: Final = 60
"Words from which a passage stands alone."
MOST: Final = 150
"Words beyond which one is cut; only a single sentence may be longer."
ORPHAN: Final = 20
"Words below which what is left over joins the passage before it."


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain text of one block. `heading` is the path of headings above it."""

    kind: BlockKind
    text: str
    where: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """One passage to be: its text, its headings, and where its words stand."""

    text: str
    heading: str
    where: str


@dataclass(slots=True)
class _Unit:
    """What is never cut further. `alone` is a passage by itself."""

    text: str
    first: str
    last: str
    alone: bool = False

    @property
    def words(self) -> int:
        return len(self.text.split())


def cut(pieces: Sequence[Piece]) -> list[Cut]:
    """Cut pieces, in reading order, into passages. Headings are not among the pieces."""
    found: list[Cut] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and pieces[end].heading == pieces[at].heading:
            end += 1
        groups = _grouped(list(_units(pieces[at:end])))
        found += [Cut(_joined(group), pieces[at].heading, _span(group)) for group in groups]
        at = end
    return found


def _units(pieces: Sequence[Piece]) -> Iterator[_Unit]:
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        items = at + 1
        if piece.kind is BlockKind.ITEM or (piece.kind is BlockKind.PARAGRAPH and piece.text.endswith(":")):
            while items < len(pieces) and pieces[items].kind is BlockKind.ITEM:
                items += 1
            lead = piece if piece.kind is BlockKind.PARAGRAPH else None
            yield from _list(lead, pieces[at + 1 if lead else at : items])
        elif piece.kind is BlockKind.RECORD:
            yield _Unit(piece.text, piece.where, piece.where, alone=True)
        else:
            yield from _paragraph(piece)
        at = items


def _paragraph(piece: Piece) -> Iterator[_Unit]:
    if len(piece.text.split()) <= MOST:
        yield _Unit(ended(piece.text), piece.where, piece.where)
        return
    gathered: list[str] = []
    for sentence in sentences(piece.text):
        if gathered and len(" ".join([*gathered, sentence]).split()) > MOST:
            yield _Unit(" ".join(gathered), piece.where, piece.where)
            gathered = []
        gathered.append(sentence)
    yield _Unit(ended(" ".join(gathered)), piece.where, piece.where)


def _list(lead: Piece | None, items: Sequence[Piece]) -> Iterator[_Unit]:
    """A list with its lead-in, which is said again when the list is too long for one passage."""
    opening = [lead.text] if lead else []
    gathered: list[Piece] = []

    def unit() -> _Unit:
        texts = [*opening, *(ended(item.text) for item in gathered)]
        first = lead if lead and (not gathered or gathered[0] is items[0]) else gathered[0]
        return _Unit(" ".join(texts), first.where, gathered[-1].where if gathered else first.where)

    for item in items:
        words = len(" ".join([*opening, *(each.text for each in gathered), item.text]).split())
        if gathered and words > MOST:
            yield unit()
            gathered = []
        gathered.append(item)
    yield unit()


def _grouped(units: list[_Unit]) -> list[list[_Unit]]:
    groups: list[list[_Unit]] = []
    full = True
    for unit in units:
        if full or unit.alone or _words(groups[-1]) + unit.words > MOST:
            groups.append([])
        groups[-1].append(unit)
        full = unit.alone or _words(groups[-1]) >= ENOUGH
    if len(groups) > 1 and _words(groups[-1]) < ORPHAN and not (groups[-1][0].alone or groups[-2][0].alone):
        orphan = groups.pop()
        groups[-1] += orphan
    return groups


def _words(group: list[_Unit]) -> int:
    return sum(unit.words for unit in group)


def _joined(group: list[_Unit]) -> str:
    return " ".join(unit.text for unit in group)


def _span(group: list[_Unit]) -> str:
    first, last = group[0].first, group[-1].last
    return first if first == last else f"{first} to {last}"
