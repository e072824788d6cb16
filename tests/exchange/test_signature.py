"""Signatures, against the carrier's own library."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from ivr.exchange.signature import sign, signed_url

FIELDS = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=8)
TOKENS = st.text(min_size=1, max_size=20)


def test_the_documented_example_has_its_documented_signature() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, params.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@given(TOKENS, FIELDS)
def test_any_form_validates_with_the_carriers_library(token: str, fields: list[tuple[str, str]]) -> None:
    url = "http://127.0.0.1:8080/twilio/voice?a=b%20c"
    assert RequestValidator(token).validate(url, MultiDict(fields), sign(token, url, fields))


@given(TOKENS, FIELDS, st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=12)))
def test_one_more_parameter_breaks_it(token: str, fields: list[tuple[str, str]], more: tuple[str, str]) -> None:
    url = "http://127.0.0.1:8080/twilio/voice"
    tampered = MultiDict([*fields, more])
    same = "".join(sorted(n + v for n, v in set(fields))) == "".join(sorted(n + v for n, v in set(tampered.items())))
    assert RequestValidator(token).validate(url, tampered, sign(token, url, fields)) == same


def test_the_fragment_and_the_port_of_https_are_not_signed() -> None:
    assert signed_url("https://h.example:8443/x?y=1#rt=2000") == "https://h.example/x?y=1"
    assert signed_url("http://127.0.0.1:8080/x#rt=2000") == "http://127.0.0.1:8080/x"
    assert signed_url("wss://h.example:8443/x") == "wss://h.example:8443/x"


def test_an_upgrade_is_signed_over_its_address_alone() -> None:
    url = "wss://h.example/twilio/media"
    assert RequestValidator("t").validate(url, {}, sign("t", url))
