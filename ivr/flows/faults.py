"""A fault of what an admin wrote: what is wrong, where, and what to do about it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlowFault:
    """One thing that an admin must put right.

    what    what is wrong, and why it is.
    where   the entry: a path of keys such as `nodes.help.done`, or the file when no entry is meant.
    fix     what to do.
    file    the file it stands in; "" when that is not known yet.
    line    counted from 1; 0 for the file as a whole. `column` likewise.
    """

    what: str
    where: str
    fix: str
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """Where it stands, as editors and terminals understand it, with the entry behind it."""
        if not self.file:
            return self.where
        at = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return at if self.where in {"", self.file} else f"{at}  {self.where}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The fix for a name that does not exist: the nearest ones that do, else all of them."""
    listed = sorted(known)
    near = difflib.get_close_matches(name, listed, n=2, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"write one of: {', '.join(listed)}" if listed else "remove it"
