"""Kokoro-82M in its worker: one model for several languages, spoken at telephone rate and level.

Source  Kokoro-82M, an ONNX export with inputs `tokens`, `style` and `speed`, 24 kHz out; arXiv 2306.07691 (StyleTTS 2).
        Its phonemes are eSpeak NG's, with affricates as one letter, as the model was trained.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from piper.phonemize_espeak import EspeakPhonemizer

from ivr.adapters.kokoro.languages import MANNERS, Manner, manner
from ivr.adapters.workers.engine import Interrupted
from ivr.adapters.workers.mastering import master
from ivr.adapters.workers.wire import Reply
from ivr.vocabulary.errors import BackendRejected, ConfigError

_RATE_HZ: Final = 24_000
_LONGEST_TEXT: Final = 2_000
_LONGEST_TOKENS: Final = 500
"The model takes 510, with a pad at either end."

_BETWEEN_SENTENCES_MS: Final = 180
_SHORTEST_MS: Final = 60
"Less than this is a click, not a word: what remains of a text that has only signs."

_PAD: Final = 0
_AS_TRAINED: Final = {"tʃ": "ʧ", "dʒ": "ʤ"}


class KokoroEngine:
    """Operation `synthesize`: args text, language, rate; the payload of the reply is `Pcm16`.

    Configuration: `model`, the folder of model.onnx, voices.npz and vocab.json; `threads`.
    Interrupt      Between two operators of the model, within some tens of ms.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        folder = Path(str(config["model"]))
        try:
            vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
            with np.load(folder / "voices.npz") as styles:
                self._styles = {name: np.asarray(styles[name], dtype=np.float32) for name in styles.files}
            self._session = _session(folder / "model.onnx", int(config.get("threads", 1)))
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"is not whole ({type(error).__name__}: {error})", where=str(folder), fix="Run `ivr models pull`."
            ) from error
        missing = {each.style for each in MANNERS.values()} - self._styles.keys()
        if missing:
            raise ConfigError(
                f"lacks the styles {', '.join(sorted(missing))}", where=str(folder), fix="Run `ivr models pull`."
            )
        self._tokens: dict[str, int] = {str(sign): int(number) for sign, number in vocabulary.items()}
        self._phonemizer = EspeakPhonemizer()
        self._run = onnxruntime.RunOptions()
        self._speak("Uno.", MANNERS["es"], 1.0)  # the first inference allocates; no caller waits for it

    def facts(self) -> dict[str, Any]:
        return {"engine": "kokoro", "languages": sorted(MANNERS)}

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "synthesize":
            raise BackendRejected(f"the Kokoro engine does not do {op!r}")
        text, language = str(args["text"]), str(args["language"])
        how = manner(language)
        if how is None:
            raise BackendRejected(f"Kokoro does not speak {language}; add a voice with `ivr models pull`")
        if len(text) > _LONGEST_TEXT:
            raise BackendRejected(f"{len(text)} characters are too many to speak at once; speak sentence by sentence")
        self._run = onnxruntime.RunOptions()
        samples = self._speak(text, how, min(2.0, max(0.5, float(args.get("rate", 1.0)))))
        return Reply({}, master(samples, _RATE_HZ))

    def interrupt(self) -> None:
        self._run.terminate = True

    def _speak(self, text: str, how: Manner, rate: float) -> NDArray[np.float32]:
        """Mono float samples, with a breath between sentences."""
        breath = np.zeros(_RATE_HZ * _BETWEEN_SENTENCES_MS // 1_000, dtype=np.float32)
        spoken: list[NDArray[np.float32]] = []
        for phonemes in self._phonemizer.phonemize(how.phonemes, text.replace("\x00", " ")):
            for tokens in _chunks(self._tokens_of("".join(phonemes)), self._tokens[" "]):
                samples = _trimmed(self._infer(tokens, how, rate))
                spoken += [breath, samples] if spoken else [samples]
        return np.concatenate(spoken) if spoken else np.zeros(0, dtype=np.float32)

    def _tokens_of(self, phonemes: str) -> list[int]:
        for sounds, sign in _AS_TRAINED.items():
            phonemes = phonemes.replace(sounds, sign)
        known = [self._tokens[sign] for sign in phonemes.strip() if sign in self._tokens]
        return known if any(sign.isalpha() for sign in phonemes) else []

    def _infer(self, tokens: Sequence[int], how: Manner, rate: float) -> NDArray[np.float32]:
        styles = self._styles[how.style]
        style = styles[min(len(tokens), len(styles)) - 1].reshape(1, -1)  # the manner depends on the length
        feed = {
            "tokens": np.array([[_PAD, *tokens, _PAD]], dtype=np.int64),
            "style": style,
            "speed": np.array([how.pace * rate], dtype=np.float32),
        }
        try:
            (audio,) = self._session.run(["audio"], feed, self._run)
        except Exception as error:  # the library has no error of its own for this
            if self._run.terminate:
                raise Interrupted from error
            raise
        samples: NDArray[np.float32] = np.asarray(audio, dtype=np.float32).ravel()
        return samples


def _session(path: Path, threads: int) -> Any:
    if not path.is_file():
        raise FileNotFoundError(f"no {path.name}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A thread that waits by turning takes its core from callers' audio, and with other work about makes it slower too.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def _chunks(tokens: list[int], space: int) -> Iterator[list[int]]:
    """Tokens in pieces that the model takes, cut between words where there are any."""
    while len(tokens) > _LONGEST_TOKENS:
        head = tokens[:_LONGEST_TOKENS]
        end = len(head) - head[::-1].index(space) if space in head else len(head)
        yield tokens[:end]
        tokens = tokens[end:]
    if tokens:
        yield tokens


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the half second of near silence that the model puts at either end; nothing when it is all there is."""
    edge = _RATE_HZ * 60 // 1_000
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    if loud.size == 0 or loud[-1] - loud[0] < _RATE_HZ * _SHORTEST_MS // 1_000:
        return np.zeros(0, dtype=np.float32)
    return samples[max(0, int(loud[0]) - edge) : int(loud[-1]) + edge]
