"""Wiring: the only room that names adapters. It builds the processes that `ivr serve` is made of.

supervisor  owns the listening socket, the workers, the web process, and the local exchange when there is no carrier.
node        the web process: carrier, API, every live call of this node.
"""
