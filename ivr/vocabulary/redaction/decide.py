"""What goes, and what stays: one utterance, and what is remembered of those before.

A number stays when its shape or the words around it say plainly that it is a date, a time, an amount, an order, a
telephone number or a part of an address; or when it is so short, and so much inside a sentence, that it says nothing
("in 3 days"). Everything else goes: most numbers that are read out are said without a word about what they are.
"""

import re
from dataclasses import dataclass
from typing import Final

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.redaction import shapes
from ivr.vocabulary.redaction.context import Context
from ivr.vocabulary.redaction.cues import CORRECTIONS, Kind
from ivr.vocabulary.redaction.memory import NOTHING, TURNS, Memory
from ivr.vocabulary.redaction.numbers import Numbers, Run, cleaned, numbers
from ivr.vocabulary.redaction.words import passwords

MASK: Final = "•"
"Stands for one digit, key or letter that is not shown."

SHORT_RUN: Final = 2
"Digits in a run that may stay inside a sentence. Three are a card's security code already."

FEW_DIGITS: Final = 4
"Digits that may stay in a whole utterance, in short runs."

CARD_DIGITS: Final = 13
"The fewest a card number has. So long a number never stays, whatever is said of it."

USUAL_CARD_DIGITS: Final = 16
"Of a card: while there are fewer, the next utterance may well hold the rest."

_WHOLE: Final[dict[Kind | None, int]] = {Kind.CARD: CARD_DIGITS, Kind.CODE: 3, Kind.PASSWORD: 3, Kind.ID: 4}
_WHOLE_OTHERWISE: Final = 8
"Digits from which nothing more is waited for."
_ARTICLES: Final = frozenset({"one", "un", "una", "uma", "une", "ein", "eine"})
_WORDS_AROUND_AN_ARTICLE: Final = 4
_CODES: Final = frozenset({Kind.CODE, Kind.PASSWORD})
_MENTIONED: Final = frozenset({Kind.CARD, Kind.CODE, Kind.PASSWORD, Kind.ID})
"Secrets that may be read out in the next utterance once they are spoken of; of an account, callers only speak."


@dataclass(frozen=True, slots=True)
class Held:
    """A digit run that goes, and the secret that it is said to be; None when that was not said."""

    run: Run
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Redacted:
    """An utterance.

    text    what may be stored and shown.
    clean   what it was made from; `held` and `veiled` tell places in it.
    veiled  places of words and letters that go: passwords, ids with letters.
    memory  what is to be remembered.
    """

    text: str
    clean: str
    held: tuple[Held, ...]
    veiled: tuple[tuple[int, int], ...]
    memory: Memory

    @property
    def kinds(self) -> frozenset[Kind]:
        """The secrets that were said."""
        words = {Kind.PASSWORD} if self.veiled and self.memory.kind is Kind.PASSWORD else set()
        return frozenset({held.kind for held in self.held if held.kind is not None} | words)

    def goes(self, start: int, end: int) -> bool:
        """Whether nothing of this place in `clean` is shown."""
        places = [(held.run.start, held.run.end) for held in self.held] + list(self.veiled)
        return any(first <= start and end <= last for first, last in places)


def redact(text: str, language: LanguageTag, memory: Memory = NOTHING, *, everything: bool = False) -> Redacted:
    """Hold back what may not be stored.

    language    whose number words to look for, beside numerals; an unknown one looks for those of every language.
    everything  the caller is reading out what they were asked for: no digit stays.
    """
    clean = cleaned(text)
    veiled = shapes.secret(clean)
    reading = memory.reading > 0
    german = language.partition("-")[0] == "de"
    spared = [] if everything else shapes.spared(clean, german=german, reading=reading)
    spared = [span for span in spared if not any(span[0] < end and start < span[1] for start, end in veiled)]
    found = numbers(clean, language, spared)
    secret_words, awaited = passwords(clean, found.tokens, asked=memory.word)
    veiled += secret_words
    if not found.runs and not veiled and not found.tokens:
        return Redacted(clean, clean, (), (), memory.later())
    context = Context(clean, found.tokens, found.runs)
    held = _held(found, context, memory, everything=everything, veiled=veiled)
    remembered = _remembered(found, context, memory, held, said_word=bool(secret_words), awaited=awaited)
    return Redacted(_blot(clean, held, veiled), clean, tuple(held), tuple(veiled), remembered)


