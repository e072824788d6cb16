"""The lines of a summary: the facts of a call in the words of a book, each with the turns it stands on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import phonenumbers

from ivr.answers.summary.facts import Facts, Told, Why
from ivr.answers.summary.folding import clip
from ivr.answers.summary.words import Book
from ivr.calls.say import ANONYMOUS
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK

QUOTED_WORDS: Final = 24
"Of one quotation on the screen."
HEARD_WORDS: Final = 14
"Of one quotation in the ear."
MOST_TOLD: Final = 4
"Answers that are told of, the latest ones."
MOST_OPEN: Final = 3
MOST_TURNS: Final = 5
"Turns cited for what holds in many, the latest ones."

_MARKS: Final = str.maketrans("", "", '“”„«»"')

_STEPS: Final[Mapping[str, str]] = {
    "theft": "secure", "fraud": "secure", "account_access": "verify", "dispute": "case", "legal": "legal",
    "complaint": "apologise", "frustration": "apologise", "repetition": "apologise", "distress": "comfort",
    "danger": "safety", "abuse": "firm", "no_progress": "answer", "not_understood": "listen", "language": "language",
    "person_only": "do", "segment": "greet", "asked": "listen",
}  # fmt: skip
"What a reason suggests to do next."
_ORDER: Final = ("danger", "distress", "abuse", "frustration", "complaint", "repetition", "insists")
"Moods, the gravest first: one is told."


@dataclass(frozen=True, slots=True)
class Line:
    """One claim.

    text    as it is read.
    turns   the turns it stands on, as `ivr calls show` numbers them; 0 is the opening, of a call without any turn.
    kind    who, language, why, asked, told, open, given, callback, mood or next; `claim` when it was proposed.
    spoken  the same for the ear, shorter; "" when it is only read.
    """

    text: str
    turns: tuple[int, ...]
    kind: str
    spoken: str = ""


def lines_of(facts: Facts, book: Book, names: Mapping[AnswerId, str]) -> list[Line]:
    """What is to be told of the call, in the order in which it is read. `names`: of answers, in the book's language."""
    teller = _Teller(facts, book, names)
    parts = (
        teller.who(), teller.languages(), teller.why(), teller.told(), teller.open(), teller.given(),
        teller.mood(), teller.next(),
    )  # fmt: skip
    return [line for part in parts for line in part if line.text or line.spoken]


