"""Follow-ups: "and on Sundays?", "how long does that take?". Short words that lean on what was answered last.

Room       Pure text and scores. The last answer is an argument.
How        Such a turn is understood twice: as it was said, and joined with what the last answer is about. One with a
           pronoun and little else means nothing by itself, so that the joined reading speaks for it; for others the
           better reading does. Whole questions are not read twice: a new topic is never pulled to the old one.
Guard      Joined with a topic, anything comes near that topic. An answer counts only when it holds words that the
           caller used now: "and the weather?" is not about opening hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ivr.answers.words import SMALL_WORDS, likeness, tokens
from ivr.calls.meaning import KNOW, UNSURE
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

MOST_WORDS: Final = 4
"Words that say something, in a turn that still leans on the one before."
FEW_WORDS: Final = 2
"As many, beside a pronoun, say nothing by themselves."
BEYOND_DOUBT: Final = 0.95
"A score of its own from which a turn needs no other reading, unless that is as good."
ENOUGH_SHARED: Final = 0.6
"Least share of the words that say something which an answer must hold."
SAME_AGAIN: Final = 1 / 3
"What becomes of the odds of the answer that was just given, when another fits too: it is seldom wanted twice."


@dataclass(frozen=True, slots=True)
class _Leaning:
    """How turns lean on the last one in one language.

    opens   words they begin with.
    points  words that stand for the last topic.
    bare    whole turns, without what opens them, in which such a word is left out.
    """

    opens: tuple[str, ...]
    points: frozenset[str]
    bare: tuple[str, ...] = ()


_LEANING: Final[Mapping[str, _Leaning]] = {
    "en": _Leaning(
        ("and", "but", "or", "also", "then", "so", "okay", "ok", "what about", "how about", "what if", "only"),
        frozenset("it its that this those these them they".split()),
        (
            "how much", "how much does it cost", "how long", "how long does it take", "how often", "what time",
            "since when", "until when", "how many",
        ),
    ),
    "es": _Leaning(
        ("y", "e", "pero", "o", "también", "entonces", "que tal", "qué pasa con", "ah y", "solo"),
        frozenset("eso esto ello ahi alli lo".split()),
        (
            "cuanto cuesta", "cuanto vale", "cuanto sale", "cuanto cobran", "cuanto tarda", "cuanto demora",
            "cuanto dura", "cuanto se tarda", "cuanto tiempo tarda", "cuanto tiempo demora", "cuanto tiempo",
            "tiene costo", "como se hace", "como hago", "donde se hace", "cuando llega", "donde queda", "donde",
            "hasta cuando", "hasta que hora", "es gratis", "cobran algo",
        ),
    ),
    "pt": _Leaning(
        ("e", "mas", "ou", "tambem", "entao", "que tal", "e quanto a", "e se for", "so"),
        frozenset("isso isto disso disto nisso ele ela eles elas".split()),
        (
            "quanto custa", "quanto e", "quanto sai", "quanto fica", "quanto cobram", "quanto demora", "quanto leva",
            "quanto tempo", "quanto tempo demora", "quanto tempo leva", "tem taxa", "tem custo", "como faco",
            "como se faz", "como eu faco", "onde fica", "onde", "quando chega", "ate quando", "ate que horas",
            "e gratis", "cobram algo",
        ),
    ),
    "fr": _Leaning(
        ("et", "mais", "ou", "aussi", "alors", "pour"),
        frozenset("ca cela ceci".split()),
        ("combien", "combien de temps", "combien ca coute", "ou", "quand", "jusqu a quand"),
    ),
    "de": _Leaning(
        ("und", "aber", "oder", "auch", "dann", "und was ist mit", "wie ist es mit"),
        frozenset("es dies dafur dazu damit daran".split()),
        ("wie lange", "wie lange dauert das", "was kostet das", "wie viel kostet das", "wo", "wann", "bis wann"),
    ),
    "it": _Leaning(
        ("e", "ed", "ma", "o", "anche", "allora", "e per"),
        frozenset("cio esso".split()),
        ("quanto costa", "quanto ci vuole", "quanto tempo ci vuole", "quanto dura", "dove", "quando", "fino a quando"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A turn that leans on the last answer.

    text    what was said, joined with what that answer is about.
    said    its own words that say something.
    points  it stands on the last topic so wholly that its own reading means nothing.
    """

    text: str
    said: tuple[str, ...]
    points: bool


