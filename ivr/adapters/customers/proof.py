"""Proof: whether what a caller gave is what the records hold to verify them by.

What is held is an Argon2 hash or plain text. Both sides are written alike before they are compared: digits alone when
there is nothing else but separators (a date is written year first, 1985-03-07), else in small letters with single
spaces. Plain text is compared in a time that does not tell how much of it was right.
"""

import hmac
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError, VerifyMismatchError

from ivr.vocabulary.errors import BackendRejected

HASH: Final = "$argon2"

_HASHER: Final = PasswordHasher(parallelism=1)  # more lanes would take several cores from live calls at once
_DATE: Final = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBER: Final = re.compile(r"[\d ()+./–-]*", re.ASCII)


def proves(held: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """Whether all that was given is right; nothing proves nothing. Blocking: a hash takes some 0.1 s and 64 MiB.

    held    text or an Argon2 hash under each name.
    Raises  BackendRejected for a hash that is damaged.
    """
    right = [_fits(name, held.get(name, "").strip(), value) for name, value in given.items()]
    return bool(right) and all(right)


def hashed(secret: str) -> str:
    """The Argon2id hash of a secret as it is compared. Blocking."""
    return _HASHER.hash(_bytes(canonical(secret)))


def is_hash(cell: str) -> bool:
    return cell.lstrip().startswith(HASH)


def is_damaged(cell: str) -> bool:
    """Whether a hash is none that anything could be compared with."""
    try:
        extract_parameters(cell.strip())
    except ValueError:
        return True
    return False


def canonical(text: str) -> str:
    """A secret as it is compared, however it was written."""
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if date := _DATE.fullmatch(text):
        year, _, month, day = date.groups()
        return f"{year}{month:0>2}{day:0>2}"
    digits = re.sub(r"[^0-9]", "", text)
    return digits if digits and _NUMBER.fullmatch(text) else text


def _fits(name: str, held: str, given: str) -> bool:
    said = canonical(given)
    if not held or not said:
        return False
    if is_hash(held):
        # One that another program made is of the secret as it was written, and not as it is compared.
        return any(_is_hash_of(name, held, each) for each in dict.fromkeys((said, given)))
    return hmac.compare_digest(_bytes(canonical(held)), _bytes(said))


def _is_hash_of(name: str, held: str, secret: str) -> bool:
    try:
        return _HASHER.verify(held, _bytes(secret))
    except VerifyMismatchError:
        return False
    except (VerificationError, ValueError):
        raise BackendRejected(f"the hash of {name} in the customer records is damaged") from None


def _bytes(text: str) -> bytes:
    """Lone surrogates, which JSON lets through, are no text: they fit nothing, and are no error."""
    return text.encode("utf-8", "surrogatepass")
