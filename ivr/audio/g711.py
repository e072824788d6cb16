"""G.711 µ-law: from the wire by the interpreter's own decoder, which costs a frame least, and back by look-up.

Source  ITU-T G.711 (1988), table 2b. µ-law codes are stored complemented, as on the wire.
"""

import audioop  # the standard library's until Python 3.12; from 3.13 on it is the package audioop-lts
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.vocabulary.units import MuLaw, Pcm16

_BIAS = 0x84
_CLIP = 32_635
_WIDTH: Final = 2
"Bytes a sample."


def _compress() -> NDArray[np.uint8]:
    samples = np.arange(-32_768, 32_768, dtype=np.int32)
    sign = np.where(samples < 0, 0x80, 0).astype(np.int32)
    biased = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


_TO_MULAW = np.roll(_compress(), -32_768)  # indexed by the sample seen as uint16


def decode(audio: MuLaw) -> Pcm16:
    """µ-law to linear PCM, sample for sample."""
    return Pcm16(audioop.ulaw2lin(audio, _WIDTH))


def encode(audio: Pcm16) -> MuLaw:
    """Linear PCM to µ-law, sample for sample. Samples beyond the code's range are clipped."""
    return MuLaw(_TO_MULAW[np.frombuffer(audio, dtype="<u2")].tobytes())
