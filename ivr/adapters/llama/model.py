"""The embedded model as the product sees it: its server is asked where it is each time, since a restart moves it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from ivr.adapters.openai.endpoint import Endpoint
from ivr.adapters.workers.client import WorkerClient
from ivr.ports.language_model import Turn
from ivr.vocabulary.language import LanguageTag

if TYPE_CHECKING:
    from ivr.adapters.openai.model import OpenAiModel

ASKED_WITHIN_MS: Final = 150.0
"To be told where the server is: the worker answers from memory."

CONNECT_MS: Final = 1_000.0
"To be connected on this machine: what takes long is our own loop, at its first request."


class LlamaModel:
    """`LanguageModel` over the worker that runs `LlamaEngine`.

    languages  those that the model may write, by primary subtag.
    first_ms   from the request to the first piece.

    No second attempt is made beside a late first: both would share the same cores.
    """

    def __init__(self, client: WorkerClient, languages: Sequence[str], *, first_ms: float = 650.0) -> None:
        self._client = client
        self._languages = tuple(languages)
        self._first_ms = first_ms
        self._at: tuple[str, str] = ("", "")
        self._model: OpenAiModel | None = None
        self._name = "embedded"

    @property
    def name(self) -> str:
        return self._name

    def writes(self, language: LanguageTag) -> bool:
        return language.partition("-")[0] in self._languages

    async def write(self, turns: Sequence[Turn], *, most_tokens: int, within_ms: float) -> AsyncGenerator[str, None]:
        model = await self._found()
        async with aclosing(model.write(turns, most_tokens=most_tokens, within_ms=within_ms)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        model, self._model, self._at = self._model, None, ("", "")
        if model is not None:
            await model.close()

    async def _found(self) -> "OpenAiModel":
        facts = (await self._client.request("address", deadline_ms=ASKED_WITHIN_MS)).result
        at = str(facts["url"]), str(facts["key"])
        if self._model is None or at != self._at:
            from ivr.adapters.openai.model import OpenAiModel  # its library takes a second to load

            endpoint = Endpoint(
                at[0], str(facts["model"]), at[1], self._languages, CONNECT_MS, self._first_ms, second_ms=None
            )
            gone, self._model, self._at = self._model, OpenAiModel(endpoint), at
            self._name = f"{facts['model']}/llama.cpp"
            if gone is not None:
                await gone.close()
        return self._model
