"""Turns as tests write them: words and scores, and what the assistant did about them."""

from ivr.calls.escalation.decide import notice
from ivr.calls.escalation.trail import Reply, Trail, Turn
from ivr.vocabulary.ids import AnswerId, UtteranceId


class Talk:
    """A trail that grows turn by turn."""

    def __init__(self) -> None:
        self.trail = Trail()
        self._said = 0

    def say(
        self,
        text: str = "words",
        *,
        known: float = 0.0,
        about: str = "",
        confidence: float = 0.9,
        cut: bool = False,
        **scores: float,
    ) -> "Talk":
        self._said += 1
        utterance = UtteranceId(f"u{self._said}")
        answer = AnswerId(about) if about else None
        self.trail = notice(self.trail, Turn(utterance, text, scores, known, answer, confidence, cut))
        return self

    def then(self, reply: Reply) -> "Talk":
        self.trail = self.trail.replied(reply)
        return self
