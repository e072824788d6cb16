"""The knowledge in use: one place that holds the current index, so that asking and answering never disagree."""

import asyncio
from collections.abc import Mapping, Sequence

from ivr.answers.index import Index, build_index, index_words
from ivr.answers.scores import calibrated
from ivr.ports.meaning import Embedder
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.ids import AnswerId


class Knowledge:
    """What is approved now.

    approved  what may be spoken: changed at once, so that a revoked answer is never spoken again.
    index     what questions are compared with: replaced as a whole once it is built, never changed.
    passages  what an answer may be composed from; `documents` is their index, and `segments` says of those that are
              not for everybody whom they are for.
    """

    def __init__(self) -> None:
        self.approved: Mapping[AnswerId, ApprovedAnswer] = {}
        self.index = Index()
        self.passages: Mapping[AnswerId, ApprovedAnswer] = {}
        self.documents = Index()
        self.segments: Mapping[AnswerId, str] = {}
        self._learning = asyncio.Lock()

    async def learn(self, answers: Sequence[ApprovedAnswer], embedder: Embedder) -> bool:
        """Take these answers into use, and forget all others.

        Returns False when the embedder could not serve: then they are found by words alone, until `learn` is called
        again. An embedder that scores were never fitted for (`scripts/calibrate`) is not asked at all.
        """
        self.approved = {answer.id: answer for answer in answers}
        async with self._learning:
            if not self.index.has_meaning:
                self.index = await asyncio.to_thread(index_words, answers)
            if not calibrated(embedder.name):
                return True
            try:
                self.index = await build_index(answers, embedder, self.index)
            except BackendError:
                self.index = await asyncio.to_thread(index_words, answers)
                return False
            return True

    async def learn_passages(
        self, passages: Sequence[ApprovedAnswer], segments: Mapping[AnswerId, str], embedder: Embedder
    ) -> bool:
        """Take these passages into use, and forget all others at once; False as for `learn`."""
        self.passages = {passage.id: passage for passage in passages}
        self.segments = segments
        async with self._learning:
            try:
                self.documents = (
                    await build_index(passages, embedder, self.documents)
                    if calibrated(embedder.name)
                    else await asyncio.to_thread(index_words, passages)
                )
            except BackendError:
                self.documents = await asyncio.to_thread(index_words, passages)
                return False
            return True

    def passage_for(self, id: AnswerId, segment: str) -> ApprovedAnswer | None:
        """A passage that a caller of this segment may be answered from; None when it is not in force any more."""
        return self.passages.get(id) if self.segments.get(id, segment) == segment else None
