"""Priming: words to lean towards go along with what a caller says, and not with what is said under a prompt."""

from collections.abc import Mapping, Sequence

import pytest

from ivr.adapters.scripted.codec import encode
from ivr.adapters.scripted.speech import transcript_of
from ivr.ports.speech import EVEN, NO_WORDS, Transcript, Urgency
from ivr.session.priming import Primed
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

EN = LanguageTag("en")


class Recogniser:
    """Remembers what it was told to lean towards."""

    def __init__(self) -> None:
        self.told: list[dict[LanguageTag, str]] = []

    async def transcribe(
        self,
        utterance: Pcm16,
        languages: Sequence[LanguageTag],
        hot_words: Mapping[LanguageTag, str] = NO_WORDS,
        *,
        priors: Mapping[LanguageTag, float] = EVEN,
        urgency: Urgency = Urgency.REPLY,
    ) -> Transcript:
        self.told.append(dict(hot_words))
        return transcript_of(utterance, languages, 0.9, priors)


@pytest.mark.parametrize(("urgency", "told"), [(Urgency.REPLY, {EN: "PIN, card"}), (Urgency.ASIDE, {})])
async def test_words_go_along_when_a_reply_is_wanted(urgency: Urgency, told: dict[LanguageTag, str]) -> None:
    recogniser = Recogniser()
    heard = await Primed(recogniser, lambda: {EN: "PIN, card"}).transcribe(encode("hello"), [EN], urgency=urgency)
    assert recogniser.told == [told]
    assert heard.text == "hello"


async def test_knowledge_that_changed_counts_from_the_next_utterance_on() -> None:
    words = {EN: "PIN"}
    recogniser = Recogniser()
    primed = Primed(recogniser, lambda: words)
    await primed.transcribe(encode("hello"), [EN])
    words[EN] = "overdraft"
    await primed.transcribe(encode("hello"), [EN])
    assert recogniser.told == [{EN: "PIN"}, {EN: "overdraft"}]
