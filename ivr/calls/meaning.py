"""Meaning: what an utterance counts as, before anything is made of it."""

from collections.abc import Sequence
from typing import Final

from ivr.calls.state import Asked, Call
from ivr.vocabulary.events import Hit, Perceived
from ivr.vocabulary.ids import AnswerId

KNOW: Final = 0.5
"A calibrated score from which an answer is spoken."
SURELY: Final = 0.75
"A score from which nothing is gained by waiting for more words. Half a sentence may well have a lower one."
UNSURE: Final = 0.2
"A score below which nothing we have is meant; between the two we ask."
SIGNAL: Final = 0.5
"A signal's score from which it counts."
WHOLE: Final = 0.9
"A signal's score from which it is all that was said, and not only how it began."
CLEAR: Final = 0.35
"A recogniser's confidence below which we ask again before we say that we do not know."
AT_ONCE: Final = ("danger", "theft", "fraud")
"Signals of what only a person may deal with, and at once: reasons of a transfer, the gravest first."
WISHES: Final = (
    "person",
    *AT_ONCE,
    "goodbye",
    "repeat",
    "slower",
    "faster",
    "spell",
    "callback",
    "voicemail",
    "start_over",
)
"Signals that are acted on whatever was asked."


def signals(event: Perceived, name: str) -> bool:
    return event.signals.get(name, 0.0) >= SIGNAL


def best(event: Perceived) -> float:
    """The score of the answer that is likeliest meant."""
    return event.hits[0].score if event.hits else 0.0


def known_passages(hits: Sequence[Hit]) -> tuple[AnswerId, ...]:
    """The passages that an answer may be composed from, best first: () when none is known to answer this."""
    if not hits or hits[0].score < KNOW:
        return ()
    return tuple(hit.answer for hit in hits if hit.score >= UNSURE)


def nearest(event: Perceived) -> float:
    """The score of the answer or passage that is likeliest meant."""
    return max(best(event), event.passages[0].score if event.passages else 0.0)


def wishes(event: Perceived) -> bool:
    return any(signals(event, name) for name in WISHES)


def says_yes_or_no(event: Perceived) -> bool:
    """Whether these words are a yes or a no. "No, but what does it cost?" is a question when we know what it costs."""
    least = WHOLE if known_passages(event.passages) else SIGNAL
    return any(event.signals.get(name, 0.0) >= least for name in ("yes", "no"))


def means_something(call: Call, event: Perceived, least: float = SIGNAL) -> bool:
    """Whether these words are enough to act on, if the caller has finished.

    A bare "hold on" is not: what they are about to say may follow.
    """
    wanted = WISHES if call.asked is Asked.ANYTHING else (*WISHES, "yes", "no")
    if call.asked is Asked.MORE:
        wanted = (*wanted, "go_on")
    return nearest(event) >= max(KNOW, least) or any(event.signals.get(name, 0.0) >= least for name in wanted)


def surely_means(call: Call, event: Perceived) -> bool:
    """The same beyond doubt: turn-taking need not wait for more words."""
    return means_something(call, event, SURELY)


def asks_to_wait(event: Perceived) -> bool:
    """Whether we are to wait: "hold on" said alone, or with words after it that mean nothing to us.

    "Hold on, I lost my card" is about the card.
    """
    if event.digits or not signals(event, "hold_on"):
        return False
    return event.signals["hold_on"] >= WHOLE or (nearest(event) < UNSURE and not wishes(event))
