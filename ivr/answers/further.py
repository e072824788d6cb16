"""Further: what a passage says right after the words that were told, where that is likely to help.

Room     Pure text, under a few ms. Every sentence has passed the gate, as those before it had.
Likely   A sentence that shares a word with the question, or holds what was asked for. Others of the passage are of its
         matter too, but nobody is offered them.
Whole    A sentence that begins with "it" or "that" speaks of the one before: it is told after it, or not at all.
"""

from collections.abc import Sequence
from typing import Final

from ivr.answers.asked import content, has, holds, wanted_of
from ivr.answers.compose import Answer
from ivr.answers.gate.extracts import joined
from ivr.answers.gate.judge import judge
from ivr.answers.gate.reading import Read, Sentence, folds_of, is_run, read
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

SENTENCES: Final = 2
"At most, of one passage at a time."


def further(question: str, told: Answer, passages: Sequence[ApprovedAnswer]) -> Answer | None:
    """Return what the passage behind an answer says next; None when it ends there, or what follows helps nobody.

    told  the answer, or the part of it that was told last: words of one passage.
    """
    passage = next((each for each in passages if each.id in told.sources), None)
    text = read(passage, told.language) if passage is not None else None
    if passage is None or text is None:
        return None
    following = text.sentences[_end(told.text, text) :][:SENTENCES]
    said: list[str] = []
    for sentence in following:
        verdict = judge(sentence.text, told.language, [passage], question)
        says_again = not said and folds_of(verdict.text) != sentence.folds  # it takes along what was told just now
        if not verdict.passed or says_again:
            break
        said.append(verdict.text)
    if not any(_likely(sentence, question, told.language) for sentence in following[: len(said)]):
        return None
    return Answer("composed", joined(said), (passage.id,), told.language)


def _end(told: str, text: Read) -> int:
    """The number of the sentence after the last one that was told; past the end when none of them is of this text."""
    said = folds_of(told)
    places = [number for number, sentence in enumerate(text.sentences) if is_run(sentence.folds, said) is not None]
    return max(places, default=len(text.sentences)) + 1


def _likely(sentence: Sentence, question: str, language: LanguageTag) -> bool:
    words = set(sentence.folds)
    shared = any(has(words, word) for word in content(folds_of(question), language))
    return shared or holds(wanted_of(question, language), sentence.text, question, language)
