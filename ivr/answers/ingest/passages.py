"""What a reader made of a file, as passages: what is suspicious kept apart, the rest cut, and what was left out said.

Room   Pure.
Apart  A suspicious block becomes a passage of its own with its flags, so the rest of the document stays usable.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ivr.answers.ingest.cutting import Cut, Piece, cut
from ivr.answers.ingest.guess import language_of
from ivr.answers.ingest.instructions import across, instruction
from ivr.answers.ingest.links import spoken, strangers
from ivr.answers.ingest.plain import ended, plain, woven
from ivr.ports.converted import Block, BlockKind, Converted, Run, Sight, Skipped
from ivr.ports.documents import Flag, Passage, Suspicion
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

MOST_WORDS_SHOWN: Final = 200
"Characters of what raised a flag."
_SEAM: Final = 250
"Characters on either side of the end of a block that are looked at together."
_PLACES: Final = 3
"Places that are named of what was skipped many times."
_ROWS: Final = (BlockKind.ROW, BlockKind.RECORD)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a document.

    passages  numbered from 1 in reading order, the quarantined among them.
    skipped   what is in no passage and why, alike ones counted together.
    language  what the document says it is in, else what its words say; None when neither does.
    """

    title: str
    language: LanguageTag | None
    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...]

    @property
    def flags(self) -> tuple[tuple[AnswerId, Flag], ...]:
        """Every suspicion, with the passage that it is about."""
        return tuple((passage.id, flag) for passage in self.passages for flag in passage.flags)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something quarantined: after how many pieces it stands."""

    after: int
    text: str
    heading: str
    where: str
    flags: tuple[Flag, ...]


@dataclass(slots=True)
class _Heading:
    level: int
    text: str
    where: str
    used: bool = False


@dataclass(slots=True)
class _Work:
    allowed: Collection[str]
    pieces: list[Piece] = field(default_factory=list)
    kept: list[_Kept] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)

    @property
    def path(self) -> str:
        return " › ".join(each.text for each in self.headings)


def passages(converted: Converted, id: str, allowed_domains: Collection[str] = ()) -> Ingested:
    """Cut a document into passages `id#1`, `id#2`, …

    `allowed_domains` are where links and addresses may lead ("bank.example", with all below it).
    """
    work = _Work(allowed_domains, skipped=list(converted.skipped))
    shown = [_text(block) for block in converted.blocks]
    seams = _seams(shown)
    for number, block in enumerate(converted.blocks):
        _block(work, block, shown[number], seams.get(number, ""))
    _leave(work, 0)
    found = _numbered(work, id)
    language = converted.language or language_of(each.text for each in found if not each.flags)
    title, suspicious = plain(converted.title), instruction(converted.title)
    if suspicious:
        work.skipped.append(Skipped("title", f"it speaks to a model: {suspicious[:MOST_WORDS_SHOWN]}", "the document"))
        title = ""
    return Ingested(title, language, found, _together(work.skipped))


def _block(work: _Work, block: Block, text: str, seam: str) -> None:
    """Sort what a block holds; the block itself stands behind what was hidden in it."""
    for how, sight, runs in _unseen(block):
        _unseen_text(work, block, how, sight, runs)
    if not text:
        return
    flags = _flags(work, block, text, seam)
    if block.kind is BlockKind.HEADING:
        _leave(work, block.level)
        if flags:
            _keep(work, text, block.where, flags)
        else:
            work.headings.append(_Heading(block.level, spoken(text).rstrip(":"), block.where))
        return
    if flags:
        _keep(work, text, block.where, flags)
        return
    for heading in work.headings:
        heading.used = True
    work.pieces.append(Piece(block.kind, spoken(text), block.where, work.path))


def _text(block: Block) -> str:
    """What a reader sees of a block, as plain text; rows in sentences, with the names of their columns."""
    seen = [run for run in block.runs if run.sight is Sight.SHOWN]
    if block.kind not in _ROWS:
        return plain("".join(run.text for run in seen))
    cells: dict[int, str] = {}
    for run in seen:
        cells[run.column] = cells.get(run.column, "") + run.text
    said = []
    for column in sorted(cells):
        words = plain(cells[column])
        name = plain(block.columns[column]).rstrip(":") if column < len(block.columns) else ""
        if words:
            said.append(ended(f"{name}: {words}" if name else words))
    return " ".join(said)


def _unseen(block: Block) -> list[tuple[str, Sight, list[Run]]]:
    """The runs that are not seen, in order, neighbours of one kind together."""
    found: list[tuple[str, Sight, list[Run]]] = []
    for run in block.runs:
        if run.sight is Sight.SHOWN:
            continue
        if found and found[-1][:2] == (run.how, run.sight):
            found[-1][2].append(run)
        else:
            found.append((run.how, run.sight, [run]))
    return found


def _unseen_text(work: _Work, block: Block, how: str, sight: Sight, runs: Sequence[Run]) -> None:
    raw = "".join(run.text for run in runs)
    text = plain(raw)
    if not text and not woven(raw):
        return
    found = instruction(text)
    silent = not woven(raw) and not any(char.isalnum() for char in text)
    if (sight is Sight.ASIDE or silent) and not found:
        work.skipped.append(Skipped("text aside", how, block.where))
        return
    flags = [Flag(Suspicion.HIDDEN, f"{how}: {text}"[:MOST_WORDS_SHOWN], block.where)]
    if found:
        flags.append(Flag(Suspicion.INSTRUCTION, found[:MOST_WORDS_SHOWN], block.where))
    _keep(work, text or how, block.where, tuple(flags))


def _flags(work: _Work, block: Block, text: str, seam: str) -> tuple[Flag, ...]:
    raw = "".join(run.text for run in block.runs if run.sight is Sight.SHOWN)
    whole = plain("".join(run.text for run in block.runs))
    found: list[Flag] = []
    hidden = woven(raw)
    if hidden:
        found.append(Flag(Suspicion.HIDDEN, hidden[:MOST_WORDS_SHOWN], block.where))
    spoken_to = instruction(text) or seam or (instruction(whole) if whole != text and _mixed(block) else "")
    if spoken_to:
        found.append(Flag(Suspicion.INSTRUCTION, spoken_to[:MOST_WORDS_SHOWN], block.where))
    targets = [run.link for run in block.runs if run.link and run.sight is Sight.SHOWN]
    for link in dict.fromkeys(strangers(text, targets, work.allowed)):
        found.append(Flag(Suspicion.LINK, link[:MOST_WORDS_SHOWN], block.where))
    return tuple(found)


def _mixed(block: Block) -> bool:
    """Whether words that are seen and words that are not make one instruction only together."""
    hidden = plain("".join(run.text for run in block.runs if run.sight is not Sight.SHOWN))
    return bool(hidden) and not instruction(hidden)


def _seams(texts: Sequence[str]) -> dict[int, str]:
    """The instructions that begin in one block and end in the next, by the numbers of both."""
    found: dict[int, str] = {}
    last = -1
    for number, text in enumerate(texts):
        if not text:
            continue
        if last >= 0:
            words = across(texts[last][-_SEAM:], text[:_SEAM])
            if words:
                found[last] = found[number] = words
        last = number
    return found


def _keep(work: _Work, text: str, where: str, flags: tuple[Flag, ...]) -> None:
    work.kept.append(_Kept(len(work.pieces), text, work.path, where, flags))


def _leave(work: _Work, level: int) -> None:
    """Leave the headings of this level and below; 0 leaves all."""
    while work.headings and work.headings[-1].level >= level:
        left = work.headings.pop()
        if not left.used:
            work.skipped.append(Skipped(f"heading “{left.text[:80]}”", "there is no text below it", left.where))


def _numbered(work: _Work, id: str) -> tuple[Passage, ...]:
    """Cut between what is quarantined, and number all in reading order."""
    found: list[tuple[Cut, tuple[Flag, ...]]] = []
    at = 0
    for kept in [*work.kept, _Kept(len(work.pieces), "", "", "", ())]:
        if kept.after > at and (kept.text == "" or _parts(work.pieces, kept.after)):
            found += [(each, ()) for each in cut(work.pieces[at : kept.after])]
            at = kept.after
        if kept.flags:
            found.append((Cut(kept.text, kept.heading, kept.where), kept.flags))
    return tuple(
        Passage(AnswerId(f"{id}#{number}"), each.heading, each.text, each.where, flags)
        for number, (each, flags) in enumerate(found, 1)
    )


def _parts(pieces: Sequence[Piece], at: int) -> bool:
    """Whether nothing is torn apart at this place: a new heading begins there, or what stands alone anyway."""
    if at >= len(pieces) or pieces[at].heading != pieces[at - 1].heading:
        return True
    return BlockKind.RECORD in (pieces[at].kind, pieces[at - 1].kind)


def _together(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """Alike ones as one, with their count and the first places."""
    gathered: dict[tuple[str, str], list[Skipped]] = {}
    for each in skipped:
        gathered.setdefault((each.what, each.why), []).append(each)
    together = []
    for (what, why), alike in gathered.items():
        places = list(dict.fromkeys(each.where for each in alike))
        where = ", ".join(places[:_PLACES]) + (" …" if len(places) > _PLACES else "")
        together.append(Skipped(what, why, where, sum(each.count for each in alike)))
    return tuple(together)
