"""Word files are packed folders: what is looked at before anything of one is unpacked."""

import io
import zipfile
import zlib
from typing import Final

from ivr.adapters.documents.bounds import MIB, Watch

_PARTS: Final = 5_000
_LOOKED_AT: Final = 4_096
_ANEW: Final = "Open it in Word, and save it anew as .docx."


def checked_word_file(data: bytes, watch: Watch) -> list[str]:
    """The names of the parts of a Word file.

    Raises ConfigError for one that is damaged, encrypted, no Word file, or would unpack to more than it should: what
    its parts say they hold is summed first, and then each is unpacked and counted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _refuse_bombs(packed, parts, watch)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise watch.refuse("is damaged, or no Word file", _ANEW) from error
    except RuntimeError as error:  # zipfile's word for a part that needs a password
        raise watch.refuse("is encrypted with a password", "Save a copy without one.") from error
    except zlib.error as error:
        raise watch.refuse("is damaged", _ANEW) from error
    names = [part.filename for part in parts]
    if "word/document.xml" not in names:
        kind = "a spreadsheet" if "xl/workbook.xml" in names else "another packed folder"
        raise watch.refuse(f"is no Word file, but {kind}", "Save it as .docx, or a spreadsheet as .csv.")
    return names


def _refuse_bombs(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], watch: Watch) -> None:
    limits = watch.limits
    bomb = watch.refuse(
        f"would unpack to more than {limits.unpacked_bytes // MIB} MB", "Save it with smaller pictures, or split it."
    )
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise bomb
    whole = 0
    for part in parts:
        if part.file_size > MIB and part.file_size > limits.unpacked_times * max(1, part.compress_size):
            raise bomb
        with packed.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(_LOOKED_AT):
                raise watch.refuse("declares a document type, as no Word file does", _ANEW, part.filename[:80])
            opened.seek(0)
            while piece := opened.read(MIB):
                whole += len(piece)
                if whole > limits.unpacked_bytes:
                    raise bomb
