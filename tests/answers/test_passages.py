"""Plain passages are found by what they say, however many there are."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.answers.compose import Answer, Answers, Blocked
from ivr.answers.knowledge import Knowledge
from ivr.answers.passages import SHORTLIST, Passages
from ivr.answers.understand import Understanding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, ES, approved

MANY = 4_000
RIVER = "The river rises in the hills. It is ninety miles long. Barges carry coal on it."
BRIDGE = "The bridge was built by Anna Keller. It has seven arches. Trams cross it."


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def test_among_thousands_the_passage_that_is_likest_in_full_is_found_first() -> None:
    rng = np.random.default_rng(7)
    common = _unit(rng.standard_normal(384).astype(np.float32))

    def squeezed(rows: int) -> NDArray[np.float32]:
        """Vectors whose cosines lie as close together as those of the real model."""
        return _unit(common + 0.45 * _unit(rng.standard_normal((rows, 384)).astype(np.float32)))

    owners = np.repeat(np.arange(MANY), rng.integers(1, 4, MANY))
    rows = (squeezed(len(owners)), owners.tolist())
    quick, thorough = Passages(MANY, rows, rows), Passages(MANY, rows, rows, shortlist=MANY)
    for about in rng.integers(0, len(owners), 200):
        question = _unit(rows[0][about] + 0.4 * _unit(rng.standard_normal(384).astype(np.float32)))
        found, everything = (each.near(question, np.zeros(MANY, np.float32)) for each in (quick, thorough))
        assert (len(found.passages), len(everything.passages)) == (SHORTLIST, MANY)
        assert found.passages[np.argmax(found.told)] == everything.passages[np.argmax(everything.told)]


async def test_a_passage_is_found_by_one_of_its_sentences(understanding: Understanding) -> None:
    await understanding.learn([approved("river", [], RIVER), approved("bridge", [], BRIDGE)])
    for question, expected in (("has it seven arches", "bridge"), ("do barges carry coal", "river")):
        hits = (await understanding.understand(question, EN)).hits
        assert [hit.answer for hit in hits[:1]] == [expected]
        assert len(hits) == 2


async def test_names_lead_to_passages_in_another_language(understanding: Understanding) -> None:
    await understanding.learn([approved("river", [], RIVER), approved("bridge", [], BRIDGE)])
    assert (await understanding.understand("¿qué hizo Anna Keller?", ES)).hits[0].answer == "bridge"


@pytest.mark.parametrize("language", [EN, ES])
async def test_a_passage_is_told_in_another_language_only_to_measure(
    knowledge: Knowledge, understanding: Understanding, language: LanguageTag
) -> None:
    passages: list[ApprovedAnswer] = [approved("river", [], RIVER)]
    await understanding.learn(passages)
    told = Answers(knowledge, as_written=True).answer([AnswerId("river")], language)
    assert told == Answer("approved", RIVER, (AnswerId("river"),), EN)
    assert (Answers(knowledge).answer([AnswerId("river")], ES)) == Blocked("not_in_language")
