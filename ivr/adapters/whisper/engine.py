"""Whisper in its worker: one encode for language and words, in a window fitted to the utterance.

Whisper pads every utterance to 30 s; a turn on the telephone is 3 s. A window of the utterance's length and 4 s, at
least 10 s, gives the same words three times faster; a narrower one makes the model repeat itself. A sentence that reads
unsure is decoded once more from the same encoding, with several candidates at a time and the words to expect: that
mends more words than the full window would, in a sixth of its time. Only text that runs away, or is far less than there
was time to say, is heard again in the full window.

Source    Model: arXiv 2212.04356. Features: 80 mel bins, 10 ms a frame.
Measured  docs/benchmarks.md, hearing.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from ivr.adapters.whisper.guards import collapsed, is_echo, is_nothing, is_outro, is_runaway
from ivr.adapters.workers.wire import Reply
from ivr.audio.level import level_dbfs
from ivr.audio.resample import from_telephone
from ivr.vocabulary.errors import BackendRejected, ConfigError
from ivr.vocabulary.units import SAMPLE_RATE_HZ, Pcm16, pcm_duration_ms

_RATE_HZ: Final = 16_000
_FRAME_MS: Final = 10
_FULL_MS: Final = 30_000
_LONGEST_MS: Final = 30_000
_SILENCE_DBFS: Final = -65.0
"Softer than any telephone line's own noise with somebody on it."

_HOT_TOKENS: Final = 64
"Hot words beyond this crowd out what was said."

_TOKENS_PER_S: Final = 18
_TOKENS_FLOOR: Final = 24
"More tokens than a fast speaker makes: where a runaway is stopped."


@dataclass(frozen=True, slots=True)
class _Config:
    """What the worker is told: see the class's own field names, in plain JSON."""

    model: str
    "Folder of a CTranslate2 Whisper model, with tokenizer.json."
    threads: int = 1
    compute_type: str = "int8"
    tail_ms: int = 4_000
    minimum_ms: int = 10_000
    second_look_below: float = 0.7
    "A sentence heard with less confidence than this is decoded again with a wider search. 0 turns it off."
    second_look_words: int = 4
    "Shorter ones are not worth the time: single words always score low."
    second_look_beams: int = 5
    "Candidates followed at a time."
    little_below: float = 0.5
    "What is heard with less confidence, and is far less than there was time to say, is heard in the full window."
    little_s_a_word: float = 0.8
    "Seconds a word, after half a second, from which words are far fewer."


@dataclass(frozen=True, slots=True)
class _Heard:
    text: str
    confidence: float
    no_speech: float
    posteriors: dict[str, float] = field(default_factory=dict)
    window_ms: int = 0


