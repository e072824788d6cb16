"""Calibrate the scores: fit the chance that an answer is the right one, by how near it lies.

`scripts/calibrate` fits on one half of the golden questions and, where answers have wordings, on these themselves: each
left out of the index and asked; each whole answer left out and its wordings asked, so that refusing what is nearly
known is learnt too. It shows how the other half fares, and writes `ivr/answers/calibration.json`. Run it after changing
embedder or features.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ivr.answers.index import Index, build_index
from ivr.answers.readings import Wording, readings_of
from ivr.answers.scores import BY_MEANING, BY_WORDS, FEATURES, hits, weigh
from ivr.calls.meaning import KNOW
from ivr.measure.golden import Golden
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

FOLDS: Final = 4
RIDGE: Final = 1e-3

WEIGHTS: Final = {"golden": 4.0, "left_out": 0.1, "absent": 0.01}
"""How much each kind of example counts. What callers may really ask counts most. A wording left out takes its rare
words with it, which makes known words look unknown; and to the wordings of an answer taken away the answers that remain
are nearer than to anything a caller would ask in vain."""

CAUTION: Final = {"both": 3.0, "meaning": 3.0, "passages": 4.0, "passages_across": 4.0}
"""A wrong answer spoken costs the caller this many times what a question too many does. Plain passages are long, and
nobody has said which questions they answer: more care is due."""

CAUTION_BY_WORDS: Final = 5.0
"The same where the embedder is down: then it is better to ask, or to fetch a person."

REFUSED: Final = 0.98
"Share of the questions that nothing answers which passages beside approved answers must leave alone."
MARGIN: Final = 0.3
"Added to that in log-odds: the questions that decide are few."

AGAINST: Final = frozenset({"elsewhere", "votes_elsewhere", "unknown", "mended"})
"Features that speak against an answer; all others speak for it."

NO_LANGUAGE: Final = LanguageTag("zxx")
"A language in which nothing is worded: what is left is meaning alone."


@dataclass(frozen=True, slots=True)
class Example:
    """One question against one index. `features` is (candidates, len(FEATURES)); `right` marks the right candidate."""

    kind: str
    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    held_out: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients per feature with the intercept, and what was seen on questions that had no part in the fit."""

    coefficients: dict[str, float]
    intercept: float
    seen: dict[str, float]


async def calibrate(
    answers: Sequence[ApprovedAnswer],
    golden: Sequence[Golden],
    embedder: Embedder,
    ways: Sequence[str] = (*BY_MEANING, *BY_WORDS),
) -> dict[str, Fit]:
    """Fit those ways of `ivr.answers.scores` that there are examples of. Raises what the embedder raises.

    There are none of passages in another language when all is spoken in one.
    """
    whole = await build_index(answers, embedder)
    fits: dict[str, Fit] = {}
    for way in ways:
        examples = [example async for example in _examples(way, whole, golden, embedder)]
        if examples:
            fits[way] = _fit(examples, CAUTION.get(way, CAUTION_BY_WORDS))
    return fits


async def beside(
    answers: Sequence[ApprovedAnswer],
    passages: Sequence[ApprovedAnswer],
    golden: Sequence[Golden],
    embedder: Embedder,
    before: dict[str, Any],
) -> Fit:
    """Fit `beside`: the coefficients of `passages`, moved to where passages are told to as few as REFUSED allows.

    Golden questions that name a passage, or nothing, speak, and of these such as no approved answer is known to fit.
    One half decides, the other shows what came of it.
    """
    known, documents = await build_index(answers, embedder), await build_index(passages, embedder)
    fit = before["models"][embedder.name]["passages"]
    scored: list[tuple[bool, bool | None, float]] = []
    ids = {passage.id for passage in passages}
    tags = {tag for passage in passages for tag in passage.spoken}
    for row in golden:
        if row.language not in tags or (row.expected is not None and row.expected not in ids):
            continue
        vectors = await embedder.embed_queries([row.question])
        first = hits(known, weigh(known, [Wording(row.question)], list(vectors), row.language))
        if not first or first[0].score < KNOW:
            found = hits(documents, weigh(documents, [Wording(row.question)], list(vectors), row.language))
            right = None if row.expected is None else found[0].answer == row.expected
            scored.append((row.held_out, right, found[0].score))
    least = _least([score for held, right, score in scored if not held and right is None])
    shift = float(np.log((1 - least) / least))
    return Fit(dict(fit["coefficients"]), fit["intercept"] + shift, _told(scored, least))


