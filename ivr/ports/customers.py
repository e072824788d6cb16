"""Customer records: what the business knows of whoever calls from a number."""

from collections.abc import Collection, Mapping
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

    async def verify(self, number: str, given: Mapping[str, str]) -> bool | None:
        """Whether the customer of this number gave what only they can know; None when nobody is known to.

        number   E.164.
        given    what was asked for, by the name that the flow keeps it under, such as `passcode`, as values are kept:
                 digits alone, a date as ISO 8601. All of it must be right. Of what the records do not hold, nothing is.
        Raises   as `find`. No error, and nothing written anywhere, holds what was given.
        Cancel   The result is dropped.
        """
        ...

    async def facts(self, number: str, names: Collection[str]) -> Mapping[str, str] | None:
        """What the records hold under these names of the customer of this number; None when nobody is known to.

        Returns  text as the records have it, at most 200 characters; a name that they do not hold, or that is empty, is
                 left out. Who asks has verified the caller before.
        Raises   as `find`.
        Cancel   The result is dropped.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections. Doing it twice changes nothing."""
        ...
