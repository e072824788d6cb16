"""What callers are brought to agents with: the carrier's REST, and the words that agents hear before they choose."""

from collections.abc import Callable, Sequence

from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.adapters.twilio.tokens import PhoneTokens
from ivr.answers.summary import briefing
from ivr.flows.schema import Script
from ivr.session.handover import Briefing
from ivr.settings import Settings
from ivr.vocabulary.events import Logged
from ivr.wiring.local import LocalSecrets
from ivr.wiring.summaries import Summaries


def carrier_of(settings: Settings, secrets: LocalSecrets) -> TwilioCarrier:
    """Twilio's REST; without an account, the local exchange's, which is the same."""
    if settings.has_carrier:
        token = settings.twilio_auth_token.get_secret_value()
        return TwilioCarrier(settings.twilio_account_sid, token, base_url=settings.twilio_api_url or None)
    exchange = f"http://127.0.0.1:{settings.exchange_port}"
    return TwilioCarrier(secrets.account_sid, secrets.auth_token, base_url=exchange)


def phone_tokens(settings: Settings) -> Callable[[str], str] | None:
    """What lets pages register with Twilio as telephones; None without an API key. Raises ConfigError."""
    if not settings.twilio_api_key:
        return None
    secret = settings.twilio_api_secret.get_secret_value()
    return PhoneTokens(settings.twilio_account_sid, settings.twilio_api_key, secret).token


def briefings(script: Script, summaries: Summaries) -> Briefing:
    """The summary for the ear, and the keys, in the language that the house speaks."""
    language = script.flow.languages[0]
    keys = script.phrases[language].get("briefing_keys", "1 / 2")

    def brief(log: Sequence[Logged]) -> tuple[str, str]:
        return f"{briefing(summaries.of(log, language))} {keys}", language

    return brief
