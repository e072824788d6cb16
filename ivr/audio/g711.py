"""G.711 µ-law, by look-up in both directions.

Source  ITU-T G.711 (1988), table 2b. µ-law codes are stored complemented, as on the wire.
"""

import numpy as np
from numpy.typing import NDArray

from ivr.vocabulary.units import MuLaw, Pcm16

_BIAS = 0x84
_CLIP = 32_635


def _expand() -> NDArray[np.int16]:
    codes = ~np.arange(256, dtype=np.uint8)
    sign, exponent, mantissa = codes & 0x80, (codes >> 4) & 0x07, codes & 0x0F
    magnitude = ((mantissa.astype(np.int32) << 3) + _BIAS << exponent.astype(np.int32)) - _BIAS
    return np.where(sign, -magnitude, magnitude).astype(np.int16)


def _compress() -> NDArray[np.uint8]:
    samples = np.arange(-32_768, 32_768, dtype=np.int32)
    sign = np.where(samples < 0, 0x80, 0).astype(np.int32)
    biased = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


_TO_LINEAR = _expand().astype("<i2")
_LOW, _HIGH = _TO_LINEAR.tobytes()[::2], _TO_LINEAR.tobytes()[1::2]
"The two bytes of each sample: `bytes.translate` is the quickest look-up for a frame of 160."
_TO_MULAW = np.roll(_compress(), -32_768)  # indexed by the sample seen as uint16


def decode(audio: MuLaw) -> Pcm16:
    """µ-law to linear PCM, sample for sample."""
    linear = bytearray(2 * len(audio))
    linear[::2], linear[1::2] = audio.translate(_LOW), audio.translate(_HIGH)
    return Pcm16(bytes(linear))


def encode(audio: Pcm16) -> MuLaw:
    """Linear PCM to µ-law, sample for sample. Samples beyond the code's range are clipped."""
    return MuLaw(_TO_MULAW[np.frombuffer(audio, dtype="<u2")].tobytes())
