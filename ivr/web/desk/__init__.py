"""The desk: what an agent sees of their calls and of the queue, and what they do about it.

Doors  `models` says what goes over the wire, `hub` knows how things stand, `api` answers and pushes.
"""
