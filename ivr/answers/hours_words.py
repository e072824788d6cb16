"""Hours in words: whether we are open, until when, when we open next, and how the week looks.

Room       Pure: the schedule and the moment are given. What is said here agrees with the flow's branches, since both
           come from `ivr.flows.hours`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from ivr.calls.values.times import WEEK_DAYS, between, coming, days, speaks, until
from ivr.flows.hours import Schedule, Span, holiday_on, is_open, local, next_change, spans_of
from ivr.vocabulary.language import LanguageTag

__all__ = ["closed", "now", "speaks", "today", "week"]


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one language. {} is a time, a day or a name."""

    open: str
    always: str
    closed: str
    opens: str
    open_today: str
    closed_today: str
    holiday_open: str
    holiday_closed: str
    and_: str
    holidays: str


_WORDS: Final[Mapping[str, _Words]] = {
    "en": _Words(
        "We are open now, {}.", "We are open day and night.", "We are closed now.", "We open {}.",
        "Today we are open {}.", "Today we are closed.",
        "Today is {}, and we are open {}.", "Today is {}, and we are closed.", " and ", "on public holidays",
    ),
    "es": _Words(
        "Ahora estamos abiertos, {}.", "Estamos abiertos día y noche.", "Ahora estamos cerrados.", "Abrimos {}.",
        "Hoy abrimos {}.", "Hoy estamos cerrados.",
        "Hoy es {} y abrimos {}.", "Hoy es {} y estamos cerrados.", " y ", "los días festivos",
    ),
    "pt": _Words(
        "Estamos abertos agora, {}.", "Estamos abertos dia e noite.", "Agora estamos fechados.", "Abrimos {}.",
        "Hoje abrimos {}.", "Hoje estamos fechados.",
        "Hoje é {} e abrimos {}.", "Hoje é {} e estamos fechados.", " e ", "nos feriados",
    ),
    "fr": _Words(
        "Nous sommes ouverts en ce moment, {}.", "Nous sommes ouverts jour et nuit.",
        "Nous sommes fermés en ce moment.", "Nous ouvrons {}.",
        "Aujourd'hui, nous sommes ouverts {}.", "Aujourd'hui, nous sommes fermés.",
        "Aujourd'hui, c'est {}, et nous sommes ouverts {}.", "Aujourd'hui, c'est {}, et nous sommes fermés.", " et ",
        "les jours fériés",
    ),
    "de": _Words(
        "Wir haben jetzt geöffnet, {}.", "Wir haben Tag und Nacht geöffnet.", "Wir haben jetzt geschlossen.",
        "Wir öffnen {}.", "Heute haben wir {} geöffnet.",
        "Heute haben wir geschlossen.", "Heute ist {}, und wir haben {} geöffnet.",
        "Heute ist {}, und wir haben geschlossen.", " und ", "an Feiertagen",
    ),
    "it": _Words(
        "In questo momento siamo aperti, {}.", "Siamo aperti giorno e notte.", "In questo momento siamo chiusi.",
        "Apriamo {}.", "Oggi siamo aperti {}.", "Oggi siamo chiusi.",
        "Oggi è {} e siamo aperti {}.", "Oggi è {} e siamo chiusi.", " e ", "nei giorni festivi",
    ),
}  # fmt: skip


def now(schedule: Schedule, moment: datetime, language: LanguageTag) -> str:
    """Whether we are open: "We are closed now. We open tomorrow at nine."."""
    words, here = _WORDS[language.partition("-")[0]], local(schedule, moment)
    change = next_change(schedule, moment)
    if is_open(schedule, moment):
        if change is None or (change.date() - here.date()).days > 1:
            return words.always
        return words.open.format(until(language, change.hour * 60 + change.minute))
    day = holiday_on(schedule, here.date())
    name = day.names.get(language) if day is not None and not spans_of(schedule, here.date()) else None
    said = words.holiday_closed.format(name) if name else words.closed
    if change is None:
        return said
    ahead = (change.date() - here.date()).days
    when = coming(language, ahead, change.weekday(), change.hour * 60 + change.minute)
    return f"{said} {words.opens.format(when)}"


def today(schedule: Schedule, moment: datetime, language: LanguageTag) -> str:
    """How today looks: "Today we are open from nine to five."."""
    words, day = _WORDS[language.partition("-")[0]], local(schedule, moment).date()
    spans, holiday = spans_of(schedule, day), holiday_on(schedule, day)
    name = holiday.names.get(language) if holiday is not None else None
    if not spans:
        return words.holiday_closed.format(name) if name else words.closed_today
    times = _listed([between(language, span) for span in spans], words)
    return words.holiday_open.format(name, times) if name else words.open_today.format(times)


def week(schedule: Schedule, language: LanguageTag) -> str:
    """When it is open, within a sentence: "from nine to five, Monday to Friday, and from nine thirty to one on …"."""
    words, found = _WORDS[language.partition("-")[0]], []
    for spans, weekdays in _rows(schedule):
        if spans:
            times = _listed([between(language, span) for span in spans], words)
            row = days(language, weekdays[0], weekdays[-1])
            found.append(f"{times}, {row}" if len(weekdays) > 1 else f"{times} {row}")
    return f",{words.and_}".join(found) if len(found) < 3 else f"{', '.join(found[:-1])},{words.and_}{found[-1]}"


def closed(schedule: Schedule, language: LanguageTag) -> str:
    """When it is closed, within a sentence: "on Sundays and on public holidays". "" when it never is."""
    words = _WORDS[language.partition("-")[0]]
    found = [days(language, row[0], row[-1]) for spans, row in _rows(schedule) if not spans]
    return _listed([*found, *([words.holidays] if schedule.holidays else [])], words)


def _rows(schedule: Schedule) -> list[tuple[tuple[Span, ...], list[int]]]:
    """Weekdays in a row that are alike; two of them stand by themselves."""
    rows: list[tuple[tuple[Span, ...], list[int]]] = []
    for spans, grouped in groupby(range(WEEK_DAYS), key=lambda day: schedule.week[day]):
        alike = list(grouped)
        rows += [(spans, alike)] if len(alike) != 2 else [(spans, [day]) for day in alike]
    return rows


def _listed(parts: Sequence[str], words: _Words) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{words.and_}{parts[-1]}"
