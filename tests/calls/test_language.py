"""Which language a call is in: what its caller speaks or asks for, and nothing less."""

import pytest

from ivr.calls.effects import Answer
from ivr.calls.language import FAVOUR, priors, telling_words
from ivr.calls.naming import asked_for, listed
from ivr.calls.state import Asked
from ivr.vocabulary.events import AnswerReady, EscalationRaised
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.calls.tongues import EN, ES, PT, Speaker, caller

Said = tuple[str, LanguageTag, float]


def test_other_languages_are_offered_after_the_greeting_each_in_its_own_words() -> None:
    assert caller().spoken == [
        (EN, "Hello from Test Bank, an automated assistant."),
        (ES, "es: You can speak English."),
        (PT, "pt: You can speak English."),
        (EN, "How can I help?"),
    ]


@pytest.mark.parametrize(
    ("turns", "becomes"),
    [
        ([("¿A qué hora abren los sábados?", ES, 0.94)], ES),
        ([("Eu quero falar com um atendente", PT, 0.99)], PT),
        ([("Roubaram o meu cartão ontem", PT, 0.68)], PT),  # nobody has been heard in English yet
        ([("Roubaram o meu cartão ontem", PT, 0.6)], EN),
        ([("Sí", ES, 0.99)], EN),
        ([("Sí, por favor.", ES, 0.9)], EN),
        ([("Sim, por favor.", PT, 0.77)], EN),
        ([("Sí", ES, 0.99), ("Sí", ES, 0.99)], EN),
        ([("No.", ES, 0.99), ("María García López", ES, 0.99)], EN),
        ([("tres cuatro siete dos", ES, 0.99)], EN),
        ([("La tarjeta", ES, 0.9)], EN),
        ([("La tarjeta", ES, 0.9), ("está bloqueada", ES, 0.9)], ES),
        ([("La tarjeta", ES, 0.9), ("Sí", PT, 0.9), ("está bloqueada", ES, 0.9)], ES),  # a yes says nothing
        ([("La tarjeta", ES, 0.9), ("my card please", EN, 0.99), ("está bloqueada", ES, 0.9)], EN),
        ([("La tarjeta", ES, 0.4), ("está bloqueada", ES, 0.4)], EN),
        ([("I lost my card", EN, 0.99), ("Roubaram o meu cartão", PT, 0.7)], EN),  # surer once English was heard
        ([("I lost my card", EN, 0.99), ("Me robaron la tarjeta ayer", ES, 0.85)], ES),
        ([("Perdí mi tarjeta ayer", ES, 0.95), ("Sí", EN, 0.9)], ES),
        ([("Perdí mi tarjeta ayer", ES, 0.95), ("how do I get a new one", EN, 0.99)], EN),
        ([("Bonjour je voudrais une carte", LanguageTag("fr"), 0.99)], EN),  # no language of this flow
    ],
)
def test_a_call_follows_what_is_surely_spoken(turns: list[Said], becomes: LanguageTag) -> None:
    speaker = caller()
    for text, language, posterior in turns:
        speaker.speak(text, language, posterior, hits=("hours",)).listen()
    assert speaker.call.language == becomes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Español, por favor.", "es"),
        ("Spanish", "es"),
        ("In English, please.", "en"),
        ("Can we speak English?", "en"),
        ("Do you speak Spanish?", "es"),
        ("¿Habla usted inglés?", "en"),
        ("Português", "pt"),
        ("Pode falar em português?", "pt"),
        ("Parlez-vous français ?", "fr"),
        ("Sprechen Sie Deutsch?", "de"),
        ("Is there anybody there who speaks Mandarin?", "zh"),
        ("no, en español", "es"),
        ("I don't speak English", None),
        ("no hablo inglés", None),
        ("How do I set the app to Spanish?", None),
        ("Can I get my statements in Portuguese", None),
        ("I want to open a Spanish account", None),
        ("I am in Germany", None),
        ("", None),
    ],
)
def test_a_language_is_asked_for_by_name(text: str, wanted: str | None) -> None:
    assert asked_for(text) == wanted


