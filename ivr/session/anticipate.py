"""Anticipating: because deciding is pure, a reply can be worked out during the silence, before it is known that the
caller has finished. If they go on, all of it is thrown away.
"""

from ivr.answers.compose import Blocked
from ivr.calls.machine import step
from ivr.calls.state import Answer, Call, Effect, Say
from ivr.flows.schema import Script
from ivr.session.perceive import Composes
from ivr.vocabulary.answered import AnswerBlocked
from ivr.vocabulary.events import (
    AnswerReady,
    Perceived,
    UtteranceClosed,
)
from ivr.vocabulary.ids import RequestId

DEEPEST = 4
"Steps looked ahead."


def replies(call: Call, closing: UtteranceClosed, perceived: Perceived, script: Script, answers: Composes) -> list[Say]:
    """What would be said if the caller had finished and had said this."""
    closed = step(call, closing, script)
    result = step(closed.call, perceived, script)
    said: list[Say] = []
    for _ in range(DEEPEST):
        said += [effect for effect in result.effects if isinstance(effect, Say)]
        request = _request(result.effects)
        if request is None:
            break
        result = step(result.call, resolve(request, answers), script)
    return said


def resolve(request: Answer, answers: Composes) -> AnswerReady | AnswerBlocked:
    """The words for a request, as the event that brings them back."""
    found = answers.answer(request.candidates, request.language)
    if isinstance(found, Blocked):
        return AnswerBlocked(RequestId(request.request), found.reason)
    return AnswerReady(RequestId(request.request), found.kind, found.text, found.sources, found.language)


def _request(effects: tuple[Effect, ...]) -> Answer | None:
    return next((effect for effect in effects if isinstance(effect, Answer)), None)
