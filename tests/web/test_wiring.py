"""What a deployment's settings make of the phone page."""

import time
from pathlib import Path

from ivr.exchange.tickets import Tickets
from ivr.settings import Settings
from ivr.wiring.local import DEMO_NUMBER, local_secrets
from ivr.wiring.node import phone_page
from tests.calls.script import script


def test_without_a_carrier_the_page_gets_tickets_that_the_local_exchange_takes(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, exchange_port=5999)
    secrets = local_secrets(settings)
    page = phone_page(settings, script(), secrets)
    assert page.line is not None
    assert page.line.url == "ws://127.0.0.1:5999/exchange/phone"
    assert Tickets(secrets.control_token, time.time).admit(page.line.ticket())
    assert secrets.control_token not in page.line.ticket()
    assert (page.business, page.number) == ("Test Bank", DEMO_NUMBER)


def test_with_a_carrier_the_page_has_the_number_and_no_line(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        exchange_port=5999,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",  # type: ignore[arg-type]
        twilio_number="+12025550199",
        public_url="https://voice.example.com",
    )
    page = phone_page(settings, script(), local_secrets(settings))
    assert page.line is None
    assert page.number == "+12025550199"