class WhisperEngine:
    """Operation `transcribe`: payload `Pcm16`; args languages, hot_words, priors, full_window (for measuring)."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = _Config(**config)
        folder = Path(self._config.model)
        if not (folder / "model.bin").is_file():
            raise ConfigError("holds no Whisper model", where=str(folder), fix="Run `ivr models pull`.")
        self._model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type=self._config.compute_type,
            cpu_threads=self._config.threads,
            local_files_only=True,
        )
        self._known = frozenset(self._model.supported_languages)
        began = time.monotonic()
        noise = np.random.default_rng(0).normal(0, 300, SAMPLE_RATE_HZ).astype("<i2").tobytes()
        self._transcribe(
            Pcm16(noise), {"en": 1.0}, {}, full=False
        )  # the first inference allocates; no caller waits for it
        self._warm_ms = (time.monotonic() - began) * 1_000

    def facts(self) -> dict[str, Any]:
        return {
            "engine": "whisper",
            "model": Path(self._config.model).name,
            "languages": sorted(self._known),
            "warm_up_ms": round(self._warm_ms),
        }

    def serve(self, op: str, args: Mapping[str, Any], payload: bytes) -> Reply:
        if op != "transcribe":
            raise BackendRejected(f"the Whisper engine does not do {op!r}")
        audio = Pcm16(payload)
        if len(payload) % 2 or pcm_duration_ms(audio) > _LONGEST_MS:
            raise BackendRejected(f"an utterance is 16-bit samples of at most {_LONGEST_MS // 1_000} s at 8 000 Hz")
        codes = self._codes(list(args.get("languages") or ()))
        words = dict(args.get("hot_words") or {})
        hot_words = {code: found for code, tags in codes.items() for tag in tags if (found := words.get(tag))}
        priors = {tag: float(times) for tag, times in dict(args.get("priors") or {}).items()}
        weights = {code: max(priors.get(tag, 1.0) for tag in tags) for code, tags in codes.items()}
        heard = self._transcribe(audio, weights, hot_words, full=bool(args.get("full_window")))
        posteriors = {tag: heard.posteriors[code] / len(tags) for code, tags in codes.items() for tag in tags}
        chosen = max(posteriors, key=lambda tag: posteriors[tag] * priors.get(tag, 1.0))
        return Reply(
            {
                "text": heard.text,
                "confidence": heard.confidence,
                "language": chosen,
                "posteriors": posteriors,
                "no_speech": heard.no_speech,
                "window_ms": heard.window_ms,
            }
        )

    def _codes(self, languages: Sequence[str]) -> dict[str, list[str]]:
        """Whisper's language code to the tags asked for that it stands for, in the order asked."""
        codes: dict[str, list[str]] = {}
        for tag in languages:
            code = {"nb": "no", "jv": "jw", "fil": "tl"}.get(primary := tag.split("-")[0], primary)
            if code in self._known:
                codes.setdefault(code, []).append(tag)
        if not codes:
            raise BackendRejected(f"Whisper knows none of the languages {', '.join(languages) or '(none given)'}")
        return codes

    def _transcribe(
        self, audio: Pcm16, codes: Mapping[str, float], hot_words: Mapping[str, str], *, full: bool
    ) -> _Heard:
        """codes: language to how likely it was before anything was heard."""
        if level_dbfs(audio) < _SILENCE_DBFS:
            return _Heard("", 0.0, 1.0, {code: 1.0 / len(codes) for code in codes}, 0)
        samples = from_telephone(audio, _RATE_HZ)
        # Filled up to 50 ms, so that the features of a very short sound are defined.
        features = self._model.feature_extractor(np.pad(samples, (0, max(0, _RATE_HZ // 20 - samples.size))))
        fitted_ms = max(self._config.minimum_ms, pcm_duration_ms(audio) + self._config.tail_ms)
        window_ms = _FULL_MS if full else min(_FULL_MS, -(-fitted_ms // 20) * 20)
        heard = self._hear(features, window_ms, codes, hot_words)
        if window_ms < _FULL_MS and is_runaway(heard.text):
            heard = self._hear(features, _FULL_MS, codes, hot_words)
        elif window_ms < _FULL_MS and self._too_little(heard, pcm_duration_ms(audio)):
            again = self._hear(features, _FULL_MS, codes, hot_words)
            heard = again if again.confidence > heard.confidence else heard
        return self._guarded(heard)

    def _too_little(self, heard: _Heard, spoken_ms: float) -> bool:
        """A small window now and then ends the sentence after its first word: "What", of "What's my balance?"."""
        words = len(heard.text.split())
        room = (spoken_ms / 1_000 - 0.5) / self._config.little_s_a_word
        return 0 < words < room and heard.confidence < self._config.little_below

    def _doubtful(self, heard: _Heard) -> bool:
        enough = len(heard.text.split()) >= self._config.second_look_words
        return enough and heard.confidence < self._config.second_look_below and not is_runaway(heard.text)

    def _guarded(self, heard: _Heard) -> _Heard:
        if is_nothing(heard.no_speech, heard.confidence) or is_outro(heard.text, heard.no_speech, heard.confidence):
            return replace(heard, text="", confidence=0.0, no_speech=max(heard.no_speech, 0.9))
        if is_runaway(heard.text):
            return replace(heard, text=collapsed(heard.text), confidence=min(heard.confidence, 0.2))
        return heard

    def _hear(
        self, features: NDArray[np.float32], window_ms: int, codes: Mapping[str, float], hot_words: Mapping[str, str]
    ) -> _Heard:
        """Encode once, then decode, as often as the words deserve."""
        frames = window_ms // _FRAME_MS
        fitted = features[:, :frames]
        fitted = np.pad(fitted, ((0, 0), (0, frames - fitted.shape[1])))
        encoded = self._model.encode(fitted)
        posteriors = self._posteriors(encoded, list(codes))
        language = max(codes, key=lambda code: posteriors[code] * codes[code])
        tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
        )
        speech_s = min(features.shape[1], frames) * _FRAME_MS / 1_000
        most_tokens = _TOKENS_FLOOR + int(_TOKENS_PER_S * speech_s)

        def decode(with_words: str, beams: int = 1) -> _Heard:
            decoded = self._decode(encoded, tokenizer, with_words, most_tokens, beams)
            return replace(decoded, posteriors=posteriors, window_ms=window_ms)

        heard = decode("")
        if window_ms < _FULL_MS and self._doubtful(heard):
            words = hot_words.get(language, "")
            again = decode(words, self._config.second_look_beams)
            believed = again.confidence >= heard.confidence and not is_runaway(again.text)
            if believed and not (words and is_echo(again.text, words)):  # the words may have put themselves there
                heard = again
        return heard

    def _decode(self, encoded: Any, tokenizer: Tokenizer, hot_words: str, most_tokens: int, beams: int) -> _Heard:
        """Greedily with one beam: the likeliest token each time, which is temperature 0."""
        prompt = self._model.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=_said_before(tokenizer, hot_words)
        )
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=beams,
            max_length=min(448, len(prompt) + most_tokens),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )[0]
        tokens = result.sequences_ids[0]
        confidence = min(1.0, float(np.exp(result.scores[0]))) if tokens else 0.0
        return _Heard(tokenizer.decode(tokens).strip(), confidence, float(result.no_speech_prob))

    def _posteriors(self, encoded: Any, codes: list[str]) -> dict[str, float]:
        """Probability of each language, masked to `codes` and summing to 1."""
        if len(codes) == 1 or not self._model.model.is_multilingual:
            return {code: 1.0 if code == codes[0] else 0.0 for code in codes}
        of = {token.strip("<|>"): chance for token, chance in self._model.model.detect_language(encoded)[0]}
        total = sum(of.get(code, 0.0) for code in codes)
        if total <= 0:
            return {code: 1.0 / len(codes) for code in codes}
        return {code: of.get(code, 0.0) / total for code in codes}


def _said_before(tokenizer: Tokenizer, hot_words: str) -> str | None:
    """Hot words as speech that went before, which the model leans towards; None when there are none.

    Between two short sentences: a bare list makes it drop capitals and stops, and go on with the list over noise.
    """
    words = hot_words.strip(" .")
    if not words:
        return None
    tokens = tokenizer.encode(" " + words)
    return f"Hello. {tokenizer.decode(tokens[:_HOT_TOKENS]).strip(' .,')}. Okay."
