"""Clauses: cut where a speaker would breathe, never so short that it sounds chopped, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.session.clauses import LONGEST, SHORTEST, clauses


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Un momento, por favor.", ["Un momento, por favor."]),
        (
            "Abrimos de lunes a viernes, de nueve de la mañana a cinco de la tarde.",
            ["Abrimos de lunes a viernes,", "de nueve de la mañana a cinco de la tarde."],
        ),
        (
            "Não há saldo mínimo: você pode deixar na conta o pouco que quiser.",
            ["Não há saldo mínimo:", "você pode deixar na conta o pouco que quiser."],
        ),
        (
            "Puede cambiar su PIN en cualquier cajero automático del banco o llamando a nuestro servicio de atención.",
            [
                "Puede cambiar su PIN en cualquier cajero automático del banco",
                "o llamando a nuestro servicio de atención.",
            ],
        ),
        ("Sí, claro, sí, ya, no, bueno, pues.", ["Sí, claro, sí, ya,", "no, bueno, pues."]),
        ("Son mil,5 euros", ["Son mil,5 euros"]),
        ("   ", []),
    ],
)
def test_a_sentence_is_cut_where_a_speaker_breathes(sentence: str, expected: list[str]) -> None:
    assert clauses(sentence) == expected


words = st.lists(st.sampled_from(["y", "para", "uno", "cuarenta", "o", "responsabilidad", ",", "a,", "b;", "fin."]))


@given(words)
def test_joined_again_the_clauses_are_the_sentence(said: list[str]) -> None:
    sentence = " ".join(said)
    assert " ".join(clauses(sentence)) == sentence


@given(words)
def test_no_clause_is_too_short_and_what_is_long_has_no_joint_left(said: list[str]) -> None:
    cut = clauses(" ".join(said))
    assert len(cut) < 2 or all(len(each) >= SHORTEST for each in cut)
    assert all(clauses(each) == [each] for each in cut if len(each) <= LONGEST)