def _least(refused: Sequence[float]) -> float:
    """The score above which at most the allowed share of these lies."""
    ordered = sorted(refused, reverse=True)
    if not ordered:
        return KNOW
    most = ordered[int(len(ordered) * (1 - REFUSED))]
    return float(1 / (1 + (1 - most) / most * np.exp(-MARGIN)))


def _told(scored: Sequence[tuple[bool, bool | None, float]], least: float) -> dict[str, float]:
    held = [(right, score) for held_out, right, score in scored if held_out]
    answerable = [(right, score) for right, score in held if right is not None]
    none = [score for right, score in held if right is None]
    return {
        "answerable": len(answerable),
        "right": round(sum(bool(right) and score >= least for right, score in answerable) / len(answerable), 4),
        "wrong": round(sum(right is False and score >= least for right, score in answerable) / len(answerable), 4),
        "unanswerable": len(none),
        "refused": round(sum(score < least for score in none) / len(none), 4),
    }


def as_json(fits: dict[str, Fit], model: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of `ivr/answers/calibration.json`: those `before`, with these fits for this embedder.

    What was fitted before a feature came to be knows nothing of it: 0.
    """
    ways = {
        way: {"coefficients": fit.coefficients, "intercept": fit.intercept, "held_out": fit.seen}
        for way, fit in fits.items()
    }
    models = before.get("models", {})
    by_meaning = {**models.get(model, {}), **{way: ways[way] for way in BY_MEANING if way in ways}}
    by_words = {**before.get("words", {}), **{way: ways[way] for way in BY_WORDS if way in ways}}
    for kept in (*by_meaning.values(), *by_words.values()):
        kept["coefficients"] = {name: kept["coefficients"].get(name, 0.0) for name in FEATURES}
    return {"fitted_by": "scripts/calibrate", "words": by_words, "models": {**models, model: by_meaning}}


async def _examples(way: str, whole: Index, golden: Sequence[Golden], embedder: Embedder) -> AsyncIterator[Example]:
    if way.startswith("passage"):
        async for example in _examples_of_passages(way, whole, golden, embedder):
            yield example
        return
    for row in golden:
        yield await _example(way, "golden", whole, row.question, row.language, row.expected, embedder, row.held_out)
    answers = whole.answers
    wordings = [
        (place, answer.id, tag, text)
        for answer in answers
        for tag, texts in answer.questions.items()
        for place, text in enumerate(texts)
    ]
    for fold in range(FOLDS):
        rest = await build_index([_without(one, fold) for one in answers], embedder, whole)
        for place, owner, tag, text in wordings:
            if place % FOLDS == fold:
                yield await _example(way, "left_out", rest, text, tag, owner, embedder)
        gone = {answer.id for answer in answers[fold::FOLDS]}
        rest = await build_index([one for one in answers if one.id not in gone], embedder, whole)
        for _, owner, tag, text in wordings:
            if owner in gone:
                yield await _example(way, "absent", rest, text, tag, None, embedder)


async def _examples_of_passages(
    way: str, whole: Index, golden: Sequence[Golden], embedder: Embedder
) -> AsyncIterator[Example]:
    """Golden questions against what is spoken in one language alone: the question's own, or each of the others."""
    for tag in whole.words:
        told = [
            replace(answer, questions={}, spoken={tag: answer.spoken[tag]})
            for answer in whole.answers
            if tag in answer.spoken
        ]
        index = await build_index(told, embedder, whole)
        known = {answer.id for answer in told}
        for row in golden:
            if (row.language == tag) != (way == "passages_across"):
                expected = row.expected if row.expected in known else None
                example = await _example(
                    way, "golden", index, row.question, row.language, expected, embedder, row.held_out
                )
                yield _likeliest(example)


def _likeliest(example: Example) -> Example:
    """Keep only the passage that comes first: whether it is the right one is all that has to be judged."""
    first = example.features[:, FEATURES.index("told_lead")] > 0
    if not first.any():
        return example
    return replace(example, features=example.features[first], right=example.right[first])


def _without(answer: ApprovedAnswer, fold: int) -> ApprovedAnswer:
    """Return the answer without every FOLDS-th wording."""
    kept = {
        tag: tuple(text for place, text in enumerate(texts) if place % FOLDS != fold)
        for tag, texts in answer.questions.items()
    }
    return replace(answer, questions=kept)


async def _example(
    way: str,
    kind: str,
    index: Index,
    question: str,
    language: LanguageTag,
    expected: str | None,
    embedder: Embedder,
    held_out: bool = False,
) -> Example:
    spoken_in = NO_LANGUAGE if way == "meaning" else language
    readings = readings_of(question, spoken_in, index)
    vectors = [await _vector(index, reading.text, embedder) for reading in readings] if way in BY_MEANING else None
    weighed = weigh(index, readings, vectors, spoken_in)
    right = np.array([index.answers[n].id == expected for n in weighed.candidates], dtype=np.bool_)
    return Example(kind, weighed.features.astype(np.float64), right, held_out, expected is not None)


async def _vector(index: Index, question: str, embedder: Embedder) -> NDArray[np.float32]:
    known = index.vectors.get(("query", question))
    return known if known is not None else (await embedder.embed_queries([question]))[0]


def _fit(examples: Sequence[Example], caution: float) -> Fit:
    """Fit one logistic curve over all candidates, then count on what was held out.

    A feature whose coefficient comes out against its meaning (AGAINST) only echoes another one: it is left out.
    """
    seen = [example for example in examples if not example.held_out]
    rows = np.vstack([example.features for example in seen])
    right = np.concatenate([example.right for example in seen]).astype(np.float64)
    weights = np.concatenate([np.full(len(example.right), WEIGHTS[example.kind]) for example in seen])
    weights *= np.where(right > 0, 1.0, caution)
    signs = np.array([-1.0 if name in AGAINST else 1.0 for name in FEATURES])
    used = rows.std(axis=0) > 0
    while True:
        slopes = np.zeros(len(FEATURES))
        slopes[used], intercept = _logistic(rows[:, used], right, weights)
        wrong_way = slopes * signs < 0
        if not wrong_way.any():
            break
        used &= ~wrong_way
    counted = _count([example for example in examples if example.held_out], slopes, intercept)
    named = {name: round(float(value), 4) for name, value in zip(FEATURES, slopes, strict=True)}
    return Fit(named, round(intercept, 4), counted)


def _logistic(
    rows: NDArray[np.float64], right: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return slopes and intercept, by Newton's method on scaled features with a small ridge."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scaled = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    fit = np.zeros(scaled.shape[1])
    ridge = RIDGE * np.eye(len(fit))
    ridge[-1, -1] = 1e-9
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ fit))
        slope = scaled.T @ (weights * (chance - right)) / weights.sum() + ridge @ fit
        bend = (scaled * (weights * chance * (1 - chance))[:, None]).T @ scaled / weights.sum() + ridge
        fit -= np.linalg.solve(bend, slope)
    slopes = fit[:-1] / spread
    return slopes, float(fit[-1] - slopes @ middle)


def _count(examples: Sequence[Example], slopes: NDArray[np.float64], intercept: float) -> dict[str, float]:
    first = answered = wrong = n = unanswerable = refused = 0
    for example in examples:
        chance = 1 / (1 + np.exp(-(example.features @ slopes + intercept)))
        best = int(np.argmax(chance))
        spoken = bool(chance[best] >= 0.5)
        wrong += spoken and not example.right[best]
        if example.answerable:
            n += 1
            first += bool(example.right[best])
            answered += spoken and bool(example.right[best])
        else:
            unanswerable += 1
            refused += not spoken
    return {
        "n": n,
        "retrieved_first": round(first / max(n, 1), 4),
        "answered": round(answered / max(n, 1), 4),
        "unanswerable": unanswerable,
        "refused": round(refused / max(unanswerable, 1), 4),
        "wrong": wrong,
    }
