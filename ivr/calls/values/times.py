"""Times of day and weekdays as they are said: "nine thirty", "las nueve y media", "halb zehn".

Room       Pure words. A language that is not written down here cannot say hours; `ivr check` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from num2words import num2words

from ivr.flows.hours import DAY_MINUTES, Span
from ivr.vocabulary.language import LanguageTag

NOON: Final = 720
WEEK_DAYS: Final = 7

LANGUAGES: Final = frozenset({"en", "es", "pt", "fr", "de", "it"})
"Languages that hours can be said in."


def at(language: LanguageTag, minute: int) -> str:
    """When something begins: "at nine", "a las nueve de la mañana"."""
    return _SAID[_primary(language)].at(minute % DAY_MINUTES)


def until(language: LanguageTag, minute: int) -> str:
    """When something ends: "until five", "hasta las cinco de la tarde"."""
    return _SAID[_primary(language)].until(minute % DAY_MINUTES)


def between(language: LanguageTag, span: Span) -> str:
    """From when to when: "from nine to five"."""
    return _SAID[_primary(language)].between(span.opens, span.closes % DAY_MINUTES)


def on(language: LanguageTag, weekday: int) -> str:
    """A day to come: "on Monday". Monday is 0."""
    return _DAYS[_primary(language)].next[weekday]


def coming(language: LanguageTag, ahead: int, weekday: int, minute: int) -> str:
    """A time so many days ahead: "tomorrow at nine", "on Monday at eight", "in ten days, on Friday, at nine"."""
    today, tomorrow, later = _AHEAD[_primary(language)]
    if ahead < 2:
        day = tomorrow if ahead else today
    else:
        day = (
            on(language, weekday) if ahead < WEEK_DAYS else later.format(number(language, ahead), on(language, weekday))
        )
    return f"{day} {at(language, minute)}"


def speaks(language: LanguageTag) -> bool:
    """Whether times can be said in this language."""
    return _primary(language) in LANGUAGES


def days(language: LanguageTag, first: int, last: int) -> str:
    """One weekday, or a row of them: "on Saturday", "Monday to Friday"."""
    said = _DAYS[_primary(language)]
    return said.every[first] if first == last else said.row.format(said.rows[first], said.ends[last])


def number(language: LanguageTag, value: int) -> str:
    """A small number in words."""
    return str(num2words(value, lang="pt_BR" if _primary(language) == "pt" else _primary(language)))


def _primary(language: LanguageTag) -> str:
    return language.partition("-")[0]


class _English:
    def at(self, minute: int) -> str:
        return f"at {self._clock(minute, part=minute >= NOON)}"

    def until(self, minute: int) -> str:
        return f"until {self._clock(minute, part=minute < NOON or minute >= 21 * 60)}"

    def between(self, opens: int, closes: int) -> str:
        # "Nine to five" is clear; "eight to eight" is not.
        clear = opens < NOON <= closes and closes - NOON < opens and closes < 21 * 60
        return f"from {self._clock(opens, part=not clear)} to {self._clock(closes, part=not clear)}"

    def _clock(self, minute: int, *, part: bool) -> str:
        if minute in {0, NOON}:
            return "noon" if minute else "midnight"
        hour, past = divmod(minute, 60)
        words = number(EN, (hour - 1) % 12 + 1)
        if past:
            words += f" {'oh ' if past < 10 else ''}{number(EN, past)}"
        return f"{words} {_part(hour, _EN_PARTS)}" if part else words


class _Spanish:
    def at(self, minute: int) -> str:
        return "a medianoche" if minute == 0 else f"a {self._article(minute)}{self._clock(minute)}"

    def until(self, minute: int) -> str:
        return "hasta la medianoche" if minute == 0 else f"hasta {self._article(minute)}{self._clock(minute)}"

    def between(self, opens: int, closes: int) -> str:
        return f"de {self._clock(opens)} a {self._clock(closes)}"

    def _article(self, minute: int) -> str:
        return "la " if minute // 60 in {1, 13} else "las "

    def _clock(self, minute: int) -> str:
        if minute in {0, NOON}:
            return "doce del mediodía" if minute else "medianoche"
        hour, past = divmod(minute, 60)
        twelve = (hour - 1) % 12 + 1
        words = "una" if twelve == 1 else number(ES, twelve)
        if past:
            words += {15: " y cuarto", 30: " y media"}.get(past, f" y {number(ES, past)}")
        return f"{words} {_part(hour, _ES_PARTS)}"


class _Portuguese:
    def at(self, minute: int) -> str:
        return self._with(minute, "ao ", "à ", "às ")

    def until(self, minute: int) -> str:
        return "até " + self._with(minute, "o ", "a ", "as ")

    def between(self, opens: int, closes: int) -> str:
        return f"{self._with(opens, 'do ', 'da ', 'das ')} {self.at(closes)}"

    def _with(self, minute: int, noon: str, one: str, many: str) -> str:
        if minute in {0, NOON}:
            return f"{noon}meio-dia" if minute else f"{one}meia-noite"
        hour, past = divmod(minute, 60)
        twelve = (hour - 1) % 12 + 1
        words = {1: "uma", 2: "duas"}.get(twelve) or number(PT, twelve)
        if past:
            words += " e meia" if past == 30 else f" e {number(PT, past)}"
        return f"{one if twelve == 1 else many}{words} {_part(hour, _PT_PARTS)}"


class _French:
    def at(self, minute: int) -> str:
        return f"à {self._clock(minute)}"

    def until(self, minute: int) -> str:
        return f"jusqu'à {self._clock(minute)}"

    def between(self, opens: int, closes: int) -> str:
        return f"de {self._clock(opens)} à {self._clock(closes)}"

    def _clock(self, minute: int) -> str:
        hour, past = divmod(minute, 60)
        if hour in {0, 12}:
            words = "midi" if hour else "minuit"
        else:
            words = number(FR, hour)
            words += "e heure" if hour == 1 else "e heures" if words.endswith("un") else " heures"
        if past:
            half = "et demi" if hour in {0, 12} else "et demie"
            words += f" {half}" if past == 30 and hour <= 12 else f" {number(FR, past)}"
        return words


class _German:
    def at(self, minute: int) -> str:
        return f"um {self._clock(minute)}"

    def until(self, minute: int) -> str:
        return f"bis {self._clock(minute)}"

    def between(self, opens: int, closes: int) -> str:
        return f"von {self._clock(opens)} bis {self._clock(closes)}"

    def _clock(self, minute: int) -> str:
        hour, past = divmod(minute, 60)
        if minute == 0:
            return "Mitternacht"
        if past == 30 and 0 < hour < 13:
            return f"halb {number(DE, hour % 12 + 1)}"
        words = f"{'ein' if hour == 1 else number(DE, hour)} Uhr"
        return f"{words} {number(DE, past)}" if past else words


class _Italian:
    def at(self, minute: int) -> str:
        return self._with(minute, "a ", "all'", "alle ")

    def until(self, minute: int) -> str:
        return f"fino {self.at(minute)}"

    def between(self, opens: int, closes: int) -> str:
        return f"{self._with(opens, 'da ', 'dall' + chr(39), 'dalle ')} {self.at(closes)}"

    def _with(self, minute: int, bare: str, one: str, many: str) -> str:
        if minute in {0, NOON}:
            return f"{bare}{'mezzogiorno' if minute else 'mezzanotte'}"
        hour, past = divmod(minute, 60)
        words = f"{one}una" if hour == 1 else f"{many}{number(IT, hour) if hour else 'zero'}"
        if past:
            words += " e mezza" if past == 30 and hour <= 12 else f" e {number(IT, past)}"
        return words


def _part(hour: int, parts: tuple[tuple[int, str], ...]) -> str:
    """The part of the day that an hour is in."""
    return next(words for before, words in parts if hour < before)


EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")
FR, DE, IT = LanguageTag("fr"), LanguageTag("de"), LanguageTag("it")
_EN_PARTS: Final = ((12, "in the morning"), (18, "in the afternoon"), (21, "in the evening"), (24, "at night"))
_ES_PARTS: Final = ((12, "de la mañana"), (20, "de la tarde"), (24, "de la noche"))
_PT_PARTS: Final = ((12, "da manhã"), (19, "da tarde"), (24, "da noite"))

_Speaks = _English | _Spanish | _Portuguese | _French | _German | _Italian
_SAID: Final[Mapping[str, _Speaks]] = {
    "en": _English(), "es": _Spanish(), "pt": _Portuguese(), "fr": _French(), "de": _German(), "it": _Italian(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Days:
    """Weekdays, Monday first.

    next   one to come.
    every  each of them.
    row    a row of them, from the first of `rows` to the last of `ends`.
    """

    next: tuple[str, ...]
    every: tuple[str, ...]
    row: str
    rows: tuple[str, ...]
    ends: tuple[str, ...]


def _each(form: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(form.format(name) for name in names)


_N: Final = {
    language: tuple(names.split())
    for language, names in {
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "es": "lunes martes miércoles jueves viernes sábado domingo",
        "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    }.items()
}
_DAYS: Final[Mapping[str, _Days]] = {
    "en": _Days(_each("on {}", _N["en"]), _each("on {}s", _N["en"]), "{} to {}", _N["en"], _N["en"]),
    "es": _Days(
        _each("el {}", _N["es"]),
        (*_each("los {}", _N["es"][:5]), "los sábados", "los domingos"),
        "de {} a {}", _N["es"], _N["es"],
    ),
    "pt": _Days(
        (*_each("na {}", _N["pt"][:5]), "no sábado", "no domingo"),
        ("às segundas", "às terças", "às quartas", "às quintas", "às sextas", "aos sábados", "aos domingos"),
        "de {} a {}", tuple(name.removesuffix("-feira") for name in _N["pt"]), _N["pt"],
    ),
    "fr": _Days(_N["fr"], _each("le {}", _N["fr"]), "du {} au {}", _N["fr"], _N["fr"]),
    "de": _Days(
        _each("am {}", _N["de"]), _each("{}s", tuple(name.lower() for name in _N["de"])), "von {} bis {}", _N["de"],
        _N["de"],
    ),
    "it": _Days(
        _N["it"], (*_each("il {}", _N["it"][:6]), "la domenica"), "dal {} al {}", _N["it"],
        _N["it"],
    ),
}  # fmt: skip

_AHEAD: Final[Mapping[str, tuple[str, str, str]]] = {
    "en": ("today", "tomorrow", "in {} days, {},"),
    "es": ("hoy", "mañana", "dentro de {} días, {},"),
    "pt": ("hoje", "amanhã", "daqui a {} dias, {},"),
    "fr": ("aujourd'hui", "demain", "dans {} jours, {},"),
    "de": ("heute", "morgen", "in {} Tagen, {},"),
    "it": ("oggi", "domani", "tra {} giorni, {},"),
}
"Today, tomorrow, and a day a week or more ahead."
