"""Speaking with eSpeak NG: any of a hundred languages, as a last resort.

The library is under the GPL: it is loaded only inside the worker process.
"""
