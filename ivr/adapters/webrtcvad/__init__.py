"""Voice activity with WebRTC's detector, in process."""

from ivr.adapters.webrtcvad.detector import WebRtcVoiceActivity

__all__ = ["WebRtcVoiceActivity"]
