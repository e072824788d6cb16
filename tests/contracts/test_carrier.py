"""What every `Carrier` keeps to."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.audio.wav import write_wav
from ivr.ports.carrier import Carrier, NumberFacts
from ivr.vocabulary.errors import BackendRejected, BackendUnavailable
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.units import MuLaw

RECORDING = "RE" + "5" * 32
ACCOUNT, TOKEN, CALL = "AC" + "a" * 32, "secret", CallId("CA" + "1" * 32)


@dataclass
class Company:
    """The telephone company's end: what it holds, and whether it is in order."""

    carrier: Carrier
    calls: dict[str, str]
    recordings: dict[str, bytes] = field(default_factory=dict)
    state: str = "fine"


def _recording(request: web.Request, name: str, recordings: dict[str, bytes]) -> web.Response:
    sid = name.partition(".")[0]
    if sid not in recordings:
        return web.json_response({"code": 20404, "message": "no", "status": 404}, status=404)
    if request.method == "DELETE":
        del recordings[sid]
        return web.Response(status=204)
    return web.Response(body=recordings[sid], content_type="audio/x-wav")


@pytest.fixture(params=["twilio"])
async def company() -> AsyncIterator[Company]:
    async def answer(request: web.Request) -> web.Response:
        allowed = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if made.state == "refusing" or request.headers["Authorization"] != allowed:
            return web.json_response({"code": 20003, "message": "no", "status": 401}, status=401)
        if made.state == "down":
            return web.json_response({"code": 20500, "message": "no", "status": 500}, status=500)
        kind = request.path.removeprefix(f"/2010-04-01/Accounts/{ACCOUNT}").split("/")[-1]
        if kind == ".json":
            return web.json_response({"sid": ACCOUNT, "friendly_name": "Harbour Bank"})
        if kind == "IncomingPhoneNumbers.json":
            row = {"phone_number": "+15550002222", "voice_url": "https://h.example/twilio/voice"}
            return web.json_response({"incoming_phone_numbers": [row]})
        if "/Recordings/" in request.path:
            return _recording(request, kind, made.recordings)
        call = kind.removesuffix(".json")
        if made.calls.get(call) != "in-progress":
            return web.json_response({"code": 20404, "message": "no", "status": 404}, status=404)
        made.calls[call] = str((await request.post())["Status"])
        return web.json_response({"sid": call, "status": made.calls[call]})

    async def at_once(_: float) -> None:
        pass

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    carrier = TwilioCarrier(ACCOUNT, TOKEN, base_url=f"http://{host}:{port}", sleep=at_once)
    made = Company(carrier, {CALL: "in-progress"})
    yield made
    await carrier.close()
    await runner.cleanup()


async def test_the_account_has_a_name(company: Company) -> None:
    assert await company.carrier.account_name() == "Harbour Bank"


async def test_a_number_shows_how_it_is_set_up(company: Company) -> None:
    expected = NumberFacts("+15550002222", "https://h.example/twilio/voice", "POST", "", "")
    assert await company.carrier.numbers() == [expected]


async def test_a_call_is_ended_and_ending_it_again_is_done_already(company: Company) -> None:
    await company.carrier.hang_up(CALL)
    assert company.calls[CALL] == "completed"
    await company.carrier.hang_up(CALL)
    await company.carrier.hang_up(CallId("CA" + "9" * 32))


async def test_a_recording_is_fetched_and_deleted_and_then_there_is_none(company: Company) -> None:
    company.recordings[RECORDING] = write_wav(MuLaw(b"\x10" * 8_000))
    assert await company.carrier.recording(RECORDING) == b"\x10" * 8_000
    await company.carrier.delete_recording(RECORDING)
    await company.carrier.delete_recording(RECORDING)
    assert company.recordings == {}
    with pytest.raises(BackendRejected):
        await company.carrier.recording(RECORDING)


async def test_what_is_no_recording_is_rejected(company: Company) -> None:
    company.recordings[RECORDING] = b"<html>"
    with pytest.raises(BackendRejected, match="WAV"):
        await company.carrier.recording(RECORDING)
    with pytest.raises(BackendRejected, match="is not the id"):
        await company.carrier.recording("RE../../Calls")


@pytest.mark.parametrize(("state", "error"), [("refusing", BackendRejected), ("down", BackendUnavailable)])
async def test_a_carrier_that_does_not_serve_is_told_by_who_must_act(
    company: Company, state: str, error: type[Exception]
) -> None:
    company.state = state
    for request in (
        company.carrier.account_name,
        company.carrier.numbers,
        lambda: company.carrier.hang_up(CALL),
        lambda: company.carrier.recording(RECORDING),
    ):
        with pytest.raises(error):
            await request()


async def test_closing_twice_does_no_harm(company: Company) -> None:
    await company.carrier.account_name()
    await company.carrier.close()
    await company.carrier.close()
