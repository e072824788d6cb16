"""`ivr ask`: an answer in writing, decided as a call would decide it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ivr import settings as settings_room
from ivr.answers.ask import Composes, Finds
from ivr.answers.ask import ask as ask_room
from ivr.cli.output import AsJson, console, emit, language_option, run
from ivr.measure.answers_eval import on_passages
from ivr.settings import Settings
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.offline import offline
from ivr.wiring.scripts import load_script


def add_to(app: typer.Typer) -> None:
    app.command()(ask)


def ask(
    question: Annotated[str, typer.Argument(help="What a caller would ask.")],
    language: Annotated[str, typer.Option(help="Language of the question.")] = "en",
    knowledge: Annotated[
        Path | None, typer.Option(help="Folder of plain English passages that count as approved, for evaluation only.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question in writing."""

    async def main() -> dict[str, Any]:
        settings, tag = settings_room.load(), language_option(language)
        async with offline(settings) as up:
            understanding, _ = up.knowing.parts
            answers: Finds = up.answers
            compose: Composes = up.answers.compose
            if knowledge is not None:
                given = await on_passages(knowledge, LanguageTag("en"), *up.embedders)
                understanding, answers, compose = given.understanding, given.answers, given.compose
            asked = await ask_room(question, tag, understanding, answers, _phrases(settings, tag), compose)
        return {
            "answer": asked.answer,
            "kind": asked.kind,
            "sources": list(asked.sources),
            "ms": asked.ms,
            "more": asked.more,
            "policy": asked.policy.value,
        }

    facts = run(main)
    if as_json:
        emit(facts)
        return
    console.print(facts["answer"] or f"({facts['kind']})", highlight=False)
    if facts["more"]:
        console.print(f"[dim]on, if they want:[/] {facts['more']}", highlight=False)
    policy = facts["policy"] if facts["policy"] != AnswerPolicy.AUTOMATIC else ""
    shown = [facts["kind"], policy, ", ".join(facts["sources"]), f"{facts['ms']} ms"]
    console.print(f"[dim]{' · '.join(fact for fact in shown if fact)}[/]", highlight=False)


def _phrases(settings: Settings, language: LanguageTag) -> dict[Any, str]:
    """What the flow says when there is no answer; nothing in a language that it does not speak."""
    script = load_script(settings)
    known = script.phrases.get(language, {})
    keys = {"refused": "no_answer", "clarify": "clarify_first", "choose": "choose"}
    return {kind: script.phrase(key, language) for kind, key in keys.items() if key in known}
