"""Calls: what happens in a call, decided.

Room       The call machine, its table, and the folds over a call's log (state, transcript, outcome).
May enter  ivr.turns, ivr.flows, ivr.audio, ivr.vocabulary. Never asyncio, vendors or embedders.
"""
