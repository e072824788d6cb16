"""Which languages Kokoro speaks here, without loading it: how they are pronounced, in whose manner, how fast.

Kokoro was trained on nine languages; of those that callers of ours speak, only these two came out understandable with
the speaking styles that the package carries (docs/decisions/010-voices.md).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Manner:
    """How one language is spoken.

    phonemes  eSpeak NG's name of the pronunciation.
    style     the speaker it sounds like: a name in the model's `voices.npz`.
    pace      speed at which it is understood best; 1.0 is the model's own.
    """

    phonemes: str
    style: str
    pace: float


MANNERS: Final = {
    "es": Manner("es", "jm_kumo", 0.95),
    "es-es": Manner("es", "jm_kumo", 0.95),
    "es-419": Manner("es-419", "jm_kumo", 0.95),
    "es-mx": Manner("es-419", "jm_kumo", 0.95),
    "es-us": Manner("es-419", "jm_kumo", 0.95),
    "pt": Manner("pt-br", "jm_kumo", 0.95),
}


def manner(language: str) -> Manner | None:
    """How a language is spoken, by its tag or else by its primary subtag; None when Kokoro does not speak it."""
    tag = language.lower()
    return MANNERS.get(tag) or MANNERS.get(tag.split("-")[0])
