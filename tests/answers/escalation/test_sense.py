"""What a turn sounds like, once people's examples were learnt: by meaning and wording, and by wording alone."""

from pathlib import Path

import numpy as np
import pytest

from ivr.answers.escalation.again import asked_again
from ivr.answers.escalation.book import EscalationBook, Examples, read_escalation
from ivr.answers.escalation.learning import learn
from ivr.answers.escalation.learnt import FILE, Learnt, digest, load, save
from ivr.answers.escalation.sense import Sense
from ivr.answers.escalation.wording import foreign_script, rarity, slots, weighed
from ivr.answers.knowledge import Knowledge
from ivr.answers.understand import Talk, Understanding
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from tests.answers.conftest import WordEmbedder, approved

EN = LanguageTag("en")
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


async def learnt() -> Learnt:
    return await learn(BOOKS, BANK, {}, WordEmbedder())


async def sense() -> Sense:
    return Sense(await learnt(), WordEmbedder().name)


async def test_what_was_written_down_is_found_and_what_was_not_is_left_alone() -> None:
    embedder, sensing = WordEmbedder(), await sense()
    for text, name in (("they took my wallet and my bag", "theft"), ("you will hear from my lawyer soon", "legal")):
        scores = sensing.score(text, (await embedder.embed_queries([text]))[0])
        assert max(scores, key=lambda each: scores[each]) == name
        assert scores[name] >= 0.5
    plain = "when do you open on monday"
    assert max(sensing.score(plain, (await embedder.embed_queries([plain]))[0]).values(), default=0.0) < 0.5


async def test_wording_alone_finds_the_clear_ones() -> None:
    sensing = await sense()
    assert sensing.score("somebody took my bag")["theft"] >= 0.5
    assert sensing.score("how do I change my pin").get("theft", 0.0) < 0.5


async def test_vectors_of_another_embedder_say_nothing() -> None:
    by_words = (await sense()).score("somebody took my bag")
    strange = Sense(await learnt(), "another embedder")
    assert strange.score("somebody took my bag", np.ones(7, dtype=np.float32)) == by_words


def test_a_word_that_only_sounds_right_still_counts() -> None:
    rare = rarity([slots("they stole my card")])

    def shared(text: str) -> float:
        meant, heard = (
            {**dict(zip(*weighed(slots(each), rare), strict=True))} for each in ("they stole my card", text)
        )
        return sum(float(weight) * float(heard.get(slot, 0.0)) for slot, weight in meant.items())

    assert shared("they stole my cart") > shared("they stole my lamp")


async def test_questions_of_answers_are_learnt_as_needing_nobody_unless_they_sound_like_a_reason() -> None:
    embedder = WordEmbedder()
    await learn(BOOKS, BANK, {}, embedder)
    assert "opening hours" in embedder.embedded
    assert "somebody took my wallet" not in embedder.embedded


async def test_a_threat_is_abuse_and_told_from_an_insult() -> None:
    insults, threats = (
        ("you stupid robot", "stupid useless machine", "what an idiot"),
        ("I will burn it down", "I will burn your house", "you will burn"),
    )
    books = {EN: EscalationBook(EN, {"abuse": Examples(insults), "threat": Examples(threats)}, OTHERS)}
    sensing = Sense(await learn(books, [], {}, WordEmbedder()), "")
    insult, threat = sensing.score("you stupid idiot"), sensing.score("I will burn you down")
    assert min(insult["abuse"], threat["abuse"]) >= 0.5
    assert insult.get("threat", 0.0) < 0.5 <= threat["threat"]


async def test_another_script_is_another_language() -> None:
    assert (await sense()).score("добрий день я хочу відкрити рахунок") == {"language": 1.0}
    assert foreign_script("Łódź, dzień dobry", ["en"]) == 0.0
    assert foreign_script("добрий день", ["en", "uk"]) == 0.0
    assert foreign_script("123 ?", ["en"]) == 0.0


def test_amounts_say_nothing_about_a_worry() -> None:
    assert slots("you charged me 30 twice") == slots("you charged me 450 twice")
    assert not slots("…")


