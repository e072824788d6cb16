"""The policies in use follow their file; `ivr check` names what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.sql.stores import open_stores
from ivr.ports.documents import Document, DocumentState
from ivr.settings import Settings
from ivr.vocabulary.answered import AnswerPolicy
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.checks import check_all
from ivr.wiring.policies import Policing
from tests.wiring.test_queues import _write

LOANS = Document(
    id="loans",
    version=1,
    title="Loans",
    topic="loans",
    language=LanguageTag("en"),
    owner="Lending",
    source="loans.pdf",
    digest="0" * 64,
    state=DocumentState.DRAFT,
    effective_from=None,
    effective_until=None,
    review_by=date(2030, 1, 1),
    segment="",
    passages=(),
)


@pytest.fixture
def policing(tmp_path: Path) -> Policing:
    async def topics() -> set[str]:
        return {"complaints"}

    _write(tmp_path / "policies.yaml", "topics:\n  complaints: person-only\n")
    return Policing(tmp_path / "policies.yaml", topics, FakeClock())


def of_complaints(policing: Policing) -> AnswerPolicy:
    return policing.now().rule(["complaints"]).policy


async def test_an_edit_is_taken_into_use(policing: Policing, tmp_path: Path) -> None:
    await policing.load()
    assert of_complaints(policing) is AnswerPolicy.PERSON_ONLY
    _write(tmp_path / "policies.yaml", "topics:\n  complaints: approve-first\n")
    await policing.load()
    assert of_complaints(policing) is AnswerPolicy.APPROVE_FIRST


async def test_a_faulty_edit_is_refused_and_the_last_good_policies_stay(policing: Policing, tmp_path: Path) -> None:
    await policing.load()
    _write(tmp_path / "policies.yaml", "topics:\n  complaint: automatic\n")
    with pytest.raises(ConfigError, match="Did you mean complaints"):
        await policing.load()
    assert of_complaints(policing) is AnswerPolicy.PERSON_ONLY


async def test_a_file_that_is_taken_away_leaves_everything_automatic(policing: Policing, tmp_path: Path) -> None:
    await policing.load()
    (tmp_path / "policies.yaml").unlink()
    await policing.load()
    assert of_complaints(policing) is AnswerPolicy.AUTOMATIC


async def test_the_check_names_a_topic_that_neither_an_answer_nor_a_document_has(tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("topics:\n  cards: person-only\n  loans: person-only\n  card: automatic\n", encoding="utf-8")
    stores = await open_stores(tmp_path / "data")
    await stores.documents.add(LOANS, "lena", 1)
    await stores.close()
    settings = Settings(data=tmp_path / "data", engines="scripted", policies=file)
    found = [each for each in await check_all(settings) if each.where.startswith(str(file))]
    assert [(each.where, each.fix) for each in found] == [(f"{file}:4", "Did you mean cards?")]


async def test_the_check_misses_a_file_that_was_named_and_is_not_there(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", engines="scripted", policies=tmp_path / "none.yaml")
    assert [each.what for each in await check_all(settings) if "IVR_POLICIES" in each.where] == [
        "there is no such file"
    ]