def _held(
    found: Numbers, context: Context, memory: Memory, *, everything: bool, veiled: list[tuple[int, int]]
) -> list[Held]:
    held: list[Held] = []
    short = sum(len(run.digits) for run in found.runs if len(run.digits) <= SHORT_RUN)
    for index, run in enumerate(found.runs):
        after_held = bool(held) and held[-1].run is found.runs[index - 1] and context.follows_closely(index)
        inside = any(start < run.end and run.start < end for start, end in veiled)
        if everything or inside or not _stays(found, context, index, memory, short=short, after_held=after_held):
            kind, _ = context.secret(index)
            if kind is None and after_held:
                kind = held[-1].kind
            if kind is None and (memory.reading or memory.recent):
                kind = memory.kind
            if kind is None and shapes.is_card(run.digits):
                kind = Kind.CARD
            held.append(Held(run, kind))
    return held


def _stays(found: Numbers, context: Context, index: int, memory: Memory, *, short: int, after_held: bool) -> bool:
    run = found.runs[index]
    if len(run.digits) >= CARD_DIGITS:
        return False
    if context.harmless(index) is not None:
        return True
    _, immediate = context.secret(index)
    corrects = memory.recent > 0 and context.said_before(index, CORRECTIONS)
    if shapes.is_whole_date(run.digits):
        return not (immediate or memory.reading or corrects)
    if len(run.digits) > SHORT_RUN or immediate:
        return False
    if memory.reading and not _is_article(found, run):
        return False
    suspect = after_held or corrects or context.mentioned(index, _CODES)
    return not suspect and short <= FEW_DIGITS and found.words >= 2


def _is_article(found: Numbers, run: Run) -> bool:
    """A lone "one" in a sentence."""
    said = next(token.word for token in found.tokens if token.start == run.start)
    return (
        said in _ARTICLES and len(run.digits) == 1 and len(found.runs) == 1 and found.words >= _WORDS_AROUND_AN_ARTICLE
    )


def _remembered(
    found: Numbers, context: Context, memory: Memory, held: list[Held], *, said_word: bool, awaited: bool
) -> Memory:
    mentioned, at_the_end = context.left_open()
    if awaited:
        return Memory(Kind.PASSWORD, 0, TURNS, TURNS, word=True)
    if mentioned is not None and (at_the_end or mentioned in _MENTIONED):
        return Memory(mentioned, 0, TURNS, TURNS)
    if said_word:
        return Memory(Kind.PASSWORD, 0, 0, TURNS)
    if not held:
        return memory.later()
    last = held[-1]
    goes_on = memory.reading > 0 and last.kind is memory.kind
    digits = sum(len(each.run.digits) for each in held if each.kind is last.kind) + (memory.digits if goes_on else 0)
    index = found.runs.index(last.run)
    whole = digits >= _WHOLE.get(last.kind, _WHOLE_OTHERWISE)
    if last.kind is Kind.CARD and CARD_DIGITS <= digits < USUAL_CARD_DIGITS:
        return Memory(last.kind, digits, 1, TURNS)
    if whole or (len(last.run.digits) == 4 and context.is_last_part(index)):
        return Memory(last.kind, 0, 0, TURNS)
    return Memory(last.kind, digits, TURNS, TURNS)


def _blot(text: str, held: list[Held], veiled: list[tuple[int, int]]) -> str:
    places = [(each.run.start, each.run.end, MASK * len(each.run.digits)) for each in held]
    if veiled:
        places = [p for p in places if not any(start < p[1] and p[0] < end for start, end in veiled)]
        places += [(start, end, re.sub(r"\w", MASK, text[start:end])) for start, end in _joined(veiled, held)]
        places.sort()
    pieces, at = [], 0
    for start, end, shown in places:
        pieces += [text[at:start], shown]
        at = end
    return "".join([*pieces, text[at:]])


def _joined(veiled: list[tuple[int, int]], held: list[Held]) -> list[tuple[int, int]]:
    """Overlapping places as one, with the runs that reach into them."""
    reaching = [
        (each.run.start, each.run.end)
        for each in held
        if any(start < each.run.end and each.run.start < end for start, end in veiled)
    ]
    joined: list[tuple[int, int]] = []
    for start, end in sorted([*veiled, *reaching]):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
