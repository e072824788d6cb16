"""What a number is, is told by its shape, the words around it and the turns before; what may not be stored goes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.redaction import shapes
from ivr.vocabulary.redaction.cues import Kind
from ivr.vocabulary.redaction.decide import MASK, Redacted, redact
from ivr.vocabulary.redaction.memory import NOTHING
from ivr.vocabulary.redaction.numbers import cleaned, folded, number_words, words_of

EN = LanguageTag("en")
LANGUAGES = ("en", "es", "pt", "fr", "de", "it")


def call(language: str, *turns: str) -> list[Redacted]:
    """The turns of one call."""
    memory, said = NOTHING, []
    for turn in turns:
        said.append(redact(turn, LanguageTag(language), memory))
        memory = said[-1].memory
    return said


def shown(language: str, *turns: str) -> str:
    return call(language, *turns)[-1].text


GOES = [
    ("en", "my social is 078 05 1120", "1120"),
    ("en", "the routing number is 021000021", "021000021"),
    ("en", "my iban is GB82 WEST 1234 5698 7654 32", "WEST"),
    ("en", "the three digits on the back are seven two nine", "seven"),
    ("en", "5512 is my pin", "5512"),
    ("en", "it was declined, 7744 is what i typed", "7744"),
    ("en", "pay it with my card 7744", "7744"),
    ("en", "my password is 06062018", "06062018"),
    ("es", "mi dni es el 45.871.236", "236"),
    ("es", "el código de seguridad es siete dos nueve", "siete"),
    ("es", "mi pin es mil quinientos setenta y dos", "setenta"),
    ("es", "la contraseña es girasol", "girasol"),
    ("pt", "o meu CPF é 529.982.247-25", "529"),
    ("pt", "o CNPJ é 11.222.333/0001-81", "222"),
    ("pt", "a minha senha é girassol", "girassol"),
    ("pt", "a agência é 0417 e a conta 55821-7", "55821"),
    ("fr", "mon numéro de sécurité sociale est le 2 69 05 49 588 157 80", "588"),
    ("fr", "mon mot de passe est tournesol", "tournesol"),
    ("fr", "mon IBAN est FR14 2004 1010 0505 0001 3M02 606", "3M02"),
    ("de", "meine Steuer-ID lautet 65 929 970 489", "929"),
    ("de", "das Kennwort ist Sonnenblume", "Sonnenblume"),
    ("de", "die Geheimzahl ist sieben zwei neun eins", "sieben"),
    ("it", "il codice fiscale è MRTMTT91D08F205J", "MRTMTT"),
    ("it", "la password è girasole", "girasole"),
    ("it", "il conto è 000000123456", "123456"),
]


@pytest.mark.parametrize(("language", "said", "secret"), GOES)
def test_a_secret_goes(language: str, said: str, secret: str) -> None:
    assert secret not in shown(language, said)
    assert MASK in shown(language, said)


STAYS = [
    ("en", "order 48213 is late"),
    ("en", "my number is 555 0143"),
    ("en", "please call me back on 415 555 2671"),
    ("en", "reference number is 7731902"),
    ("en", "i was charged 4500 on the 12 th of march"),
    ("en", "i need to transfer 750 to my sister"),
    ("en", "the amount is 12000"),
    ("en", "it happened at 1130 am"),
    ("en", "it was on 06122026 at 9:45"),
    ("en", "i live at 4410 quincy street"),
    ("en", "it cost two hundred dollars"),
    ("en", "i have been with you since 2011"),
    ("en", "why was my card declined 3 times"),
    ("es", "el pedido 48213 no ha llegado"),
    ("es", "me cobraron 1250 euros el 3 de mayo"),
    ("es", "mi teléfono es 612 345 678"),
    ("es", "vivo en la calle mayor 1450 piso segundo"),
    ("pt", "a encomenda 48213 está atrasada"),
    ("pt", "um pagamento no valor de 1250 reais"),
    ("pt", "o meu telefone é 912 345 678"),
    ("fr", "ma commande 48213 n'est pas arrivée"),
    ("fr", "un montant de 1250 euros le 3 mai"),
    ("fr", "mon téléphone est le 06 12 34 56 78"),
    ("de", "die Bestellung 48213 fehlt"),
    ("de", "ein Betrag von 1250 Euro am 3. Mai 2026"),
    ("de", "meine Handynummer ist 0171 2345678"),
    ("it", "l'ordine 48213 non è arrivato"),
    ("it", "un addebito di 1250 euro"),
    ("it", "il mio cellulare è 347 1234567"),
]


@pytest.mark.parametrize(("language", "said"), STAYS)
def test_what_is_plainly_no_secret_stays(language: str, said: str) -> None:
    assert shown(language, said) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "my password is not working"),
        ("es", "la contraseña no funciona"),
        ("pt", "a conta e a senha e o cartão"),
        ("fr", "mon mot de passe est bloqué"),
        ("de", "mein Passwort ist falsch"),
        ("it", "la password è sbagliata"),
    ],
)
def test_what_is_said_about_a_password_is_no_password(language: str, said: str) -> None:
    assert shown(language, said) == said


def test_a_password_of_the_next_turn_goes_and_a_yes_does_not() -> None:
    assert shown("en", "my password is", "sunflower nine") == "••••••••• ••••"
    assert shown("en", "my password is", "yes") == "yes"


def test_a_long_number_goes_whatever_is_said_of_it() -> None:
    assert "4539" not in shown("en", "order number 4539 1488 0343 6467")
    assert "4539" not in shown("en", "the amount is 4539148803436467 dollars")


def test_a_number_goes_on_over_turns_in_the_smallest_parts() -> None:
    turns = call(
        "en", "it is about my card", "it starts with 45 then", "after that 39", "and the 14 follows", "okay then 88"
    )
    assert not any(re.search(r"\d", turn.text) for turn in turns)
    assert all(turn.kinds == {Kind.CARD} for turn in turns[1:])


def test_when_it_is_read_out_a_time_without_a_word_of_its_own_may_be_a_part_of_it() -> None:
    assert shown("en", "i want to give you my card number", "12.30 then") == "•••• then"
    assert shown("en", "it opened 12.30 i think") == "it opened 12.30 i think"


def test_what_says_itself_what_it_is_stays_also_after_a_secret() -> None:
    assert shown("en", "i lost my card", "it was on june 3 at 5 pm") == "it was on june 3 at 5 pm"
    assert shown("en", "my card is 4539148803436467", "the amount is 250") == "the amount is 250"


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "the pin is 7712", "sorry it ends in 34"),
        ("es", "el pin es 7712", "perdón es el 34"),
        ("pt", "o pin é 7712", "desculpe é o 34"),
        ("fr", "le pin est 7712", "pardon c'est le 34"),
        ("de", "die PIN ist 7712", "Entschuldigung es ist die 34"),
        ("it", "il pin è 7712", "scusi è il 34"),
    ],
)
def test_a_correction_of_a_secret_goes_however_short(language: str, first: str, second: str) -> None:
    assert "34" not in shown(language, first, second)


def test_a_card_of_which_thirteen_digits_were_read_out_may_go_on() -> None:
    assert shown("pt", "o número do meu cartão é 0", "0000 0000 0000", "e 0 depois 0 assim") == "e • depois • assim"


def test_nothing_is_suspected_for_ever() -> None:
    said = "i have been here for 3 years and 2 weeks or 15 or so"
    assert shown("en", "my pin is 7712", "okay", "thank you", said) == said


def test_a_number_is_a_secret_by_the_nearest_word() -> None:
    assert shown("en", "ssn 7712 and the amount is 450") == "ssn •••• and the amount is 450"
    assert shown("en", "transfer 450 from account 77120034") == "transfer 450 from account ••••••••"


def test_one_in_a_sentence_is_an_article_even_while_a_number_may_be_read_out() -> None:
    assert shown("en", "i lost my card", "could you send me a new one please") == "could you send me a new one please"


def test_the_check_digit_tells_cards_and_a_wrong_one_changes_nothing() -> None:
    assert shapes.is_card("4539148803436467")
    assert not shapes.is_card("4539148803436468")
    assert call("en", "4539148803436467")[0].kinds == {Kind.CARD}
    assert shown("en", "4539148803436468") == MASK * 16


# ── a card number survives no rendering ──────────────────────────────────────────────────────────────────────────

FILLERS = {
    "en": ["", " uh", ",", " and", " then", " dash"],
    "es": ["", " eh", ",", " y", " guion"],
    "pt": ["", " hum", ",", " e", " traco"],
    "fr": ["", " euh", ",", " et", " tiret"],
    "de": ["", " ähm", ",", " und", " strich"],
    "it": ["", " ehm", ",", " e", " trattino"],
}
INTRO = {
    "en": "my card number is",
    "es": "mi número de tarjeta es",
    "pt": "o número do meu cartão é",
    "fr": "mon numéro de carte est le",
    "de": "meine Kartennummer ist",
    "it": "il numero della mia carta è",
}


@st.composite
def renderings(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A card number said in some language: numerals or words, one or two digits a word, in groups, over turns."""
    language = draw(st.sampled_from(LANGUAGES))
    digits = draw(st.text("0123456789", min_size=13, max_size=19))
    said, at = [], 0
    while at < len(digits):
        as_words = draw(st.booleans())
        size = draw(st.sampled_from([1, 2] if as_words else [1, 2, 3, 4]))
        part = digits[at : at + size]
        at += size
        if as_words and (len(part) == 1 or part[0] != "0"):
            part = str(num2words(int(part), lang=language))
        elif as_words:
            part = " ".join(str(num2words(int(c), lang=language)) for c in part)
        said.append(part + draw(st.sampled_from(FILLERS[language])))
    cuts = sorted(draw(st.sets(st.integers(1, len(said) - 1), max_size=2))) if len(said) > 1 else []
    turns = [" ".join(said[a:b]) for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    return language, [f"{INTRO[language]} {turns[0]}", *turns[1:]]


@given(renderings())
def test_a_card_number_survives_no_rendering(rendering: tuple[str, list[str]]) -> None:
    language, turns = rendering
    numbers = set(number_words(LanguageTag(language))) - {"e", "o", "y"}
    intro = {folded(word) for word in INTRO[language].split()}
    for turn in call(language, *turns):
        assert not re.search(r"\d", turn.text)
        assert not (set(words_of(turn.text)) - intro) & numbers


@given(st.text("0123456789", min_size=3, max_size=12), st.sampled_from(LANGUAGES))
def test_a_number_of_which_nothing_is_said_goes_unless_it_is_a_whole_date(digits: str, language: str) -> None:
    text = shown(language, digits)
    assert text == (digits if shapes.is_whole_date(digits) else MASK * len(digits))


@given(st.lists(st.text(max_size=60), max_size=4), st.sampled_from(LANGUAGES))
def test_any_call_can_be_redacted_and_only_digits_and_veiled_places_change(turns: list[str], language: str) -> None:
    for turn in call(language, *turns):
        assert turn.clean == cleaned(turn.clean)
        if not (turn.held or turn.veiled):
            assert turn.text == turn.clean


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pt", "o cartão é sete 1 nove 2"),
        ("it", "la carta è otto 1 diciannove 2"),
        ("pt", "o cartão é dez 3 dezoito 4"),
        ("fr", "la carte est sept 1 onze 2"),
    ],
)
def test_a_number_word_that_begins_like_a_month_is_no_month(language: str, said: str) -> None:
    assert not re.search(r"\d", shown(language, said))
