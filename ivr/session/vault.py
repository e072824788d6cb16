"""The vault: digits that the caller said or keyed, held in memory only until the flow asks for them."""

from dataclasses import dataclass

from ivr.calls.digits import NUMBER, PHONE, shape
from ivr.calls.state import Expectation
from ivr.vocabulary.events import DigitGroup
from ivr.vocabulary.ids import DigitsId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, Masked, mask, speaks_of_a_secret

WARY_TURNS = 2
"Utterances after one that held digits back, or spoke of a card or a code, in which even a single digit is held back."
KEY_RUN_MS = 2_500
"Keys closer together than this are one run: a 0 inside it is a digit, not the command."
LONGEST_KEYS = 32


class Vault:
    """Masks what goes into the log, and keeps what the flow may yet ask for. One per call; never written anywhere."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._kept: dict[DigitsId, str] = {}
        self._pending = ""
        "Digits of the number now being collected."
        self._before = ""
        "The same, before the latest utterance."
        self._count = 0
        self._wary = 0

    def hold(
        self, text: str, language: LanguageTag, collecting: bool, *, choosing: bool = False
    ) -> tuple[str, tuple[DigitGroup, ...]]:
        """Mask one utterance. While collecting, its digits join those before them into one number.

        choosing  it was asked for the number of an option: a single digit stays.
        """
        masked = mask(text, language, wary=collecting or self._wary > 0)
        if choosing and sum(len(run.digits) for run in masked.runs) == 1:
            masked = Masked(text, ())
        self._wary = max(0, self._wary - 1)
        if masked.runs or speaks_of_a_secret(masked.text):
            self._wary = WARY_TURNS
        self._before = self._pending
        if not collecting:
            return masked.text, tuple(self._group(run.digits, keep=False) for run in masked.runs)
        said = "".join(run.digits for run in masked.runs)
        return masked.text, (self._collect(said),) if said else ()

    def take_back(self) -> None:
        """The latest utterance was not the whole of it: what it added to the number will be heard again."""
        self._pending = self._before

    def completes(self, text: str, language: LanguageTag) -> bool:
        """Whether these words would complete the telephone number now being collected. Holds nothing."""
        said = "".join(run.digits for run in mask(text, language, wary=True).runs)
        return bool(said) and PHONE in {shape(self._pending + said, self._region), shape(said, self._region)}

    def keys(self, digits: str) -> DigitGroup:
        """A run of keys that was asked for."""
        return self._collect(digits)

    def release(self, token: DigitsId) -> str:
        """The digits behind `token`, once; "" when they are not here (another process held them)."""
        digits = self._kept.pop(token, "")
        self.forget()
        return digits

    def forget(self) -> None:
        """Drop everything that is held."""
        self._pending = self._before = ""
        self._kept.clear()

    def _collect(self, said: str) -> DigitGroup:
        joined = self._pending + said
        # A caller who begins again from the start gives the whole number in one go.
        if shape(joined, self._region) == NUMBER and shape(said, self._region) == PHONE:
            joined = said
        self._pending = joined
        return self._group(joined, keep=True)

    def _group(self, digits: str, *, keep: bool) -> DigitGroup:
        self._count += 1
        token = DigitsId(f"d{self._count}")
        if keep:
            self._kept = {token: digits}
        return DigitGroup(token, len(digits), shape(digits, self._region))


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
            return self.end() or Nothing()
        if key == "*":
            self._digits = ""
        elif key.isdigit() and len(self._digits) < LONGEST_KEYS:
            self._digits += key
        return Nothing()

    def end(self) -> Entered | None:
        """The run is over (the hash key, or a pause): its digits, if there are any."""
        digits, self._digits, self._last_ms = self._digits, "", None
        return Entered(digits) if digits else None


__all__ = ["MASK", "Command", "Entered", "Keypad", "Nothing", "Vault"]
