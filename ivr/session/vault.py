"""The vault: digits that the caller said or keyed, held in memory only until the flow asks for them."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.calls.digits import UNASKED_SECRET, shape
from ivr.calls.state import Expectation
from ivr.calls.values.read import (
    BEGUN,
    COMPLETE,
    IN_DIGITS,
    MISFIT,
    NEITHER,
    Reading,
    Wanted,
    is_whole,
    keyed,
    spoken,
)
from ivr.vocabulary.events import DigitGroup
from ivr.vocabulary.ids import DigitsId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, mask
from ivr.vocabulary.redaction.cues import Kind
from ivr.vocabulary.redaction.decide import Redacted, redact
from ivr.vocabulary.redaction.memory import NOTHING

UNWANTED: Final = frozenset({Kind.CARD, Kind.CODE, Kind.PASSWORD})
"What callers are asked not to say on the telephone, unless the flow wants it."
FEWEST_OF_A_SECRET: Final = 3
"Digits in an utterance from which it is read out, and not a number that was only suspected."
KEY_RUN_MS = 2_500
"Keys closer together than this are one run: a 0 inside it is a digit, not the command."
LONGEST_KEYS = 32


class Vault:
    """Masks what goes into the log, and keeps what the flow may yet ask for. One per call; never written anywhere.

    today  the day that dates are told from.
    """

    def __init__(self, region: str, today: Callable[[], date]) -> None:
        self._region, self._today = region, today
        self._kept: dict[DigitsId, str] = {}
        self._secret: dict[DigitsId, str] = {}
        self._proofs: dict[str, str] = {}
        "Secrets that the caller is to be verified by, under the names that the flow has for them."
        self._pending = ""
        "What is being collected, so far: digits, or words."
        self._before = ""
        "The same, before the latest utterance."
        self._count = 0
        self._memory = self._remembered = NOTHING
        "What is remembered of the utterances so far, and what was before the latest."

    def hold(
        self, text: str, language: LanguageTag, wanted: Wanted | None, *, choosing: bool = False
    ) -> tuple[str, tuple[DigitGroup, ...]]:
        """Mask one utterance. What is wanted is read from it, and from what came before of it.

        choosing  it was asked for the number of an option: a single digit stays.
        """
        in_digits = wanted is not None and wanted.what in IN_DIGITS
        self._remembered = self._memory
        redacted = redact(text, language, self._memory, everything=in_digits)
        runs, shown = [held.run for held in redacted.held], redacted.text
        if choosing and sum(len(run.digits) for run in runs) == 1 and not redacted.veiled:
            runs, shown = [], text
        self._memory = redacted.memory
        self._before = self._pending
        if wanted is None:
            return shown, self._unasked(redacted) if runs or redacted.veiled else ()
        said = "".join(run.digits for run in runs) if in_digits else text
        if wanted.secret and not in_digits:
            shown = re.sub(r"\w", MASK, text)
        reading, self._pending = self._read(said, wanted, language)
        group = self._group(reading.value, reading.shape, wanted) if reading.shape else None
        return shown, (group,) if group is not None else ()

    def take_back(self) -> None:
        """The latest utterance was not the whole of it: what it added will be heard again."""
        self._pending = self._before
        self._memory = self._remembered

    def completes(self, text: str, language: LanguageTag, wanted: Wanted) -> bool:
        """Whether nothing can follow these words of what is being collected. Holds nothing."""
        in_digits = wanted.what in IN_DIGITS
        said = "".join(run.digits for run in mask(text, language, wary=True).runs) if in_digits else text
        reading, _ = self._read(said, wanted, language)
        return is_whole(wanted, reading)

    def keys(self, digits: str, wanted: Wanted | None) -> DigitGroup:
        """A run of keys that was asked for."""
        if wanted is None:
            return self._group(digits, self._shape(digits))
        before = self._pending if wanted.what in IN_DIGITS else ""
        joined, alone = (self._keyed(keys, wanted) for keys in (before + digits, digits))
        begins_again = joined.shape in NEITHER and alone.shape in COMPLETE
        self._pending = digits if begins_again else before + digits
        reading = alone if begins_again else joined
        return self._group(reading.value or digits, reading.shape or MISFIT, wanted)

    def release(self, token: DigitsId, proof: str = "") -> str:
        """The value behind `token`, once; "" when it is not here (another process held it). Of a secret, the mask.

        proof  a secret stays here under this name, until it is taken.
        """
        value, secret = self._kept.pop(token, ""), self._secret.pop(token, "")
        if proof and secret:
            self._proofs[proof] = secret
        self.forget()
        return value

    def take(self, names: Collection[str]) -> dict[str, str] | None:
        """The secrets that are kept under these names, once; None when one is not here. None stays behind."""
        proofs, self._proofs = self._proofs, {}
        return {name: proofs[name] for name in names} if proofs.keys() >= set(names) else None

    def forget(self) -> None:
        """Drop everything that is being collected."""
        self._pending = self._before = ""
        self._kept.clear()
        self._secret.clear()

    def _read(self, said: str, wanted: Wanted, language: LanguageTag) -> tuple[Reading, str]:
        """What these words come to with what came before, or by themselves; and what there is of it now."""
        if not said:
            return Reading(), self._pending
        in_digits = wanted.what in IN_DIGITS
        whole = self._pending + said if in_digits else f"{self._pending} {said}".strip()
        joined, alone = self._reading(whole, wanted, language), self._reading(said, wanted, language)
        # A caller who begins again from the start gives the whole of it in one go.
        begins_again = joined.shape in NEITHER and alone.shape not in NEITHER
        reading, pending = (alone, said) if begins_again else (joined, whole)
        return reading, pending if in_digits or reading.shape == BEGUN else ""

    def _reading(self, said: str, wanted: Wanted, language: LanguageTag) -> Reading:
        if wanted.what in IN_DIGITS:
            return self._keyed(said, wanted)
        return spoken(wanted, said, language, self._today(), self._region)

    def _keyed(self, keys: str, wanted: Wanted) -> Reading:
        return keyed(wanted, keys, self._today(), self._region)

    def _shape(self, digits: str) -> str:
        return shape(digits, self._region)

    def _unasked(self, redacted: Redacted) -> tuple[DigitGroup, ...]:
        """What nobody asked for, by its shape; of what is not to be said on the telephone, that it is a secret."""
        said = sum(len(held.run.digits) for held in redacted.held if held.kind in UNWANTED)
        secret = UNWANTED if said >= FEWEST_OF_A_SECRET else frozenset[Kind]()
        groups = [
            self._group(held.run.digits, UNASKED_SECRET if held.kind in secret else self._shape(held.run.digits))
            for held in redacted.held
        ]
        if redacted.kinds & UNWANTED and not groups:
            groups.append(self._group("", UNASKED_SECRET))
        return tuple(groups)

    def _group(self, value: str, of_shape: str, wanted: Wanted | None = None) -> DigitGroup:
        """One value. It is kept only when it was asked for; a secret only as its mask."""
        self._count += 1
        token = DigitsId(f"d{self._count}")
        if wanted is not None:
            self._kept = {token: MASK * len(value) if wanted.secret else value}
            self._secret = {token: value} if wanted.secret else {}
        return DigitGroup(token, len(value), of_shape)


@dataclass(frozen=True, slots=True)
class Command:
    """A key that the flow listens for."""

    key: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A run of digits that was asked for is complete."""

    digits: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """A key of a run still going on, or one that is no command; shown masked."""