class _Teller:
    def __init__(self, facts: Facts, book: Book, names: Mapping[AnswerId, str]) -> None:
        self._facts, self._book, self._names = facts, book, names
        self._turns = tuple(number for number in facts.turns if number) or (0,)
        self._spoken_in = facts.languages[-1][0] if facts.languages else LanguageTag("")

    def who(self) -> Iterator[Line]:
        number, known, say = written(self._facts.caller), self._facts.known, self._book.say
        first = self._turns[:1]
        if not number:
            yield Line(say("who_hidden"), first, "who")
        elif known is None:
            yield Line(say("who", number=number), first, "who")
        elif known.segment:
            text = say("who_segment", name=known.name, segment=known.segment, number=number)
            spoken = say("briefing_who_segment", name=known.name, segment=known.segment)
            yield Line(text, first, "who", spoken)
        else:
            yield Line(
                say("who_name", name=known.name, number=number), first, "who", say("briefing_who", name=known.name)
            )

    def languages(self) -> Iterator[Line]:
        """The one they speak now; the agent hears it when it is not the agent's own."""
        for language, turns in self._facts.languages[-1:]:
            key = "language" if len(self._facts.languages) == 1 else "languages"
            name = self._book.language_name(language)
            spoken = "" if self._same(language) else self._book.say("briefing_language", language=name)
            yield Line(self._book.say(key, language=name), turns[-MOST_TURNS:], "language", spoken)

    def why(self) -> Iterator[Line]:
        why = self._facts.why
        reason = self._book.say(f"reason_{why.reason}") if why is not None else ""
        if why is None or not reason:
            return
        spoken = self._book.say("briefing_why", reason=reason)
        yield Line(self._why_text(why, reason), why.turns, "why", spoken)
        if why.words and self._heard_in_own(why.turns[-1]):
            words = self._book.say("briefing_words", words=_ended(clip(_unmarked(why.words), HEARD_WORDS)))
            yield Line("", why.turns, "why", words)

    def _why_text(self, why: Why, reason: str) -> str:
        if why.key:
            return self._book.say("why_key", reason=reason, key=why.key)
        if why.words:
            return self._book.say("why_words", reason=reason, words=_quoted(why.words))
        return self._book.say("why", reason=reason)

    def told(self) -> Iterator[Line]:
        for told in self._facts.told[-MOST_TOLD:]:
            name = self._name(told.source)
            if told.question:
                key = "asked_name" if name else "asked"
                text = self._book.say(key, words=_quoted(told.question), name=name)
                yield Line(text, told.turns, "asked", "")
            yield Line(self._told_text(told), told.turns, "told", self._told_aloud(told))

    def _told_text(self, told: Told) -> str:
        if not told.heard.strip():
            return self._book.say("told_nothing", source=told.source)
        key = "told" if told.whole else "told_part"
        return self._book.say(key, words=_quoted(told.heard), source=told.source)

    def _told_aloud(self, told: Told) -> str:
        name = self._names.get(told.source, "") or (
            self._facts.names.get(told.source, "") if self._same(self._spoken_in) else ""
        )
        key = "briefing_told" if told.whole else "briefing_part" if told.heard.strip() else "briefing_asked"
        return self._book.say(key, name=name) if name else ""

    def open(self) -> Iterator[Line]:
        why = self._facts.why
        shown = why.turns[-1] if why is not None and why.words else -1
        for said in [each for each in self._facts.open if each.turn != shown][-MOST_OPEN:]:
            aloud = ""
            if self._heard_in_own(said.turn):
                aloud = self._book.say("briefing_open", words=_ended(clip(_unmarked(said.words), HEARD_WORDS)))
            yield Line(self._book.say("open", words=_quoted(said.words)), (said.turn,), "open", aloud)

    def given(self) -> Iterator[Line]:
        for said in self._facts.given:
            if MASK not in said.words:  # what was collected as a secret is told by nobody
                yield Line(self._book.say("given", what=said.what, value=said.words), (said.turn,), "given")
        if (proof := self._facts.proof) is not None:
            key = "proved" if proof.right else "not_proved"
            yield Line(self._book.say(key, what=", ".join(proof.by)), (proof.turn,), "proof")
        if (back := self._facts.callback) is not None:
            yield Line(self._book.say("callback", number=written(back.words) or back.words), (back.turn,), "callback")

    def mood(self) -> Iterator[Line]:
        spoke = tuple(turn for turn in self._turns if turn and self._facts.turns[turn].caller)
        mood = next((each for each in _ORDER if each in self._facts.feelings), "calm" if spoke else "")
        turns = self._facts.feelings.get(mood, spoke)
        if mood:
            yield Line(self._book.say(f"mood_{mood}"), turns[-MOST_TURNS:], "mood")

    def next(self) -> Iterator[Line]:
        why, back, unanswered = self._facts.why, self._facts.callback, self._facts.open
        if back is not None:
            text = self._book.say("next_callback", number=written(back.words) or back.words)
            yield Line(text, (back.turn,), "next")
        elif why is not None:
            step = "answer" if why.reason == "asked" and unanswered else _STEPS.get(why.reason, "")
            turns = (unanswered[-1].turn,) if step == "answer" and unanswered else why.turns
            yield Line(self._book.say(f"next_{step}"), turns, "next")
        elif unanswered:
            yield Line(self._book.say("next_answer"), (unanswered[-1].turn,), "next")

    def _name(self, answer: AnswerId) -> str:
        return self._names.get(answer, "") or self._facts.names.get(answer, "")

    def _same(self, language: LanguageTag) -> bool:
        return language.partition("-")[0] == self._book.language.partition("-")[0]

    def _heard_in_own(self, turn: int) -> bool:
        """Whether the words of a turn can be read out by the voice that briefs."""
        return self._same(self._facts.turns[turn].language)


def written(number: str) -> str:
    """A telephone number as people read it; "" when it is withheld."""
    if number.lower() in ANONYMOUS:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _unmarked(words: str) -> str:
    """Without quotation marks of its own, which would end ours."""
    return " ".join(words.translate(_MARKS).split())


def _quoted(words: str) -> str:
    return clip(_unmarked(words), QUOTED_WORDS)


def _ended(words: str) -> str:
    """Without the stop that the phrase around it has."""
    return words.rstrip(" .…,;:")
