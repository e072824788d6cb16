"""Ports: what the product asks of everything outside itself, as Protocols.

Room       One module per kind of outside thing. Implementations live in `ivr.adapters`.
May enter  ivr.vocabulary, ivr.calls and below.

Every port has a scripted adapter and its real ones; all pass the same `tests/contracts/test_<port>.py`.
"""
