"""A call driven by facts, without audio or time: what tests of decisions talk to."""

from dataclasses import dataclass, field

from ivr.calls.effects import Effect, Release, Say
from ivr.calls.machine import step
from ivr.calls.state import Call, Phase
from ivr.flows.schema import Script
from ivr.vocabulary.events import (
    AnswerReady,
    CallAnswered,
    CallOffered,
    DigitGroup,
    DigitsReleased,
    Event,
    FlowPinned,
    Hit,
    KeyPressed,
    KeysEntered,
    Perceived,
    PromptHeard,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, DigitsId, StreamId, UtteranceId
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")


@dataclass
class Caller:
    """Feeds facts to the machine and remembers what came of them."""

    script: Script
    call: Call = field(default_factory=Call)
    notes: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    utterances: int = 0
    facts: list[Event] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        self.facts.append(event)
        result = step(self.call, event, self.script)
        self.call = result.call
        self.notes += result.notes
        self.effects += result.effects
        self.said += [effect.text for effect in result.effects if isinstance(effect, Say)]

    def dial(self, number: str = "+12025550143") -> "Caller":
        """Call, and hear the greeting and the question."""
        self.offered(number)
        return self.listen()

    def offered(self, number: str = "+12025550143") -> None:
        self.feed(CallOffered(number, "+12025550100"))
        self.feed(FlowPinned("test-desk", "digest", EN))
        self.feed(CallAnswered(StreamId("MZ1"), "1"))

    def listen(self) -> "Caller":
        """Hear prompts to their end until the assistant waits."""
        while self.call.prompt is not None and self.call.phase in (Phase.SPEAKING, Phase.LEAVING):
            self.feed(PromptHeard(self.call.prompt))
            if self.call.phase is Phase.LEAVING:
                break
        return self

    def say(
        self,
        text: str,
        *,
        hits: tuple[tuple[str, float], ...] = (),
        digits: str = "",
        shape: str = "",
        confidence: float = 0.9,
        passages: tuple[tuple[str, float], ...] = (),
        **signals: float,
    ) -> "Caller":
        self.utterances += 1
        utterance = UtteranceId(f"u{self.utterances}")
        group = (DigitGroup(DigitsId(f"d{self.utterances}"), len(digits), shape),) if digits else ()
        self.feed(UtteranceClosed(utterance, 0, 1_000))
        found = tuple(Hit(AnswerId(answer), score) for answer, score in hits)
        told = tuple(Hit(AnswerId(passage), score) for passage, score in passages)
        self.feed(Perceived(utterance, text, confidence, EN, 1.0, group, found, signals, told))
        return self.release(digits)

    def release(self, digits: str) -> "Caller":
        release = next((effect for effect in reversed(self.effects) if isinstance(effect, Release)), None)
        if release is not None and self.call.phase is Phase.RELEASING:
            self.feed(DigitsReleased(release.token, digits))
        return self

    def answer(self, text: str, source: str = "hours", kind: str = "approved") -> "Caller":
        assert self.call.request is not None
        self.feed(AnswerReady(self.call.request, kind, text, (AnswerId(source),), EN))
        return self

    def press(self, key: str) -> "Caller":
        self.feed(KeyPressed(key))
        return self

    def enter(self, digits: str, shape: str) -> "Caller":
        self.feed(KeysEntered(DigitGroup(DigitsId("k1"), len(digits), shape)))
        return self.release(digits)

    def noted(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.notes if isinstance(event, kind)]
