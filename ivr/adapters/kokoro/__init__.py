"""Speaking Spanish and Portuguese with Kokoro-82M.

Its phonemes come from eSpeak NG, which is under the GPL: it is loaded only inside the worker process.
"""
