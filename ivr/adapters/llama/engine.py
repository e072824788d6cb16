"""llama.cpp in its worker: an OpenAI-compatible server on a free port of this machine, with a key made at its start.

The key never leaves this machine: whoever may open the worker's socket (this user) is told it, and nobody else.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import xllamacpp

from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected, ConfigError

CONTEXT_TOKENS: Final = 2_048
"Instructions, examples, three passages and the reply are under a thousand."

KEY_BYTES: Final = 32


class LlamaEngine:
    """Operation `address`: where the server is and the key it wants, for `adapters.llama.model`.

    config  model: the file. threads. warm: messages read ahead, so that their beginning is known when it comes again.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        path = Path(str(config.get("model", "")))
        if not path.is_file():
            raise ConfigError("there is no such file", where=str(path), fix="Run `ivr models pull` for the model.")
        self._model = path.stem
        self._key = secrets.token_urlsafe(KEY_BYTES)
        self._server = xllamacpp.Server(_parameters(path, int(config.get("threads", 1)), self._key))
        if warm := config.get("warm"):
            request = {"messages": warm, "max_tokens": 1, "temperature": 0.0}
            self._server.handle_chat_completions(request)

    def facts(self) -> dict[str, Any]:
        return {"engine": "llama", "model": self._model, "library": xllamacpp.__version__}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "address":
            raise BackendRejected(f"the llama engine does not do {op!r}")
        return Reply({"url": f"{self._server.listening_address}/v1", "key": self._key, "model": self._model})


def _parameters(path: Path, threads: int, key: str) -> xllamacpp.CommonParams:
    """One request at a time: a second one waits, and its caller hears an extract when that takes too long."""
    found = xllamacpp.CommonParams()
    found.model.path = str(path)
    found.n_ctx, found.n_parallel, found.n_gpu_layers = CONTEXT_TOKENS, 1, 0
    found.cpuparams.n_threads = found.cpuparams_batch.n_threads = threads
    found.hostnames, found.port, found.api_keys = ["127.0.0.1"], 0, [key]
    found.ui = found.endpoint_slots = found.fit_params = False
    found.cache_ram_mib = 0
    found.verbosity = 0
    found.warmup = True
    return found
