"""A phone ticket opens one phone, once, within its minute; and nothing else of the exchange."""

from __future__ import annotations

import time

import aiohttp
import pytest

from ivr.exchange.app import RunningExchange
from ivr.exchange.tickets import GOOD_FOR_S, Tickets, phone_ticket
from tests.exchange.product import CONTROL

NOW = 1_000_000.0


def test_a_ticket_is_taken_once() -> None:
    tickets, ticket = Tickets(CONTROL, lambda: NOW), phone_ticket(CONTROL, NOW)
    assert tickets.admit(ticket)
    assert not tickets.admit(ticket)
    assert tickets.admit(phone_ticket(CONTROL, NOW))


def test_a_ticket_is_good_for_its_minute_and_stays_used_after_it() -> None:
    now = NOW
    tickets = Tickets(CONTROL, lambda: now)
    early, late = phone_ticket(CONTROL, NOW), phone_ticket(CONTROL, NOW)
    now = NOW + GOOD_FOR_S - 1
    assert tickets.admit(early)
    now = NOW + GOOD_FOR_S
    assert not tickets.admit(late)
    assert not tickets.admit(early)


@pytest.mark.parametrize("ticket", ["", "..", "1.2.3", "9999999999.nonce.", "9999999999..", "é.ü.ß"])
def test_what_is_no_ticket_is_refused(ticket: str) -> None:
    assert not Tickets(CONTROL, lambda: NOW).admit(ticket)


def test_a_ticket_of_another_exchange_or_with_a_later_expiry_is_refused() -> None:
    tickets = Tickets(CONTROL, lambda: NOW)
    assert not tickets.admit(phone_ticket("another", NOW))
    expiry, nonce, signature = phone_ticket(CONTROL, NOW).split(".")
    assert not tickets.admit(f"{int(expiry) + 1}.{nonce}.{signature}")


async def test_a_page_opens_a_phone_with_a_ticket_and_nothing_else(running: RunningExchange) -> None:
    def ticket() -> dict[str, str]:
        return {"ticket": phone_ticket(CONTROL, time.time())}

    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(running.phone_url, params=ticket()) as socket:
            await socket.send_json({"event": "register", "number": "+12025550150"})
            assert (await socket.receive_json())["event"] == "registered"
        for path in ("status", "violations", "faults"):
            async with http.get(f"{running.url}/exchange/{path}", params=ticket()) as response:
                assert response.status == 401


async def test_a_ticket_does_not_let_a_page_of_another_origin_in(running: RunningExchange) -> None:
    params = {"ticket": phone_ticket(CONTROL, time.time())}
    async with (
        aiohttp.ClientSession(headers={"Origin": "http://elsewhere.example"}) as http,
        http.get(f"{running.url}/exchange/phone", params=params) as response,
    ):
        assert response.status == 403
