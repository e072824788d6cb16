"""WebRTC's voice activity detector, in process: a frame costs about a microsecond, a trip to a worker fifty times that.

Decision  docs/decisions/003-voice-activity-in-process.md
"""

import webrtcvad

from ivr.vocabulary.units import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm16

_FRAME_BYTES = 2 * FRAME_SAMPLES


class WebRtcVoiceActivity:
    """`VoiceActivity` for one call.

    mode  0..3: how readily sound that may be noise is taken for silence.
    """

    def __init__(self, mode: int = 2) -> None:
        self._detector = webrtcvad.Vad(mode)  # type: ignore[no-untyped-call]

    def is_speech(self, frame: Pcm16) -> bool:
        if len(frame) != _FRAME_BYTES:
            raise ValueError(f"a frame is {_FRAME_BYTES} bytes, not {len(frame)}")
        return bool(self._detector.is_speech(frame, SAMPLE_RATE_HZ))  # type: ignore[no-untyped-call]
