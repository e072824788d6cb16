"""Measuring what composing adds: the figures are what they say they are."""

from ivr.adapters.scripted import FakeClock
from ivr.adapters.scripted.writing import ScriptedModel, says
from ivr.answers.extract import extract
from ivr.answers.gate import judge
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Understood
from ivr.answers.writer import Gate, Limits, Writer
from ivr.measure.compose_bench import Watch, bench_composing
from ivr.measure.golden import Golden
from ivr.vocabulary.events import Hit
from ivr.vocabulary.language import LanguageTag
from tests.answers.writing import BOOK, EN, FEES

ROWS = [Golden("1", EN, "what does a transfer abroad cost", "fees#1", ("fifteen euros",))]


class Finds:
    """Finds the passages about fees, whatever is asked."""

    async def understand(self, text: str, language: LanguageTag) -> Understood:
        return Understood((), {}, passages=(Hit(FEES.id, 0.9),))


async def facts(words: str) -> dict[str, object]:
    knowledge, watch = Knowledge(), Watch(Gate(judge, extract))
    knowledge.passages = {FEES.id: FEES}
    writer = Writer(ScriptedModel(says(words)), BOOK, watch.gate, FakeClock(), limits=Limits(sentences=1))
    return (await bench_composing(ROWS, Finds(), knowledge, writer, watch)).as_json()


async def test_words_of_the_model_that_passed_are_told_from_the_extract() -> None:
    found = await facts("Within the country it is free. More.")
    assert (found["asked"], found["known"], found["by_model"], found["differs"]) == (1, 1, 1, 1)
    assert (found["right_extract"], found["right_composed"]) == (1, 0)
    assert found["reasons"] == {"extract": 1}


async def test_an_extract_that_is_spoken_instead_is_not_the_models() -> None:
    found = await facts("You get 500 dollars.")
    assert (found["by_model"], found["differs"], found["right_composed"]) == (0, 0, 1)
    assert found["reasons"] == {"number": 1}


async def test_a_model_that_chooses_the_same_words_counts_as_having_passed() -> None:
    found = await facts("A transfer abroad costs fifteen euros. More.")
    assert (found["by_model"], found["right_composed"]) == (1, 1)
