"""What every caller may hear: rendered ahead, and kept on disk."""

import re
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from ivr.calls.naming import listed
from ivr.calls.routing.state import Plan
from ivr.flows.schema import Script, Transfer
from ivr.vocabulary.language import LanguageTag

_FILL: Final = re.compile(r"\{\w+\}")
_QUEUE: Final = "queue"


class Shares(Protocol):
    """As `ivr.session.voice.Voice`."""

    def share(self, texts: Iterable[str], language: LanguageTag) -> None: ...


def share(voice: Shares, script: Script, plan: Plan, answers: Callable[[LanguageTag], list[str]]) -> None:
    """Share phrases whole, with the names of queues in them too, others with fills in pieces, digits, then answers.

    In this order they are rendered ahead, within each the flow's default language first.

    answers  what approved answers say in a language, whenever they are asked.
    """
    waiting = script.flow.waiting
    for language, phrases in script.phrases.items():
        # First of all, for each language: a filler that must be rendered when a reply is late makes it later.
        voice.share([script.phrase(key, language) for key in (*waiting.fillers, waiting.still_looking)], language)
        names = listed(script.flow.languages, language)
        filled = [script.phrase(key, language, languages=names) for key in phrases]
        pieces = [piece.strip(" ,.;:") for text in filled if "{" in text for piece in _FILL.split(text)]
        voice.share([text for text in filled if "{" not in text], language)
        voice.share(_with_queues(script, plan, language), language)
        voice.share([piece for piece in pieces if any(c.isalnum() for c in piece)], language)
        voice.share([str(digit) for digit in range(10)], language)
    for language in script.phrases:
        voice.share(answers(language), language)


def _with_queues(script: Script, plan: Plan, language: LanguageTag) -> list[str]:
    """Phrases that say nothing changing but the queue, once for each: whoever wants a person waits for no voice."""
    keys = [key for key in script.phrases[language] if script.fills(key, language) - {"business"} == {_QUEUE}]
    named = []
    for node in script.flow.nodes.values():
        if isinstance(node, Transfer):
            queue = plan.queues.get(node.queue)
            names = queue.names if queue is not None else {}
            named.append(
                names.get(language)
                or names.get(LanguageTag(language.partition("-")[0]))
                or script.phrase(node.anybody, language)
            )
    return [script.phrase(key, language, queue=name) for name in dict.fromkeys(named) for key in keys]
