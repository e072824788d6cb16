"""Units: the telephone's fixed quantities and the shapes audio takes on its way through the house."""

from typing import NewType

SAMPLE_RATE_HZ = 8_000
"Telephone audio (ITU-T G.711)."

FRAME_MS = 20
"One frame: what the carrier sends and what turn-taking counts in."

FRAME_SAMPLES = SAMPLE_RATE_HZ * FRAME_MS // 1_000
"160 samples: also 160 µ-law bytes, or 320 bytes of `Pcm16`."

MULAW_SILENCE = 0xFF
"The µ-law code of zero."

Pcm16 = NewType("Pcm16", bytes)
"int16 little-endian mono PCM at 8 000 Hz, no header."

MuLaw = NewType("MuLaw", bytes)
"G.711 µ-law, mono, 8 000 Hz, one byte a sample, no header."


def duration_ms(audio: MuLaw) -> int:
    """Length of µ-law audio in whole ms."""
    return len(audio) * 1_000 // SAMPLE_RATE_HZ


def pcm_duration_ms(audio: Pcm16) -> int:
    """Length of PCM audio in whole ms."""
    return len(audio) * 500 // SAMPLE_RATE_HZ
