"""Framing: carriers promise no payload length, turn-taking counts 20 ms frames. This stands between."""

from collections.abc import Iterator

from ivr.vocabulary.units import FRAME_SAMPLES, MULAW_SILENCE, MuLaw


class Framer:
    """Cuts a stream of µ-law payloads of any size into 20 ms frames, keeping the remainder for the next."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, payload: bytes) -> Iterator[MuLaw]:
        """Yield every whole frame that `payload` completes."""
        if not self._rest and len(payload) == FRAME_SAMPLES:  # the usual case, without a copy
            yield MuLaw(payload)
            return
        data = self._rest + payload
        whole = len(data) - len(data) % FRAME_SAMPLES
        self._rest = data[whole:]
        for start in range(0, whole, FRAME_SAMPLES):
            yield MuLaw(data[start : start + FRAME_SAMPLES])


def padded(audio: MuLaw) -> MuLaw:
    """`audio` filled up with silence to whole frames."""
    short = -len(audio) % FRAME_SAMPLES
    return MuLaw(audio + bytes([MULAW_SILENCE]) * short) if short else audio
