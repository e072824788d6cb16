"""What callers say to steer the call, by wording alone: every model may be down."""

from pathlib import Path

import pytest

from ivr.answers.signals import SignalBook, read_signals, score_wording
from ivr.calls.meaning import WHOLE
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag

EN = LanguageTag("en")
Books = dict[LanguageTag, SignalBook]


@pytest.mark.parametrize(
    "text",
    [
        "Can I please talk to a real person?",
        "human",
        "Agent, please.",
        "I'd like to speak with one of your colleagues",
        "put me through to somebody",
        "no, I want a person",
        "why can't I talk to a person",
        "I don't want to talk to a machine",
        "I don't want a robot, I want a person",
        "could you connect me to an agent",
        "reel person please",
        "talk to a parson",
        "you man please",
        "I've been waiting for an hour and I want to speak to somebody",
        "let me speak to your supervisor",
        "are there any humans I can speak to",
    ],
)
def test_a_wish_for_a_person_is_heard(books: Books, text: str) -> None:
    assert score_wording(books, text, EN)["person"] >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "I don't need a person",
        "I don't want to talk to a person",
        "no need to talk to a human",
        "personal account",
        "is there a person limit",
        "can someone steal my PIN",
        "can I open an account in person",
        "can I add another person to my account",
        "I spoke to someone yesterday",
        "am I talking to a real person",
        "are you a human",
        "can you transfer me fifty pounds",
        "do I need an agent for that",
        "what are your opening hours",
    ],
)
def test_speaking_of_persons_is_no_wish_for_one(books: Books, text: str) -> None:
    assert score_wording(books, text, EN).get("person", 0.0) < 0.2


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("goodbye", "no that's all, thank you"),
        ("goodbye", "Okay, bye."),
        ("goodbye", "thank you very much"),
        ("repeat", "Sorry, could you say that again, more slowly?"),
        ("repeat", "pardon"),
        ("repeat", "I didn't catch that"),
        ("yes", "Yes."),
        ("yes", "that's right"),
        ("yes", "mm hm"),
        ("no", "No."),
        ("no", "know"),
        ("no", "that's not right"),
        ("callback", "can you call me back this afternoon"),
        ("callback", "I'd like a callback"),
        ("callback", "cold me back"),
        ("start_over", "let's start again from the beginning"),
        ("start_over", "main menu"),
        ("slower", "Sorry, could you say that again, more slowly?"),
        ("slower", "you're talking too fast"),
        ("slower", "slow down please"),
        ("slower", "floor, please"),
        ("faster", "you can speak faster now"),
        ("faster", "at normal speed please"),
        ("spell", "can you spell that please"),
        ("spell", "how do you spell Harbour"),
        ("spell", "letter by letter"),
        ("hold_on", "hold on"),
        ("hold_on", "One moment, please."),
        ("hold_on", "hang on, let me get a pen"),
        ("hold_on", "could you wait a moment"),
        ("go_on", "Okay, I'm back."),
        ("go_on", "okay, I've got a pen"),
    ],
)
def test_each_signal_is_heard(books: Books, signal: str, text: str) -> None:
    assert score_wording(books, text, EN)[signal] >= 0.8


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("goodbye", "is that all"),
        ("goodbye", "can I buy euros"),
        ("repeat", "can you send my PIN again"),
        ("repeat", "how do I set up a repeat payment"),
        ("repeat", "I didn't get that card"),
        ("yes", "are you sure"),
        ("yes", "that's not right"),
        ("yes", "do you sell dollars"),
        ("no", "no money arrived"),
        ("no", "do you know my balance"),
        ("callback", "I'll call back later"),
        ("callback", "who called me"),
        ("callback", "don't call me back"),
        ("callback", "can I get my money back"),
        ("start_over", "how do I restart the app"),
        ("start_over", "from the start of the month"),
        ("slower", "the app is too slow"),
        ("slower", "how fast is a transfer"),
        ("slower", "how do I get a new passport quickly"),
        ("faster", "can I get my card faster"),
        ("faster", "how can I make a transfer faster"),
        ("spell", "my name is spelled wrong on my card"),
        ("spell", "shall I spell my name"),
        ("hold_on", "how long do I have to wait for my card"),
        ("hold_on", "you put me on hold"),
        ("hold_on", "I was here a minute ago"),
        ("hold_on", "can I have a second card"),
        ("hold_on", "wait, what"),
    ],
)
def test_what_sounds_alike_is_no_signal(books: Books, signal: str, text: str) -> None:
    assert score_wording(books, text, EN).get(signal, 0.0) < 0.5


def test_yes_at_the_beginning_says_less_than_yes_alone(books: Books) -> None:
    alone, opening = (score_wording(books, text, EN)["yes"] for text in ("yes", "yes and how much is it"))
    assert 0.5 <= opening < alone


def test_hold_on_before_other_words_says_less_than_alone(books: Books) -> None:
    alone, opening = (score_wording(books, text, EN)["hold_on"] for text in ("hold on", "hold on, I lost my card"))
    assert opening < WHOLE <= alone


def test_no_golden_question_is_taken_for_a_signal(books: Books) -> None:
    from ivr.demo import FOLDER
    from ivr.measure.golden import read_golden

    for row in read_golden(FOLDER / "bank" / "golden" / "en.jsonl"):
        heard = {name for name, score in score_wording(books, row.question, EN).items() if score >= 0.5}
        assert heard <= ({"spell"} if "spell" in row.question else set()), row.question


def test_a_person_is_listened_for_in_every_language(tmp_path: Path, books: Books) -> None:
    (tmp_path / "es.yaml").write_text(
        'language: es\nsignals: {person: {says: ["hablar con (una|) persona"]}, "no": {only: ["no gracias"]}}'
    )
    both = books | read_signals(tmp_path)
    assert score_wording(both, "quiero hablar con una persona", EN)["person"] >= 0.9
    assert "no" not in score_wording(both, "no gracias", LanguageTag("fr"))


def test_without_any_book_nothing_is_heard() -> None:
    assert score_wording({}, "a person please", EN) == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("language: en\nsignals: {persn: {says: [a]}}", "persn"),
        ("language: en\nsignals: {person: {sais: [a]}}", "sais"),
        ("language: en\nsignals: {person: {says: ['(a']}}", "brackets"),
        ("language: English please\nsignals: {}", "language tag"),
        ("signals: [", "signals"),
        ("language: en", "signals"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "en.yaml").write_text(text)
    with pytest.raises(ConfigError, match=what) as caught:
        read_signals(tmp_path)
    assert "en.yaml" in str(caught.value)
