"""Tokens with which an agent's browser registers with Twilio as a telephone.

Source  Twilio "Access Tokens", and the Voice JavaScript SDK 2; the twilio library, 9.13.
"""

import re
from typing import Final

from twilio.jwt.access_token import AccessToken  # type: ignore[import-untyped]
from twilio.jwt.access_token.grants import VoiceGrant  # type: ignore[import-untyped]

from ivr.vocabulary.errors import ConfigError

VALID_S: Final = 900
"How long a browser may register with it; the page gets the next one in time. Who is signed out has it no longer."

ORIGINS: Final = (
    "wss://voice-js.roaming.twilio.com",
    "https://eventgw.twilio.com",
    "https://media.twiliocdn.com",
    "https://sdk.twilio.com",
)
"What a page with such a telephone reaches."

_KEY = re.compile(r"SK[0-9a-fA-F]{32}")


class PhoneTokens:
    """Makes tokens of one API key. Raises ConfigError for what is no key."""

    def __init__(self, account_sid: str, key: str, secret: str) -> None:
        if not _KEY.fullmatch(key):
            raise ConfigError(
                "it is not the SID of an API key: `SK` and 32 hex digits",
                where="IVR_TWILIO_API_KEY",
                fix="Make a standard API key in the console, Account, API keys & tokens; its secret is shown once.",
            )
        self._account, self._key, self._secret = account_sid, key, secret

    def token(self, address: str) -> str:
        """A token with which `client:…` may be rung, and may call nobody."""
        grant = VoiceGrant(incoming_allow=True)
        identity = address.removeprefix("client:")
        made = AccessToken(
            self._account, self._key, self._secret, grants=[grant], identity=identity, ttl=VALID_S
        ).to_jwt()
        return made if isinstance(made, str) else made.decode()
