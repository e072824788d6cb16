"""Who speaks which language here: the operator's table, laid over what is on this machine.

A voice that is not here keeps nobody from being served: another one for the language stands in, in the end eSpeak NG,
and `ivr check`, the log and readiness say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.models.manifest import piper_id
from ivr.adapters.models.store import ModelStore
from ivr.settings import Engines, Settings
from ivr.vocabulary.errors import NotFound
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.voices import DEFAULTS, VoiceChoice, read_voices
from ivr.wiring.scripts import script_faults

ESPEAK = VoiceChoice("espeak")
KOKORO_MODEL = "kokoro-82m-int8"
_UNTIL_PULLED = ("piper", "kokoro")
"Engines whose voices stand in when the chosen one is missing, best first."


@dataclass(frozen=True, slots=True)
class Speaks:
    """The voice of one language.

    model    id and path of its model; "" and None for eSpeak NG, which needs none.
    missing  the model that was meant to speak and is not ready; "" when all is as chosen.
    chosen   whether somebody chose the engine, or it is what remains.
    """

    language: LanguageTag
    engine: str
    model: str = ""
    path: Path | None = None
    missing: str = ""
    chosen: bool = True

    @property
    def fault(self) -> str:
        """What a person should put right, or ""."""
        if self.missing:
            return f"{self.language} is spoken by {self.model or self.engine}, since {self.missing} is not here"
        if not self.chosen and self.engine == ESPEAK.engine:
            return f"{self.language} has no voice but eSpeak NG's, which is hard to understand on the telephone"
        return ""


def speakers(settings: Settings) -> list[Speaks]:
    """The voice of each language of the flow; of all that have one, when the flow cannot be read. Blocking."""
    if settings.engines is Engines.SCRIPTED:
        return []
    store = ModelStore(settings.models_dir)
    table = {**DEFAULTS, **read_voices(settings.voices)}
    return [_speaks(language, table, store) for language in _languages(settings, table)]


def pull_of(speaks: Speaks, store: ModelStore) -> str:
    """What to give `ivr models pull` for the voice that is missing: its id, or one that there is for the language."""
    if speaks.missing:
        return speaks.missing
    listed = (status.model for status in store.list() if status.model.job == "voice")
    return next((model.id for model in listed if _primary(speaks.language) in model.languages), "piper:NAME")


def _languages(settings: Settings, table: Iterable[LanguageTag]) -> list[LanguageTag]:
    script, _ = script_faults(settings)
    return list(script.flow.languages if script is not None else table)


def _speaks(language: LanguageTag, table: dict[LanguageTag, VoiceChoice], store: ModelStore) -> Speaks:
    chosen = table.get(language) or table.get(_primary(language))
    missing = ""
    if chosen is not None:
        if chosen == ESPEAK:
            return Speaks(language, ESPEAK.engine)
        model = KOKORO_MODEL if chosen.engine == "kokoro" else piper_id(chosen.name)
        if (path := _ready(store, model, str(chosen))) is not None:
            return Speaks(language, chosen.engine, model, path)
        missing = model if model in {status.model.id for status in store.list()} else str(chosen)
    for engine in _UNTIL_PULLED:
        found = store.voices(engine).get(_primary(language))
        if found is not None:
            return Speaks(language, engine, *found, missing=missing)
    return Speaks(language, ESPEAK.engine, missing=missing, chosen=False)


def _ready(store: ModelStore, model: str, name: str) -> Path | None:
    for each in (model, name):
        try:
            return store.status(store.model(each)).path
        except NotFound:
            continue
    return None


def _primary(language: LanguageTag) -> LanguageTag:
    return LanguageTag(language.split("-")[0])
