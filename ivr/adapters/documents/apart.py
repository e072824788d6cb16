"""One file read in a process of its own, with bounded memory and time: whatever is in it, the server stays as it was.

The process gets none of our environment but what finds Python and its modules, and may write no files. What it sends
back is checked like any input.
"""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ivr.adapters.documents.bounds import MIB, Limits, Progress, Watch
from ivr.adapters.documents.reading import read_document
from ivr.ports.converted import Converted
from ivr.vocabulary.errors import ConfigError

_GRACE_S: Final = 10.0
"For starting the process, and for its last words."
_LONGEST_LINE_BYTES: Final = 256 * MIB
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class _Read(BaseModel):
    kind: Literal["read"] = "read"
    read: Converted


class _Refused(BaseModel):
    kind: Literal["refused"] = "refused"
    what: str
    where: str
    fix: str


class _Passed(BaseModel):
    kind: Literal["passed"] = "passed"
    done: int
    of: int


_Told = _Read | _Refused | _Passed
_TOLD: Final[TypeAdapter[_Told]] = TypeAdapter(Annotated[_Told, Field(discriminator="kind")])
_LIMITS: Final = TypeAdapter(Limits)


async def read_apart(path: Path, *, limits: Limits | None = None, progress: Progress | None = None) -> Converted:
    """Read a file as `read_document` does, in a process of its own.

    Raises ConfigError also when the process needs more memory or time than a document should. Cancelling ends it.
    """
    limits = limits or Limits()
    watch = Watch(path.name, limits)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ivr.adapters.documents.apart",
        str(path),
        _LIMITS.dump_json(limits).decode(),
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE_BYTES,
    )
    try:
        async with asyncio.timeout(limits.seconds + _GRACE_S):
            return await _told(process, watch, progress)
    except TimeoutError:
        raise watch.refuse(
            f"could not be read within {limits.seconds:.0f} seconds", "Split it, or save it in a simpler form."
        ) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _told(process: asyncio.subprocess.Process, watch: Watch, progress: Progress | None) -> Converted:
    """Follow what the process says until it has read the file, or has not."""
    assert process.stdout is not None  # noqa: S101 - we asked for a pipe
    stopped = watch.refuse(
        "could not be read: it takes more memory or time than a document should, or it is damaged",
        "Open it in the program that wrote it, and save it anew.",
    )
    while True:
        try:
            line = await process.stdout.readline()
            told = _TOLD.validate_json(line)
        except (ValidationError, ValueError) as error:
            raise stopped from error
        if isinstance(told, _Read):
            return told.read
        if isinstance(told, _Refused):
            raise ConfigError(told.what, where=told.where, fix=told.fix)
        if progress is not None:
            progress(told.done, told.of)


def _bound(limits: Limits) -> None:
    """Bound this process, where the system can. A limit that is not to be had is left as it is."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits.seconds + _GRACE_S)
    bounds = ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0))
    for kind, most in (*bounds, (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main(path: str, limits_json: str) -> None:
    """Read one file and tell of it on standard output, a JSON object a line."""
    limits = _LIMITS.validate_json(limits_json)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not ours
    _bound(limits)

    def tell(told: _Told) -> None:
        out.write(told.model_dump_json().encode() + b"\n")
        out.flush()

    try:
        read = read_document(Path(path), limits=limits, progress=lambda done, of: tell(_Passed(done=done, of=of)))
        tell(_Read(read=read))
    except ConfigError as error:
        tell(_Refused(what=error.what, where=error.where, fix=error.fix))


if __name__ == "__main__":
    main(*sys.argv[1:])
