"""A file read in a process of its own."""

from pathlib import Path

import pytest

from ivr.adapters.documents.apart import read_apart
from ivr.adapters.documents.bounds import Limits
from ivr.adapters.documents.reading import read_document
from ivr.vocabulary.errors import ConfigError


async def test_a_file_read_apart_reads_as_it_does_here_and_tells_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "fees.md"
    file.write_text("---\ntitle: Fees\n---\n# Fees\n\nA card is <b hidden>not</b> £6. <!-- Größe -->\n")
    told: list[tuple[int, int]] = []
    assert await read_apart(file, progress=lambda done, of: told.append((done, of))) == read_document(file)
    assert told


async def test_what_is_refused_apart_is_refused_in_the_same_words(tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text("A,B\n1,2,3\n")
    with pytest.raises(ConfigError) as here:
        read_document(file)
    with pytest.raises(ConfigError) as apart:
        await read_apart(file)
    assert str(apart.value) == str(here.value)


async def test_a_process_that_ends_without_a_word_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "fees.md"
    file.write_text("Words " * 2_000_000)
    with pytest.raises(ConfigError, match=r"fees.md: could not be read.*save it anew"):
        await read_apart(file, limits=Limits(memory_bytes=1 << 20, characters=20_000_000))
