"""Answers: what is known, finding it from what was heard, and saying it word for word.

Room       Index the approved answers; understand a turn (hits, signals); compose; the decision `ivr ask` makes.
May enter  ivr.vocabulary … ivr.calls, ivr.ports.
Never      carrier, web, adapters: the embedder comes in through its port.
"""
