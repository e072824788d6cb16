"""The token with which a page registers with Twilio, read as Twilio reads it."""

import jwt
import pytest

from ivr.adapters.twilio.tokens import VALID_S, PhoneTokens
from ivr.vocabulary.errors import ConfigError

ACCOUNT, KEY, SECRET = "AC" + "1" * 32, "SK" + "2" * 32, "s" * 32


def test_a_token_lets_an_agent_be_rung_and_call_nobody() -> None:
    token = PhoneTokens(ACCOUNT, KEY, SECRET).token("client:u-ana")
    assert jwt.get_unverified_header(token)["cty"] == "twilio-fpa;v=1"
    told = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (told["sub"], told["iss"]) == (ACCOUNT, KEY)
    assert told["grants"] == {"identity": "u-ana", "voice": {"incoming": {"allow": True}}}
    assert 0 < told["exp"] - told["nbf"] <= VALID_S


def test_a_token_is_signed_with_the_keys_own_secret() -> None:
    token = PhoneTokens(ACCOUNT, KEY, SECRET).token("client:u-ana")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, "t" * 32, algorithms=["HS256"])


def test_the_account_itself_is_no_key() -> None:
    with pytest.raises(ConfigError, match="IVR_TWILIO_API_KEY"):
        PhoneTokens(ACCOUNT, ACCOUNT, SECRET)
