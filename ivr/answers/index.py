"""The index: every approved answer, ready to be found by meaning and by sound.

Room       Immutable. A change of knowledge builds another index; a call in progress never sees half of one.
Fusing     By language: words count only against wordings in the caller's own language, meaning across all of them.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ivr.answers.elsewhere import OTHER_TOPICS, SMALL_TALK
from ivr.answers.everyday import EVERYDAY
from ivr.answers.lexicon import Lexicon
from ivr.answers.passages import Passages
from ivr.answers.space import Matrix, Space
from ivr.answers.votes import Votes
from ivr.answers.words import SMALL_WORDS, tokens
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

BATCH: Final = 4
"Texts embedded at once while building: a live turn waits behind at most these."

CHUNK_SENTENCES: Final = 3
CHUNK_STRIDE: Final = 2
"Spoken texts are embedded in chunks of three sentences, stride two."

MUCH_ASKED: Final = 0.2
"Share of an answer's wordings from which it is about a topic that they name."

MANY_ANSWERS: Final = 4
"As many answers that name a topic in some wording make it one of the business."

_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """The wordings of one language. `owners` holds, for each row of `wordings`, the number of its answer."""

    wordings: Lexicon
    owners: np.ndarray[tuple[int], np.dtype[np.int64]]
    everything: Lexicon


@dataclass(frozen=True, slots=True)
class Index:
    """All that is known, at one moment.

    words     language to its lexicon.
    space     None when the embedder could not serve, and for plain passages.
    votes     beside `space`.
    passages  instead of `space`, when nobody wrote a question for any of the answers.
    vectors   text to vector, kept so that the next index embeds only what is new.
    model     the embedder that made the vectors.
    """

    answers: tuple[ApprovedAnswer, ...] = ()
    words: Mapping[LanguageTag, Words] = field(default_factory=dict)
    space: Space | None = None
    votes: Votes | None = None
    passages: Passages | None = None
    vectors: Mapping[tuple[str, str], Matrix] = field(default_factory=dict)
    model: str = ""

    @property
    def has_wordings(self) -> bool:
        """False for plain passages that nobody wrote questions for."""
        return _worded(self.answers)

    @property
    def has_meaning(self) -> bool:
        """False while answers are found by words alone."""
        return self.space is not None or self.passages is not None

    def mend(self, text: str, language: LanguageTag) -> tuple[str, float]:
        """Return `text` with words that only sound like known ones put right, and the share changed: 0 when none."""
        words = self.words.get(language)
        return words.everything.mend(text) if words is not None else (text, 0.0)


def index_words(answers: Sequence[ApprovedAnswer]) -> Index:
    """Build what needs no model. Costs some 10 ms per hundred answers: call it off the event loop."""
    languages = sorted({tag for answer in answers for tag in (*answer.questions, *answer.spoken)})
    return Index(tuple(answers), {tag: _words(answers, tag) for tag in languages})


async def build_index(answers: Sequence[ApprovedAnswer], embedder: Embedder, before: Index | None = None) -> Index:
    """Build the whole index, embedding in small batches only what `before` does not hold.

    Raises  BackendUnavailable, BackendRejected, DeadlineExceeded, as the embedder does; then use `index_words`.
    """
    known = dict(before.vectors) if before is not None and before.model == embedder.name else {}
    wordings = [(text, n) for n, answer in enumerate(answers) for texts in answer.questions.values() for text in texts]
    chunks = _pieces(answers, chunked, headed=not wordings)
    single = [] if wordings else _pieces(answers, sentences)
    elsewhere = await asyncio.to_thread(_elsewhere, answers) if wordings else []
    asked = [text for text, _ in wordings] + elsewhere
    told = [text for text, _ in (*chunks, *single)]
    vectors: dict[tuple[str, str], Matrix] = {}
    for kind, texts in (("query", asked), ("passage", told)):
        for text in texts:
            if (kind, text) in known:
                vectors[kind, text] = known[kind, text]
        missing = list(dict.fromkeys(text for text in texts if (kind, text) not in known))
        for at in range(0, len(missing), BATCH):
            batch = missing[at : at + BATCH]
            rows = await (embedder.embed_queries(batch) if kind == "query" else embedder.embed_passages(batch))
            vectors.update({(kind, text): row for text, row in zip(batch, rows, strict=True)})

    def rows_of(kind: str, pieces: Sequence[tuple[str, int]]) -> tuple[Matrix, list[int]]:
        width = len(next(iter(vectors.values())))
        rows = np.array([vectors[kind, text] for text, _ in pieces], dtype=np.float32)
        return rows.reshape(len(pieces), width), [owner for _, owner in pieces]

    def assemble() -> Index:
        plain = index_words(answers)
        space, votes, passages = None, None, None
        if wordings:
            outside = np.array([vectors["query", text] for text in elsewhere], dtype=np.float32)
            worded = rows_of("query", wordings)
            space = Space(len(answers), worded, rows_of("passage", chunks), outside)
            votes = Votes(worded, len(answers), outside)
        elif answers:
            passages = Passages(len(answers), rows_of("passage", chunks), rows_of("passage", single))
        return Index(plain.answers, plain.words, space, votes, passages, vectors, embedder.name)

    return await asyncio.to_thread(assemble)


def chunked(body: str) -> list[str]:
    """Cut a text into overlapping chunks of a few sentences."""
    said = sentences(body)
    if len(said) <= CHUNK_SENTENCES:
        return [" ".join(said)] if said else []
    starts = range(0, len(said) - CHUNK_SENTENCES + CHUNK_STRIDE, CHUNK_STRIDE)
    return [" ".join(said[at : at + CHUNK_SENTENCES]) for at in starts]


def sentences(text: str) -> list[str]:
    """Cut a text after full stops, question and exclamation marks that a space follows."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]


