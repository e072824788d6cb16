"""Audio: pure signal processing on telephone audio.

Room       G.711 µ-law, resampling, 20 ms framing, level.
May enter  ivr.vocabulary.
"""
