"""Passages of documents beside approved answers: found, for whom they are meant, as long as they are in force."""

from dataclasses import replace

import pytest

from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Talk, Understanding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from tests.answers.conftest import EN, WordEmbedder, approved

ABROAD = "A withdrawal abroad costs two pounds. In the eurozone it is free."
INSURANCE = "Baggage is insured up to eight hundred pounds. Report a loss to the airline within a day."
LOUNGE = "Airport lounges are free with the metal card. Show it at the door."


def passages() -> list[ApprovedAnswer]:
    texts = {"travel#1": ABROAD, "travel#2": INSURANCE, "lounge#1": LOUNGE}
    return [replace(approved("x", [], text), id=AnswerId(id)) for id, text in texts.items()]


@pytest.fixture
async def knows(knowledge: Knowledge, understanding: Understanding, bank: list[ApprovedAnswer]) -> Knowledge:
    await understanding.learn(bank)
    assert await knowledge.learn_passages(passages(), {AnswerId("lounge#1"): "premium"}, WordEmbedder())
    return knowledge


async def test_both_approved_answers_and_passages_are_found(knows: Knowledge, understanding: Understanding) -> None:
    found = await understanding.understand("baggage insured for a loss", EN)
    assert found.passages[0].answer == "travel#2"
    assert {hit.answer for hit in found.hits}.isdisjoint(knows.passages)
    assert (await understanding.understand("how do I change my pin", EN)).hits[0].answer == "pin"


async def test_passages_are_found_where_nothing_else_is_known(
    knowledge: Knowledge, understanding: Understanding
) -> None:
    await knowledge.learn_passages(passages(), {}, WordEmbedder())
    found = await understanding.understand("what does a withdrawal abroad cost", EN)
    assert found.hits == () and found.passages[0].answer == "travel#1"


async def test_what_is_for_some_customers_is_found_by_them_alone(
    knows: Knowledge, understanding: Understanding
) -> None:
    question = "are airport lounges free with the metal card"
    for segment, finds in (("", False), ("student", False), ("premium", True)):
        found = await understanding.understand(question, EN, Talk(segment=segment))
        assert (AnswerId("lounge#1") in {hit.answer for hit in found.passages}) is finds


async def test_what_is_out_of_force_is_not_found_from_that_moment(
    knows: Knowledge, understanding: Understanding
) -> None:
    knows.passages = {id: passage for id, passage in knows.passages.items() if id != "travel#2"}  # the index is older
    found = await understanding.understand("baggage insured for a loss", EN)
    assert AnswerId("travel#2") not in {hit.answer for hit in found.passages}


async def test_a_short_question_leans_on_the_passage_that_answered_the_last(
    knows: Knowledge, understanding: Understanding
) -> None:
    alone = await understanding.understand("and in the eurozone", EN)
    talk = Talk(AnswerId("travel#1"), "what does a withdrawal abroad cost")
    leaning = await understanding.understand("and in the eurozone", EN, talk)
    assert leaning.passages[0].answer == "travel#1"
    assert leaning.passages[0].score > (alone.passages[0].score if alone.passages else 0.0)


async def test_a_passage_without_an_embedder_is_found_by_its_words(
    knowledge: Knowledge, understanding: Understanding, embedder: WordEmbedder
) -> None:
    down = WordEmbedder()
    down.down = True
    assert not await knowledge.learn_passages(passages(), {}, down)
    assert list(knowledge.passages) == ["travel#1", "travel#2", "lounge#1"]
    assert not knowledge.documents.has_meaning
    found = await understanding.understand("what does a withdrawal abroad cost", EN)
    assert found.passages[0].answer == "travel#1"
