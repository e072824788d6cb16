"""How long finding an answer takes among many passages: what `ivr bench answers` runs.

The passages are made up: sentences of real answers put together at random, with vectors that lie as those answers' lie,
each moved at random. What they say is of no matter here; how much there is to compare is. The questions are real ones,
embedded by the real embedder.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ivr.answers.index import Index, build_index, sentences
from ivr.answers.readings import readings_of
from ivr.answers.scores import hits, weigh
from ivr.measure.answers_eval import percentile
from ivr.measure.golden import Golden
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

SENTENCES: Final = 5
"In a passage: about sixty words."

MOVED: Final = 0.4
"How far a made-up vector lies from the real one that it is made of."

WARM_UP: Final = 10
"Questions asked first and not counted."


class _Moved:
    """`Embedder` whose vectors are real ones, each moved at random."""

    def __init__(self, name: str, real: NDArray[np.float32]) -> None:
        self.name = name
        self._real = real
        self._chance = np.random.default_rng(1)

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return await self.embed_passages(texts)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        of = self._real[self._chance.integers(0, len(self._real), len(texts))]
        apart = self._chance.standard_normal(of.shape).astype(np.float32)
        rows = of + MOVED * apart / np.linalg.norm(apart, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


async def bench_answers(
    passages: int, real: Sequence[ApprovedAnswer], questions: Sequence[Golden], embedder: Embedder
) -> dict[str, Any]:
    """Ask each question once among so many made-up passages. Raises what the embedder raises."""
    index = await _made_up(passages, real, embedder)
    times: dict[str, list[float]] = {"embed": [], "search": [], "total": []}
    embedded = 0
    for place, row in enumerate([*questions[:WARM_UP], *questions]):
        began = time.perf_counter()
        readings = readings_of(row.question, row.language, index)
        read = time.perf_counter()
        vectors = await embedder.embed_queries([reading.text for reading in readings])
        compared = time.perf_counter()
        hits(index, weigh(index, readings, list(vectors), row.language))
        done = time.perf_counter()
        if place >= WARM_UP:
            embedded += len(readings)
            times["embed"].append((compared - read) * 1_000)
            times["search"].append((read - began + done - compared) * 1_000)
            times["total"].append((done - began) * 1_000)
    stages = {f"{name}_ms": {"p50": percentile(each, 50), "p95": percentile(each, 95)} for name, each in times.items()}
    return {"passages": passages, "n": len(questions), "readings": embedded, **stages}


async def _made_up(passages: int, real: Sequence[ApprovedAnswer], embedder: Embedder) -> Index:
    tag = LanguageTag("en")
    said = [sentence for answer in real for sentence in sentences(answer.spoken.get(tag, ""))]
    vectors = await embedder.embed_passages(said)
    chance = np.random.default_rng(0)
    texts = [" ".join(said[n] for n in chance.integers(0, len(said), SENTENCES)) for _ in range(passages)]
    made = [
        # A number of its own makes each passage a text of its own.
        ApprovedAnswer(AnswerId(f"p{n}"), "made up", "", "", {}, {tag: f"{text} It is number {n}."}, "")
        for n, text in enumerate(texts)
    ]
    return await build_index(made, _Moved(embedder.name, vectors))
