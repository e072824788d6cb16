"""How much of a file is read, and how it is said that a file cannot be."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ivr.vocabulary.errors import ConfigError

Progress = Callable[[int, int], None]
"Called with how many pages, rows or parts are read, and how many there are."

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused beyond. `seconds` is looked at between pages and rows; the rest before anything is unpacked."""

    file_bytes: int = 32 * MIB
    unpacked_bytes: int = 128 * MIB
    "Of a Word file, which is a packed folder."
    unpacked_times: int = 200
    "How many times larger than packed one part of it may be, once it is over a megabyte."
    pages: int = 1_000
    rows: int = 20_000
    columns: int = 100
    characters: int = 5_000_000
    "Of text, in all."
    seconds: float = 120.0
    memory_bytes: int = 2048 * MIB
    "Address space of a process that reads apart, where the system can bound it."


@dataclass(slots=True)
class Watch:
    """The limits while one file is read. `where` is its name."""

    where: str
    limits: Limits = field(default_factory=Limits)
    progress: Progress | None = None
    _began: float = field(default_factory=time.monotonic)
    _characters: int = 0

    def passed(self, done: int, of: int, characters: int = 0) -> None:
        """Report progress. Raises ConfigError when the time or the text is over the limit."""
        self._characters += characters
        if self._characters > self.limits.characters:
            raise self.refuse(
                f"has more than {self.limits.characters:,} characters of text", "Split it into several documents."
            )
        if time.monotonic() - self._began > self.limits.seconds:
            raise self.refuse(
                f"could not be read within {self.limits.seconds:.0f} seconds", "Split it, or save it in a simpler form."
            )
        if self.progress is not None:
            self.progress(done, of)

    def refuse(self, what: str, fix: str, place: str = "") -> ConfigError:
        """What is said of a file that cannot be read."""
        return ConfigError(what, where=f"{self.where}, {place}" if place else self.where, fix=fix)
