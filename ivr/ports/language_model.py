"""Language models: words composed from what is approved, and the judgement whether they stand on it.

Nothing that a model writes is spoken as it comes: `ivr.answers.gate` decides sentence by sentence.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of what a model is given. Instructions are `system`; what a caller or a document says never is."""

    role: Literal["system", "user", "assistant"]
    text: str


class LanguageModel(Protocol):
    @property
    def name(self) -> str:
        """Names the model, for the log and for figures."""
        ...

    def writes(self, language: LanguageTag) -> bool:
        """Whether it may write in this language at all; in another, approved text or a person."""
        ...

    def write(self, turns: Sequence[Turn], *, most_tokens: int, within_ms: float) -> AsyncGenerator[str, None]:
        """Write on from `turns`, in pieces as they come.

        most_tokens  it is stopped there.
        within_ms    for all of it, the waiting for the first piece included.
        Raises       BackendUnavailable, BackendRejected (bad key, no such model), DeadlineExceeded. Nothing else.
        Cancel       Closing the generator stops the model.
        """
        ...

    async def close(self) -> None:
        """Let go of connections. Doing it twice changes nothing."""
        ...


class Entailment(Protocol):
    @property
    def name(self) -> str: ...

    async def entailed(self, premise: str, claims: Sequence[str], language: LanguageTag) -> list[float]:
        """The chance, 0..1, of each claim to follow from `premise` alone.

        Raises  BackendUnavailable, BackendRejected, DeadlineExceeded. Nothing else.
        """
        ...
