"""Short turns lean on the answer before them; whole questions do not."""

import pytest

from ivr.answers.follow_ups import follow, follow_up, subject
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Talk, Understanding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.events import Hit
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import EN, WordEmbedder, approved
from tests.answers.test_demo_bank import asked  # noqa: F401 - the demo bank with the real embedder

HOURS = approved("hours", ["When are you open?", "open on sunday"], "We open at nine.")
FEE = approved(
    "fee", ["What does an international transfer cost?", "transfer fee", "how much is a transfer"], "Fifteen pounds."
)
TIME = approved("time", ["How long does an international transfer take?"], "Three days.")
KNOWN = {answer.id: answer for answer in (HOURS, FEE, TIME)}


def hits(**scores: float) -> tuple[Hit, ...]:
    return tuple(Hit(AnswerId(name), score) for name, score in sorted(scores.items(), key=lambda one: -one[1]))


def resolved(text: str, about: ApprovedAnswer, plain: tuple[Hit, ...], joined: tuple[Hit, ...]) -> list[str]:
    turn = follow_up(text, EN, about)
    assert turn is not None
    return [hit.answer for hit in follow(plain, joined, turn, about.id, KNOWN, EN)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "And on Sundays?"), ("en", "What about public holidays?"), ("en", "how much does that cost"),
        ("es", "¿Y los sábados?"), ("es", "¿Cuánto tarda?"), ("pt", "E aos domingos?"), ("pt", "Quanto custa?"),
        ("fr", "Et le dimanche ?"), ("de", "Und am Sonntag?"), ("it", "E la domenica?"),
    ],
)  # fmt: skip
def test_a_turn_that_opens_with_and_or_points_back_leans_on_the_last_answer(language: str, text: str) -> None:
    turn = follow_up(text, LanguageTag(language), HOURS)
    assert turn is not None and turn.text.endswith("open")


@pytest.mark.parametrize(
    "text",
    [
        "When are you open?", "How do I change my PIN?", "and?", "what about that?", "",
        "And I would like to know which identity documents I have to bring along to open an account",
    ],
)  # fmt: skip
def test_whole_questions_and_empty_words_stand_by_themselves(text: str) -> None:
    assert follow_up(text, EN, HOURS) is None


def test_a_language_nobody_wrote_down_has_no_follow_ups() -> None:
    assert follow_up("и в воскресенье?", LanguageTag("ru"), HOURS) is None


def test_an_answer_is_about_what_its_first_question_names_whatever_it_asks_of_it() -> None:
    assert subject(FEE, EN) == "international transfer"
    assert subject(FEE, LanguageTag("es")) == "what does an international transfer cost"


def test_a_pronoun_with_little_else_is_read_with_the_last_topic_even_when_it_seems_clear() -> None:
    plain, joined = hits(hours=0.8), hits(time=0.6, fee=0.5)
    assert resolved("and how long does it take?", FEE, plain, joined)[0] == "time"


def test_the_answer_just_given_gives_way_to_another_that_fits_too() -> None:
    assert resolved("how much does that cost", TIME, (), hits(time=0.7, fee=0.6))[0] == "fee"


def test_the_same_answer_is_given_again_when_nothing_else_fits() -> None:
    assert resolved("and on sunday?", HOURS, hits(fee=0.1), hits(hours=0.8, fee=0.05))[0] == "hours"


def test_a_new_topic_is_not_pulled_to_the_old_one() -> None:
    assert resolved("and the transfer fee?", HOURS, hits(fee=0.9), hits(hours=0.8, fee=0.4))[0] == "fee"


def test_what_no_answer_holds_a_word_of_is_not_about_the_last_topic() -> None:
    assert resolved("and the weather?", HOURS, (), hits(hours=0.95)) == []


async def test_only_turns_that_lean_are_embedded_twice(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank)
    for about, text, count in ((None, "and saturday", 1), ("hours", "and saturday", 2), ("hours", "change pin", 1)):
        embedder.embedded.clear()
        await understanding.understand(text, EN, Talk(AnswerId(about) if about else None))
        assert len(embedder.embedded) == count, (about, text)


async def test_without_the_embedder_follow_ups_are_found_by_words(
    understanding: Understanding, embedder: WordEmbedder, bank: list[ApprovedAnswer]
) -> None:
    embedder.down = True
    await understanding.learn(bank)
    assert (await understanding.understand("and on saturday?", EN, Talk(AnswerId("hours")))).hits[0].answer == "hours"


async def test_an_answer_that_was_revoked_is_no_topic_any_more(
    understanding: Understanding, bank: list[ApprovedAnswer]
) -> None:
    await understanding.learn(bank[1:])
    await understanding.understand("and on saturday?", EN, Talk(AnswerId("hours")))


@pytest.mark.models
@pytest.mark.parametrize(
    ("language", "about", "text", "expected"),
    [
        ("en", "opening-hours", "And on Sundays?", "opening-hours"),
        ("en", "opening-hours", "What about public holidays?", "opening-hours"),
        ("en", "international-transfer-fee", "And how long does it take?", "international-transfer-time"),
        ("en", "international-transfer-time", "How much does that cost?", "international-transfer-fee"),
        ("en", "international-transfer-time", "And what does it cost?", "international-transfer-fee"),
        ("es", "international-transfer-time", "¿Y cuánto cuesta?", "international-transfer-fee"),
        ("pt", "international-transfer-time", "Quanto custa?", "international-transfer-fee"),
        ("en", "order-card", "And when does it arrive?", "card-delivery"),
        ("en", "forgotten-pin", "And how do I change it?", "change-pin"),
        ("es", "opening-hours", "¿Y los sábados?", "opening-hours"),
        ("es", "international-transfer-fee", "¿Y cuánto tarda?", "international-transfer-time"),
        ("pt", "opening-hours", "E aos sábados?", "opening-hours"),
        ("pt", "international-transfer-fee", "E quanto demora?", "international-transfer-time"),
        ("en", "opening-hours", "And how do I change my PIN?", "change-pin"),
        ("en", "change-pin", "And what are your opening hours?", "opening-hours"),
        ("en", "opening-hours", "How do I close my account?", "close-account"),
    ],
)
async def test_follow_ups_of_the_demo_bank_find_their_answer(
    asked: tuple[Understanding, Knowledge],  # noqa: F811
    language: str,
    about: str,
    text: str,
    expected: str,
) -> None:
    found = (await asked[0].understand(text, LanguageTag(language), Talk(AnswerId(about)))).hits
    assert found[0].answer == expected and found[0].score >= 0.5


@pytest.mark.models
@pytest.mark.parametrize("text", ["And the weather?", "And what about football?"])
async def test_follow_ups_about_something_else_are_not_answered(
    asked: tuple[Understanding, Knowledge],  # noqa: F811
    text: str,
) -> None:
    found = (await asked[0].understand(text, EN, Talk(AnswerId("opening-hours")))).hits
    assert not found or found[0].score < 0.2
