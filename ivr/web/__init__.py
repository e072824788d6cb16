"""Web: what this node answers on its socket: the carrier's webhooks and streams, the JSON API, health and metrics.

Room       aiohttp. Translates between HTTP and the session; decides nothing about a call.
May enter  ivr.session, ivr.answers, ivr.ports and below. Never SQL or a vendor's SDK: the carrier is a `CarrierWire`.
"""
