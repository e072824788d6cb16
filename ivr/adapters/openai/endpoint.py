"""An endpoint: where a model is asked, as whom, and for how long. Apart from its client, which is slow to load."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

EVERY_LANGUAGE: Final = "*"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and how long it may take.

    url           ends in /v1; checked by `address.check_endpoint`.
    languages     those it may write, by primary subtag; "*" is every one.
    connect_ms    to be connected.
    first_ms      from the request to the first piece.
    second_ms     how long the first attempt may be silent before a second one is made beside it; None makes none.
    """

    url: str
    model: str
    key: str = field(repr=False)
    languages: Collection[str]
    connect_ms: float = 500.0
    first_ms: float = 650.0
    second_ms: float | None = 400.0