def test_asking_for_a_language_brings_it_at_once_and_the_question_again() -> None:
    speaker = caller().speak("Español, por favor", EN, 0.6)
    speaker.listen()
    assert speaker.languages == [ES]
    assert speaker.spoken[-2:] == [(ES, "es: Of course, in English."), (ES, "es: How can I help?")]


def test_asking_for_a_language_after_an_answer_brings_the_answer_in_it() -> None:
    speaker = answered(caller().speak("what are your hours", EN, hits=("hours",)))
    speaker.speak("in Spanish please", EN)
    (request,) = [effect for effect in speaker.effects if isinstance(effect, Answer)][1:]
    assert (request.candidates, request.language) == ((AnswerId("hours"),), ES)


def test_a_language_that_is_not_spoken_is_said_honestly_with_those_that_are_and_a_person_offered() -> None:
    speaker = caller().speak("Do you speak Russian?", EN)
    assert speaker.said[-1] == "I speak English, Spanish, and Portuguese. Shall somebody call you back?"
    assert (speaker.languages, speaker.call.asked) == ([], Asked.PERSON)
    speaker.listen()
    speaker.speak("yes", EN, yes=0.98)
    assert [event.reason for event in speaker.notes if isinstance(event, EscalationRaised)] == ["language"]


def test_an_answer_comes_in_the_language_that_the_question_changed_the_call_to() -> None:
    speaker = caller().speak("¿A qué hora abren los sábados?", hits=("hours",))
    (request,) = [effect for effect in speaker.effects if isinstance(effect, Answer)]
    assert (request.language, speaker.languages) == (ES, [ES])
    assert answered(speaker).spoken[-1] == (ES, "es: Anything else?")


def test_the_person_is_offered_in_the_language_that_asked_for_one() -> None:
    speaker = caller().speak("Quiero hablar con una persona", person=0.97)
    assert speaker.spoken[-1] == (ES, "es: Shall we call 2 0 2, 5 5 5, 0 1 4 3?")


def test_a_call_that_changes_language_midway_is_followed_and_back_again() -> None:
    speaker = answered(caller().speak("what are your hours", EN, hits=("hours",)))
    answered(speaker.speak("¿y dónde está la sucursal?", hits=("branch",)))
    answered(speaker.speak("thank you, what does a card cost", EN, hits=("fee",)))
    assert speaker.languages == [ES, EN]


def test_said_again_in_another_language_is_answered_anew_and_not_read_by_the_wrong_voice() -> None:
    speaker = answered(caller().speak("what are your hours", EN, hits=("hours",)))
    speaker.speak("¿Me lo puede repetir, por favor?", repeat=0.97)
    (request,) = [effect for effect in speaker.effects if isinstance(effect, Answer)][1:]
    assert request.language == ES


def test_coming_back_in_another_language_is_asked_in_it() -> None:
    speaker = caller().speak("espere un momento por favor", hold_on=0.98)
    speaker.speak("ya estoy aquí otra vez", go_on=0.98)
    assert speaker.spoken[-2:] == [(ES, "es: Take your time."), (ES, "es: How can I help?")]


def test_the_recogniser_is_told_to_expect_a_language_once_it_was_heard() -> None:
    speaker = caller()
    assert priors(speaker.call) == {}
    speaker.speak("I lost my card", EN, 0.99)
    assert priors(speaker.call) == {EN: FAVOUR}


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Sí, por favor", ES, 2),
        ("quiero una tarjeta", ES, 3),
        ("me llamo María García", ES, 2),
        ("Ich habe meine Karte verloren", LanguageTag("de"), 5),
        ("dos, tres, ••••", ES, 0),
        ("", ES, 0),
    ],
)
def test_names_numbers_and_yes_tell_no_language(text: str, language: LanguageTag, count: int) -> None:
    assert telling_words(text, language) == count


def test_languages_are_listed_as_each_language_says_them() -> None:
    assert listed((EN, ES, PT), ES) == "inglés, español y portugués"
    assert listed((EN, ES), LanguageTag("de")) == "Englisch und Spanisch"


def answered(speaker: Speaker) -> Speaker:
    assert speaker.call.request is not None
    source = speaker.call.request
    speaker.feed(AnswerReady(source, "approved", "We open at nine.", (AnswerId("hours"),), speaker.call.language))
    speaker.listen()
    return speaker
