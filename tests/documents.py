"""Documents for tests."""

from datetime import date
from typing import Final

from ivr.ports.documents import Document, DocumentState, Passage
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag

DAY: Final = date(2026, 11, 27)


def document(id: str, *texts: str) -> Document:
    """A first draft of which everything is said, with these passages."""
    return Document(
        id=id,
        version=1,
        title="Fees explained",
        topic="accounts",
        language=LanguageTag("en"),
        owner="Accounts team",
        source=f"{id}.md",
        digest="ab" * 32,
        state=DocumentState.DRAFT,
        effective_from=None,
        effective_until=None,
        review_by=date(2027, 6, 30),
        segment="",
        passages=tuple(
            Passage(AnswerId(f"{id}#{number}"), "", text, f"line {number}") for number, text in enumerate(texts, 1)
        ),
    )
