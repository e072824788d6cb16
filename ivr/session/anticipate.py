"""Anticipating: because deciding is pure, a reply can be worked out during the silence, before it is known that the
caller has finished. If they go on, all of it is thrown away.
"""

from dataclasses import dataclass

from ivr.calls.effects import Answer, Effect, Say
from ivr.calls.machine import step
from ivr.calls.state import Call
from ivr.flows.schema import Script
from ivr.session.composing import resolve
from ivr.session.perceive import Composes
from ivr.vocabulary.events import Perceived, UtteranceClosed

DEEPEST = 4
"Steps looked ahead."


@dataclass(frozen=True, slots=True)
class Reply:
    """What would follow: what is said, up to an answer that would have to be composed first."""

    said: tuple[Say, ...]
    to_compose: Answer | None = None


def replies(call: Call, closing: UtteranceClosed, perceived: Perceived, script: Script, answers: Composes) -> Reply:
    """What would follow if the caller had finished and had said this."""
    closed = step(call, closing, script)
    result = step(closed.call, perceived, script)
    said: list[Say] = []
    for _ in range(DEEPEST):
        said += [effect for effect in result.effects if isinstance(effect, Say)]
        request = _request(result.effects)
        if request is None:
            break
        if request.passages:
            return Reply(tuple(said), request)
        result = step(result.call, resolve(request, answers), script)
    return Reply(tuple(said))


def _request(effects: tuple[Effect, ...]) -> Answer | None:
    return next((effect for effect in effects if isinstance(effect, Answer)), None)
