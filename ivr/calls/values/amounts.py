"""Amounts of money: "twenty five fifty", "$25.50", "veinticinco con cincuenta", or keys with the star as the point."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ivr.calls.values.numbers import cardinal, tokens
from ivr.vocabulary.language import LanguageTag

LARGEST: Final = Decimal(10_000_000)
_NUMERAL: Final = re.compile(r"\d+(?:[.,]\d+)*")
_CURRENCY: Final = frozenset(
    "$ € £ dollar dollars buck bucks pound pounds euro euros peso pesos real reais dolar dolares libra libras franc "
    "francs franken sterling livre livres lira lire sterlina sterline usd eur gbp brl dollari dollaro dollari "
    "pfund".split()
)
_CENTS: Final = frozenset(
    "cent cents penny pence centavo centavos centimo centimos centime centimes centesimo centesimi".split()
)
_POINTS: Final = frozenset("point dot coma virgula virgule komma virgola punto ponto".split())
_HALF: Final = frozenset("half medio media meio demi demie halb mezzo".split())
_MARKS: Final = {"currency": _CURRENCY, "cents": _CENTS, "point": _POINTS, "half": _HALF}
_ARTICLES: Final = frozenset({"a", "un", "una", "um", "uma", "une", "ein", "eine", "einen"})
_FULL_DIGITS: Final = 2


def amount(text: str, language: LanguageTag) -> str | None:
    """What these words come to, with two decimals, "25.50"; None when they are no amount, or more than one."""
    words = tokens(text)
    read = _Numbers(words, language)
    if not read.parts or len(read.parts) > 1 + _FULL_DIGITS:
        return None
    value = _value(read)
    return f"{value:.2f}" if value is not None and 0 <= value < LARGEST else None


def keyed(keys: str) -> str | None:
    """An amount from keys; "." stands for the star: "25.50", "25"."""
    whole, _, cents = keys.partition(".")
    if not whole.isdigit() or (cents and not cents.isdigit()) or len(cents) > _FULL_DIGITS:
        return None
    return f"{Decimal(f'{whole}.{cents or 0}'):.2f}" if Decimal(whole) < LARGEST else None


class _Numbers:
    """The numbers among some words, and what stands between them."""

    def __init__(self, words: Sequence[str], language: LanguageTag) -> None:
        self.parts: list[Decimal] = []
        self.between: list[set[str]] = [set()]
        "Marks before each number, and after the last: currency, cents, point, half."
        at = 0
        while at < len(words):
            found = cardinal(words, at, language)
            word = words[at]
            if found is not None and not (found[1] == at + 1 and word in _ARTICLES and self._lone(words, at)):
                self._number(Decimal(found[0]))
                at = found[1]
                continue
            if _NUMERAL.fullmatch(word):
                self._number(_numeral(word))
            self.between[-1] |= {mark for mark, known in _MARKS.items() if word in known}
            at += 1

    def _number(self, value: Decimal) -> None:
        self.parts.append(value)
        self.between.append(set())

    @staticmethod
    def _lone(words: Sequence[str], at: int) -> bool:
        """Whether "a" or "one" is only an article: another number, or nothing of money, follows."""
        return at + 1 < len(words) and words[at + 1] not in _CURRENCY | _CENTS


def _numeral(word: str) -> Decimal:
    """ "1,250.50", "1.250,50" and "1250" alike: the last sign parts cents when one or two digits follow it."""
    found = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", word)
    whole, cents = (found[1], found[2]) if found is not None else (word, None)
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{cents or 0}")


def _value(read: _Numbers) -> Decimal | None:
    parts, between = read.parts, read.between
    last = between[-1]
    if len(parts) == 1:
        if "cents" in last and "currency" not in last:
            return parts[0] / 100
        return parts[0] + Decimal("0.5") if "half" in last else parts[0]
    whole, rest = parts[0], parts[1:]
    if whole != int(whole) or any(part != int(part) for part in rest):
        return None
    if "point" in between[1] and all(part < 10 for part in rest):  # said digit by digit
        return whole + Decimal("0." + "".join(str(int(part)) for part in rest))
    if len(rest) == _FULL_DIGITS and rest[0] == 0 and rest[1] < 10:  # "five oh five"
        return whole + rest[1] / 100
    return whole + rest[0] / 100 if len(rest) == 1 and rest[0] < 100 else None
