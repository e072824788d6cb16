"""Adapters: one folder per real thing outside the product, each behind a port.

Room       Model engines in worker processes, the carrier, the stores, the files. Vendor errors end here.
May enter  ivr.ports and below.
"""
