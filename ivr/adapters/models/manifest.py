"""The manifest: models as data. `manifest.toml` beside this file is the product's; a user's own adds to it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.voices import PIPER_VOICE

JOBS: Final = ("speech-to-text", "voice", "embedder", "language-model")
BUILT_IN: Final = Path(__file__).with_name("manifest.toml")
_ID: Final = re.compile(r"^[a-z0-9][a-z0-9.-]*$")
_SHA256: Final = re.compile(r"^[0-9a-f]{64}$")
_HUB: Final = re.compile(r"^(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>[\w./-]+):(?P<path>[\w./ -]+)$")
_PACKAGE: Final = re.compile(r"^[A-Za-z0-9._-]+==[\w.+-]+$")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file inside a wheel. `package` is `name==version`."""

    package: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file joined from parts of wheels, in their order."""

    name: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a model hub. `sha256` is "" where none is known: unverified."""

    name: str
    repo: str
    revision: str
    path: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed package, by its path from the packages' folder."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    languages  BCP 47 primary subtags; ("*",) for many.
    main       what an engine is pointed at, relative to the model's folder.
    default    whether `ivr models pull` gets it unasked.
    """

    id: str
    job: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    main: str
    about: str = ""
    default: bool = False
    wheel: tuple[WheelFile, ...] = ()
    hub: tuple[HubFile, ...] = ()
    package: str = ""
    packaged: tuple[PackagedFile, ...] = ()

    @property
    def bytes(self) -> int | None:
        """Size when ready, or None where only the hub knows."""
        files: Sequence[WheelFile | PackagedFile] = self.wheel or self.packaged
        return sum(file.bytes for file in files) if files else None


def load_manifest(*paths: Path) -> dict[str, Model]:
    """Read manifests, later ones adding to and replacing earlier ones. Raises ConfigError naming file and fault."""
    models: dict[str, Model] = {}
    for path in paths or (BUILT_IN,):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            for row in data.get("model", []):
                model = _model(row)
                models[model.id] = model
        except OSError as error:
            raise ConfigError(f"cannot be read ({error})", where=str(path), fix="Put it back or remove it.") from error
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise ConfigError(
                what, where=str(path), fix=f"Write it as in {BUILT_IN.name} of ivr.adapters.models."
            ) from error
    return models


def hub_file(name: str, source: str, sha256: str = "") -> HubFile:
    """Read `org/repo@revision:path`. Raises ValueError."""
    found = _HUB.match(source)
    if found is None:
        raise ValueError(f"{source!r} is no hub source; write org/repo@revision:path")
    return HubFile(_inside(name), found["repo"], found["revision"], _inside(found["path"]), sha256 and _hash(sha256))


def from_hub_source(source: str) -> Model:
    """A model that no manifest lists, as one hub file. Raises ValueError for what is not `org/repo@revision:path`."""
    file = hub_file(PurePosixPath(source.partition(":")[2]).name, source)
    name = re.sub(r"[^a-z0-9.]+", "-", f"{file.repo}-{PurePosixPath(file.path).stem}".lower()).strip("-.")
    return Model(name, "other", "", (), "see its hub page", file.name, about=source, hub=(file,))


def from_piper_name(name: str) -> Model | None:
    """A voice of Piper's own collection, known by its name alone; None for what is no such name."""
    found = PIPER_VOICE.match(name)
    if found is None:
        return None
    folder = f"rhasspy/piper-voices@main:{found['family']}/{found['region']}/{found['name']}/{found['quality']}"
    files = {f"{name}.onnx": f"{name}.onnx", f"{name}.onnx.json": f"{name}.onnx.json", "MODEL_CARD": "MODEL_CARD"}
    return Model(
        id=piper_id(name),
        job="voice",
        engine="piper",
        languages=(found["family"],),
        licence="see MODEL_CARD",
        main=f"{name}.onnx",
        about=f"piper:{name}",
        hub=tuple(hub_file(kept, f"{folder}/{file}") for kept, file in files.items()),
    )


def piper_id(name: str) -> str:
    """The id of a Piper voice by its name."""
    return "piper-" + name.lower().replace("_", "-")


def _model(row: Mapping[str, Any]) -> Model:
    model = Model(
        id=str(row["id"]),
        job=str(row["job"]),
        engine=str(row.get("engine", "")),
        languages=tuple(str(tag) for tag in row["languages"]),
        licence=str(row["licence"]),
        main=str(row["main"]),
        about=str(row.get("about", "")),
        default=bool(row.get("default", False)),
        wheel=tuple(_wheel_file(file) for file in row.get("wheel", ())),
        hub=tuple(hub_file(str(f["name"]), str(f["source"]), str(f.get("sha256", ""))) for f in row.get("hub", ())),
        package=str(row.get("package", "")),
        packaged=tuple(
            PackagedFile(_inside(str(f["name"])), int(f["bytes"]), _hash(str(f["sha256"])))
            for f in row.get("packaged", ())
        ),
    )
    if not _ID.match(model.id):
        raise ValueError(f"{model.id!r} is no id; use small letters, digits, dots and dashes")
    if model.job not in JOBS:
        raise ValueError(f"{model.id}: {model.job!r} is no job; choose one of {', '.join(JOBS)}")
    if not (model.wheel or model.hub or model.packaged):
        raise ValueError(f"{model.id} has no source")
    return model


def _wheel_file(row: Mapping[str, Any]) -> WheelFile:
    parts = tuple(
        Part(_package(str(p["package"])), str(p["path"]), int(p["bytes"]), _hash(str(p["sha256"])))
        for p in row["parts"]
    )
    file = WheelFile(_inside(str(row["name"])), int(row["bytes"]), _hash(str(row["sha256"])), parts)
    if not parts or sum(part.bytes for part in parts) != file.bytes:
        raise ValueError(f"the parts of {file.name} do not add up to its {file.bytes} bytes")
    return file


def _package(text: str) -> str:
    if not _PACKAGE.match(text):
        raise ValueError(f"{text!r} is no package; write name==version")
    return text


def _hash(text: str) -> str:
    if not _SHA256.match(text):
        raise ValueError(f"{text!r} is no SHA-256 in small hex digits")
    return text


def _inside(name: str) -> str:
    """A relative path that stays inside its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name:
        raise ValueError(f"{name!r} leads outside the model's folder")
    return name
