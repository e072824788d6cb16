"""Sealing: an event's payload under its call's key, and the call's key under the master key.

AES-256-GCM both times, with a random 96-bit nonce (NIST SP 800-38D, 8.2.2). A payload is bound to its row, a key to
its call: moved elsewhere, neither opens.
"""

import os
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import Event, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.payloads import from_payload, payload

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
WRAPPED_BYTES: Final = NONCE_BYTES + KEY_BYTES + TAG_BYTES

_FORMAT: Final = b"\x01"


class Unsealable(Exception):
    """The bytes do not open with this key in this place: damaged, moved, or sealed with another key."""


def seal(cipher: AESGCM, logged: Logged) -> bytes:
    """The event's payload as a format byte, a nonce, and ciphertext with its tag."""
    nonce = os.urandom(NONCE_BYTES)
    return _FORMAT + nonce + cipher.encrypt(nonce, orjson.dumps(payload(logged.event)), _place(logged))


def unseal(cipher: AESGCM, sealed: bytes, row: Any, call: CallId) -> Logged:
    """Rebuild the event of a row of `events`. Raises Unsealable, or ValueError for an event this version lacks."""
    place = _place_of(call, row.seq, row.kind, row.version, row.at_ms, row.wall_ms)
    if sealed[:1] != _FORMAT or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise Unsealable
    try:
        plain = cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place)
    except InvalidTag:
        raise Unsealable from None
    event: Event = from_payload(row.kind, row.version, orjson.loads(plain))
    return Logged(call, row.seq, row.at_ms, row.wall_ms, event, row.version)


def seal_facts(cipher: AESGCM, facts: dict[str, Any], place: str) -> bytes:
    """Facts about a caller that stand outside of the log, in the same form. `place` names their row."""
    nonce = os.urandom(NONCE_BYTES)
    return _FORMAT + nonce + cipher.encrypt(nonce, orjson.dumps(facts), place.encode())


def unseal_facts(cipher: AESGCM, sealed: bytes, place: str) -> dict[str, Any]:
    """Raises Unsealable."""
    if sealed[:1] != _FORMAT or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise Unsealable
    try:
        facts: dict[str, Any] = orjson.loads(
            cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.encode())
        )
    except InvalidTag:
        raise Unsealable from None
    return facts


def wrap(master: AESGCM, call: CallId, key: bytes) -> bytes:
    """A call's key under the master key: nonce, ciphertext and tag, always WRAPPED_BYTES long."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, b"key of " + call.encode())


def unwrap(master: AESGCM, call: CallId, wrapped: bytes) -> bytes:
    """Raises Unsealable when the master key is another, or the row is damaged or of another call."""
    try:
        return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], b"key of " + call.encode())
    except (InvalidTag, ValueError):
        raise Unsealable from None


def load_master(path: Path, *, may_create: bool) -> AESGCM:
    """Read the master key, or create it once and atomically (0600, in a 0700 folder) when `may_create`.

    Blocking. Raises ConfigError when the file is missing though keys were wrapped with it, or is not a key.
    """
    if not path.exists():
        if not may_create:
            raise ConfigError(
                "the master key is missing, and the calls kept so far cannot be read without it",
                where=str(path),
                fix="Restore this file from the backup; or, to give those calls up, move keys.sqlite away too.",
            )
        _create_master(path)
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (ValueError, UnicodeDecodeError):
        key = b""
    except OSError as error:
        raise ConfigError(
            f"the master key cannot be read ({error.strerror})",
            where=str(path),
            fix="Give the file to the user that runs the server: owner only, mode 0600.",
        ) from error
    if len(key) != KEY_BYTES:
        raise ConfigError(
            f"the master key is not {2 * KEY_BYTES} hex digits",
            where=str(path),
            fix="Restore this file from the backup.",
        )
    return AESGCM(key)


def _create_master(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(os.urandom(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first: then its key is the key
        except FileExistsError:
            pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _place(logged: Logged) -> bytes:
    return _place_of(logged.call, logged.seq, logged.kind, logged.version, logged.at_ms, logged.wall_ms)


def _place_of(call: CallId, seq: int, kind: str, version: int, at_ms: int, wall_ms: int) -> bytes:
    return f"{call}|{seq}|{kind}|{version}|{at_ms}|{wall_ms}".encode()
