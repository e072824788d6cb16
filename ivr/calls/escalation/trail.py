"""The trail: what a call remembers of its turns, so that worries add up and fade.

Room       Frozen data; every turn makes the next trail. Nothing here decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from ivr.vocabulary.ids import AnswerId, UtteranceId

LONGEST: Final = 8
"Turns that are remembered."


class Reply(StrEnum):
    """What the assistant did about a turn."""

    NONE = ""
    ANSWERED = "answered"
    CLARIFIED = "clarified"
    'It asked what was meant: "say it in other words", "do you mean …, or …?"'
    MISHEARD = "misheard"
    """It asked because it could not hear: "I didn't catch that"."""
    REFUSED = "refused"
    "It had no answer."
    AGAIN = "again"
    "It said the same again because the caller wanted that."
    OFFERED = "offered"
    "It offered a person."
    WARNED = "warned"
    "It asked an abusive caller to be calm."


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the caller.

    text        masked words.
    scores      name to how much the words sound like it, 0..1: reasons, and the signals that matter beside them.
    known       the score of the answer or passage that is likeliest meant.
    about       that answer.
    confidence  of the recogniser; `foreign`: the words were in a language that is not served.
    cut         the caller spoke over the prompt before.
    reply       what the assistant did about it; NONE until the next turn.
    """

    utterance: UtteranceId
    text: str
    scores: Mapping[str, float] = field(default_factory=dict)
    known: float = 0.0
    about: AnswerId | None = None
    confidence: float = 1.0
    cut: bool = False
    reply: Reply = Reply.NONE


@dataclass(frozen=True, slots=True)
class Worry:
    """How far one reason has built up, 0..1, by which turns, and the words that weighed most."""

    level: float = 0.0
    turns: tuple[UtteranceId, ...] = ()
    words: str = ""
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Trail:
    """All that is remembered.

    turns     of late, the last one last.
    worries   by reason.
    warned    an abusive caller was warned.
    declined  a person was offered, and not wanted: how many turns that still counts.
    cuts      share of late prompts that were spoken over, fading.
    """

    turns: tuple[Turn, ...] = ()
    worries: Mapping[str, Worry] = field(default_factory=dict)
    warned: bool = False
    declined: int = 0
    cuts: float = 0.0

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    def replied(self, reply: Reply) -> "Trail":
        """The same, with what was done about the last turn."""
        if not self.turns or self.turns[-1].reply is not Reply.NONE:
            return self
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], reply=reply)))

    def with_turn(self, turn: Turn) -> "Trail":
        return replace(self, turns=(*self.turns, turn)[-LONGEST:])


UNTRODDEN: Final = Trail()
