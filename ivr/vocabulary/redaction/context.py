"""Context: what the words around one number say that it is."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from ivr.vocabulary.redaction import shapes
from ivr.vocabulary.redaction.cues import AFTERWARDS, CHARGED, CONNECTORS, CUES, NUMBER, SECRET, Kind
from ivr.vocabulary.redaction.numbers import Run, Token

_BESIDE: Final = frozenset("of is was for the be a to de por von di um about exactly me him her them".split())
"May stand between a word such as “transfer” and the amount."
_TO_MOVE: Final = frozenset("want need wanted needed wanna quiero quero veux mochte will voglio".split())
_LAST: Final = frozenset(
    "last ends end ending ultimos ultimas termina terminada final derniers letzten endet ultime".split()
)
_PHONE: Final = re.compile(r"\+\d|(?:\(?\d{3}\)?[ .-])?\d{3}[ .-]\d{4}$|0\d{1,4}[ ./-]")
_LONGEST: Final[dict[Kind, tuple[int, int]]] = {
    Kind.AMOUNT: (9, 4),
    Kind.MOVED: (5, 3),
    Kind.DATE: (8, 5),
    Kind.TIME: (4, 3),
    Kind.YEAR: (4, 0),
    Kind.ORDER: (12, 4),
    Kind.PHONE: (12, 5),
    Kind.ADDRESS: (6, 10),
}
"Kind to the digits that such a number has at most, and the words that stand between it and its cue."
_ELISION: Final = re.compile(r"^[a-z]{1,4}['’](?=\w{3})")
"“L'ordine”, “d'ordre”."
_SHORTEST_PHONE: Final = 6
_AHEAD: Final = 4
"Words after a number in which its street is looked for."


class Context:
    """One utterance, to be asked about its runs from left to right."""

    def __init__(self, text: str, tokens: Sequence[Token], runs: Sequence[Run]) -> None:
        self._text, self._tokens = text, tokens
        starts = [token.start for token in tokens]
        self._first = [bisect_left(starts, run.start) for run in runs]
        self._after = [bisect_left(starts, run.end) for run in runs]
        self._runs = runs

    def secret(self, index: int) -> tuple[Kind | None, bool]:
        """The nearest secret spoken of since the number before, and whether only connecting words lie between."""
        between = True
        for at in range(self._first[index] - 1, self._begins(index) - 1, -1):
            kind = self._cue(at)
            if kind in SECRET:
                return kind, between
            between = between and self._tokens[at].word in CONNECTORS
        return self._named_after(index), False

    def harmless(self, index: int) -> Kind | None:
        """What the number is, by the words around it; None when they do not say, or say that it is a secret."""
        kind, immediate = self.secret(index)
        if immediate:
            return None
        return self._before(index, kind) or self._behind(index, kind)

    def follows_closely(self, index: int) -> bool:
        """Whether at most a few words lie between this number and the one before."""
        return index > 0 and self._first[index] - self._after[index - 1] <= _AHEAD

    def said_before(self, index: int, words: frozenset[str]) -> bool:
        return any(token.word in words for token in self._tokens[: self._first[index]])

    def mentioned(self, index: int, kinds: frozenset[Kind]) -> bool:
        """Whether one of these was spoken of anywhere before the number."""
        return any(self._cue(at) in kinds for at in range(self._first[index]))

    def is_last_part(self, index: int) -> bool:
        """Whether it is said to be only the end of a longer number."""
        begins = self._begins(index)
        return any(self._tokens[at].word in _LAST for at in range(begins, self._first[index]))

    def left_open(self) -> tuple[Kind | None, bool]:
        """The secret that was spoken of last and not read out; and whether the utterance breaks off at it."""
        begins = self._after[-1] if self._runs else 0
        at_the_end = True
        for at in range(len(self._tokens) - 1, begins - 1, -1):
            kind = self._cue(at)
            if kind in SECRET:
                return kind, at_the_end
            at_the_end = at_the_end and self._tokens[at].word in CONNECTORS
        return None, False

    def _begins(self, index: int) -> int:
        """The first token that is about this number and not about the one before."""
        return self._after[index - 1] if index else 0

    def _cue(self, at: int) -> Kind | None:
        word = self._tokens[at].word
        if at and (pair := CUES.get(f"{self._tokens[at - 1].word} {word}")) is not None:
            return pair
        return CUES.get(word) or CUES.get(_ELISION.sub("", word))

    def _before(self, index: int, secret: Kind | None) -> Kind | None:
        first, begins = self._first[index], self._begins(index)
        for at in range(first - 1, begins - 1, -1):
            kind = self._cue(at)
            if kind in SECRET:
                return None
            if kind is not None and self._fits(kind, index, first - 1 - at, secret):
                return kind
        if secret is None and self._is_my_number(index):
            return Kind.PHONE
        return Kind.ADDRESS if self._goes_on_as_address(index) else None

    def _fits(self, kind: Kind, index: int, between: int, secret: Kind | None) -> bool:
        digits = self._runs[index].digits
        longest, furthest = _LONGEST[kind]
        if len(digits) > longest or between > furthest:
            return False
        match kind:
            case Kind.MOVED:
                first = self._first[index]
                return secret is None and all(t.word in _BESIDE for t in self._tokens[first - between : first])
            case Kind.DATE:
                return shapes.is_date(digits) or len(digits) <= 2
            case Kind.TIME:
                return shapes.is_time(digits) or len(digits) <= 2
            case Kind.YEAR:
                return shapes.is_year(digits)
            case Kind.PHONE:
                return len(digits) >= _SHORTEST_PHONE
            case Kind.ADDRESS:
                return between > 1 or self._after[index] < len(self._tokens)
            case _:
                return True

    def _is_my_number(self, index: int) -> bool:
        """ "My number is 555 0143": nothing is said of what number, and it is written as telephone numbers are."""
        first, run = self._first[index], self._runs[index]
        says_number = any(token.word in NUMBER for token in self._tokens[max(self._begins(index), first - 3) : first])
        begins = run.start - (self._text[run.start - 1 : run.start] in {"+", "("} and run.start > 0)
        written = _PHONE.match(self._text[begins : run.end]) is not None
        return says_number and written and 7 <= len(run.digits) <= _LONGEST[Kind.PHONE][0]

    def _goes_on_as_address(self, index: int) -> bool:
        """The part of an address that stands behind a street: the cue lies before the number before."""
        if index == 0 or len(self._runs[index].digits) > _LONGEST[Kind.ADDRESS][0]:
            return False
        return self._street(index - 1) is not None and self._first[index] - self._after[index - 1] <= 2 * _AHEAD

    def _street(self, index: int) -> int | None:
        """Where the street is that follows this number."""
        after, ends = self._after[index], self._ends(index)
        for at in range(after, min(after + _AHEAD, ends)):
            if self._cue(at) in SECRET:
                return None
            if self._tokens[at].word in AFTERWARDS[Kind.ADDRESS]:
                return at
        return None

    def _behind(self, index: int, secret: Kind | None) -> Kind | None:
        digits, after, ends = self._runs[index].digits, self._after[index], self._ends(index)
        following = [token.word for token in self._tokens[after : min(after + 3, ends)]]
        if not following:
            return None
        if following[0] in AFTERWARDS[Kind.AMOUNT] and len(digits) <= 7:
            return Kind.AMOUNT
        if following[0] in AFTERWARDS[Kind.TIME] and (shapes.is_time(digits) or len(digits) <= 2):
            return Kind.TIME
        if len(digits) <= 5 and self._street(index) is not None:
            return Kind.ADDRESS
        if secret is not None:
            return None
        if len(digits) <= 3 and any(word in CHARGED for word in following):
            return Kind.AMOUNT
        if following[0] in _TO_MOVE and len(digits) <= 5 and any(CUES.get(word) is Kind.MOVED for word in following):
            return Kind.AMOUNT
        return None

    def _named_after(self, index: int) -> Kind | None:
        """ "5411 is the SSN"."""
        after = self._after[index]
        if after < len(self._tokens) and self._tokens[after].word in {"is", "was", "es", "e", "est", "ist"}:
            for at in range(after + 1, min(after + 4, self._ends(index))):
                if (kind := self._cue(at)) in SECRET:
                    return kind
        return None

    def _ends(self, index: int) -> int:
        return self._first[index + 1] if index + 1 < len(self._runs) else len(self._tokens)
