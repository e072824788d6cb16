"""What is written is said in words, in the language it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.answers.verbal import LANGUAGES, in_words
from ivr.vocabulary.language import LanguageTag

SAID = [
    # money
    ("en", "It costs $45.50.", "It costs forty-five dollars and fifty cents."),
    ("en", "$1,250 a year", "one thousand two hundred and fifty dollars a year"),
    ("en", "$1 million", "one million dollars"),
    ("en-GB", "£1", "one pound"),
    ("es", "Cuesta 45,50 €.", "Cuesta cuarenta y cinco euros con cincuenta céntimos."),
    ("es", "$1.250", "mil doscientos cincuenta dólares"),
    ("es-MX", "$21", "veintiún pesos"),
    ("es", "$5 millones", "cinco millones de dólares"),
    ("pt", "Custa R$ 45,50.", "Custa quarenta e cinco reais e cinquenta centavos."),
    ("fr", "1 250 €", "mille deux cent cinquante euros"),
    ("de", "Es kostet 45,50 €.", "Es kostet fünfundvierzig Euro und fünfzig Cent."),
    ("it", "1.250,10 €", "milleduecentocinquanta euro e dieci centesimi"),
    # times
    ("en", "from 9:00 to 17:30", "from nine o'clock to five thirty p.m."),
    ("en", "9:00-17:30", "nine o'clock to five thirty p.m."),
    ("en", "at 5pm or 8 a.m. tomorrow", "at five p.m. or eight a.m. tomorrow"),
    ("es", "de 9:00 a 17:30, a las 13:00", "de nueve de la mañana a cinco y media de la tarde, a la una de la tarde"),
    ("pt", "das 9h às 17h30", "das nove horas às dezessete e trinta"),
    ("pt", "às 2:00 p.m.", "às duas horas da tarde"),
    ("fr", "de 9h à 17h30", "de neuf heures à dix-sept heures trente"),
    ("de", "von 9 Uhr bis 17:30 Uhr", "von neun Uhr bis siebzehn Uhr dreißig"),
    ("it", "dalle 9:00 alle 17:30", "dalle nove alle diciassette e trenta"),
    # dates
    ("en", "On December 25, 2026 and July 4.", "On December twenty-fifth, twenty twenty-six and July fourth."),
    ("en", "12/25/2026", "Friday, December twenty-fifth, twenty twenty-six"),
    ("en-GB", "25/12/2026", "Friday, December twenty-fifth, twenty twenty-six"),
    ("es", "el 25 de diciembre de 2026", "el veinticinco de diciembre de dos mil veintiséis"),
    ("es", "2026-12-25", "viernes veinticinco de diciembre de dos mil veintiséis"),
    ("pt", "em 1 de janeiro", "em primeiro de janeiro"),
    ("fr", "le 1er mai", "le premier mai"),
    ("de", "am 25. Dezember", "am fünfundzwanzigsten Dezember"),
    ("it", "il 1 gennaio", "il primo gennaio"),
    ("en", "in 2026 we had 2000 customers", "in twenty twenty-six we had two thousand customers"),
    # what is counted
    ("es", "200 cuentas, 21 días, 1 cuenta", "doscientas cuentas, veintiún días, una cuenta"),
    ("pt", "2 contas e 2 dias", "duas contas e dois dias"),
    ("it", "1 carta", "una carta"),
    ("fr", "1 carte", "une carte"),
    ("de", "1 Karte, 1 Tag", "eine Karte, ein Tag"),
    ("en", "within 3-5 business days", "within three to five business days"),
    ("es", "el 3.º piso, la 2ª vez", "el tercer piso, la segunda vez"),
    ("en", "the 3rd floor", "the third floor"),
    # parts of a whole
    ("en", "A 2.5% fee", "A two point five percent fee"),
    ("es", "un 2,5 %", "un dos coma cinco por ciento"),
    ("de", "2,05 %", "zwei Komma null fünf Prozent"),
    ("pt", "1.500 pontos", "mil e quinhentos pontos"),
    # what is read out
    ("en", "Call 1-800-555-0100.", "Call one, eight zero zero, five five five, zero one zero zero."),
    ("en", "2 0 2, 5 5 5", "two zero two, five five five"),
    ("pt", "ligue (11) 4002-8922", "ligue um um, quatro zero zero dois, oito nove dois dois"),
    ("fr", "au 01 23 45 67 89", "au zéro un, deux trois, quatre cinq, six sept, huit neuf"),
    ("en", "code 0042", "code zero zero four two"),
    ("en", "We are open 24/7.", "We are open twenty-four seven."),
    # nothing that can be said better
    ("en", "B2B and v1.2 and 4G", "B2B and v1.2 and 4G"),
    ("en", "Nothing to count here.", "Nothing to count here."),
    ("ru", "открыто в 9:00", "открыто в 9:00"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "written", "said"), SAID, ids=[f"{row[0]}: {row[1]}" for row in SAID])
def test_what_is_written_is_said(language: str, written: str, said: str) -> None:
    assert in_words(written, LanguageTag(language)) == said


@given(st.text(alphabet="0123456789 .,:-/%$€hº+()apm", max_size=40), st.sampled_from(sorted(LANGUAGES)))
def test_no_row_of_signs_is_too_odd_to_be_spoken(text: str, language: str) -> None:
    in_words(text, LanguageTag(language))


@given(st.integers(0, 99_999_999), st.sampled_from(sorted(LANGUAGES)))
def test_no_numeral_is_left_of_a_number_that_stands_alone(number: int, language: str) -> None:
    assert not any(sign.isdigit() for sign in in_words(f"({number})", LanguageTag(language)))
