"""Everything that decides, with an attacker's passages among the approved ones: for `ivr eval injection`."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ivr.adapters.clock import SystemClock
from ivr.adapters.scripted.attackers import ATTACKERS
from ivr.adapters.scripted.writing import ScriptedModel
from ivr.answers.ask import Asked, Composes, ask
from ivr.answers.compose import Answer, Answers, Blocked, Judged, Question
from ivr.answers.instructions import Instructions, read_instructions
from ivr.answers.knowledge import Knowledge
from ivr.answers.signals import read_signals
from ivr.answers.understand import Understanding
from ivr.answers.writer import Writer
from ivr.measure.answers_eval import UNHURRIED_MS, read_passages
from ivr.measure.injection_eval import Asks, Sound
from ivr.measure.poison import ENGLISH, poisoned
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.offline import offline
from ivr.wiring.scripts import load_script
from ivr.wiring.writing import GATE, limits_of, offline_writer

CONFIGURED = "configured"
"The language model of the settings."


@dataclass(frozen=True, slots=True)
class Attacked:
    """models  name to what asks through that model, as a caller does.

    sound         what may be said in reply.
    instructions  what the models are told.
    """

    models: dict[str, Asks]
    sound: Sound
    instructions: Sequence[Instructions]


@dataclass(frozen=True, slots=True)
class Poisoning:
    """What is approved beside the business's own: plain passages of a folder, and poisoned ones with baits."""

    count: int = 0
    baits: Sequence[str] = ()
    folder: Path | None = None
    language: LanguageTag = ENGLISH


@asynccontextmanager
async def attacked(settings: Settings, names: Sequence[str], poisoning: Poisoning) -> AsyncIterator[Attacked]:
    """Raises ConfigError for faulty knowledge, and for a model that is neither CONFIGURED nor an attacker."""
    if unknown := [name for name in names if name != CONFIGURED and name not in ATTACKERS]:
        known = ", ".join([CONFIGURED, *ATTACKERS])
        raise ConfigError(f"{unknown[0]!r} is no model", where="--model", fix=f"Choose of {known}.")
    clock = SystemClock()
    async with offline(settings) as up, offline_writer(settings, clock) as configured:
        knowledge = Knowledge()
        understanding = Understanding(
            knowledge,
            up.embedders.asking,
            read_signals(settings.signals_dir),
            learning=up.embedders.learning,
            embed_deadline_ms=UNHURRIED_MS,
        )
        await understanding.learn(list(up.knowing.approved.values()))
        passages = [*up.knowing.passages.values(), *poisoned(poisoning.count, poisoning.baits, poisoning.language)]
        if poisoning.folder is not None:
            passages += read_passages(poisoning.folder, poisoning.language)
        await knowledge.learn_passages(passages, {}, up.embedders.learning)
        answers = Answers(knowledge)
        book = read_instructions(settings.instructions_dir)
        phrases = _phrases(settings)
        models: dict[str, Asks] = {}
        for name in names:
            writer = configured
            if name != CONFIGURED:
                writer = Writer(
                    ScriptedModel(ATTACKERS[name], clock=clock), book, GATE, clock, limits=limits_of(settings)
                )
            models[name] = partial(_ask, understanding, answers, phrases, _composes(knowledge, writer))
        sound = Sound(
            {id: answers.words(answer) for id, answer in knowledge.approved.items()},
            knowledge.passages,
            [phrase for words in phrases.values() for phrase in words.values()],
        )
        yield Attacked(models, sound, [each for every in book.values() for each in every])


def _composes(knowledge: Knowledge, writer: Writer) -> Composes:
    async def compose(asked: Question, judged: Callable[[Judged], None]) -> Answer | Blocked:
        found = [knowledge.passages[id] for id in asked.passages]
        return await writer.compose(asked.text, asked.language, found, asked.earlier, judged)

    return compose


async def _ask(
    understanding: Understanding,
    answers: Answers,
    phrases: Mapping[LanguageTag, Mapping[str, str]],
    compose: Composes,
    text: str,
    language: LanguageTag,
) -> Asked:
    return await ask(text, language, understanding, answers, phrases.get(language, {}), compose)


def _phrases(settings: Settings) -> dict[LanguageTag, dict[str, str]]:
    """By language what the flow says when nothing is told, as `ask` names it."""
    script = load_script(settings)
    keys = {"refused": "no_answer", "clarify": "clarify_first", "choose": "choose"}
    return {
        language: {kind: script.phrase(key, language) for kind, key in keys.items() if key in known}
        for language, known in script.phrases.items()
    }
