"""Scores: from how near an answer lies to the chance that it is the one.

Room       Pure numpy. The coefficients are data, fitted by `scripts/calibrate`.
Meaning    A score of 0.5 is an even chance, so the call machine's thresholds (`ivr.calls.converse`: KNOW, UNSURE) need
           no tuning per model: a new embedder is calibrated anew and the thresholds stay.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from ivr.answers.index import Index, Words
from ivr.answers.passages import Passages
from ivr.answers.readings import Wording
from ivr.answers.space import Matrix
from ivr.vocabulary.events import Hit
from ivr.vocabulary.language import LanguageTag

MOST: Final = 5
"Hits returned at most, and candidates weighed."

LEAD_ENOUGH: Final = 0.1
"A centre that leads by this much is clear of the others; more says nothing more."

FEATURES: Final = (
    "centre", "centre_lead", "nearest", "nearest_lead", "elsewhere", "raw", "raw_lead",
    "votes", "votes_lead", "votes_elsewhere",
    "alike", "alike_lead", "asked", "asked_lead", "unknown", "mended", "told", "told_lead", "told_above",
)  # fmt: skip
"""What a score stands on, per candidate. A lead is the distance to the best other answer.

centre, nearest, elsewhere, raw  as in `ivr.answers.space.Nearness`; `nearest` must lead `elsewhere` too.
votes       of all wordings for the answer, as in `ivr.answers.votes`; `elsewhere` for none of them.
alike       likeness to the best wording: the geometric mean of both shares of `ivr.answers.lexicon.Overlap`.
asked       share of the question's words that occur anywhere in what is known of the answer.
unknown     share of the question's words that occur nowhere in what is known.
mended      share of the question's words that were replaced by known ones that sound like them.
told        likeness of a plain passage, as in `ivr.answers.passages`; `above` what is usual for any passage.
"""

BY_MEANING: Final = ("both", "meaning", "passages", "passages_across", "beside")
"""Ways that need an embedder, and coefficients fitted for it: words and meaning; meaning alone (nothing is worded in
the caller's language); plain passages that nobody wrote wordings for, in the caller's language and in others; and
passages beside approved answers, none of which is known to fit: what is left to ask is then put less in their words."""

BY_WORDS: Final = ("words", "passage_words")
"Ways that need none: with wordings and without."


@dataclass(frozen=True, slots=True)
class Weighed:
    """Candidates for one question: numbers of answers, and one row of (len(FEATURES),) each.

    An answer occurs once for every reading that it is a candidate of.
    """

    way: str
    candidates: tuple[int, ...]
    features: Matrix


def weigh(
    index: Index, readings: Sequence[Wording], vectors: Sequence[Matrix] | None, language: LanguageTag
) -> Weighed:
    """Compare all readings of one question with every answer.

    vectors  one for each reading; None when no calibrated embedder could serve, and then the first reading is all.
    """
    if vectors is None:
        parts = [_weigh(index, readings[0], None, language)]
    else:
        pairs = zip(readings, vectors, strict=True)
        parts = [_weigh(index, reading, vector, language) for reading, vector in pairs]
    candidates = tuple(number for _, numbers, _ in parts for number in numbers)
    return Weighed(parts[0][0], candidates, np.vstack([features for _, _, features in parts]))


def _weigh(
    index: Index, reading: Wording, vector: Matrix | None, language: LanguageTag
) -> tuple[str, list[int], Matrix]:
    if vector is not None and index.passages is not None:
        return _weigh_passages(index, index.passages, reading, vector, language)
    zeros = np.zeros(len(index.answers), dtype=np.float32)
    alike = asked = centre = nearest = raw = votes = zeros
    elsewhere, against, unknown = 0.0, 0.0, 1.0
    words = index.words.get(language)
    worded = words is not None and len(words.wordings) > 0
    if words is not None:
        anywhere = words.everything.overlap(reading.text)
        asked, unknown = anywhere.asked, anywhere.unknown
        if worded:
            shared = words.wordings.overlap(reading.text)
            alike = zeros.copy()
            np.maximum.at(alike, words.owners, np.sqrt(shared.asked * shared.covered))
    if vector is not None and index.space is not None:
        near = index.space.near(vector)
        centre, nearest, elsewhere, raw = near.centre, near.nearest, near.elsewhere, near.raw
        if index.votes is not None:
            votes, against = index.votes.of(vector)
        way = "both" if worded else "meaning"
    else:
        way = "words" if index.has_wordings else "passage_words"
    rank = {
        "both": centre + nearest + 0.2 * (alike + asked),
        "meaning": centre + nearest,
        "words": alike + 0.5 * asked,
        "passage_words": asked,
    }[way]
    best = np.argsort(-rank, kind="stable")[:MOST]
    table = np.stack(
        [
            centre, np.minimum(_lead(centre), LEAD_ENOUGH),
            nearest, np.minimum(_lead(nearest), nearest - elsewhere), np.full_like(zeros, elsewhere),
            raw, _lead(raw), votes, _lead(votes), np.full_like(zeros, against),
            alike, _lead(alike), asked, _lead(asked),
            np.full_like(zeros, unknown), np.full_like(zeros, reading.mended), zeros, zeros, zeros,
        ],
        axis=1,
    )  # fmt: skip
    return way, [int(number) for number in best], table[best].astype(np.float32)


def _weigh_passages(
    index: Index, passages: Passages, reading: Wording, vector: Matrix, language: LanguageTag
) -> tuple[str, list[int], Matrix]:
    """Words of another language count too: names and numbers are the same in many."""
    own = index.words.get(language)
    asked = np.max([words.everything.overlap(reading.text).asked for words in _spoken(index, own)], axis=0)
    near = passages.near(vector, asked)
    best = np.argsort(-near.told, kind="stable")[:MOST]
    table = np.zeros((len(best), len(FEATURES)), dtype=np.float32)
    columns = (np.full_like(near.told, reading.mended), near.told, _lead(near.told), near.told - near.usual)
    table[:, -len(columns) :] = np.stack([column[best] for column in columns], axis=1)
    way = "passages" if own is not None else "passages_across"
    return way, [int(number) for number in near.passages[best]], table


def _spoken(index: Index, own: Words | None) -> list[Words]:
    return [own] if own is not None else list(index.words.values())


def hits(index: Index, weighed: Weighed, *, beside: bool = False) -> tuple[Hit, ...]:
    """Return at most MOST answers with their calibrated scores, best first; each by its best reading.

    beside  these are passages beside approved answers.
    """
    if not weighed.candidates:
        return ()
    if beside and weighed.way == "passages":
        weighed = replace(weighed, way="beside")
    fit = _coefficients(index.model if weighed.way in BY_MEANING else "")[weighed.way]
    chance = 1 / (1 + np.exp(-(weighed.features @ fit[:-1] + fit[-1])))
    best: dict[int, float] = {}
    for number, share in zip(weighed.candidates, chance, strict=True):
        best[number] = max(best.get(number, 0.0), float(share))
    ranked = sorted(best.items(), key=lambda scored: -scored[1])[:MOST]
    return tuple(Hit(index.answers[number].id, round(share, 4)) for number, share in ranked)


def calibrated(model: str) -> bool:
    """Return whether scores were fitted for this embedder. Without, answers are found by words alone."""
    return model in _table()["models"]


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(files("ivr.answers").joinpath("calibration.json").read_text(encoding="utf-8"))
    return table


@cache
def _coefficients(model: str) -> dict[str, Matrix]:
    """Return each way's (len(FEATURES) + 1,) coefficients, the intercept last. "" is the ways that need no model."""
    ways = _table()["models"][model] if model else _table()["words"]
    return {
        way: np.array([*(fit["coefficients"][name] for name in FEATURES), fit["intercept"]], dtype=np.float32)
        for way, fit in ways.items()
    }


def _lead(values: Matrix) -> Matrix:
    """Return each value less the best other one."""
    if len(values) < 2:
        return values
    order = np.argsort(-values, kind="stable")
    lead: Matrix = values - values[order[0]]
    lead[order[0]] = values[order[0]] - values[order[1]]
    return lead
