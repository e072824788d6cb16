"""What callers say when they are asked for something is read in their language, and said back in it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.calls.values import addresses, amounts, dates, names
from ivr.calls.values.read import BEGUN, FITS, MISFIT, Reading, Wanted, is_whole, keyed, spoken
from ivr.calls.values.said import said
from ivr.vocabulary.language import LanguageTag

THURSDAY = date(2026, 11, 26)
EN = LanguageTag("en")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "twenty five fifty", "25.50"),
        ("en", "$25.50", "25.50"),
        ("en", "twenty-five dollars and fifty cents", "25.50"),
        ("en", "1,250.50", "1250.50"),
        ("en", "a hundred and twenty", "120.00"),
        ("en", "one hundred twenty", "120.00"),
        ("en", "two thousand five hundred dollars", "2500.00"),
        ("en", "three thousand two hundred and ten dollars and five cents", "3210.05"),
        ("en", "fifty cents", "0.50"),
        ("en", "twelve point five", "12.50"),
        ("en", "twelve point seven five", "12.75"),
        ("en", "five oh five", "5.05"),
        ("en", "twenty five and a half", "25.50"),
        ("es", "1.250,50 euros", "1250.50"),
        ("es", "veinticinco con cincuenta", "25.50"),
        ("es", "mil doscientos pesos", "1200.00"),
        ("es", "un dólar", "1.00"),
        ("pt", "vinte e cinco e cinquenta", "25.50"),
        ("pt", "vinte e cinco reais e cinquenta centavos", "25.50"),
        ("pt", "dois mil e quinhentos reais", "2500.00"),
        ("fr", "quatre-vingt-dix euros", "90.00"),
        ("de", "fünfundzwanzig Euro fünfzig", "25.50"),
        ("de", "zwölf Komma fünf", "12.50"),
        ("de", "dreitausendfünfhundert", "3500.00"),
        ("it", "tremila", "3000.00"),
        ("it", "venticinque euro e cinquanta", "25.50"),
        ("en", "hello", None),
        ("en", "one two three four", None),
    ],
)
def test_amounts(language: str, text: str, value: str | None) -> None:
    assert amounts.amount(text, LanguageTag(language)) == value


@pytest.mark.parametrize(
    ("language", "region", "text", "day"),
    [
        ("en", "US", "the third of May", "2027-05-03"),
        ("en", "US", "May 3rd", "2027-05-03"),
        ("en", "US", "December the fourth, 2026", "2026-12-04"),
        ("en", "US", "Friday the fourth of December", "2026-12-04"),
        ("en", "US", "May third twenty twenty seven", "2027-05-03"),
        ("en", "US", "the twenty first of December", "2026-12-21"),
        ("en", "US", "next Friday", "2026-11-27"),
        ("en", "US", "on Thursday", "2026-12-03"),
        ("en", "US", "tomorrow", "2026-11-27"),
        ("en", "US", "in two weeks", "2026-12-10"),
        ("en", "US", "the third", "2026-12-03"),
        ("en", "US", "3/5", "2027-03-05"),
        ("en", "GB", "3/5", "2027-05-03"),
        ("en", "US", "2027-05-03", "2027-05-03"),
        ("es", "ES", "el tres de mayo", "2027-05-03"),
        ("es", "ES", "el quince de marzo de dos mil veintisiete", "2027-03-15"),
        ("es", "ES", "primero de enero", "2027-01-01"),
        ("es", "ES", "el viernes que viene", "2026-11-27"),
        ("es", "ES", "pasado mañana", "2026-11-28"),
        ("es", "ES", "dentro de tres días", "2026-11-29"),
        ("pt", "BR", "três de maio", "2027-05-03"),
        ("pt", "BR", "na sexta-feira", "2026-11-27"),
        ("pt", "BR", "dia três", "2026-12-03"),
        ("pt", "BR", "depois de amanhã", "2026-11-28"),
        ("fr", "FR", "le premier mai", "2027-05-01"),
        ("de", "DE", "am dritten Mai", "2027-05-03"),
        ("de", "DE", "am 12. März 2027", "2027-03-12"),
        ("it", "IT", "il tre maggio", "2027-05-03"),
        ("en", "US", "the thirty first of February", None),
        ("en", "US", "thirteen thirteen", None),
        ("en", "US", "just one moment", None),
        ("en", "US", "may I ask something", None),
        ("pt", "BR", "em dezembro", None),
    ],
)
def test_dates(language: str, region: str, text: str, day: str | None) -> None:
    assert dates.day(text, LanguageTag(language), THURSDAY, region) == day


@pytest.mark.parametrize(
    ("keys", "region", "day"),
    [
        ("05032027", "US", "2027-05-03"),
        ("03052027", "ES", "2027-05-03"),
        ("0305", "ES", "2027-05-03"),
        ("31122026", "US", "2026-12-31"),
        ("99", "US", None),
        ("45452027", "US", None),
    ],
)
def test_dates_by_key(keys: str, region: str, day: str | None) -> None:
    assert dates.keyed(keys, THURSDAY, region) == day


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("en", "john dot smith at example dot com", "john.smith@example.com"),
        ("en", "My email is john.smith at example.com.", "john.smith@example.com"),
        ("en", "it's J O H N at gmail dot com please", "john@gmail.com"),
        ("en", "john two five at example dot com", "john25@example.com"),
        ("en", "info minus desk at x dash y dot co dot uk", "info-desk@x-y.co.uk"),
        ("es", "ana guion bajo ruiz arroba ejemplo punto es", "ana_ruiz@ejemplo.es"),
        ("es", "mi correo es ana.ruiz arroba gmail punto com", "ana.ruiz@gmail.com"),
        ("pt", "joão ponto silva arroba exemplo ponto com ponto br", "joao.silva@exemplo.com.br"),
        ("fr", "jean tiret dupont arobase exemple point fr", "jean-dupont@exemple.fr"),
        ("de", "max Punkt muster at beispiel Punkt de", "max.muster@beispiel.de"),
        ("it", "mario punto rossi chiocciola esempio punto it", "mario.rossi@esempio.it"),
        ("en", "john at", None),
        ("en", "I am at home", None),
    ],
)
def test_addresses(language: str, text: str, address: str | None) -> None:
    assert addresses.address(text, LanguageTag(language)) == address


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "John Smith", "John Smith"),
        ("en", "my name is john smith please", "John Smith"),
        ("en", "It's Ana García", "Ana García"),
        ("en", "Smith, S-M-Y-T-H", "Smyth"),
        ("en", "S M Y T H", "Smyth"),
        ("en", "J as in Juliet O H N", "John"),
        ("es", "me llamo José Luis Pérez", "José Luis Pérez"),
        ("pt", "meu nome é João da Silva", "João da Silva"),
        ("fr", "je m'appelle Jean-Pierre O'Neill", "Jean-Pierre O'Neill"),
        ("de", "Ich heiße Jürgen Müller", "Jürgen Müller"),
        ("it", "mi chiamo Mario Rossi", "Mario Rossi"),
        ("en", "I don't know", None),
        ("en", "no", None),
        ("en", "1234", None),
        ("en", "this is a very long sentence about nothing at all", None),
    ],
)
def test_names(language: str, text: str, name: str | None) -> None:
    assert names.name(text, LanguageTag(language)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("no, my name is John Smyth", "John Smyth"), ("no, it's S M Y T H", "Smyth"), ("that is wrong", None)],
)
def test_after_a_name_was_read_back_only_what_is_led_in_or_spelled_is_another(text: str, name: str | None) -> None:
    assert names.name(text, EN, strict=True) == name


@pytest.mark.parametrize(
    ("wanted", "text", "reading"),
    [
        (Wanted("digits", 4, 4), "double five, one two", Reading(FITS, "5512")),
        (Wanted("digits", 4, 4), "five five", Reading(BEGUN, "55")),
        (Wanted("digits", 4, 4), "one two three four five", Reading(MISFIT, "12345")),
        (Wanted("phone"), "four one five, five five five, two six seven one", Reading(FITS, "+14155552671")),
        (Wanted("phone"), "four one five", Reading(BEGUN, "415")),
        (Wanted("email"), "john dot smith at", Reading(BEGUN, "john dot smith at")),
        (Wanted("date"), "no idea", Reading()),
        (Wanted("name"), "", Reading()),
    ],
)
def test_what_was_asked_for_fits_is_begun_or_is_something_else(wanted: Wanted, text: str, reading: Reading) -> None:
    assert spoken(wanted, text, EN, THURSDAY, "US") == reading


def test_keys_are_read_by_what_was_asked_for() -> None:
    assert keyed(Wanted("amount"), "25.5", THURSDAY, "US") == Reading(FITS, "25.50")
    assert keyed(Wanted("date"), "12042026", THURSDAY, "US") == Reading(FITS, "2026-12-04")
    assert keyed(Wanted("date"), "9", THURSDAY, "US") == Reading(MISFIT)
    assert keyed(Wanted("digits", 2, 4), "123", THURSDAY, "US") == Reading(FITS, "123")


def test_only_what_nothing_can_follow_is_whole() -> None:
    assert is_whole(Wanted("digits", 2, 4), Reading(FITS, "1234"))
    assert not is_whole(Wanted("digits", 2, 4), Reading(FITS, "123"))
    assert not is_whole(Wanted("email"), Reading(FITS, "a@b.co"))


@pytest.mark.parametrize(
    ("what", "value", "language", "region", "words"),
    [
        ("date", "2026-12-04", "en", "US", "Friday, December fourth"),
        ("date", "2027-01-01", "en", "US", "Friday, January first, twenty twenty-seven"),
        ("date", "2026-12-04", "es", "ES", "viernes cuatro de diciembre"),
        ("date", "2027-01-01", "pt", "BR", "sexta-feira, primeiro de janeiro de dois mil e vinte e sete"),
        ("date", "2026-12-04", "de", "DE", "Freitag, der vierte Dezember"),
        ("date", "2026-12-01", "fr", "FR", "mardi premier décembre"),
        ("date", "2026-12-01", "it", "IT", "martedì primo dicembre"),
        ("amount", "25.50", "en", "US", "twenty-five dollars and fifty cents"),
        ("amount", "0.01", "en", "GB", "one penny"),
        ("amount", "1021.00", "es", "ES", "mil veintiún euros"),
        ("amount", "25.50", "pt", "BR", "vinte e cinco reais e cinquenta centavos"),
        ("amount", "5.00", "en", "CH", "five Swiss francs"),
        ("digits", "1234", "en", "US", "1 2 3 4"),
        ("phone", "+12025550143", "en", "US", "2 0 2, 5 5 5, 0 1 4 3"),
        ("email", "john.smith@example.com", "en", "US", "john dot smith at example dot com"),
        ("name", "Ana García", "es", "ES", "Ana García"),
    ],
)
def test_values_are_said_back_in_words(what: str, value: str, language: str, region: str, words: str) -> None:
    signs = {"@": "at", ".": "dot"}
    assert said(what, value, LanguageTag(language), region, signs, "2026-11-26") == words


@given(
    st.text(max_size=60),
    st.sampled_from(["en", "es", "pt", "fr", "de", "it", "xx"]),
    st.sampled_from(["name", "digits", "date", "amount", "phone", "email", "yes_no"]),
)
def test_no_words_bring_the_reading_down_and_what_fits_can_be_said(text: str, language: str, what: str) -> None:
    tag = LanguageTag(language)
    reading = spoken(Wanted(what), text, tag, THURSDAY, "US")
    if reading.shape == FITS:
        assert said(what, reading.value, tag, "US", {"@": "at"}, "2026-11-26")
