"""TwiML verbs, run on a real call."""

from __future__ import annotations

import io
import wave

import aiohttp
import numpy as np
import pytest
from aiohttp import web

from ivr.audio import g711
from ivr.exchange import sounds
from ivr.exchange.app import RunningExchange
from ivr.exchange.phone import Phone
from ivr.exchange.watch import voiced
from ivr.vocabulary.units import MuLaw, Pcm16
from tests.exchange.conftest import exchange_for
from tests.exchange.product import ACCOUNT, CALLER, NUMBER, TOKEN, Product

LOUD = bytes([0x10]) * 160


def wav_file(rate_hz: int, seconds: float) -> bytes:
    out = io.BytesIO()
    samples = (np.sin(np.arange(int(rate_hz * seconds)) * 2 * np.pi * 400 / rate_hz) * 10_000).astype("<i2")
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def sounding_frames(phone: Phone) -> int:
    return sum(voiced(frame) for _, frame in phone.heard_frames)


async def test_say_speaks_with_the_carriers_own_voice(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Say language='es-ES'>Buenos días, un momento.</Say></Response>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert sounding_frames(phone) > 20


async def test_an_unknown_language_goes_to_the_fallback_url(product: Product) -> None:
    product.twiml["/voice"] = "<Response><Say language='xx'>?</Say></Response>"
    product.twiml["/fallback"] = "<Response><Hangup/></Response>"
    async with exchange_for(product, {"voice_fallback_url": f"{product.url}/fallback"}) as running:
        phone = Phone(running.exchange, CALLER)
        phone.dial(NUMBER)
        await phone.ended_call()
    (params,) = product.seen("/fallback")
    assert params["ErrorCode"] == "13511" and params["ErrorUrl"] == f"{product.url}/voice"


@pytest.mark.parametrize("rate_hz", [8_000, 22_050])
async def test_play_plays_a_wav_file_as_often_as_loop_says(product: Product, phone: Phone, rate_hz: int) -> None:
    product.twiml["/voice"] = "<Response><Play loop='3'>/sound.wav</Play></Response>"
    product.twiml["/sound.wav"] = lambda params: web.Response(body=wav_file(rate_hz, 0.2), content_type="audio/wav")
    phone.dial(NUMBER)
    await phone.ended_call()
    assert 28 <= sounding_frames(phone) <= 33


async def test_play_plays_raw_mulaw(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Play>/sound</Play></Response>"
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 5, content_type="audio/basic")
    phone.dial(NUMBER)
    await phone.ended_call()
    assert phone.heard.count(LOUD) == 5


async def test_a_gather_posts_its_keys_and_the_first_one_silences_the_prompt(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = (
        "<Response><Gather numDigits='4' action='/keys'><Play loop='0'>/sound</Play></Gather></Response>"
    )
    product.twiml["/sound"] = lambda params: web.Response(body=LOUD * 50, content_type="audio/basic")
    product.twiml["/keys"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER)
    await phone.wait("audio")
    phone.press("1")
    off = await phone.wait("audio")
    assert not off.on
    phone.press("2#")
    await phone.ended_call()
    (params,) = product.seen("/keys")
    assert params["Digits"] == "12" and params["FinishedOnKey"] == "#" and params["CallStatus"] == "in-progress"


async def test_a_gather_ends_at_its_number_of_digits(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Gather numDigits='2' timeout='600' action='/keys'/></Response>"
    product.twiml["/keys"] = "<Response/>"
    phone.dial(NUMBER)
    await phone.wait("answered")
    await product.asked("/voice")
    while phone._call and phone._call.line.key_listener is None:
        await running_tick(phone)
    phone.press("789")
    await phone.ended_call()
    assert product.seen("/keys")[0]["Digits"] == "78"


async def running_tick(phone: Phone) -> None:
    await phone._exchange.pacer.wait(1)


async def test_without_keys_a_gather_goes_on_with_the_next_verb(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Gather timeout='1' action='/keys'/><Redirect>/nothing</Redirect></Response>"
    product.twiml["/nothing"] = "<Response/>"
    phone.dial(NUMBER)
    end = await phone.ended_call()
    assert product.seen("/keys") == [] and len(product.seen("/nothing")) == 1
    assert end.tick >= 50


async def test_a_gather_without_action_asks_its_own_document_again(product: Product, phone: Phone) -> None:
    documents = iter(["<Response><Gather numDigits='1' timeout='600'/></Response>", "<Response/>"])
    product.twiml["/voice"] = lambda params: next(documents)
    phone.dial(NUMBER)
    await phone.wait("answered")
    while phone._call and phone._call.line.key_listener is None:
        await running_tick(phone)
    phone.press("5")
    await phone.ended_call()
    assert [params.get("Digits") for params in product.seen("/voice")] == [None, "5"]


async def test_a_recording_is_posted_and_can_be_fetched_over_rest(
    product: Product, phone: Phone, running: RunningExchange
) -> None:
    product.twiml["/voice"] = (
        "<Response><Record action='/done' playBeep='false' recordingStatusCallback='/recorded'/></Response>"
    )
    product.twiml["/done"] = "<Response><Hangup/></Response>"
    phone.dial(NUMBER)
    await phone.wait("answered")
    while phone._call and phone._call.line.listener is None:
        await running_tick(phone)
    phone.say(LOUD * 60)
    phone.say_mark("said")
    await phone.wait("spoken", "said")
    phone.press("#")
    await phone.ended_call()
    done, recorded = await product.asked("/done"), await product.asked("/recorded")
    assert done["Digits"] == "#" and done["RecordingDuration"] in ("2", "3")
    assert recorded["RecordingSid"] == done["RecordingSid"] and recorded["RecordingStatus"] == "completed"
    auth = aiohttp.BasicAuth(ACCOUNT, TOKEN)
    async with aiohttp.ClientSession(auth=auth) as http, http.get(done["RecordingUrl"]) as response:
        with wave.open(io.BytesIO(await response.read())) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8_000, 1, 2)
            audio = g711.encode(Pcm16(file.readframes(file.getnframes())))
    assert audio.count(LOUD) == 60


async def test_a_caller_who_hangs_up_while_recording_is_still_recorded(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = (
        "<Response><Record action='/done' playBeep='false' recordingStatusCallback='/recorded'/></Response>"
    )
    phone.dial(NUMBER)
    await phone.wait("answered")
    while phone._call and phone._call.line.listener is None:
        await running_tick(phone)
    phone.say(LOUD * 50)
    phone.say_mark("said")
    await phone.wait("spoken", "said")
    phone.hang_up()
    await phone.ended_call()
    assert (await product.asked("/recorded"))["RecordingDuration"] in ("1", "2")


async def test_silence_ends_a_recording_and_an_empty_one_is_not_posted(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Record action='/done' timeout='1'/><Redirect>/next</Redirect></Response>"
    product.twiml["/next"] = "<Response/>"
    phone.dial(NUMBER)
    await phone.ended_call()
    assert product.seen("/done") == [] and len(product.seen("/next")) == 1


async def test_documents_that_chase_each_other_are_stopped(product: Product, phone: Phone) -> None:
    product.twiml["/voice"] = "<Response><Redirect/></Response>"
    phone.dial(NUMBER)
    end = await phone.ended_call()
    assert end.reason == "error" and end.detail.startswith("12400")
    assert len(product.requests) == 50


def test_a_written_wav_is_read_back() -> None:
    audio = MuLaw(bytes(range(256)))
    assert g711.decode(sounds.decode(sounds.wav(audio), "audio/wav")) == g711.decode(audio)
