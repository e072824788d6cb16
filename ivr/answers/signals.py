"""Signals: what a caller says to steer the call — a person, goodbye, again, slower, hold on, yes, no, call me back.

Room       Wording decides, so it works with every model down; the embedder, when there, adds what nobody wrote down.
Data       One YAML file a language (see `docs/knowledge.md`). "A person" is listened for in every language at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from ivr.answers.wording import Patterns, Span, expand, without
from ivr.answers.words import tokens
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag, language_tag

SIGNALS: Final = (
    "person", "goodbye", "repeat", "slower", "faster", "spell", "hold_on", "go_on", "yes", "no", "callback",
    "voicemail", "start_over", "never_mind", "theft", "fraud",
)  # fmt: skip
"Those the call machine knows."

ALWAYS: Final = ("person",)
"Listened for in every language we have, whatever language the call is in."

SAYS: Final = 0.97
ONLY: Final = 0.98
OPENS: Final = 0.8
"""Scores of a perfect fit, by how it was said. An opening "yes" says less than a whole one."""

DENIED: Final = 0.05
"Score of a wish that was turned into its opposite, or that a counter-example explains."

BARE_NO: Final = frozenset({"no", "nao", "non", "nein", "nee"})
"A no by itself, which turns down what went before it more often than what follows."

_KINDS: Final = frozenset({"says", "only", "opens", "never"})


@dataclass(frozen=True, slots=True)
class Signal:
    """What one signal sounds like in one language. `examples` are wordings for the embedder, `counter` is not it."""

    says: Patterns
    only: Patterns
    opens: Patterns
    never: Patterns
    examples: tuple[str, ...]
    counter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignalBook:
    """All signals of one language, with the words that mean nothing and those that turn a wish round."""

    language: LanguageTag
    signals: Mapping[str, Signal]
    fillers: frozenset[str]
    frames: Patterns
    negations: Patterns
    links: frozenset[str]

    def score(self, text: str, names: Collection[str] = SIGNALS) -> dict[str, float]:
        """Return the signals found by wording, 0..1. One that was denied has DENIED; absent ones are left out.

        names  those that are looked for.
        """
        said = without(tokens(text), self.fillers)
        if not said:
            return {}
        bare = self._without_frames(said)
        scores = {name: self._score(signal, said, bare) for name, signal in self.signals.items() if name in names}
        return {name: round(score, 3) for name, score in scores.items() if score > 0}

    def _score(self, signal: Signal, said: Sequence[str], bare: Sequence[str]) -> float:
        spans = signal.says.spans(said)
        nevers = signal.never.spans(said)
        meant = [span for span in spans if not self._denied(span, said) and not _explained(span, nevers)]
        score = max((SAYS * span.fit for span in meant), default=0.0)
        if not nevers:
            score = max(score, ONLY * max(signal.only.whole(said), signal.only.whole(bare)))
            opening = signal.opens.opening(said)
            if opening is not None:
                whole = opening.end == len(said)
                score = max(score, (ONLY if whole else OPENS) * opening.fit)
        return score if score > 0 else (DENIED if spans or nevers else 0.0)

    def _denied(self, span: Span, said: Sequence[str]) -> bool:
        """Return whether the words before a span turn it round: "I don't want to …", "no need to …"."""
        for negation in self.negations.spans(said[: span.start]):
            if all(word in self.links for word in said[negation.end : span.start]):
                # "no, I want to talk to a person" is no refusal: a bare no is one only right before the wish
                bare_no = negation.end - negation.start == 1 and said[negation.start] in BARE_NO
                if not bare_no or negation.end == span.start:
                    return True
        return False

    def _without_frames(self, said: Sequence[str]) -> list[str]:
        """Return what was said less the beginnings of a wish."""
        rest = list(said)
        while (frame := self.frames.opening(rest)) is not None and frame.end < len(rest):
            rest = rest[frame.end :]
        return rest


def _explained(span: Span, nevers: Sequence[Span]) -> bool:
    """Return whether a counter-example shares a word with what a pattern matched."""
    return any(never.start < span.end and span.start < never.end for never in nevers)


def score_wording(books: Mapping[LanguageTag, SignalBook], text: str, language: LanguageTag) -> dict[str, float]:
    """Return the signals in the caller's language, with those of ALWAYS in any language.

    What the caller's own language denies stands: "persona real" is said in three of them.
    """
    own = books.get(language)
    scores = own.score(text) if own is not None else {}
    for tag, book in books.items():
        if tag != language:
            found = book.score(text, ALWAYS)
            for name in ALWAYS:
                denied = scores.get(name) == DENIED
                if not denied and found.get(name, 0.0) > max(scores.get(name, 0.0), DENIED):
                    scores[name] = found[name]
    return scores


def read_signals(folder: Path) -> dict[LanguageTag, SignalBook]:
    """Read every `*.yaml` of a folder. Raises ConfigError naming the file, what is wrong and the fix."""
    books: dict[LanguageTag, SignalBook] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            book = signal_book(yaml.safe_load(file.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as fault:
            fix = "Compare it with the demo's signals/en.yaml; docs/knowledge.md explains each field."
            raise ConfigError(f"the signals cannot be read ({fault})", where=str(file), fix=fix) from fault
        books[book.language] = book
    return books


def signal_book(data: Mapping[str, Any]) -> SignalBook:
    """Build one language's book from its YAML. Raises ValueError, KeyError or TypeError on data that does not fit."""
    fillers = frozenset(token for word in data.get("fillers", ()) for token in tokens(str(word)))
    signals: dict[str, Signal] = {}
    for name, kinds in dict(data["signals"]).items():
        if name not in SIGNALS:
            raise ValueError(f"{name!r} is no signal; there are {', '.join(SIGNALS)}")
        if unknown := set(kinds) - _KINDS:
            raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not one of {', '.join(sorted(_KINDS))}")
        listed = {kind: [str(pattern) for pattern in kinds.get(kind) or ()] for kind in _KINDS}
        signals[name] = Signal(
            **{kind: Patterns(patterns, fillers, exact=kind == "never") for kind, patterns in listed.items()},
            examples=tuple(_example(pattern) for kind in ("says", "only") for pattern in listed[kind]),
            counter=tuple(_example(pattern) for pattern in listed["never"]),
        )
    return SignalBook(
        language_tag(str(data["language"])),
        signals,
        fillers,
        Patterns([str(frame) for frame in data.get("frames", ())], fillers, exact=True, gaps=False),
        Patterns([str(negation) for negation in data.get("negations", ())], exact=True, gaps=False),
        frozenset(token for word in data.get("links", ()) for token in tokens(str(word))),
    )


def _example(pattern: str) -> str:
    return next(iter(expand(pattern)))
