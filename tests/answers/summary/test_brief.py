"""The briefing: what fits into twelve seconds of an agent's ear."""

from dataclasses import dataclass

import pytest

from ivr.answers.summary import Book, Known, briefing, summarise
from ivr.answers.summary.brief import LONGEST_S, seconds, shortened

from .conftest import LoggedCall

SPOKEN_S = [
    (
        8.14,
        "Anna Meyer, premium. Something was stolen. In their words: someone stole my purse with my card in it. "
        "Heard our answer on: opening hours.",
    ),
    (4.14, "The caller asks for a person. Not answered: can I get a loan for a boat."),
    (
        7.60,
        "Speaks Portuguese. The caller disputes a charge. Heard only part of our answer on: the fee for sending money "
        "to another country.",
    ),
    (
        11.11,
        "Le han robado algo. En sus palabras: me robaron la cartera con mi tarjeta ayer por la noche. Oyó nuestra "
        "respuesta sobre: el horario de las sucursales.",
    ),
    (
        8.22,
        "Ana López, cliente prioritaria. Reclama un cargo. Sin respuesta: quiero saber por qué me cobraron dos veces.",
    ),
    (
        11.51,
        "Algo foi roubado. Nas palavras do cliente: roubaram o meu cartão de crédito ontem. Ouviu só parte da nossa "
        "resposta sobre: bloquear o cartão.",
    ),
    (7.08, "O assistente não conseguiu ajudar. Sem resposta: posso fazer um empréstimo para um barco."),
]
"Briefings as our voices spoke them, with the pauses between sentences: Piper in English, Kokoro in the others."


@pytest.mark.parametrize(("spoken_s", "text"), SPOKEN_S)
def test_no_voice_of_ours_takes_longer_than_is_counted(spoken_s: float, text: str) -> None:
    assert 1.05 * spoken_s <= seconds(text) <= 1.5 * spoken_s


@dataclass(frozen=True)
class Aloud:
    kind: str
    spoken: str


def test_the_most_important_lines_are_kept_whole_and_heard_in_their_order() -> None:
    who, why = Aloud("who", "Anna Meyer, premium."), Aloud("why", "Something was stolen.")
    words = Aloud("why", "In their words: someone stole my purse and my card today.")
    told = Aloud("told", "Heard our answer on: opening hours.")
    long = Aloud("told", "Heard our answer on: " + "a very long name indeed, " * 6 + "and so on.")
    asked = Aloud("open", "Not answered: can I get a loan.")
    kept = shortened([who, why, words, told, long, asked])
    assert kept == " ".join(each.spoken for each in (who, why, words, asked))
    assert seconds(kept) <= LONGEST_S
    assert shortened([who, why, told]) == " ".join(each.spoken for each in (who, why, told))


def test_the_same_thing_is_not_said_twice() -> None:
    assert shortened([Aloud("told", "Heard it."), Aloud("told", "Heard it.")]) == "Heard it."


def test_a_briefing_is_never_longer_than_twelve_seconds(call: LoggedCall, english: Book) -> None:
    for _ in range(4):
        call.asks_hours().asks_something_unknown()
    call.asks_for_a_person("I have told you four times now what I want and nobody listens to me " * 5)
    aloud = briefing(summarise(call.log, english, known=Known("Maximiliana Konstantinopolous", "private banking")))
    assert 0 < seconds(aloud) <= LONGEST_S
    assert "The caller asks for a person." in aloud


@pytest.mark.parametrize(("text", "least_s"), [("", 0.0), ("1 2 3 4", 2.0), ("PBX", 0.25), ("На линии", 0.9)])
def test_digits_letters_and_other_scripts_take_time(text: str, least_s: float) -> None:
    assert seconds(text) >= least_s
