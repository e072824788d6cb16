"""The scripted adapters as engines of a worker process, so that processes can be killed without any model.

Each takes `delay_ms` and, to fail on purpose, a request whose text holds `CRASH` or `HANG`.
"""

import os
import time
from collections.abc import Mapping
from typing import Any, Final

from ivr.adapters.scripted.codec import encode
from ivr.adapters.scripted.meaning import DIMENSIONS, embed
from ivr.adapters.scripted.speech import transcript_of
from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

CRASH: Final = "\x18crash"
"In the text of a request: the process dies at once, as of a native fault."

HANG: Final = "\x18hang"
"In the text of a request: the engine takes an hour."


class _Engine:
    """What the three share: the delay, and dying on request."""

    name = "scripted"
    op = ""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._delay_s = float(config.get("delay_ms", 0)) / 1_000

    def facts(self) -> dict[str, Any]:
        return {"engine": self.name}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != self.op:
            raise BackendRejected(f"the {self.name} engine does not do {op!r}")
        told = " ".join(
            [str(args.get("text", "")), *(args.get("texts") or ()), *(args.get("hot_words") or {}).values()]
        )
        if CRASH in told:
            os.abort()
        time.sleep(3_600 if HANG in told else self._delay_s)
        return self._do(args, payload)

    def _do(self, args: Mapping[str, Any], payload: bytes) -> Reply:
        raise BackendRejected(f"the {self.name} engine does nothing")


class HearingEngine(_Engine):
    """Operation `transcribe`, as Whisper's."""

    name, op = "scripted-hearing", "transcribe"

    def _do(self, args: Mapping[str, Any], payload: bytes) -> Reply:
        languages = [LanguageTag(tag) for tag in args.get("languages") or ()]
        if not languages:
            raise BackendRejected("no language was given to listen for; a flow has at least one")
        heard = transcript_of(Pcm16(payload), languages, 0.95, dict(args.get("priors") or {}))
        return Reply({name: getattr(heard, name) for name in heard.__slots__})


class SpeechEngine(_Engine):
    """Operation `synthesize`, as Piper's."""

    name, op = "scripted-speech", "synthesize"

    def _do(self, args: Mapping[str, Any], payload: bytes) -> Reply:
        return Reply({}, encode(str(args["text"]).strip(), str(args["language"]), float(args.get("rate", 1.0))))


class EmbedderEngine(_Engine):
    """Operation `embed`, as E5's."""

    name, op = "scripted-embedder", "embed"

    def _do(self, args: Mapping[str, Any], payload: bytes) -> Reply:
        texts = [str(text) for text in args.get("texts") or ()]
        return Reply({"rows": len(texts), "dimensions": DIMENSIONS}, embed(texts).astype("<f4").tobytes())
