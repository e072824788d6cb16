"""Understanding a turn, with the embedder up, down, slow and unknown; and the knowledge changing under it."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.answers.compose import Answer, Answers, Blocked
from ivr.answers.index import BATCH, chunked
from ivr.answers.know import Standing, standing
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understanding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, ES, WordEmbedder, approved


async def test_a_known_wording_comes_first_with_a_score_that_is_a_chance(
    understanding: Understanding, bank: list[ApprovedAnswer]
) -> None:
    assert await understanding.learn(bank)
    understood = await understanding.understand("how do I change my pin", EN)
    assert understood.hits[0].answer == "pin"
    assert understood.hits[0].score >= 0.5
    assert all(0 <= hit.score <= 1 for hit in understood.hits)
    assert list(understood.hits) == sorted(understood.hits, key=lambda hit: -hit.score)
    assert not understood.degraded


async def test_at_most_five_hits_are_returned(understanding: Understanding) -> None:
    await understanding.learn([approved(f"a{n}", [f"question number {n}"], "Words.") for n in range(9)])
    assert len((await understanding.understand("question number 3", EN)).hits) <= 5


async def test_nothing_said_is_nothing_understood(understanding: Understanding, bank: list[ApprovedAnswer]) -> None:
    await understanding.learn(bank)
    understood = await understanding.understand("  \n", EN)
    assert (understood.hits, understood.signals) == ((), {})


async def test_with_the_embedder_down_words_answer_and_signals_stay(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    embedder.down = True
    understood = await understanding.understand("how do I change my pin", EN)
    assert understood.degraded
    assert understood.hits[0].answer == "pin"
    assert understood.hits[0].score >= 0.5
    person = await understanding.understand("a person, please", EN)
    assert person.signals["person"] >= 0.9


async def test_words_alone_are_more_careful_with_what_is_only_alike(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    embedder.down = True
    hits = (await understanding.understand("can I change some foreign money", EN)).hits
    assert hits[0].score < 0.5


async def test_an_embedder_that_is_down_at_the_start_is_made_up_for_later(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    embedder.down = True
    assert not await understanding.learn(bank)
    assert (await understanding.understand("change pin", EN)).degraded
    embedder.down = False
    assert (await understanding.understand("change pin", EN)).degraded
    assert await understanding.learn(bank)
    assert not (await understanding.understand("change pin", EN)).degraded


async def test_an_embedder_that_hangs_costs_a_caller_little(knowledge: Knowledge, bank: list[ApprovedAnswer]) -> None:
    class Hanging(WordEmbedder):
        hangs = False

        async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.hangs:
                await asyncio.Event().wait()
            return await super().embed_queries(texts)

    embedder = Hanging()
    understanding = Understanding(knowledge, embedder, {}, embed_deadline_ms=1)
    await understanding.learn(bank)
    embedder.hangs = True
    understood = await understanding.understand("change pin", EN)
    assert understood.degraded and understood.hits[0].answer == "pin"


async def test_an_embedder_without_fitted_scores_is_not_asked(knowledge: Knowledge, bank: list[ApprovedAnswer]) -> None:
    stranger = WordEmbedder("a-model-nobody-fitted")
    understanding = Understanding(knowledge, stranger, {})
    assert not understanding.calibrated
    assert await understanding.learn(bank)
    understood = await understanding.understand("change pin", EN)
    assert understood.hits[0].answer == "pin" and not understood.degraded
    assert stranger.embedded == []


async def test_the_corpus_is_embedded_in_small_batches_and_only_once(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    assert embedder.largest <= BATCH
    embedder.embedded.clear()
    await understanding.learn([*bank, approved("atm", ["where is a cash machine"], "Everywhere.")])
    new = [text for text in embedder.embedded if text in {"where is a cash machine", "Everywhere."}]
    assert len(new) == 2
    assert "change pin" not in embedder.embedded


async def test_no_knowledge_finds_nothing_and_breaks_nothing(understanding: Understanding) -> None:
    assert await understanding.learn([])
    understood = await understanding.understand("change pin", EN)
    assert understood.hits == ()
    assert (await understanding.understand("a human", EN)).signals["person"] >= 0.9


async def test_one_answer_alone_is_knowledge_too(understanding: Understanding) -> None:
    await understanding.learn([approved("pin", ["how do I change my pin", "change pin"], "At a machine.")])
    assert (await understanding.understand("change pin", EN)).hits[0].score >= 0.5


async def test_a_language_nobody_worded_is_found_by_meaning(
    understanding: Understanding, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    hits = (await understanding.understand("how do I change my pin", LanguageTag("fr"))).hits
    assert hits[0].answer == "pin"


async def test_an_answer_is_spoken_word_for_word_in_the_callers_language(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    assert answers.answer([AnswerId("hours")], EN) == Answer("approved", "We open at nine.", (AnswerId("hours"),), EN)
    spanish = answers.answer([AnswerId("hours")], LanguageTag("es-MX"))
    assert spanish == Answer("approved", "A las nueve.", (AnswerId("hours"),), ES)


async def test_what_cannot_be_spoken_is_blocked_with_the_reason(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    assert answers.answer([AnswerId("pin"), AnswerId("hours")], ES) == Blocked("not_in_language")
    assert answers.answer([AnswerId("never-written"), AnswerId("hours")], EN) == Blocked("not_approved")
    assert answers.answer([], EN) == Blocked("no_candidate")


async def test_a_revoked_answer_is_neither_found_nor_spoken(
    understanding: Understanding, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    await understanding.learn([one for one in bank if one.id != "pin"])
    assert answers.answer([AnswerId("pin")], EN) == Blocked("not_approved")
    hits = (await understanding.understand("how do I change my pin", EN)).hits
    assert "pin" not in {hit.answer for hit in hits}


async def test_a_revoked_answer_is_silenced_before_the_new_index_is_built(
    knowledge: Knowledge, answers: Answers, bank: list[ApprovedAnswer]
) -> None:
    building, go_on = asyncio.Event(), asyncio.Event()

    class Slow(WordEmbedder):
        async def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            building.set()
            await go_on.wait()
            return await super().embed_queries(texts)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(knowledge.learn(bank[:1], Slow()))
        await building.wait()
        assert answers.answer([AnswerId("pin")], EN) == Blocked("not_approved")
        go_on.set()


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.5, Standing.KNOWN), (0.49, Standing.UNSURE), (0.2, Standing.UNSURE), (0.19, Standing.UNKNOWN)],
)
def test_a_score_is_judged_as_the_call_machine_judges_it(score: float, expected: Standing) -> None:
    assert standing([Hit(AnswerId("pin"), score)]) is expected
    assert standing([]) is Standing.UNKNOWN


def test_a_long_text_is_cut_into_overlapping_chunks_that_lose_nothing() -> None:
    text = "One. Two. Three. Four. Five. Six."
    assert chunked(text) == ["One. Two. Three.", "Three. Four. Five.", "Five. Six."]
    assert chunked("Only one.") == ["Only one."]
    assert chunked("  ") == []
