"""One file read: what kind it is, whether it is what its name says, and which reader takes it.

Blocks, for seconds with a long PDF. Whoever reads files of strangers does so with `apart.read_apart`, in a process of
its own with bounded memory.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ivr.adapters.documents.bounds import MIB, Limits, Progress, Watch
from ivr.adapters.documents.csv_table import csv_table
from ivr.adapters.documents.html_page import html_page
from ivr.adapters.documents.markdown import markdown
from ivr.adapters.documents.pdf import pdf
from ivr.adapters.documents.text import plain_text
from ivr.adapters.documents.word import word
from ivr.ports.converted import Converted, Sight
from ivr.vocabulary.errors import ConfigError

Reader = Callable[[bytes, Watch], Converted]

READERS: Final[dict[str, Reader]] = {
    ".md": markdown,
    ".markdown": markdown,
    ".html": html_page,
    ".htm": html_page,
    ".pdf": pdf,
    ".docx": word,
    ".csv": csv_table,
    ".txt": plain_text,
}
"By the ending of a file's name, in small letters."

_MAGIC: Final = (
    (b"%PDF-", "a PDF", (".pdf",)),
    (b"PK\x03\x04", "a packed folder, as Word writes them", (".docx",)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a file of an old version of Office, or an encrypted one", ()),
    (b"{\\rtf", "Rich Text", ()),
    (b"\x89PNG", "a picture", ()),
    (b"\xff\xd8\xff", "a picture", ()),
    (b"GIF8", "a picture", ()),
    (b"\x1f\x8b", "a packed file", ()),
    (b"\x7fELF", "a program", ()),
    (b"MZ\x90", "a program", ()),
)


def read_document(path: Path, *, limits: Limits | None = None, progress: Progress | None = None) -> Converted:
    """Read a file. Raises ConfigError with what, where and fix for every file that cannot be read whole."""
    watch = Watch(path.name, limits or Limits(), progress)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = ", ".join(sorted(READERS))
        raise watch.refuse(f"is of a kind that is not read ({suffix or 'no ending'})", f"Save it as one of {known}.")
    data = _bytes(path, watch)
    if not data.strip(b" \t\r\n\0"):
        raise watch.refuse("is empty", "Check that it was saved and copied whole.")
    _kind(data, suffix, watch)
    try:
        read = READERS[suffix](data, watch)
    except (RecursionError, MemoryError) as error:
        raise watch.refuse("is built in a way that cannot be read", "Save it again in a simpler form.") from error
    if not any(run.text.strip() and run.sight is not Sight.ASIDE for block in read.blocks for run in block.runs):
        raise watch.refuse("has no text", "Check that it holds words, and not pictures of them.")
    return read


def _bytes(path: Path, watch: Watch) -> bytes:
    most = watch.limits.file_bytes
    try:
        if not path.is_file():
            raise watch.refuse("is not a file", "Name one file.")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        fix = "Check its name, and whether it may be read."
        raise ConfigError(f"cannot be opened: {error.strerror}", where=str(path), fix=fix) from error
    if len(data) > most:
        raise watch.refuse(f"is larger than {most // MIB} MB", "Split it, or save it with smaller pictures.")
    return data


def _kind(data: bytes, suffix: str, watch: Watch) -> None:
    """Raise ConfigError when the first bytes are of another kind than the name says."""
    for magic, what, suffixes in _MAGIC:
        if data.startswith(magic) and suffix not in suffixes:
            fix = f"Give it the ending {suffixes[0]}." if suffixes else "Save it in the form that its name says."
            raise watch.refuse(f"is {what}, and not what its ending {suffix} says", fix)
    if suffix in (".pdf", ".docx") and not any(data.startswith(magic) for magic, _, ends in _MAGIC if suffix in ends):
        what = "PDF" if suffix == ".pdf" else "Word"
        raise watch.refuse(f"is no {what} file, though its name says so", "Save it anew in the program that wrote it.")