class Keypad:
    """Tells commands from digits. `at_ms` is any clock that only goes forward."""

    def __init__(self) -> None:
        self._digits = ""
        self._last_ms: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether a run of asked-for digits has begun and not ended."""
        return bool(self._digits)

    def press(self, key: str, at_ms: float, expected: Expectation) -> Command | Entered | Nothing:
        in_run = self._last_ms is not None and at_ms - self._last_ms < KEY_RUN_MS
        self._last_ms = at_ms
        if expected.keys or not expected.collecting:
            self._digits = ""
            if key not in expected.keys or in_run:
                return Nothing()
            self._last_ms = None  # what follows a command is no run with it
            return Command(key)
        if key == "#":
            return self.end(expected) or Nothing()
        if key == "*":
            self._digits = self._digits + expected.star if expected.star else ""
        elif key.isdigit() and len(self._digits) < LONGEST_KEYS:
            self._digits += key
        if expected.wanted is not None and len(self._digits) >= expected.wanted.longest:
            return self.end(expected) or Nothing()
        return Nothing()

    def end(self, expected: Expectation) -> Command | Entered | None:
        """The run is over (the hash key, a pause, or it is long enough): its digits, if there are any.

        A command key that was pressed all alone is that command.
        """
        digits, self._digits, self._last_ms = self._digits, "", None
        if digits in expected.alone:
            return Command(digits)
        return Entered(digits) if digits else None


__all__ = ["MASK", "Command", "Entered", "Keypad", "Nothing", "Vault"]
