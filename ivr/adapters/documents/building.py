"""Blocks put together from pieces of text as a reader comes by them."""

from dataclasses import dataclass, field, replace

from ivr.ports.converted import Block, BlockKind, Run, Sight, Skipped


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for the text at one place of a document."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    where: str = ""
    sight: Sight = Sight.SHOWN
    how: str = ""
    link: str = ""
    column: int = 0
    columns: tuple[str, ...] = ()
    plain: bool = False
    "Blanks and line ends count, as in program text."

    def unseen(self, sight: Sight, how: str) -> "Frame":
        """The same, not seen. What is hidden stays hidden; what is aside may be hidden too."""
        if self.sight is Sight.HIDDEN or self.sight is sight:
            return self
        return replace(self, sight=sight, how=how)


@dataclass(slots=True)
class Builder:
    """Gathers runs until the block ends."""

    blocks: list[Block] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _frame: Frame = field(default_factory=Frame)

    def add(self, text: str, frame: Frame) -> None:
        """Add text to the block at hand; the first piece with words decides what block it is."""
        if not text:
            return
        if not any(run.text.strip() for run in self._runs):
            self._frame = frame
        run = Run(text, frame.sight, frame.how, frame.link, frame.column)
        last = self._runs[-1] if self._runs else None
        if last is not None and replace(last, text="") == replace(run, text=""):
            self._runs[-1] = replace(last, text=last.text + text)
        else:
            self._runs.append(run)

    def end(self) -> None:
        """End the block at hand. One without words is none."""
        if any(run.text.strip() for run in self._runs):
            frame = self._frame
            self.blocks.append(Block(frame.kind, tuple(self._runs), frame.where, frame.level, frame.columns))
        self._runs = []
        self._frame = Frame()

    def apart(self, text: str, frame: Frame) -> None:
        """Add a block of its own that is not part of the text around it, which goes on."""
        if text.strip():
            run = Run(text, frame.sight, frame.how, frame.link)
            self.blocks.append(Block(BlockKind.PARAGRAPH, (run,), frame.where))

    def skip(self, what: str, why: str, where: str) -> None:
        """Note something that becomes no text."""
        self.skipped.append(Skipped(what, why, where))
