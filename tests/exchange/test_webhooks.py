"""Webhooks: timeouts, retries, redirects, the fallback URL, callbacks."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.faults import Fault
from ivr.exchange.fragments import Patience, patience
from ivr.exchange.line import Ended
from ivr.exchange.phone import Phone
from tests.exchange.conftest import exchange_for
from tests.exchange.product import CALLER, NUMBER, Product


async def dial_and_end(product: Product, number: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()) -> Ended:
    async with exchange_for(product, number) as running:
        for fault in faults:
            running.exchange.faults.inject(fault)
        phone = Phone(running.exchange, CALLER)
        phone.dial(NUMBER)
        return await phone.ended_call()


async def test_a_failed_connection_is_tried_once_more_with_the_same_idempotency_token(product: Product) -> None:
    product.twiml["/voice"] = "<Response/>"
    end = await dial_and_end(product, faults=(Fault("webhook.drop"),))
    assert end.status == "completed"
    assert len(product.requests) == 1


async def test_two_failed_connections_end_the_call_with_11205(product: Product) -> None:
    end = await dial_and_end(product, faults=(Fault("webhook.drop", count=2),))
    assert (end.reason, end.status) == ("error", "failed") and end.detail.startswith("11205")


async def test_a_refused_port_is_a_failed_connection(product: Product) -> None:
    end = await dial_and_end(product, {"voice_url": "http://127.0.0.1:9/none"})
    assert end.detail.startswith("11205")


async def test_the_fragment_sets_the_read_timeout_and_is_not_signed(product: Product) -> None:
    async def slowly(params: dict[str, str]) -> str:
        await asyncio.sleep(1)
        return "<Response/>"

    product.twiml["/voice"] = slowly
    product.twiml["/fallback"] = "<Response/>"
    await dial_and_end(
        product,
        {"voice_url": f"{product.url}/voice#rt=100&rc=0", "voice_fallback_url": f"{product.url}/fallback#rt=2000"},
    )
    (params,) = product.seen("/fallback")
    assert params["ErrorCode"] == "11200" and product.refused == 0


async def test_retries_on_5xx_are_asked_for_in_the_fragment(product: Product) -> None:
    answers = iter([web.Response(status=503), web.Response(text="<Response/>", content_type="text/xml")])
    product.twiml["/voice"] = lambda params: next(answers)
    end = await dial_and_end(product, {"voice_url": f"{product.url}/voice#rc=1&rp=5xx"})
    assert end.status == "completed"
    assert len(set(product.tokens)) == 1 and len(product.tokens) == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda p: web.Response(status=500), "11200"),
        (lambda p: web.Response(text="<Response/>", content_type="application/json"), "12300"),
        (lambda p: web.Response(text="<Respo", content_type="text/xml"), "12100"),
        (lambda p: web.Response(text="<Response><Dance/></Response>", content_type="text/xml"), "12200"),
        (lambda p: web.Response(text="<Response>" + " " * 66_000 + "</Response>", content_type="text/xml"), "11750"),
        (lambda p: web.Response(status=302, headers={"Location": "/voice"}), "11215"),
        (lambda p: web.Response(status=302), "11216"),
    ],
)
async def test_what_cannot_run_goes_to_the_fallback_url(product: Product, answer: object, code: str) -> None:
    product.twiml["/voice"] = answer  # type: ignore[assignment]
    product.twiml["/fallback"] = "<Response><Hangup/></Response>"
    end = await dial_and_end(product, {"voice_fallback_url": f"{product.url}/fallback"})
    (params,) = product.seen("/fallback")
    assert params["ErrorCode"] == code and params["ErrorUrl"] == f"{product.url}/voice"
    assert end.status == "completed"


async def test_a_failing_fallback_ends_the_call(product: Product) -> None:
    product.twiml["/voice"] = product.twiml["/fallback"] = "<Response><Dance/></Response>"
    end = await dial_and_end(product, {"voice_fallback_url": f"{product.url}/fallback"})
    assert end.reason == "error"
    assert len(product.requests) == 2


async def test_ten_redirects_are_followed_each_signed_for_its_address(product: Product) -> None:
    for step in range(10):
        path = "/voice" if step == 0 else f"/{step}"
        product.twiml[path] = lambda params, to=step + 1: web.Response(status=307, headers={"Location": f"/{to}?a=b+c"})
    product.twiml["/10"] = "<Response/>"
    end = await dial_and_end(product)
    assert end.status == "completed" and product.refused == 0
    assert len(product.requests) == 11


async def test_a_303_is_followed_with_get_and_its_query_is_signed(product: Product) -> None:
    product.twiml["/voice"] = lambda params: web.Response(status=303, headers={"Location": "/next?a=b%20c"})
    product.twiml["/next"] = "<Response/>"
    await dial_and_end(product)
    (params,) = product.seen("/next")
    assert params["a"] == "b c" and params["CallSid"].startswith("CA") and product.refused == 0


async def test_a_number_may_be_announced_with_get(product: Product) -> None:
    product.twiml["/voice"] = "<Response/>"
    await dial_and_end(product, {"voice_method": "GET"})
    assert product.seen("/voice")[0]["From"] == CALLER and product.refused == 0


EVENTS = {"status_callback_events": ("initiated", "ringing", "answered", "completed")}


async def statuses(product: Product, wanted: int, *faults: Fault) -> list[str]:
    product.twiml["/voice"] = "<Response><Pause/></Response>"
    number = {"status_callback": f"{product.url}/status", **EVENTS}
    await dial_and_end(product, number, faults)  # type: ignore[arg-type]
    await product.asked("/status", wanted)
    return [entry["SequenceNumber"] for entry in product.seen("/status")]


async def test_callbacks_can_be_lost_repeated_and_shuffled(product: Product) -> None:
    assert await statuses(product, 2, Fault("callback.drop", skip=1)) == ["0", "2"]


async def test_callbacks_can_be_repeated(product: Product) -> None:
    assert await statuses(product, 5, Fault("callback.duplicate", times=2)) == ["0", "0", "0", "1", "2"]


async def test_callbacks_can_be_shuffled(product: Product) -> None:
    assert await statuses(product, 3, Fault("callback.reorder", times=2)) == ["2", "1", "0"]


async def test_a_webhook_can_be_sent_three_times_at_once_with_one_token(product: Product) -> None:
    product.twiml["/voice"] = "<Response/>"
    await dial_and_end(product, faults=(Fault("webhook.duplicate", times=2),))
    assert len(product.seen("/voice")) == 3 and len(set(product.tokens)) == 1


@given(st.text(max_size=40))
def test_any_fragment_gives_sane_patience(fragment: str) -> None:
    waits = patience("http://h.example/x#" + fragment)
    assert 100 <= waits.connect_ms <= 10_000 and 100 <= waits.total_ms <= 15_000 and 0 <= waits.retries <= 5


def test_the_documented_overrides_are_read() -> None:
    assert patience("http://h/x#ct=200&rt=300&tt=400&rc=5&rp=4xx,rt") == Patience(
        200, 300, 400, 5, frozenset({"4xx", "rt"})
    )
    assert patience("http://h/x#ct=1&rc=9&rp=sometimes") == Patience()
