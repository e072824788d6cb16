"""What every `KnowledgeStore` keeps to."""

from pathlib import Path

import pytest

from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.scripted.stores import ScriptedKnowledge
from ivr.ports.store import ApprovedAnswer, KnowledgeStore
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

EN, ES = LanguageTag("en"), LanguageTag("es")

HOURS = """---
id: opening-hours
topic: branches
owner: Branch services
review_by: 2027-03-31
status: approved
questions:
  en: ["Opening hours", "when do you open?"]
  es: ["¿A qué hora abren?"]
---
## en
We open at nine
on weekdays.

## es
Abrimos a las nueve.
"""


@pytest.fixture(params=["scripted", "folder"])
def knowledge(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeStore:
    path = tmp_path / "opening-hours.md"
    if request.param == "folder":
        path.write_text(HOURS, "utf-8")
        return FolderKnowledge(tmp_path)
    questions = {EN: ("Opening hours", "when do you open?"), ES: ("¿A qué hora abren?",)}
    spoken = {EN: "We open at nine on weekdays.", ES: "Abrimos a las nueve."}
    hours = AnswerId("opening-hours")
    return ScriptedKnowledge(
        [ApprovedAnswer(hours, "branches", "Branch services", "2027-03-31", questions, spoken, str(path))]
    )


@pytest.fixture(params=["scripted", "folder"])
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeStore:
    if request.param == "folder":
        (tmp_path / "broken.md").write_text("no front matter here")
        return FolderKnowledge(tmp_path)
    scripted = ScriptedKnowledge()
    scripted.faulty = True
    return scripted


async def test_an_approved_answer_comes_whole(knowledge: KnowledgeStore, tmp_path: Path) -> None:
    (answer,) = await knowledge.answers()
    assert (answer.id, answer.topic, answer.owner) == ("opening-hours", "branches", "Branch services")
    assert answer.review_by == "2027-03-31"
    assert answer.questions == {EN: ("Opening hours", "when do you open?"), ES: ("¿A qué hora abren?",)}
    assert answer.spoken == {EN: "We open at nine on weekdays.", ES: "Abrimos a las nueve."}
    assert answer.where == str(tmp_path / "opening-hours.md")


async def test_faulty_knowledge_says_what_where_and_how_to_put_it_right(faulty: KnowledgeStore) -> None:
    with pytest.raises(ConfigError) as caught:
        await faulty.answers()
    assert caught.value.what
    assert caught.value.where
    assert caught.value.fix
