"""The tone codec: what is said in tones is heard, through µ-law, silence, cuts and framing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.scripted import ScriptedHearing, ScriptedSpeech, decode, decode_partial, encode
from ivr.adapters.webrtcvad import WebRtcVoiceActivity
from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import Pcm16

EN, ES = LanguageTag("en"), LanguageTag("es")
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
silences = st.integers(0, 700).map(lambda samples: bytes(2 * samples))


def over_the_line(audio: bytes) -> Pcm16:
    return g711.decode(g711.encode(Pcm16(audio)))


@settings(max_examples=150, deadline=None)
@given(texts, silences, silences)
def test_any_text_comes_back_through_mu_law_and_silence(text: str, before: bytes, after: bytes) -> None:
    assert decode(over_the_line(before + encode(text) + after)) == text


@settings(max_examples=50, deadline=None)
@given(st.lists(texts, min_size=2, max_size=4), silences)
def test_sentences_after_one_another_are_all_heard(sentences: list[str], pause: bytes) -> None:
    audio = pause.join(encode(sentence) for sentence in sentences)
    assert decode(over_the_line(audio)) == " ".join(sentences)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=40), st.floats(0, 0.95))
def test_what_was_cut_off_is_heard_up_to_the_cut(text: str, share: float) -> None:
    audio = encode(text)
    kept = Pcm16(audio[: int(len(audio) * share) & ~1])
    heard = decode_partial(over_the_line(kept))
    spoken = max(0, (len(kept) // 320 - 5) // 2)
    assert decode(kept) == ""
    assert heard == text[:spoken]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.02))
def test_soft_noise_on_the_line_changes_nothing(seed: int, loudness: float) -> None:
    clean = np.frombuffer(encode("My card was stolen"), dtype="<i2").astype(float)
    noise = np.random.default_rng(seed).normal(0, 32_768 * loudness, clean.size)
    audio = np.clip(clean + noise, -32_768, 32_767).astype("<i2").tobytes()
    assert decode(over_the_line(audio)) == "My card was stolen"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_noise_alone_says_nothing(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 4_000, 16_000).astype("<i2").tobytes()
    assert decode_partial(Pcm16(noise)) == ""


def test_a_clipped_beginning_is_survived() -> None:
    audio = encode("hello")
    assert decode(Pcm16(audio[2 * 450 :])) == "hello"


def test_a_dropped_frame_is_not_passed_off_as_text() -> None:
    audio = encode("one two three four")
    assert decode(Pcm16(audio[:6_400] + audio[6_720:])) == ""


def test_the_tones_are_as_loud_as_loud_speech_and_taken_for_it() -> None:
    audio = encode("Can I please talk to a real person?")
    detector = WebRtcVoiceActivity(2)
    frames = [Pcm16(audio[start : start + 320]) for start in range(0, len(audio), 320)]
    assert abs(level_dbfs(audio) + 12) < 0.5
    assert all(detector.is_speech(frame) for frame in frames)


async def test_hearing_tells_the_language_that_was_spoken() -> None:
    audio = await ScriptedSpeech().synthesize("Quiero hablar con una persona", ES)
    heard = await ScriptedHearing().transcribe(audio, [EN, ES])
    assert (heard.text, heard.language, heard.no_speech) == ("Quiero hablar con una persona", ES, 0.0)
    assert heard.posteriors[ES] > 0.9 and abs(sum(heard.posteriors.values()) - 1) < 1e-9


async def test_what_was_cut_off_is_heard_with_less_confidence() -> None:
    audio = await ScriptedSpeech().synthesize("How do I change my PIN?", EN)
    whole = await ScriptedHearing().transcribe(audio, [EN])
    part = await ScriptedHearing().transcribe(Pcm16(audio[: len(audio) // 2]), [EN])
    assert whole.text.startswith(part.text) and part.text
    assert part.confidence < whole.confidence
