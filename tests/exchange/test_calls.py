"""A call from its first ring to its last callback."""

from __future__ import annotations

from ivr.exchange.phone import Phone
from tests.exchange.conftest import exchange_for
from tests.exchange.product import ACCOUNT, CALLER, NUMBER, Product


async def test_a_dialled_number_announces_the_call_with_a_signed_webhook(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER, caller_name="Ada \x00 <b>")
    end = await phone.ended_call()
    (params,) = product.seen("/voice")
    assert product.refused == 0
    assert params["From"] == CALLER and params["To"] == NUMBER
    assert params["CallSid"] == phone.call_sid and params["AccountSid"] == ACCOUNT
    assert params["Direction"] == "inbound" and params["CallStatus"] == "ringing"
    assert params["ApiVersion"] == "2010-04-01"
    assert (end.reason, end.status) == ("far-end", "completed")


async def test_a_redirect_leads_to_the_next_document_and_its_end_hangs_up(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Redirect>next?a=b%20c</Redirect><Hangup/></Response>"
    product.twiml["/next"] = "<Response><Pause length='1'/></Response>"
    phone.dial(NUMBER)
    await phone.wait("answered")
    end = await phone.ended_call()
    assert [path for path, _ in product.requests] == ["/voice", "/next"]
    assert end.detail == "end of document"
    assert 48 <= end.tick <= 60


async def test_a_rejected_call_is_never_answered(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Reject reason='busy'/></Response>"
    phone.dial(NUMBER)
    end = await phone.ended_call()
    assert (end.reason, end.status, end.tick) == ("rejected", "busy", 0)


async def test_a_caller_who_hangs_up_ends_the_call_and_the_callback_says_how_long_it_was(product: Product) -> None:
    product.twiml["/voice"] = "<Response><Pause length='600'/></Response>"
    number = {
        "status_callback": f"{product.url}/status",
        "status_callback_events": ("ringing", "answered", "completed"),
    }
    async with exchange_for(product, number) as running:
        phone = Phone(running.exchange, CALLER)
        phone.dial(NUMBER)
        await phone.wait("answered")
        phone.say(b"\x80" * 8_000)
        phone.say_mark("said")
        await phone.wait("spoken", "said")
        phone.hang_up()
        end = await phone.ended_call()
        await product.asked("/status", 3)
        callbacks = product.seen("/status")
    assert (end.reason, end.status) == ("caller", "completed")
    assert [entry["CallStatus"] for entry in callbacks] == ["ringing", "in-progress", "completed"]
    assert [entry["SequenceNumber"] for entry in callbacks] == ["0", "1", "2"]
    assert callbacks[-1]["CallDuration"] in ("1", "2") and callbacks[-1]["Duration"] == "1"


async def test_an_unknown_number_is_told_so(product: Product, phone: Phone) -> None:
    phone.dial("+15550009999")
    end = await phone.ended_call()
    assert (end.reason, end.status, end.detail) == ("error", "failed", "no such number")
