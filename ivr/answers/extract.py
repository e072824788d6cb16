"""The extract: the one or two sentences of the passages that answer a question best, word for word.

Room       Pure text, under a few ms. What is chosen has passed the gate.
Chosen by  The words that question and sentence share, rarer ones weighing more; what the question asks for (a number,
           a day, a name) standing there; how near its passage was. A second sentence of the same passage goes with it
           when it is nearly as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from ivr.answers.asked import content, has, holds, wanted_of
from ivr.answers.compose import Answer
from ivr.answers.gate.extracts import joined, whole
from ivr.answers.gate.judge import judge
from ivr.answers.gate.reading import Read, folds_of, read
from ivr.answers.gate.wording import WORDINGS
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

PASSAGE: Final = (1.0, 0.55, 0.4, 0.3, 0.25)
"What a sentence of the first, second, … passage counts for."
AROUND: Final = 0.25
"What the words of the sentence before count for: it often names what this one speaks of."
WANTED: Final = 0.35
"What it adds that a sentence holds what was asked for, as a share of a full match."
ALSO: Final = 0.6
"Share of the best score from which a second sentence goes with it."
LONG_WORDS: Final = 45
"Words from which one sentence is enough to listen to."
SENTENCES: Final = 2


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    passage: int
    number: int


def extract(
    question: str, language: LanguageTag, passages: Sequence[ApprovedAnswer], *, as_written: bool = False
) -> Answer | None:
    """Return the sentences that answer a question, as an answer; None when the passages say nothing in the language.

    passages    best first.
    as_written  passages of any language count. For evaluation only.
    """
    reads = [one for each in passages if (one := read(each, language, as_written=as_written)) is not None]
    ranked = _ranked(question, language, reads)
    for best in ranked:
        said = _told(reads, best, ranked, language)
        verdicts = [judge(each, language, passages, question, as_written=as_written) for each in said]
        if said and all(verdict.passed for verdict in verdicts):
            text = joined([verdict.text for verdict in verdicts])
            return Answer("composed", text, (reads[best.passage].id,), _tag(passages, reads[best.passage], language))
    return None


def _ranked(question: str, language: LanguageTag, reads: Sequence[Read]) -> list[_Scored]:
    """Every sentence with its score, best first; of the same score the one that comes first."""
    asked = content(folds_of(question), language)
    wanted = wanted_of(question, language)
    everything = [set(sentence.folds) for each in reads for sentence in each.sentences]
    weights = {word: log(1 + len(everything) / (0.5 + sum(has(text, word) for text in everything))) for word in asked}
    whole_weight = sum(weights.values()) or 1.0
    scored: list[_Scored] = []
    for place, each in enumerate(reads):
        before = 0.0
        for number, sentence in enumerate(each.sentences):
            words = set(sentence.folds)
            shared = sum(weight for word, weight in weights.items() if has(words, word)) / whole_weight
            fits = WANTED * holds(wanted, sentence.text, question, language)
            score = (shared + AROUND * before + fits) * PASSAGE[min(place, len(PASSAGE) - 1)]
            scored.append(_Scored(score, place, number))
            before = shared
    return sorted(scored, key=lambda one: (-one.score, one.passage, one.number))


def _told(reads: Sequence[Read], best: _Scored, ranked: Sequence[_Scored], language: LanguageTag) -> list[str]:
    """The best sentence, and what goes with it, in the passage's order."""
    passage = reads[best.passage]
    points = WORDINGS[language.partition("-")[0]].points if language.partition("-")[0] in WORDINGS else frozenset()
    sentence = passage.sentences[best.number]
    if sentence.words[0].fold in points:
        return [sentence.text]  # the gate lets it through with the sentence before, or not at all
    if len(sentence.words) >= LONG_WORDS:
        return [whole(passage, best.number, language).text]
    for other in ranked:
        if other.passage != best.passage or other.number == best.number or other.score < ALSO * best.score:
            continue
        also = passage.sentences[other.number]
        leans = also.words[0].fold in points
        if len(also.words) < LONG_WORDS and (not leans or other.number == best.number + 1):
            pair = sorted((best.number, other.number))
            return [passage.sentences[number].text for number in pair]
    return [sentence.text]


def _tag(passages: Sequence[ApprovedAnswer], told: Read, language: LanguageTag) -> LanguageTag:
    passage = next(each for each in passages if each.id == told.id)
    return next((tag for tag, text in passage.spoken.items() if text == told.text), language)
