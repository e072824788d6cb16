"""Vectors on disk: approved texts are embedded once, and no fault of the file reaches anybody."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.adapters.files.vectors import KeptEmbedder
from ivr.vocabulary.errors import BackendUnavailable


class Counting:
    """Vectors that tell texts and kinds apart; counts what it is asked."""

    def __init__(self, name: str = "a model") -> None:
        self.name = name
        self.asked: list[str] = []
        self.down = False

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._rows("q", texts)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._rows("p", texts)

    def _rows(self, kind: str, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.down:
            raise BackendUnavailable("down")
        self.asked += texts
        rows = [[len(text), sum(map(ord, text)), float(kind == "q")] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 3)


async def test_a_new_start_embeds_only_what_is_new(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    before = await KeptEmbedder(first, tmp_path).embed_queries(["one", "two"])
    kept = KeptEmbedder(second, tmp_path)
    assert (await kept.embed_queries(["two", "three", "one"]))[[2, 0]].tolist() == before.tolist()
    assert second.asked == ["three"]
    await kept.embed_passages(["one"])
    assert second.asked == ["three", "one"], "a passage is not a query"


async def test_vectors_of_two_models_never_mix(tmp_path: Path) -> None:
    await KeptEmbedder(Counting(), tmp_path).embed_queries(["one"])
    other = Counting("another model")
    await KeptEmbedder(other, tmp_path).embed_queries(["one"])
    assert other.asked == ["one"]


def _spoil(folder: Path, how: str) -> None:
    (file,) = folder.iterdir()
    data = file.read_bytes()
    spoilt = {"cut": data[:-7], "flip": data[:40] + bytes([data[40] ^ 1]) + data[41:], "empty": b"", "large": data}
    file.write_bytes(spoilt.get(how, b"something else entirely"))


@pytest.mark.parametrize("spoil", ["cut", "flip", "other", "empty", "large"])
async def test_a_damaged_file_costs_time_and_nothing_else(tmp_path: Path, spoil: str) -> None:
    right = await KeptEmbedder(Counting(), tmp_path).embed_queries(["one", "two"])
    _spoil(tmp_path, spoil)
    for _ in range(2):
        again = KeptEmbedder(Counting(), tmp_path, max_bytes=10 if spoil == "large" else 1 << 20)
        assert (await again.embed_queries(["one", "two"])).tolist() == right.tolist()
    if spoil != "large":
        third = Counting()
        await KeptEmbedder(third, tmp_path).embed_queries(["one", "two"])
        assert third.asked == []


async def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert (await KeptEmbedder(Counting(), blocked).embed_queries(["one"])).shape == (1, 3)


async def test_a_model_that_is_down_is_said_to_be_down_only_for_what_is_new(tmp_path: Path) -> None:
    model = Counting()
    kept = KeptEmbedder(model, tmp_path)
    await kept.embed_queries(["one"])
    model.down = True
    assert len(await kept.embed_queries(["one"])) == 1
    with pytest.raises(BackendUnavailable):
        await kept.embed_queries(["one", "two"])
    assert (await kept.embed_queries(["one", "one"])).shape == (2, 3)
