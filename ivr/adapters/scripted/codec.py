"""The tone codec: text as telephone audio that survives µ-law, framing and cuts, and reads back exactly.

One of 16 tones for each half byte of UTF-8, 20 ms each, at -12 dBFS: loud and lively enough for a voice detector to
take it for speech. A message is

    lead-in (60 ms or more)   wakes voice detection; may be clipped
    start (40 ms)             two tones that occur nowhere else, in this order: they give the timing
    half bytes                the text, after its language where that is given
    end (20 ms), checksum     CRC-8 of all bytes
    tail (20 ms)              the start's first tone; may be clipped

Every tone is a multiple of 50 Hz, so each fits 20 ms in whole periods and all are orthogonal over a symbol.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.vocabulary.units import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm16

SYMBOL_MS: Final = 20
LEVEL_DBFS: Final = -12.0

_SYMBOL: Final = SAMPLE_RATE_HZ * SYMBOL_MS // 1_000
_TONES_HZ: Final = tuple(500 + 150 * nibble for nibble in range(16))
_LEAD_HZ, _START_HZ, _END_HZ = 2_900, 3_050, 350
_ALL_HZ: Final = (*_TONES_HZ, _LEAD_HZ, _START_HZ, _END_HZ)
_LEAD, _START, _END, _UNCLEAR = 16, 17, 18, 19
_LEAD_SYMBOLS: Final = 3
_OPENED, _CLOSED = 0xFE, 0xFF  # around the language: bytes that no UTF-8 text holds

_HOP: Final = 20
"The search for a start looks every 2.5 ms: off by half of it costs a symbol 6 % of its tone."

_AUDIBLE: Final = 1e9
"Of two symbols together, in the units of the probes: about -44 dBFS."

_PURITY: Final = 0.55
"Share of a symbol's energy that must lie in one tone."

_TIME = np.arange(_SYMBOL) / SAMPLE_RATE_HZ
_AMPLITUDE: Final = 32_768 * 10 ** (LEVEL_DBFS / 20) * np.sqrt(2)
_SYMBOLS: Final = np.array([np.round(_AMPLITUDE * np.sin(2 * np.pi * hz * _TIME)) for hz in _ALL_HZ], dtype="<i2")
_PROBES: Final = np.exp(-2j * np.pi * np.outer(_TIME, _ALL_HZ)).astype(np.complex64)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it was read.

    whole     its end was there and its checksum fits.
    language  what it says of itself, or "".
    """

    text: str
    language: str
    whole: bool


def encode(text: str, language: str = "", rate: float = 1.0) -> Pcm16:
    """Text to telephone audio, 40 ms a byte; b"" for "". A slower `rate` lengthens the lead-in to the same effect."""
    if not text:
        return Pcm16(b"")
    tag = bytes([_OPENED]) + language.encode("ascii") + bytes([_CLOSED]) if language else b""
    data = tag + text.encode()
    length = _LEAD_SYMBOLS + 2 + 2 * len(data) + 4
    lead = _LEAD_SYMBOLS + max(0, round(length / rate) - length)
    order = [_LEAD] * lead + [_START, _END, *_nibbles(data), _END, *_nibbles(bytes([_crc8(data)])), _START]
    return Pcm16(_SYMBOLS[order].tobytes())


def decode(audio: Pcm16) -> str:
    """The text of every whole message, in order, with a space between; "" when there is none."""
    return " ".join(heard.text for heard in listen(audio) if heard.whole)


def decode_partial(audio: Pcm16) -> str:
    """As `decode`, with what can be read of messages that were cut off or damaged: whole characters only."""
    return " ".join(heard.text for heard in listen(audio) if heard.text)


def listen(audio: Pcm16) -> list[Heard]:
    """Every message that begins in `audio`, cut off or not."""
    samples = np.frombuffer(audio[: len(audio) & ~1], dtype="<i2").astype(np.float32)
    found: list[Heard] = []
    for start in _starts(samples):
        found.append(_read(samples, start))
    return found


def _starts(samples: NDArray[np.float32]) -> list[int]:
    """Where messages' first half bytes begin, in samples."""
    if samples.size < 2 * _SYMBOL:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(samples, _SYMBOL)[::_HOP]
    marks = np.abs(windows @ _PROBES[:, [_START, _END]]) ** 2
    energy = np.einsum("ij,ij->i", windows, windows) * _SYMBOL / 2
    later = _SYMBOL // _HOP
    first, second = marks[:-later, 0], marks[later:, 1]
    total = energy[:-later] + energy[later:]
    # Both halves must be there: the lead-in alone, or a lone end, is no start.
    score = np.where(total > _AUDIBLE, np.minimum(first, second) * 2 / np.maximum(total, 1.0), 0.0)
    starts: list[int] = []
    hop = 0
    while hop < score.size:
        if score[hop] < _PURITY:
            hop += 1
            continue
        near = score[hop : hop + later]
        best = hop + int(np.argmax(near))
        starts.append(best * _HOP + 2 * _SYMBOL)
        hop = best + later
    return starts


def _read(samples: NDArray[np.float32], start: int) -> Heard:
    """Read symbols from `start` until the end, silence, or the audio's end."""
    count = max(0, (samples.size - start) // _SYMBOL)
    symbols = samples[start : start + count * _SYMBOL].reshape(count, _SYMBOL)
    power = np.abs(symbols @ _PROBES) ** 2
    energy = np.einsum("ij,ij->i", symbols, symbols) * _SYMBOL / 2
    clear = (energy > _AUDIBLE / 2) & (power.max(axis=1, initial=0.0) >= _PURITY * energy)
    read = [tone if sure else _UNCLEAR for tone, sure in zip(power.argmax(axis=1).tolist(), clear, strict=True)]
    stop = next((place for place, tone in enumerate(read) if tone >= _LEAD), count)
    data = _bytes(read[:stop])
    whole = stop % 2 == 0 and read[stop:][:1] == [_END] and _bytes(read[stop + 1 : stop + 3]) == bytes([_crc8(data)])
    return _heard(data, whole=whole)


def _nibbles(data: bytes) -> list[int]:
    return [nibble for byte in data for nibble in (byte >> 4, byte & 0x0F)]


def _bytes(nibbles: list[int]) -> bytes:
    """Whole bytes of half bytes; b"" when there is something else among them."""
    if any(nibble >= _LEAD for nibble in nibbles):
        return b""
    return bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=False))


def _heard(data: bytes, *, whole: bool) -> Heard:
    language = ""
    if data[:1] == bytes([_OPENED]):
        tag, closed, data = data[1:].partition(bytes([_CLOSED]))
        language = tag.decode("ascii", "ignore") if closed else ""
    text = data.decode("utf-8", "ignore")
    return Heard(text if whole else "".join(c for c in text if c.isprintable()), language, whole)


def _crc8(data: bytes) -> int:
    """CRC-8, polynomial 0x07."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


assert _SYMBOL == FRAME_SAMPLES  # noqa: S101  one symbol is one frame: a dropped frame costs one symbol
