"""The exchange: a local telephone company that speaks Twilio's wire protocols.

Room       Signed voice webhooks, TwiML, Media Streams, the Calls REST API and phones, so that the demo, the tests and
           production run the same product code. It stands for the outside world.
May enter  ivr.vocabulary, ivr.audio. It knows the product only by its URLs.
Doors      `app.run_exchange(config)` for tests, `app.make_app(config)`, `python -m ivr.exchange --config FILE`;
           `phone.Phone` is a telephone in Python.
Facts      docs/carrier-wire.md: what is documented, what was seen, what is unverified.
"""
