"""Timing answers: as many passages as asked for, every question once, and each stage told apart."""

from ivr.measure.answers_bench import WARM_UP, bench_answers
from ivr.measure.golden import Golden
from tests.answers.conftest import EN, WordEmbedder, approved


async def test_every_question_is_asked_once_and_timed_by_stage() -> None:
    real = [approved("pin", ["change pin"], "At any cash machine. It is free."), approved("wire", ["wire fee"], "Ten.")]
    questions = [Golden(str(n), EN, f"how do I change pin {n}", "pin") for n in range(WARM_UP + 5)]
    result = await bench_answers(300, real, questions, WordEmbedder())
    assert (result["passages"], result["n"]) == (300, WARM_UP + 5)
    assert result["readings"] >= result["n"]
    for stage in ("embed_ms", "search_ms", "total_ms"):
        assert 0 < result[stage]["p50"] <= result[stage]["p95"]
    assert result["total_ms"]["p95"] >= result["search_ms"]["p50"]
