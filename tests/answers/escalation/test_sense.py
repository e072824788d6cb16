"""What a turn sounds like: by meaning and by wording, by wording alone, and not when it only might happen."""

import pytest

from ivr.answers.escalation.again import asked_again
from ivr.answers.escalation.book import EscalationBook, Examples
from ivr.answers.escalation.sense import Sense, build_sense, sense_by_wording
from ivr.answers.escalation.wording import features, foreign_script, is_threat, is_unreal
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Talk, Understanding
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import WordEmbedder, approved

EN, ES, PT = LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")
THEFT = ("my bag was taken", "somebody took my bag", "my wallet was taken on the bus", "they took my phone and my bag")
LEGAL = ("my lawyer will write to you", "I will see you in court", "you will hear from my lawyer", "my lawyer says so")
OTHERS = (
    "when do you open", "how do I change my pin", "I took my bag and left", "what does a wire cost",
    "is there a branch near the court", "my bag is heavy", "can I take a bag into the branch", "where is the bus stop",
)  # fmt: skip
BOOKS = {EN: EscalationBook(EN, {"theft": Examples(THEFT, ("I took the bag",)), "legal": Examples(LEGAL)}, OTHERS)}
BANK = [
    approved("hours", ["when are you open", "opening hours"], "At nine."),
    approved("lost", ["my bag was taken by somebody", "somebody took my wallet"], "Block your card in the app."),
]


@pytest.fixture(scope="module")
def by_words() -> Sense:
    return sense_by_wording(BOOKS, BANK, ["en"])


async def test_what_was_written_down_is_found_and_what_was_not_is_left_alone() -> None:
    embedder = WordEmbedder()
    sense = await build_sense(BOOKS, BANK, embedder, ["en"])
    for text, name in (("they took my wallet and my bag", "theft"), ("you will hear from my lawyer soon", "legal")):
        scores = sense.score(text, EN, (await embedder.embed_queries([text]))[0])
        assert max(scores, key=lambda each: scores[each]) == name
        assert scores[name] >= 0.5
    plain = "when do you open on monday"
    assert max(sense.score(plain, EN, (await embedder.embed_queries([plain]))[0]).values(), default=0.0) < 0.5


def test_wording_alone_finds_the_clear_ones(by_words: Sense) -> None:
    assert by_words.score("somebody took my bag", EN)["theft"] >= 0.5
    assert by_words.score("how do I change my pin", EN).get("theft", 0.0) < 0.5


def test_a_word_that_only_sounds_right_still_counts() -> None:
    def shared(text: str) -> float:
        meant, heard = features("they stole my card"), features(text)
        return sum(weight * heard.get(slot, 0.0) for slot, weight in meant.items())

    assert shared("they stole my cart") > shared("they stole my lamp")


def test_questions_of_answers_are_learnt_as_needing_nobody_unless_they_sound_like_a_reason(by_words: Sense) -> None:
    assert by_words.score("somebody took my wallet", EN)["theft"] >= 0.5


def test_what_only_might_happen_counts_little(by_words: Sense) -> None:
    real = by_words.score("somebody took my bag", EN)["theft"]
    assert by_words.score("what if somebody took my bag", EN).get("theft", 0.0) < 0.5 * real


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("if my card were stolen what would I do", EN),
        ("what happens if somebody uses my account", EN),
        ("let's say I lost my phone", EN),
        ("¿qué pasa si me roban la tarjeta?", ES),
        ("si algún día me robaran el bolso, ¿a quién llamo?", ES),
        ("o que acontece se eu perder o cartão", PT),
        ("se alguém roubasse meu celular o que eu faço", PT),
    ],
)
def test_callers_who_suppose_are_heard_as_such(text: str, language: LanguageTag) -> None:
    assert is_unreal(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my card was stolen and I don't know if it was used", EN),
        ("somebody stole my card, can you help me", EN),
        ("me robaron la tarjeta ayer", ES),
        ("não sei se me roubaram ou se eu perdi o cartão", PT),
    ],
)
def test_what_has_happened_is_no_supposition(text: str, language: LanguageTag) -> None:
    assert not is_unreal(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I will break every bone of his", EN),
        ("we know where you live", EN),
        ("los voy a reventar a todos", ES),
        ("vou quebrar a cara dele", PT),
    ],
)
def test_a_threat_is_told_from_an_insult(text: str, language: LanguageTag) -> None:
    assert is_threat(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("you stupid useless machine", EN),
        ("eres una máquina inútil", ES),
        ("você é uma máquina burra", PT),
    ],
)
def test_an_insult_is_no_threat(text: str, language: LanguageTag) -> None:
    assert not is_threat(text, language)


def test_another_script_is_another_language(by_words: Sense) -> None:
    assert by_words.score("добрий день я хочу відкрити рахунок", EN) == {"language": 1.0}
    assert foreign_script("Łódź, dzień dobry", ["en"]) == 0.0
    assert foreign_script("добрий день", ["en", "uk"]) == 0.0
    assert foreign_script("123 ?", ["en"]) == 0.0


def test_amounts_say_nothing_about_a_worry() -> None:
    assert features("you charged me 30 twice") == features("you charged me 450 twice")
    assert features("…") == {}


def test_without_examples_nothing_is_scored() -> None:
    assert sense_by_wording({}, BANK).score("somebody took my bag", EN) == {}


@pytest.mark.parametrize(
    ("text", "before", "is_again"),
    [
        ("what date is the first payment", ("when is the date of the first payment",), True),
        ("what date is the first payment", ("what does a wire to France cost",), False),
        ("yes", ("what date is the first payment",), False),
        ("what date is the first payment", (), False),
    ],
)
def test_a_question_put_again_is_noticed_by_its_words(text: str, before: tuple[str, ...], is_again: bool) -> None:
    assert (asked_again(text, EN, before, None, ()) >= 0.5) is is_again


async def test_a_turn_is_understood_with_its_worries_and_with_what_was_said_before() -> None:
    understanding = Understanding(Knowledge(), WordEmbedder(), {}, escalation=BOOKS)
    assert await understanding.learn(BANK)
    theft = await understanding.understand("they took my wallet and my bag", EN)
    assert theft.signals["theft"] >= 0.5
    again = await understanding.understand("opening hours on saturday", EN, Talk(before=("saturday opening hours",)))
    assert again.signals["again"] >= 0.5
    assert "again" not in (await understanding.understand("opening hours on saturday", EN)).signals


async def test_worries_are_found_by_words_while_the_embedder_is_down() -> None:
    embedder = WordEmbedder()
    embedder.down = True
    understanding = Understanding(Knowledge(), embedder, {}, escalation=BOOKS)
    assert not await understanding.learn(BANK)
    assert (await understanding.understand("somebody took my bag", EN)).signals["theft"] >= 0.5


async def test_what_callers_say_is_never_given_to_the_embedder_that_remembers() -> None:
    asking, learning = WordEmbedder(), WordEmbedder()
    understanding = Understanding(Knowledge(), asking, {}, learning=learning, escalation=BOOKS)
    await understanding.learn(BANK)
    await understanding.understand("they took my purse", EN, Talk(before=("hello there",)))
    assert not {"they took my purse", "hello there"} & set(learning.embedded)
    assert set(THEFT) <= set(learning.embedded)
