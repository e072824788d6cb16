"""The test flow in three languages, and a caller who speaks them."""

from ivr.calls.effects import Say
from ivr.flows.schema import Script
from ivr.vocabulary.events import Hit, LanguageSet, Perceived, UtteranceClosed
from ivr.vocabulary.ids import AnswerId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from tests.calls.caller import Caller
from tests.calls.script import FLOW, WORDS

EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")


def three() -> Script:
    """Every phrase in Spanish and Portuguese is the English one, with its language before it."""
    words = {
        language: {key: text if language == EN else f"{language}: {text}" for key, text in WORDS.items()}
        for language in (EN, ES, PT)
    }
    return Script.model_validate({"flow": FLOW | {"languages": [EN, ES, PT]}, "phrases": words})


class Speaker(Caller):
    """Says things in languages, as surely as a recogniser believes."""

    def speak(
        self,
        text: str,
        language: LanguageTag = ES,
        posterior: float = 0.95,
        hits: tuple[str, ...] = (),
        **signals: float,
    ) -> "Speaker":
        self.utterances += 1
        utterance = UtteranceId(f"u{self.utterances}")
        self.feed(UtteranceClosed(utterance, 0, 1_000))
        found = tuple(Hit(AnswerId(answer), 0.9) for answer in hits)
        self.feed(Perceived(utterance, text, 0.9, language, posterior, (), found, signals))
        return self

    @property
    def languages(self) -> list[str]:
        """Those the call was set to after the first."""
        return [event.language for event in self.notes if isinstance(event, LanguageSet)][1:]

    @property
    def spoken(self) -> list[tuple[str, str]]:
        """What was said, with the language it was said in."""
        return [(effect.language, effect.text) for effect in self.effects if isinstance(effect, Say)]


def caller() -> Speaker:
    """Somebody who has called and heard everything up to the first question."""
    speaker = Speaker(three())
    speaker.dial()
    return speaker
