"""Hours as they are said in six languages, and put into approved answers when they are spoken."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.files.speakable import unspeakable
from ivr.answers.compose import Answer, Answers
from ivr.answers.fills import faults, filled, prepared
from ivr.answers.hours_words import closed, now, today, week
from ivr.answers.knowledge import Knowledge
from ivr.calls.values.times import LANGUAGES, at, between, until
from ivr.flows.hours import Holiday, Schedule, Span
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, ES, WordEmbedder, approved

PT = LanguageTag("pt")
NINE_TO_FIVE = (Span(540, 1020),)
WEEK = (NINE_TO_FIVE,) * 5 + ((Span(570, 780),), ())
CHRISTMAS = Holiday(12, 25, names={EN: "Christmas Day", ES: "Navidad"})
BRANCHES = Schedule("America/New_York", WEEK, (CHRISTMAS,), {date(2026, 12, 24): (Span(540, 720),)})
PHONE = Schedule("America/New_York", ((Span(480, 1200),),) * 6 + ((),))
ALWAYS = Schedule("UTC", ((Span(0, 1440),),) * 7)
NEVER = Schedule("UTC", ((),) * 7)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("at nine thirty", "at one in the afternoon", "until five", "until noon", "until midnight")),
        ("es", ("a las nueve y media de la mañana", "a la una de la tarde", "hasta las cinco de la tarde",
                "hasta las doce del mediodía", "hasta la medianoche")),
        ("pt", ("às nove e meia da manhã", "à uma da tarde", "até as cinco da tarde", "até o meio-dia",
                "até a meia-noite")),
        ("fr", ("à neuf heures et demie", "à treize heures", "jusqu'à dix-sept heures", "jusqu'à midi",
                "jusqu'à minuit")),
        ("de", ("um halb zehn", "um dreizehn Uhr", "bis siebzehn Uhr", "bis zwölf Uhr", "bis Mitternacht")),
        ("it", ("alle nove e mezza", "alle tredici", "fino alle diciassette", "fino a mezzogiorno",
                "fino a mezzanotte")),
    ],
)  # fmt: skip
def test_times_are_said_as_people_say_them(language: str, said: tuple[str, ...]) -> None:
    tag = LanguageTag(language)
    assert (at(tag, 570), at(tag, 780), until(tag, 1020), until(tag, 720), until(tag, 1440)) == said


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(0, 1439), st.integers(1, 1440))
def test_every_minute_can_be_said_and_holds_no_figure(language: str, opens: int, closes: int) -> None:
    tag = LanguageTag(language)
    for words in (at(tag, opens), until(tag, closes), between(tag, Span(opens, closes))):
        assert words and not any(char.isdigit() or char in "{}" for char in words)


def test_the_part_of_the_day_is_said_where_it_is_not_clear() -> None:
    assert between(EN, Span(540, 1020)) == "from nine to five"
    assert between(EN, Span(480, 1200)) == "from eight in the morning to eight in the evening"


@pytest.mark.parametrize(
    ("at_", "english", "spanish", "portuguese"),
    [
        ("2026-11-25T10:00", "We are open now, until five.", "Ahora estamos abiertos, hasta las cinco de la tarde.",
         "Estamos abertos agora, até as cinco da tarde."),
        ("2026-11-25T18:00", "We are closed now. We open tomorrow at nine.",
         "Ahora estamos cerrados. Abrimos mañana a las nueve de la mañana.",
         "Agora estamos fechados. Abrimos amanhã às nove da manhã."),
        ("2026-11-25T08:00", "We are closed now. We open today at nine.",
         "Ahora estamos cerrados. Abrimos hoy a las nueve de la mañana.",
         "Agora estamos fechados. Abrimos hoje às nove da manhã."),
        ("2026-11-28T14:00", "We are closed now. We open on Monday at nine.",
         "Ahora estamos cerrados. Abrimos el lunes a las nueve de la mañana.",
         "Agora estamos fechados. Abrimos na segunda-feira às nove da manhã."),
        ("2026-12-25T11:00", "Today is Christmas Day, and we are closed. We open tomorrow at nine thirty.",
         "Hoy es Navidad y estamos cerrados. Abrimos mañana a las nueve y media de la mañana.",
         "Agora estamos fechados. Abrimos amanhã às nove e meia da manhã."),
        ("2026-12-24T11:00", "We are open now, until noon.", "Ahora estamos abiertos, hasta las doce del mediodía.",
         "Estamos abertos agora, até o meio-dia."),
    ],
)  # fmt: skip
def test_a_caller_hears_whether_we_are_open_and_until_when_or_when_we_open(
    at_: str, english: str, spanish: str, portuguese: str
) -> None:
    assert [now(BRANCHES, moment(at_), tag) for tag in (EN, ES, PT)] == [english, spanish, portuguese]


def test_what_never_closes_or_never_opens_is_said_so() -> None:
    assert now(ALWAYS, moment("2026-11-25T10:00"), EN) == "We are open day and night."
    assert now(NEVER, moment("2026-11-25T10:00"), EN) == "We are closed now."


def test_an_opening_far_away_is_told_by_its_day_and_how_far() -> None:
    fair = Schedule("America/New_York", ((),) * 7, (), {date(2026, 12, 7): NINE_TO_FIVE})
    assert now(fair, moment("2026-11-25T10:00"), EN) == "We are closed now. We open in twelve days, on Monday, at nine."


def test_today_tells_a_holiday_by_its_name() -> None:
    assert today(BRANCHES, moment("2026-11-25T20:00"), EN) == "Today we are open from nine to five."
    assert today(BRANCHES, moment("2026-12-25T20:00"), ES) == "Hoy es Navidad y estamos cerrados."
    assert today(BRANCHES, moment("2026-11-29T20:00"), PT) == "Hoje estamos fechados."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "from nine to five, Monday to Friday, and from nine thirty to one on Saturdays"),
        ("es", "de nueve de la mañana a cinco de la tarde, de lunes a viernes, y de nueve y media de la mañana a una "
               "de la tarde los sábados"),
        ("pt", "das nove da manhã às cinco da tarde, de segunda a sexta-feira, e das nove e meia da manhã à uma da "
               "tarde aos sábados"),
        ("fr", "de neuf heures à dix-sept heures, du lundi au vendredi, et de neuf heures et demie à treize heures le "
               "samedi"),
        ("de", "von neun Uhr bis siebzehn Uhr, von Montag bis Freitag, und von halb zehn bis dreizehn Uhr samstags"),
        ("it", "dalle nove alle diciassette, dal lunedì al venerdì, e dalle nove e mezza alle tredici il sabato"),
    ],
)  # fmt: skip
def test_the_week_is_told_in_rows_of_days_that_are_alike(language: str, said: str) -> None:
    assert week(BRANCHES, LanguageTag(language)) == said


def test_closed_days_and_holidays_are_told() -> None:
    assert [closed(BRANCHES, tag) for tag in (EN, ES, PT)] == [
        "on Sundays and on public holidays", "los domingos y los días festivos", "aos domingos e nos feriados",
    ]  # fmt: skip
    assert closed(PHONE, EN) == "on Sundays" and closed(ALWAYS, EN) == ""


# ── in answers ───────────────────────────────────────────────────────────────────────────────────────────────────

HOURS: Mapping[str, Schedule] = {"branches": BRANCHES, "phone": PHONE}
OPEN_NOW = approved("open-now", ["are you open now"], "{hours:branches:now}", es="{hours:branches:now}")
OPENING = approved("opening", ["when are you open"], "We are open {hours:phone:week}.")


def test_what_stands_is_put_in_when_it_is_read_and_what_changes_keeps_an_example() -> None:
    then = moment("2026-11-25T10:00")
    standing, changing = prepared(OPENING, HOURS, then), prepared(OPEN_NOW, HOURS, then)
    assert standing.spoken[EN].endswith("from eight in the morning to eight in the evening, Monday to Saturday.")
    assert standing.live == {} and changing.live == OPEN_NOW.spoken
    assert changing.spoken[EN] == "We are open now, until five."
    plain = approved("pin", ["change pin"], "At any machine.")
    assert prepared(plain, HOURS, then) is plain


async def test_an_answer_says_what_is_so_when_it_is_asked_for(knowledge: Knowledge, embedder: WordEmbedder) -> None:
    clock = [moment("2026-11-25T10:00")]
    answers = Answers(knowledge, lambda: (HOURS, clock[0]))
    await knowledge.learn([prepared(OPEN_NOW, HOURS, clock[0])], embedder)

    def told(language: LanguageTag) -> str:
        found = answers.answer([AnswerId("open-now")], language)
        assert isinstance(found, Answer)
        return found.text

    assert told(EN) == "We are open now, until five."
    clock[0] = moment("2026-11-25T17:00")
    assert told(EN) == "We are closed now. We open tomorrow at nine."
    assert told(ES) == "Ahora estamos cerrados. Abrimos mañana a las nueve de la mañana."


def test_fills_that_cannot_be_filled_are_faults() -> None:
    text = "{hours:kiosk:now} {hours:branches:soon} {hours:phone:closed} {hours:branches:now}"
    found = [what for what, _ in faults(approved("a", ["q"], text), {**HOURS, "phone": ALWAYS})]
    assert [what.split("}")[0] for what in found] == ["{hours:kiosk:now", "{hours:branches:soon", "{hours:phone:closed"]
    (russian,) = faults(approved("a", ["q"], "Hi.", ru="{hours:branches:now}"), HOURS)
    assert "cannot be said in ru" in russian[0]


def test_a_fill_can_be_spoken_and_other_braces_cannot() -> None:
    assert not list(unspeakable("We are open {hours:branches:week}."))
    assert list(unspeakable("We are open {whenever}."))


def test_a_text_without_its_schedule_is_left_as_it_is() -> None:
    assert filled("{hours:kiosk:now}", EN, HOURS, datetime(2026, 11, 25, tzinfo=UTC)) == "{hours:kiosk:now}"
