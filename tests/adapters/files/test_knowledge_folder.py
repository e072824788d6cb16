"""The folder of approved answers: what is served, and every way a file can be wrong, with its line and its fix."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.files.answer_file import read_answer
from ivr.adapters.files.knowledge import MAX_FILE_BYTES, FolderKnowledge, examine, faults
from ivr.adapters.files.speakable import unspeakable
from ivr.vocabulary.errors import ConfigError


def answer(
    id: str = "id: opening-hours",
    topic: str = "topic: branches",
    owner: str = "owner: Branch services",
    review_by: str = "review_by: 2027-03-31",
    status: str = "status: approved          # anything else is not served",
    questions: str = 'questions:\n  en: ["What time do you open on Saturday?"]',
    body: str = "## en\nWe open at nine.\n",
) -> str:
    front = "\n".join(line for line in (id, topic, owner, review_by, status, questions) if line)
    return f"---\n{front}\n---\n{body}"


def only_fault(text: str) -> tuple[str, str, str]:
    (found,) = read_answer(text, "a.md").faults
    return found.what, found.where, found.fix


def test_a_good_file_has_no_faults_and_no_warnings() -> None:
    file = read_answer(answer(), "a.md")
    assert (file.faults, file.warnings) == ([], [])
    assert file.answer is not None


@pytest.mark.parametrize("status", ["draft", "review", "retired"])
def test_only_approved_answers_are_served_and_a_draft_may_be_incomplete(tmp_path: Path, status: str) -> None:
    (tmp_path / "a.md").write_text(answer())
    (tmp_path / "b.md").write_text(answer(id="id: other", status=f"status: {status}", owner="", questions="", body=""))
    seen = examine(tmp_path)
    assert [one.id for one in seen.answers] == ["opening-hours"]
    assert seen.faults == []


@pytest.mark.parametrize("field", ["id", "topic", "owner", "review_by", "status", "questions"])
def test_a_missing_field_is_named(field: str) -> None:
    named = "questions" if field == "questions" else f"'{field}' is missing"
    assert named in only_fault(answer(**{field: ""}))[0]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("no front matter", "there is no front matter", 1),
        ("---\nid: x\n", "there is no front matter", 1),
        ("---\n- a\n---\n## en\nx", "no fields", 1),
        (answer(id="id: Opening Hours"), "the id 'Opening Hours' is not usable", 2),
        (answer(id="id: [a]"), "'id' is not text", 2),
        (answer(topic="topic: " + "x" * 300), "'topic' is too long", 3),
        (answer(review_by="review_by: next spring"), "'next spring' is not a date", 5),
        (answer(review_by="review_by: 2027-02-30"), "'2027-02-30' is not a date", 5),
        (answer(status="status: aproved"), "the status 'aproved' is not known", 6),
        (answer(questions="questions: yes"), "there are no questions", 7),
        (answer(questions="questions:\n  en: []"), "en needs 1 to", 8),
        (answer(questions="questions:\n  en:\n    - a\n    - {b: c}"), "a question is not", 10),
        (answer(questions="questions:\n  english!: [a]"), "'english!' is not a language tag", 8),
        (answer(questions="questions:\n  en: [a]\n  es: [b]"), "es has questions but no spoken text", 8),
        (answer(body="## en\n"), "the spoken text in en is empty", 10),
        (answer(body=""), "there is no spoken text", 10),
        (answer(body="Hello.\n## en\nWe open."), "words before the first language", 10),
        (answer(body="## en\na\n## en\nb"), "en has two sections", 12),
        (answer(body="## en\n" + "word " * 400), "has 1999 characters", 10),
        (answer(body="## en\nWe open.\n## the second language\nx"), "is not a language tag", 12),
        (answer(body="## en\nWe open.\n\nSee https://example.com now."), "a link (https://) in en", 13),
        (answer(owner="owner: &o x\nowner2: *o"), "aliases (*name) are not allowed", 5),
        (answer(owner="owner: a\nowner: b"), "'owner' is given twice", 5),
        (answer(owner="owner: [a"), "the front matter is not plain YAML", 5),
    ],
)
def test_a_fault_names_its_line(text: str, what: str, line: int) -> None:
    found = [(one.what, one.where) for one in read_answer(text, "a.md").faults]
    assert any(what in said for said, _ in found), found
    assert all(one.fix for one in read_answer(text, "a.md").faults)
    assert next(at for said, at in found if what in said) == f"a.md:{line}"


def test_words_that_yaml_would_take_for_something_else_stay_words() -> None:
    questions = "questions:\n  no: [yes, 12:30, 2027-01-01]"
    file = read_answer(answer(id="id: 404", topic="topic: no", questions=questions, body="## no\nJa."), "a.md")
    assert file.answer is not None
    assert (file.answer.id, file.answer.topic) == ("404", "no")
    assert list(file.answer.questions.values()) == [("yes", "12:30", "2027-01-01")]


def test_nothing_is_constructed_from_the_front_matter(tmp_path: Path) -> None:
    made = tmp_path / "made"
    file = read_answer(answer(owner=f'owner: !!python/object/apply:os.mkdir ["{made}"]'), "a.md")
    assert "'owner' is not text" in file.faults[0].what
    assert not made.exists()


def test_a_bomb_of_aliases_is_refused_at_its_first_alias() -> None:
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = "\n".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairs)
    assert "aliases" in only_fault(f"---\na: &a [lol]\n{bomb}\n---\n## en\nx")[0]


def test_a_very_deep_front_matter_is_refused() -> None:
    assert "not plain YAML" in only_fault("---\na: " + "[" * 30_000 + "\n---\n## en\nx")[0]


@pytest.mark.parametrize(
    ("line", "grave"),
    [
        ("We open at nine, and at ten on Saturday.", None),
        ("It costs $5.00, or 3.5% of the amount, on 1 May.", None),
        ("Abrimos a las nueve; ¿le ayudo en algo más?", None),
        ("Don't worry - it's our well-known re-check.", None),
        ("Visit www.example.com", True),
        ("Press [here](x)", True),
        ("Write to help@example.com", True),
        ("It is <b>free</b>", True),
        ("It is **free**", True),
        ("It is _free_ today", True),
        ("- first", True),
        ("1. first", True),
        ("| a | b |", True),
        ("### More", True),
        ("Dear {name}", True),
        ("Free\u200b of charge", True),
        ("\u202eegrahc", True),
        ("Up to 20kg", False),
        ("We are open 24/7", False),
        ("You and/or your partner", False),
        ("Terms & conditions", False),
        ("Nice 😀", False),
        ("Fees (if any) apply", False),
    ],
)
def test_what_a_voice_cannot_say_is_found(line: str, grave: bool | None) -> None:
    found = [one[2] for one in unspeakable(line)]
    assert found == [] if grave is None else grave in found


@given(st.text(max_size=300))
def test_no_text_at_all_makes_the_reading_raise(text: str) -> None:
    assert read_answer(text, "a.md").answer is None
    read_answer(answer(body="## en\n" + text), "a.md")
    read_answer(answer(owner="owner: " + text), "a.md")


# ── the folder ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_fault_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(answer(owner="", review_by="review_by: soon"))
    (tmp_path / "b.md").write_text(answer(id="id: other", status="status: ok"))
    with pytest.raises(ConfigError) as caught:
        await FolderKnowledge(tmp_path).answers()
    said = str(caught.value)
    for part in ("3 faults", "a.md:1: the field 'owner' is missing", "a.md:4: 'soon'", "b.md:6: the status 'ok'"):
        assert part in said


async def test_an_edit_counts_at_the_next_reading(tmp_path: Path) -> None:
    knowledge = FolderKnowledge(tmp_path)
    assert await knowledge.answers() == []
    (tmp_path / "a.md").write_text(answer())
    assert [one.id for one in await knowledge.answers()] == ["opening-hours"]


async def test_only_what_was_edited_is_made_out_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(answer())
    (tmp_path / "b.md").write_text(answer(id="id: other"))
    store = FolderKnowledge(tmp_path)
    hours, other = await store.answers()
    (tmp_path / "b.md").write_text(answer(id="id: other", body="## en\nWe open at ten.\n"))
    same, edited = await store.answers()
    assert same is hours
    assert edited.spoken != other.spoken
    (tmp_path / "b.md").unlink()
    assert await store.answers() == [hours]


def test_an_id_taken_twice_names_both_files(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(answer())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text(answer(status="status: draft"))
    (found,) = faults(tmp_path)
    assert found.where == f"{tmp_path / 'sub' / 'b.md'}:2"
    assert str(tmp_path / "a.md") in found.what


def test_a_file_that_is_not_utf8_or_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(answer().encode() + b"caf\xe9")
    (tmp_path / "b.md").write_text(answer(id="id: other") + "x" * MAX_FILE_BYTES)
    assert [one.what for one in faults(tmp_path)] == ["line 12 is not UTF-8", "the file is larger than 64 KB"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + answer().replace("\n", "\r\n").encode())
    (one,) = examine(tmp_path).answers
    assert list(one.spoken.values()) == ["We open at nine."]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(answer())
    inside = tmp_path / "knowledge"
    inside.mkdir()
    (inside / "a.md").symlink_to(outside / "secret.md")
    (inside / "sub").symlink_to(outside)
    seen = examine(inside)
    assert seen.answers == []
    assert [one.what for one in seen.faults] == [
        "this folder is a link",
        "this file is a link to outside the knowledge folder",
    ]


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    (found,) = faults(tmp_path)
    assert found.what == "this is not a regular file"


def test_other_files_hidden_files_and_the_readme_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("README.md", "notes.txt", ".draft.md", ".git/a.md"):
        (tmp_path / name).write_text("nothing to speak")
    assert faults(tmp_path) == []


def test_a_missing_folder_is_a_fault_with_its_path(tmp_path: Path) -> None:
    (found,) = faults(tmp_path / "knowledge")
    assert found.where == str(tmp_path / "knowledge")


def test_what_a_person_should_look_at_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(answer(review_by="review_by: 2026-03-31\nreviewer: x"))
    again = 'questions:\n  en: ["what time do you open on saturday"]'
    (tmp_path / "b.md").write_text(answer(id="id: other", questions=again))
    seen = examine(tmp_path, date(2026, 4, 1))
    assert seen.faults == []
    assert [one.what for one in seen.warnings] == [
        "the field 'reviewer' is not known and has no effect",
        "'what time do you open on saturday' is also a question of opening-hours",
        "the review of opening-hours was due on 2026-03-31",
    ]


def test_a_folder_without_approved_answers_is_warned_of(tmp_path: Path) -> None:
    (found,) = examine(tmp_path).warnings
    assert "no approved answers" in found.what
