"""Customer records: what the business knows of whoever calls from a number."""

from dataclasses import dataclass
from typing import Protocol

from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, as the business keeps them. All but the name may be "" or None.

    id        the business's own name for the record, for links into its other programs.
    language  the one they prefer.
    segment   how the business groups its customers, such as `premium`.
    notes     for agents. They are shown and never logged, spoken or given to a model.
    """

    id: str
    name: str
    language: LanguageTag | None = None
    segment: str = ""
    notes: str = ""


class CustomerRecords(Protocol):
    async def find(self, number: str) -> Customer | None:
        """Look up who calls from this number; None when nobody is known to.

        number   E.164.
        Raises   BackendUnavailable, BackendRejected (bad credentials, a query or an answer that does not fit),
                 DeadlineExceeded. Nothing else.
        Cancel   The result is dropped.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections. Doing it twice changes nothing."""
        ...
