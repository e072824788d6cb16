"""What a sign-in name and a password must be, in sentences for the person who chooses one. Pure.

Source  NIST SP 800-63B: length counts, composition rules do not; what is commonly used, repeats, runs on, or holds the
        name is refused.
"""

import re
import secrets
import unicodedata
from functools import cache
from importlib import resources
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 256
"Characters of a password; whoever sends more is not choosing one."
LONGEST_NAME: Final = 64
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"Of one-time passwords: nothing that looks like something else when it is read out or copied by hand."
_GROUPS, _GROUP = 5, 4
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
)
_LEAST_DIFFERENT: Final = 5


def plain_name(text: str) -> str:
    """A name as it is kept: however it was typed, the same person."""
    return unicodedata.normalize("NFKC", text[: 4 * LONGEST_NAME]).strip().casefold()


def plain_password(text: str) -> str:
    """A password as it is hashed: the same on keyboards that compose letters differently."""
    return unicodedata.normalize("NFKC", text)


def name_fault(name: str) -> str | None:
    """What is wrong with a name for signing in; None when nothing is."""
    if _NAME.fullmatch(name):
        return None
    return (
        f"A name for signing in has 1 to {LONGEST_NAME} small letters, digits and . _ @ + -, "
        "and begins and ends with a letter or a digit."
    )


def password_fault(password: str, name: str, shown: str = "") -> str | None:
    """What is wrong with a password for this person; None when nothing is. `password` comes from `plain_password`."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A few words in a row are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in password):
        return "Use letters, digits, signs and spaces only."
    folded = _folded(password)
    if {folded, _without_tail(folded)} & _common():
        return "Too many people use this password, so it is guessed first. Choose another one."
    if len(set(folded)) < _LEAST_DIFFERENT or _runs_on(folded):
        return "This repeats itself or follows the keyboard, so it is guessed first. Choose another one."
    parts = [name, *re.split(r"[^\w]+|_", name), *shown.split()]
    if _left_without(folded, [_folded(part) for part in parts]) < SHORTEST // 2:
        return "This is mostly your name, so it is guessed first. Choose another one."
    return None


def one_time_password() -> str:
    """A password to hand to somebody, 99 bits of chance, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


@cache
def _common() -> frozenset[str]:
    """Passwords that are tried first by whoever guesses, each also without a tail of digits."""
    text = resources.files("ivr.web.signin").joinpath("common_passwords.txt").read_text("utf-8")
    listed = [_folded(line) for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset([*listed, *map(_without_tail, listed)])


def _folded(text: str) -> str:
    """Without what people add to a word to make it look like a password."""
    letters = unicodedata.normalize("NFKD", text).casefold().translate(str.maketrans("@$0135!", "asoiesi"))
    return "".join(letter for letter in letters if letter.isalnum())


def _without_tail(folded: str) -> str:
    """Without digits at the end, some of which were folded to letters."""
    return folded.rstrip("0123456789oies")


def _left_without(folded: str, parts: list[str]) -> int:
    for part in sorted(filter(lambda part: len(part) > 2, parts), key=len, reverse=True):
        folded = folded.replace(part, "")
    return len(folded)


def _runs_on(folded: str) -> bool:
    """Whether it is a piece said over and over, or mostly follows an alphabet or a row of keys."""
    if folded in (folded + folded)[1:-1]:
        return True
    pairs = [folded[i : i + 2] for i in range(len(folded) - 1)]
    rows = [_folded_digits(row) for row in _RUNS]
    following = sum(any(pair in row or pair[::-1] in row for row in rows) for pair in pairs)
    return following >= 0.8 * len(pairs)


def _folded_digits(row: str) -> str:
    return row.translate(str.maketrans("0135", "oies"))
