"""Knowing: whether what was found is known, nearly known, or not known at all."""

from collections.abc import Sequence
from enum import StrEnum

from ivr.calls.meaning import KNOW, UNSURE
from ivr.vocabulary.events import Hit


class Standing(StrEnum):
    """Where we stand with a question. Its thresholds are the call machine's: scores are chances, so they never move."""

    KNOWN = "known"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


def standing(hits: Sequence[Hit]) -> Standing:
    """Judge by the best hit: an even chance is enough to answer, one in five enough to ask again."""
    best = hits[0].score if hits else 0.0
    if best >= KNOW:
        return Standing.KNOWN
    return Standing.UNSURE if best >= UNSURE else Standing.UNKNOWN
