"""Flows: the call-flow language.

Room       Schema of a flow, its checks, and `step`: which node comes next.
May enter  ivr.audio, ivr.vocabulary. Never files or HTTP: text comes in as data.
"""
