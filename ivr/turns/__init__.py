"""Turns: who holds the floor.

Room       Pure turn-taking on audio time: when an utterance opens and closes, when a prompt is cut.
May enter  ivr.audio, ivr.vocabulary. Never asyncio or a clock: `at` is ms of caller audio since the call was answered.
"""