def follow_up(text: str, language: LanguageTag, about: ApprovedAnswer) -> FollowUp | None:
    """Read a turn as one that leans on the answer `about`; None when it stands by itself."""
    leaning = _LEANING.get(language.partition("-")[0])
    if leaning is None:
        return None
    words, opened = _unopened(tokens(text), leaning)
    small = SMALL_WORDS.get(language, frozenset())
    said = tuple(word for word in words if word not in small and word not in leaning.points)
    bare = " ".join(words) in leaning.bare
    pointing = bool(leaning.points.intersection(words))
    if not words or not (said or bare) or len(said) > MOST_WORDS or not (opened or pointing or bare):
        return None
    points = bare or (pointing and len(said) <= FEW_WORDS)
    return FollowUp(f"{' '.join(words)} {subject(about, language)}", said or tuple(words), points)


def subject(answer: ApprovedAnswer, language: LanguageTag) -> str:
    """What an answer is about, in the few words of its first question that say something.

    What it says about that is not of the matter: "how much does that cost" is asked of what "takes long", too.
    """
    asked = answer.questions.get(language) or next(iter(answer.questions.values()), ())
    small = SMALL_WORDS.get(language, frozenset())
    words = [word for word in tokens(asked[0] if asked else answer.topic) if word not in small]
    leaning = _LEANING.get(language.partition("-")[0])
    asks = frozenset(word for bare in leaning.bare for word in tokens(bare)) if leaning is not None else frozenset()
    return " ".join([word for word in words if word not in asks] or words)


def follow(
    plain: tuple[Hit, ...],
    joined: Sequence[Hit],
    turn: FollowUp,
    about: AnswerId,
    approved: Mapping[AnswerId, ApprovedAnswer],
    language: LanguageTag,
) -> tuple[Hit, ...]:
    """Return the hits of the reading that speaks for the turn."""
    fitting = [hit for hit in joined if (found := approved.get(hit.answer)) and _fits(turn.said, found, language)]
    if any(hit.score >= UNSURE and hit.answer != about for hit in fitting):
        fitting = [_less(hit) if hit.answer == about else hit for hit in fitting]
    fitting.sort(key=lambda hit: -hit.score)
    if not fitting or fitting[0].score < UNSURE:
        return plain
    itself = plain[0].score if plain else 0.0
    speaks = turn.points and fitting[0].score >= KNOW and itself < BEYOND_DOUBT
    return tuple(fitting) if speaks or fitting[0].score >= itself else plain


def _unopened(words: list[str], leaning: _Leaning) -> tuple[list[str], bool]:
    """The words after those that only tie a turn to the last one, and whether there were any."""
    opened = False
    for _ in range(2):
        for opening in sorted(leaning.opens, key=len, reverse=True):
            parts = tokens(opening)
            if words[: len(parts)] == parts:
                words, opened = words[len(parts) :], True
                break
    return words, opened


def _fits(said: Sequence[str], answer: ApprovedAnswer, language: LanguageTag) -> bool:
    texts = (*answer.questions.get(language, ()), answer.spoken.get(language, ""))
    known = {word for text in texts for word in tokens(text)}
    shared = sum(any(word == other or likeness(word, other) > 0 for other in known) for word in said)
    return shared >= ENOUGH_SHARED * len(said)


def _less(hit: Hit) -> Hit:
    odds = hit.score / max(1 - hit.score, 1e-6) * SAME_AGAIN
    return replace(hit, score=round(odds / (1 + odds), 4))