def _elsewhere(answers: Sequence[ApprovedAnswer]) -> list[str]:
    """Return what these answers are not about: a phrase is left out when callers ask for one of them by its topic.

    A word that a wording happens to hold ("I left my card in a taxi") makes no topic of it: MUCH_ASKED of one answer's
    wordings in a language must hold it, or wordings of MANY_ANSWERS.
    """
    asked = [
        [[frozenset(tokens(text)) for text in texts] for texts in answer.questions.values() if texts]
        or [[frozenset(tokens(text)) for text in answer.spoken.values()]]
        for answer in answers
    ]

    def ours(topic: str) -> bool:
        words = frozenset(tokens(topic))
        shares = [max(sum(words <= text for text in texts) / len(texts) for texts in of_one) for of_one in asked]
        return max(shares, default=0.0) >= MUCH_ASKED or sum(share > 0 for share in shares) >= MANY_ANSWERS

    return [*SMALL_TALK, *(phrase for phrase, topic in (*OTHER_TOPICS, *EVERYDAY) if not ours(topic))]


def _worded(answers: Sequence[ApprovedAnswer]) -> bool:
    return any(any(answer.questions.values()) for answer in answers)


def _pieces(
    answers: Sequence[ApprovedAnswer], cut: Callable[[str], list[str]], *, headed: bool = False
) -> list[tuple[str, int]]:
    """Return the pieces of all that is spoken, each with the number of its answer.

    headed  each after what stands above it: a passage often names what it is about nowhere else.
    """
    return [
        (f"{above}. {text}" if headed and (above := answer.names.get(tag, "")) else text, n)
        for n, answer in enumerate(answers)
        for tag, body in answer.spoken.items()
        for text in cut(body)
    ]


def _words(answers: Sequence[ApprovedAnswer], tag: LanguageTag) -> Words:
    small = SMALL_WORDS.get(tag, frozenset())
    rows = [(text, n) for n, answer in enumerate(answers) for text in answer.questions.get(tag, ())]
    owners = [owner for _, owner in rows]
    above = ["" if any(answer.questions.values()) else answer.names.get(tag, "") for answer in answers]
    whole = [
        " ".join([*answer.questions.get(tag, ()), heading, answer.spoken.get(tag, "")])
        for answer, heading in zip(answers, above, strict=True)
    ]
    return Words(
        Lexicon([text for text, _ in rows], owners, small),
        np.array(owners, dtype=np.int64),
        Lexicon(whole, range(len(answers)), small),
    )
