"""Shapes: what a number plainly is, or plainly is not, from how it is written, whatever is said around it.

Source  IBAN: ISO 13616. Payment cards: ISO/IEC 7812-1 (Luhn). Codice fiscale: DM 23/12/1976. DNI and NIE: RD 1553/2005.
"""

import re
from typing import Final

_CURRENCY: Final = (
    r"(?:dollars?|bucks?|cents?|pounds?|pence|euros?|pesos?|reais|real|francs?|franken|dolares|d[oó]lares|libras?|"
    r"centavos?|lire|usd|eur|gbp|brl|mxn)"
)
_UNITS: Final = (
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|d[ií]as?|semanas?|meses|a[nñ]os?|horas?|minutos?|jours?|semaines?|"
    r"mois|ans?|heures?|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|giorni|settimane|mesi|anni|ore|"
    r"percent|por ciento|prozent|pour cent|per cento|%)"
)
_MONTH: Final = (  # whole words: "sete", "nove", "otto" and "diciannove" are numbers
    r"(?:jan(?:uary|uar|eiro|vier)?|feb(?:ruary|ruar|rero|braio)?|fevereiro|f[eé]vrier|mar(?:ch|zo|ço|s)?|m[aä]rz|"
    r"apr(?:il|ile)?|abril|avril|may|mayo|maio|mai|maggio|june?|juni|junio|junho|juin|jul[yi]?|julio|julho|juillet|"
    r"aug(?:ust)?|agosto|ao[uû]t|sep(?:t(?:ember|iembre|embre))?|setiembre|setembro|settembre|"
    r"o[ck]t(?:ober|ubre|obre)?|outubro|ottobre|nov(?:ember|iembre|embro|embre)?|"
    r"dec(?:ember)?|d[eé]cembre|dezember|dezembro|dic(?:iembre|embre)?|enero|gennaio|giugno|luglio)"
)
_YEAR: Final = r"(?:19|20)\d\d(?!\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
HARMLESS: Final = re.compile(
    r"(?<![\d•])(?:"
    r"(?P<time>(?:[01]?\d|2[0-3])[:h.][0-5]\d(?!\d)(?:\s?[ap]\.?m\.?)?|(?:1[0-2]|0?[1-9])(?:[0-5]\d)?\s?(?:[ap]\.?m\b\.?|o'?clock\b))"
    rf"|(?P<date>{_DAY}\s?(?:st|nd|rd|th|\.|º|er)?\s(?:of\s|de\s)?{_MONTH}\b(?:,?\s(?:de\s|del\s)?{_YEAR}|\s\d\d(?!\d))?"
    rf"|{_MONTH}\b\s{_DAY}(?:\s?(?:st|nd|rd|th))?(?:,?\s?{_YEAR})?(?!\d)"
    rf"|{_DAY}[/.](?:0?[1-9]|1[0-2])[/.]{_YEAR}|(?:0?[1-9]|1[0-2])/{_DAY}/{_YEAR}"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|{_MONTH}\b\s(?:de\s|del\s)?{_YEAR}|\d{{1,3}}\s?(?:st|nd|rd|th)\b)"
    rf"|(?P<amount>[$€£]\s?\d{{1,3}}(?:[,.]?\d{{3}})?(?:[.,]\d\d)?(?!\d)|\d{{1,3}}(?:[,.]?\d{{3}})?(?:[.,]\d\d)?\s?(?:[$€£]|{_CURRENCY}\b)"
    rf"|\d{{1,3}}(?:[.,]\d)?\s?(?:{_UNITS}(?!\w)))"
    r")(?![\d])",
    re.IGNORECASE,
)
_AM: Final = re.compile(r"^\d+\s?am$", re.IGNORECASE)
_NEXT_DIGIT: Final = re.compile(r"[\s,;.:/-]*\d")

SECRET: Final = re.compile(
    r"\b(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3}\b)?"  # IBAN
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # codice fiscale
    r"|(?:[XYZ]-?\d{7}|\d{8})-?[A-Z]"  # NIE, DNI
    r"|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])\b",  # UK national insurance
    re.IGNORECASE,
)
_FEWEST_DIGITS: Final = 6
_MONTHS: Final = 12
_DAYS: Final = 31
_CENTURIES: Final = ("19", "20")
_LUHN_NINE: Final = 9


def spared(text: str, *, german: bool, reading: bool) -> list[tuple[int, int]]:
    """What is plainly a date, a time or an amount.

    reading  a number is being read out: what has neither a word nor a sign of its own may be a part of it.
    german   "am" is a word.
    """
    spans: list[tuple[int, int]] = []
    if not any(c.isdigit() for c in text):
        return spans
    for match in HARMLESS.finditer(text):
        said = match.group()
        if german and _AM.match(said):
            continue
        if not any(c.isalpha() or c in "$€£%/" for c in said) and (reading or _goes_on(text, match)):
            continue
        spans.append(match.span())
    return spans


def _goes_on(text: str, match: "re.Match[str]") -> bool:
    """Digits stand right before or after it: it may be a part of theirs."""
    follows = _NEXT_DIGIT.match(text, match.end())
    before = text[: match.start()].rstrip(" ,;.:/-")
    goes_on = follows is not None and HARMLESS.match(text, follows.end() - 1) is None
    return goes_on or before[-1:].isdigit()


def secret(text: str) -> list[tuple[int, int]]:
    """What plainly is an account number or a national id by its letters and digits."""
    return [
        match.span() for match in SECRET.finditer(text) if sum(c.isdigit() for c in match.group()) >= _FEWEST_DIGITS
    ]


def is_card(digits: str) -> bool:
    """The check digit of a payment card is right. Most numbers that are misheard or mistyped fail it."""
    doubled = (int(c) * 2 - _LUHN_NINE * (int(c) > 4) for c in digits[-2::-2])
    return 13 <= len(digits) <= 19 and (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def is_time(digits: str) -> bool:
    return len(digits) in {3, 4} and int(digits[:-2]) < 24 and int(digits[-2:]) < 60


def is_whole_date(digits: str) -> bool:
    """Eight digits that are day, month and a year of these centuries."""
    if len(digits) != 8:
        return False
    year_last = digits[4:6] in _CENTURIES and _day_and_month(digits[:2], digits[2:4])
    return year_last or (digits[:2] in _CENTURIES and _day_and_month(digits[6:], digits[4:6]))


def is_date(digits: str) -> bool:
    """Whether these can be told as a date at all, with or without zeros and year."""
    if is_whole_date(digits):
        return True
    if not 3 <= len(digits) <= 7:
        return False
    tails = [cut for cut in (0, 2, 4) if len(digits) - cut in {2, 3, 4}]
    return any(
        _day_and_month(digits[:split], digits[split : len(digits) - cut])
        for cut in tails
        for split in (1, 2)
        if 1 <= len(digits) - cut - split <= 2
    )


def is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in _CENTURIES


def _day_and_month(one: str, other: str) -> bool:
    a, b = int(one), int(other)
    return (1 <= a <= _DAYS and 1 <= b <= _MONTHS) or (1 <= a <= _MONTHS and 1 <= b <= _DAYS)
