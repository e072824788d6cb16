"""The judgement on one sentence.

Passed   Only words of a passage, and what is then spoken is the passage's own text. Everything else is refused, each
         for a reason; the last of them, NOT_EXTRACT, is the only one that an entailment model may overrule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.answers.gate import facts, shape
from ivr.answers.gate.extracts import find
from ivr.answers.gate.reading import Read, folds_of, read
from ivr.answers.gate.reasons import Reason
from ivr.answers.gate.wording import WORDINGS, Wording
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

ROOT: Final = 5
"Letters by which a German noun and its forms are the same."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate makes of one sentence.

    text     what may be spoken, when it passed: the passage's own words.
    sources  the passage that it stands on; of a claim, the one that holds everything in it; () when none does.
    """

    passed: bool
    text: str
    sources: tuple[AnswerId, ...]
    reason: Reason


def judge(
    sentence: str,
    language: LanguageTag,
    passages: Sequence[ApprovedAnswer],
    question: str = "",
    *,
    as_written: bool = False,
) -> Verdict:
    """Judge one sentence by the passages that it may stand on.

    question    what the caller asked: of no weight, since a caller's words prove nothing. It is there for judges that
                look at more.
    as_written  passages of any language count. For evaluation only.
    """
    said = sentence.strip()
    if (wrong := shape.fault(said)) is not None:
        return _refused(wrong)
    reads = [one for each in passages if (one := read(each, language, as_written=as_written)) is not None]
    if not reads:
        return _refused(Reason.NO_PASSAGE)
    words = folds_of(said)
    found = find(words, reads, language)
    if found is None:
        return _claim(said, words, reads, language)
    if found.dangling:
        return _refused(Reason.DANGLING, found.source)
    if found.lost:
        return _refused(Reason.TRIMMED, found.source)
    return Verdict(True, found.text, (found.source,), Reason.EXTRACT)


def _claim(said: str, words: tuple[str, ...], reads: Sequence[Read], language: LanguageTag) -> Verdict:
    """Judge words that are nobody's: by the first passage that holds everything in them, else by the best."""
    if shape.acts(words, language):
        return _refused(Reason.ACTION)
    if shape.foreign(words, language):
        return _refused(Reason.LANGUAGE)
    wrong = [_missing(said, words, each, language) for each in reads]
    for each, reason in zip(reads, wrong, strict=True):
        if reason is None:
            return _refused(Reason.NOT_EXTRACT, each.id)
    return _refused(wrong[0] or Reason.NOT_EXTRACT)


def _missing(said: str, words: tuple[str, ...], passage: Read, language: LanguageTag) -> Reason | None:
    """The first thing in a claim that a passage does not hold, or sets and the claim leaves out."""
    if not facts.links(said) <= facts.links(passage.text):
        return Reason.LINK
    if not facts.figures(said, language) <= facts.figures(passage.text, language):
        return Reason.NUMBER
    if not facts.days(said, language) <= facts.days(passage.text, language):
        return Reason.DATE
    known = {word for sentence in passage.sentences for word in sentence.folds}
    if not _are_known(facts.names(said, language), known, language):
        return Reason.NAME
    wording = WORDINGS.get(language.partition("-")[0])
    nearest = max(passage.sentences, key=lambda one: len(set(one.folds) & set(words)), default=None)
    if wording is None or nearest is None:
        return None
    for kinds, reason in ((wording.negates, Reason.NEGATION), (wording.limits, Reason.CONDITION)):
        if kinds.intersection(_body(words, wording)) != kinds.intersection(_body(nearest.folds, wording)):
            return reason
    return None


def _body(words: tuple[str, ...], wording: Wording) -> tuple[str, ...]:
    """A sentence without what only ties it to the one before."""
    opening = next((each for each in wording.opens if words[: len(each.split())] == tuple(each.split())), "")
    return words[len(opening.split()) :]


def _are_known(names: frozenset[str], known: set[str], language: LanguageTag) -> bool:
    if language.partition("-")[0] != "de":
        return names <= known
    roots = {word[:ROOT] for word in known}
    return all(name in known or name[:ROOT] in roots for name in names)


def _refused(reason: Reason, *sources: AnswerId) -> Verdict:
    return Verdict(False, "", sources, reason)
