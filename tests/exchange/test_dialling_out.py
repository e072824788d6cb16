"""`<Dial>` to telephones, and who answers them."""

from __future__ import annotations

import pytest

from ivr.exchange.app import RunningExchange
from ivr.exchange.phone import Phone
from tests.exchange.meeting import TONES, A, B, C, heard
from tests.exchange.product import NUMBER, Product


@pytest.fixture
def caller(running: RunningExchange) -> Phone:
    return Phone(running.exchange, A)


@pytest.fixture
def agent(running: RunningExchange) -> Phone:
    phone = Phone(running.exchange, B)
    phone.register()
    return phone


def dial(product: Product, inner: str, attributes: str = "") -> None:
    product.twiml["/voice"] = f"<Response><Dial action='/action' {attributes}>{inner}</Dial></Response>"
    product.twiml["/action"] = "<Response><Hangup/></Response>"


async def test_the_two_are_connected_until_one_leaves(
    product: Product, running: RunningExchange, caller: Phone, agent: Phone
) -> None:
    dial(product, f"<Number statusCallback='/leg' statusCallbackEvent='ringing answered completed'>{B}</Number>")
    caller.dial(NUMBER)
    assert (await agent.wait("incoming")).name == A
    await caller.wait("audio")  # ringing tone
    agent.answer()
    await agent.wait("answered")
    caller.say(TONES[A] * 30)
    agent.say(TONES[B] * 30)
    while heard(agent, A) < 5 or heard(caller, B) < 5:
        await running.exchange.pacer.wait(1)
    agent.hang_up()
    await caller.ended_call()
    (told,) = product.seen("/action")
    assert (told["DialCallStatus"], told["DialCallSid"]) == ("completed", agent.call_sid)
    assert int(told["DialCallDuration"]) >= 1
    await product.asked("/leg", 3)
    legs = product.seen("/leg")
    assert [leg["CallStatus"] for leg in legs] == ["ringing", "in-progress", "completed"]
    assert legs[0]["Direction"] == "outbound-dial" and legs[0]["ParentCallSid"] == caller.call_sid


@pytest.mark.parametrize(
    ("how", "told"), [("decline", "busy"), ("ignore", "no-answer"), ("nobody", "failed"), ("leave", "")]
)
async def test_who_is_not_reached_is_told_to_the_action(
    product: Product, running: RunningExchange, caller: Phone, how: str, told: str
) -> None:
    dial(product, B, "timeout='1'")
    agent = Phone(running.exchange, B)
    if how != "nobody":
        agent.register()
    caller.dial(NUMBER)
    if how in ("decline", "leave"):
        await agent.wait("incoming")
    if how == "decline":
        agent.decline()
    if how == "leave":
        caller.hang_up()
        assert (await agent.ended_call()).status == "canceled"
    await caller.ended_call()
    assert [params["DialCallStatus"] for params in product.seen("/action")] == ([told] if told else [])


async def test_of_several_the_first_to_answer_is_connected_and_the_others_stop_ringing(
    product: Product, running: RunningExchange, caller: Phone, agent: Phone
) -> None:
    other = Phone(running.exchange, "client:anna")
    other.register()
    dial(product, f"<Number>{B}</Number><Client>anna</Client>")
    caller.dial(NUMBER)
    await agent.wait("incoming")
    await other.wait("incoming")
    other.answer()
    assert (await agent.ended_call()).status == "canceled"
    caller.hang_up()
    await other.ended_call()


async def test_one_after_another(product: Product, running: RunningExchange, caller: Phone, agent: Phone) -> None:
    other = Phone(running.exchange, C)
    other.register()
    dial(product, f"<Number>{B}</Number><Number>{C}</Number>", "sequential='true'")
    caller.dial(NUMBER)
    await agent.wait("incoming")
    assert not other.busy
    agent.decline()
    await other.wait("incoming")
    other.answer()
    await other.wait("answered")
    other.hang_up()
    await caller.ended_call()
    assert product.seen("/action")[0]["DialCallStatus"] == "completed"


@pytest.mark.parametrize("key", ["1", "2"])
async def test_the_one_who_answers_may_be_asked_first(
    product: Product, running: RunningExchange, caller: Phone, agent: Phone, key: str
) -> None:
    dial(product, f"<Number url='/ask'>{B}</Number>")
    product.twiml["/ask"] = "<Response><Gather numDigits='1' action='/asked' timeout='60'/><Hangup/></Response>"
    product.twiml["/asked"] = lambda params: (
        "<Response/>" if params["Digits"] == "1" else "<Response><Hangup/></Response>"
    )
    caller.dial(NUMBER)
    await agent.wait("incoming")
    agent.answer()
    while agent._call is None or agent._call.line.key_listener is None:
        await running.exchange.pacer.wait(1)
    agent.press(key)
    if key == "1":
        agent.say(TONES[B] * 50)
        while heard(caller, B) == 0:
            await running.exchange.pacer.wait(1)
        caller.hang_up()
    await agent.ended_call()
    await caller.ended_call()
    if key == "2":
        (action,) = product.seen("/action")
        assert (action["DialCallStatus"], action["DialBridged"]) == ("completed", "false")
