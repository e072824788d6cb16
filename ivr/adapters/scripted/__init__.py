"""Scripted adapters: every model port without a model, shipped as product code.

For tests, demonstrations and `ivr bench media`. Text travels as tones (`codec`) through real media streams, so what was
said can be heard, cut and written down again, exactly.
"""

from ivr.adapters.scripted.clock import FakeClock
from ivr.adapters.scripted.codec import decode, decode_partial, encode
from ivr.adapters.scripted.faults import Faults
from ivr.adapters.scripted.meaning import ScriptedEmbedder
from ivr.adapters.scripted.phrases import MemoryPhraseCache
from ivr.adapters.scripted.speech import EnergyVoiceActivity, ScriptedHearing, ScriptedSpeech

__all__ = [
    "EnergyVoiceActivity",
    "FakeClock",
    "Faults",
    "MemoryPhraseCache",
    "ScriptedEmbedder",
    "ScriptedHearing",
    "ScriptedSpeech",
    "decode",
    "decode_partial",
    "encode",
]
