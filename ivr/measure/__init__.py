"""Measure: evaluation and benchmarks, what `ivr eval` and `ivr bench` run.

Room       Counts and clocks around the product. No product behaviour lives here.
May enter  everything below web; adapters come in through their ports.
"""
