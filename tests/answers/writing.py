"""Passages, and a gate of the simplest sort, for tests of the writer. The real one is proved in tests of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.scripted import FakeClock, Faults
from ivr.adapters.scripted.writing import Script, ScriptedModel
from ivr.answers.compose import Answer, Blocked, Judged
from ivr.answers.index import sentences
from ivr.answers.instructions import read_instructions
from ivr.answers.writer import Gate, Limits, Purse, Writer
from ivr.ports.language_model import Entailment
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EN, ES = LanguageTag("en"), LanguageTag("es")


def passage(id: str, text: str, language: LanguageTag = EN) -> ApprovedAnswer:
    return ApprovedAnswer(AnswerId(id), "fees", "Accounts team", "2027-06-30", {}, {language: text}, "fees.md")


FEES = passage("fees#1", "A transfer abroad costs fifteen euros. It takes four days. Within the country it is free.")
HOURS = passage("hours#1", "We open at nine on weekdays. On Saturdays we open at ten.")
PASSAGES = (FEES, HOURS)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A sentence passes when it stands in a passage; one that has a passage's word is a claim."""

    passed: bool
    text: str
    sources: tuple[AnswerId, ...]
    reason: str


def judge(sentence: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], question: str) -> Verbatim:
    for each in passages:
        if sentence in sentences(each.spoken.get(language, "")):
            return Verbatim(True, sentence, (each.id,), "extract")
    for each in passages:
        if set(sentence.split()) & set(each.spoken.get(language, "").split()):
            return Verbatim(False, "", (each.id,), "not_extract")
    return Verbatim(False, "", (), "number")


def extract(question: str, language: LanguageTag, passages: Sequence[ApprovedAnswer]) -> Answer | None:
    """The first sentence of the first passage that says something in this language."""
    for each in passages:
        if language in each.spoken:
            return Answer("composed", sentences(each.spoken[language])[0], (each.id,), language)
    return None


VERBATIM = Gate(judge, extract)
EXTRACT = "A transfer abroad costs fifteen euros."


BOOK = read_instructions(Path(__file__).parents[2] / "prompts" / "instructions")
LIMITS = Limits(first_ms=700, whole_ms=1_200, sentences=2, passages=3, tokens=40)


class Told:
    """A writer over a scripted model, asked one question; what it said, and what was judged on the way."""

    def __init__(
        self,
        script: Script | None,
        *,
        languages: Sequence[str] = ("en",),
        entailment: Entailment | None = None,
        gate: Gate = VERBATIM,
        faults: Faults | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.model = (
            None if script is None else ScriptedModel(script, clock=self.clock, languages=languages, faults=faults)
        )
        self.writer = Writer(self.model, BOOK, gate, self.clock, entailment=entailment, limits=LIMITS)
        self.judged: list[Judged] = []

    async def asks(
        self,
        question: str = "what does a transfer abroad cost",
        language: LanguageTag = EN,
        passages: Sequence[ApprovedAnswer] = PASSAGES,
        earlier: Sequence[str] = (),
        purse: Purse | None = None,
        told: str = "",
    ) -> Answer | Blocked:
        """Let time pass until there is an answer."""
        task = asyncio.create_task(
            self.writer.compose(question, language, passages, earlier, self.judged.append, purse, told=told)
        )
        while not task.done():
            for _ in range(20):  # long replies take many turns of the loop, and no time
                await self.clock.settle()
            if not task.done():
                assert self.clock.next_ms is not None, "it waits for nothing"
                await self.clock.advance(self.clock.next_ms - self.clock.now_ms())
        return task.result()

    @property
    def reasons(self) -> list[tuple[bool, str]]:
        return [(each.passed, each.reason) for each in self.judged]
