"""Sound files: what `<Play>` fetches, read into µ-law; and the recordings the exchange writes.

WAV (PCM 8/16/24 bit, µ-law, any rate, mono or mixed down) and headerless µ-law (`audio/basic`, `audio/x-mulaw`).
"""

from __future__ import annotations

import io
import struct
import wave
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ivr.audio import g711
from ivr.audio.resample import to_telephone
from ivr.exchange.twiml import TwimlError
from ivr.vocabulary.units import SAMPLE_RATE_HZ, MuLaw, Pcm16

MAX_SOUND_BYTES = 16 * 1_024 * 1_024
_RAW_TYPES = frozenset({"audio/basic", "audio/x-mulaw", "audio/mulaw", "audio/pcmu", "application/octet-stream"})
_MULAW, _EXTENSIBLE = 7, 0xFFFE


def decode(data: bytes, content_type: str) -> MuLaw:
    """Read a fetched sound. Raises TwimlError 13420 for a format that cannot be played."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return _decode_wav(data)
    if content_type in _RAW_TYPES:
        return MuLaw(data)
    raise TwimlError(13420, f"<Play> cannot play {content_type}; serve WAV or raw µ-law as audio/basic")


def _decode_wav(data: bytes) -> MuLaw:
    layout: tuple[int, int, int, int] | None = None
    position = 12
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack_from("<I", data, position + 4)[0]
        body = data[position + 8 : position + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            kind, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", body)
            if kind == _EXTENSIBLE and len(body) >= 26:
                kind = struct.unpack_from("<H", body, 24)[0]
            layout = kind, channels, rate_hz, bits
        elif name == b"data" and layout is not None:
            return _samples(body, *layout)
        position += 8 + size + size % 2
    raise TwimlError(13420, "<Play> got a WAV file without audio")


def _samples(body: bytes, kind: int, channels: int, rate_hz: int, bits: int) -> MuLaw:
    if not 1 <= channels <= 8 or not 4_000 <= rate_hz <= 192_000:
        raise TwimlError(13420, f"<Play> cannot play {channels} channels at {rate_hz} Hz")
    if kind == _MULAW and channels == 1 and rate_hz == SAMPLE_RATE_HZ:
        return MuLaw(body)
    body = body[: len(body) - len(body) % (channels * max(1, bits // 8))]
    linear: NDArray[np.int16]
    match kind, bits:
        case (7, _):
            linear = np.frombuffer(g711.decode(MuLaw(body)), dtype="<i2")
        case (1, 8):
            linear = ((np.frombuffer(body, dtype=np.uint8).astype(np.int16) - 128) << 8).astype(np.int16)
        case (1, 16):
            linear = np.frombuffer(body, dtype="<i2")
        case (1, 24):
            raw = np.frombuffer(body, dtype=np.uint8).reshape(-1, 3)
            linear = (raw[:, 1].astype(np.uint16) | raw[:, 2].astype(np.uint16) << 8).view(np.int16)
        case _:
            raise TwimlError(13420, f"<Play> cannot play WAV format {kind} with {bits} bits")
    if channels > 1:
        linear = linear.reshape(-1, channels).mean(axis=1).astype(np.int16)
    return g711.encode(to_telephone(linear, rate_hz))


def beep(length_ms: int = 200, pitch_hz: int = 1_000) -> MuLaw:
    """The tone before a recording."""
    time_s = np.arange(SAMPLE_RATE_HZ * length_ms // 1_000) / SAMPLE_RATE_HZ
    return g711.encode(Pcm16((np.sin(2 * np.pi * pitch_hz * time_s) * 8_000).astype("<i2").tobytes()))


@cache
def music() -> MuLaw:
    """The carrier's own music for those who wait: eight seconds of slow broken chords, which repeat without a seam."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    note_s, samples = 0.5, np.zeros(SAMPLE_RATE_HZ * 8)
    for at in range(16):
        chord = chords[at // 4]
        time_s = np.arange(int(SAMPLE_RATE_HZ * note_s * 1.6)) / SAMPLE_RATE_HZ
        note = (
            np.sin(2 * np.pi * chord[(0, 1, 2, 1)[at % 4]] * time_s) * np.minimum(1, time_s * 40) * np.exp(-2 * time_s)
        )
        where = (int(at * note_s * SAMPLE_RATE_HZ) + np.arange(note.size)) % samples.size
        samples[where] += note
    return g711.encode(Pcm16((samples * 5_000).astype("<i2").tobytes()))


@cache
def ringback() -> MuLaw:
    """What a caller hears while the other telephone rings: a second of tone, then silence until four are over."""
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = (np.sin(2 * np.pi * 440 * time_s) + np.sin(2 * np.pi * 480 * time_s)) * 4_000
    return g711.encode(Pcm16(np.concatenate([tone, np.zeros(SAMPLE_RATE_HZ * 3)]).astype("<i2").tobytes()))


def wav(audio: MuLaw) -> bytes:
    """A WAV file: 16 bit PCM, mono, 8 000 Hz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(g711.decode(audio))
    return out.getvalue()
