"""Recordings as sealed files beside the databases.

    <folder>/<call>.<number>    sealed like an event's payload, with the call's key; bound to its name

A file is written whole, under another name first, so that what has its name is complete.
"""

import asyncio
import os
import re
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.adapters.sql.keys import Keyring
from ivr.adapters.sql.sealing import NONCE_BYTES
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable
from ivr.vocabulary.ids import CallId, RecordingId
from ivr.vocabulary.units import MuLaw

MOST: Final = 100
"Recordings of one call."
_CALL: Final = re.compile(r"[A-Za-z0-9]{1,64}")


class SealedRecordings:
    """`Recordings` in a folder, over a keyring that it does not close."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder, self._keyring = folder, keyring

    async def keep(self, call: CallId, audio: MuLaw) -> RecordingId:
        return await asyncio.to_thread(self._keep, call, audio)

    async def read(self, call: CallId, recording: RecordingId) -> MuLaw | None:
        return await asyncio.to_thread(self._read, call, recording)

    async def forget(self, call: CallId) -> None:
        await asyncio.to_thread(self._forget, call)

    def _keep(self, call: CallId, audio: MuLaw) -> RecordingId:
        cipher = self._keyring.ciphers([_checked(call)], create=True)[call]
        if cipher is None:
            raise BackendRejected(f"call {call} was erased: nothing more of it is kept")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for number in range(1, MOST + 1):
                name = RecordingId(f"{call}.{number}")
                if self._write(name, _sealed(cipher, name, audio)):
                    return name
        except OSError as error:
            raise BackendUnavailable(f"{self._folder}: a recording cannot be kept ({error.strerror})") from error
        raise BackendRejected(f"call {call} has {MOST} recordings already")

    def _write(self, name: RecordingId, data: bytes) -> bool:
        """Write a file that is not there yet. False when it is."""
        path, draft = self._folder / name, self._folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        return True

    def _read(self, call: CallId, recording: RecordingId) -> MuLaw | None:
        if recording.rpartition(".")[0] != _checked(call):
            return None
        cipher = self._keyring.ciphers([call], create=False).get(call)
        if cipher is None:
            return None
        try:
            data = (self._folder / recording).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BackendUnavailable(f"{self._folder}: a recording cannot be read ({error.strerror})") from error
        try:
            return MuLaw(cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], recording.encode()))
        except (InvalidTag, ValueError):
            raise BackendRejected(f"{self._folder / recording} was altered or moved; restore the backup") from None

    def _forget(self, call: CallId) -> None:
        try:
            for path in self._folder.glob(f"{_checked(call)}.*"):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise BackendUnavailable(f"{self._folder}: a recording cannot be removed ({error.strerror})") from error


def _sealed(cipher: AESGCM, name: RecordingId, audio: MuLaw) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, audio, name.encode())


def _checked(call: CallId) -> CallId:
    """The id, which becomes a part of a file's name."""
    if not _CALL.fullmatch(call):
        raise BackendRejected(f"{call!r} is no id of a call")
    return call