async def test_without_examples_there_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="no reason has an example"):
        await learn({}, BANK, {}, WordEmbedder())


async def test_what_was_learnt_comes_back_from_its_file(tmp_path: Path) -> None:
    made = await learnt()
    save(made, tmp_path / FILE)
    found = load(tmp_path / FILE)
    assert found is not None
    assert (found.names, found.embedder, found.digest, found.languages) == (
        made.names, made.embedder, made.digest, made.languages,
    )  # fmt: skip
    for text in (*THEFT, *OTHERS):
        assert Sense(found, "").score(text) == pytest.approx(Sense(made, "").score(text), abs=0.03)
    assert not (tmp_path / f"{FILE}.new").exists()


def test_where_nothing_was_learnt_there_is_no_file(tmp_path: Path) -> None:
    assert load(tmp_path / FILE) is None


@pytest.mark.parametrize("data", [b"", b"learnt", b"PK\x03\x04 and no more", b"\x93NUMPY"])
def test_a_file_that_is_something_else_is_refused_with_what_to_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(ConfigError, match="ivr escalation learn"):
        load(tmp_path / FILE)


def test_a_file_with_something_that_runs_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / FILE, facts=np.array([print], dtype=object))
    with pytest.raises(ConfigError, match="ivr escalation learn"):
        load(tmp_path / FILE)


async def test_a_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    save(await learnt(), tmp_path / FILE)
    with np.load(tmp_path / FILE) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    np.savez(tmp_path / FILE, **(kept | {"both_wording": kept["both_wording"][:, :-1]}))
    with pytest.raises(ConfigError, match="ivr escalation learn"):
        load(tmp_path / FILE)


def test_an_edit_is_known_and_an_order_is_none() -> None:
    book = BOOKS[EN]
    turned = EscalationBook(EN, dict(reversed(book.reasons.items())), tuple(reversed(book.others)))
    assert digest({EN: turned}) == digest(BOOKS)
    assert digest({EN: EscalationBook(EN, book.reasons, (*book.others, "one more"))}) != digest(BOOKS)


def test_what_ships_was_learnt_from_the_examples_that_ship() -> None:
    folder = Settings().escalation_dir
    found = load(folder / FILE)
    assert found is not None
    assert found.digest == digest(read_escalation(folder)), "run `ivr escalation learn`"


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
    understanding = Understanding(Knowledge(), WordEmbedder(), {}, sense=await sense())
    assert await understanding.learn(BANK)
    theft = await understanding.understand("they took my wallet and my bag", EN)
    assert theft.signals["theft"] >= 0.5
    again = await understanding.understand("opening hours on saturday", EN, Talk(before=("saturday opening hours",)))
    assert again.signals["again"] >= 0.5
    assert "again" not in (await understanding.understand("opening hours on saturday", EN)).signals


async def test_what_is_grave_in_one_sentence_does_not_drown_in_the_others() -> None:
    understanding = Understanding(Knowledge(), WordEmbedder(), {}, sense=await sense())
    assert await understanding.learn(BANK)
    long = "I was in town to see my sister and the bus was late. They took my bag. Is there a branch near the court?"
    apart = (await understanding.understand(long, EN)).signals["theft"]
    assert apart >= (await understanding.understand("They took my bag.", EN)).signals["theft"]


async def test_worries_are_found_by_words_while_the_embedder_is_down() -> None:
    embedder = WordEmbedder()
    embedder.down = True
    understanding = Understanding(Knowledge(), embedder, {}, sense=await sense())
    assert not await understanding.learn(BANK)
    assert (await understanding.understand("somebody took my bag", EN)).signals["theft"] >= 0.5


async def test_what_callers_say_is_never_given_to_the_embedder_that_remembers() -> None:
    asking, learning = WordEmbedder(), WordEmbedder()
    understanding = Understanding(Knowledge(), asking, {}, learning=learning, sense=await sense())
    await understanding.learn(BANK)
    await understanding.understand("they took my purse", EN, Talk(before=("hello there",)))
    assert not {"they took my purse", "hello there"} & set(learning.embedded)
