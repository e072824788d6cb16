"""Only the carrier opens a stream, only for its own call, and only once: forged and broken media streams.

A caller is on the line throughout, and is not disturbed.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from ivr.exchange.sids import new_sid
from ivr.exchange.signature import HEADER, sign
from ivr.vocabulary.events import CallAnswered, CallEnded, StreamLost
from ivr.web import media
from tests.journeys.forging import OTHER_TOKEN, Forged, Scene, genuine, scene
from tests.journeys.house import ACCOUNT, TOKEN

CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
MEDIA = "/twilio/media"


def started(call: str, parameters: Mapping[str, str], **changes: Any) -> str:
    """A start message as the carrier sends it; `changes` go into its start part."""
    stream = new_sid("MZ")
    start = {
        "accountSid": ACCOUNT,
        "streamSid": stream,
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8_000, "channels": 1},
        "customParameters": dict(parameters),
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": stream, "start": start | changes})


def token_of(at: Scene, call: str) -> str:
    """The token that the carrier was given for this call, from the words it was given with."""
    asked = [verb for verb, ids in at.there.running.exchange.office.last_streams if ids.call_sid == call]
    return dict(asked[-1].parameters)["token"]


async def offered(at: Scene) -> tuple[str, str]:
    """A call that was offered and whose stream has not come yet: its id and its token."""
    record = at.record()
    good = genuine(at.url, "voice", record)
    async with at.http.post(
        at.url + good.path, data=urlencode(good.form), headers=_headers(good.signature or "")
    ) as reply:
        text = await reply.text()
    return record.sid, text.partition('name="token" value="')[2].partition('"')[0]


def _headers(signature: str) -> dict[str, str]:
    return {HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"}


async def spoken_to(at: Scene, messages: list[str | bytes], path: str = MEDIA) -> str:
    """Open a stream that the carrier signed and send this. What became of it: "closed", "heard", or "open"."""
    signature = sign(TOKEN, at.url.replace("http", "ws") + path)
    async with at.http.ws_connect(at.url + path, headers={HEADER.lower(): signature}) as socket:
        try:
            for message in messages:
                await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
            async with asyncio.timeout(20):
                got = await socket.receive()
        except ConnectionError:
            return "closed"
        except TimeoutError:
            return "open"
        return "heard" if got.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY} else "closed"


async def test_an_upgrade_that_the_carrier_did_not_sign_is_refused() -> None:
    async with scene() as at:
        ws = at.url.replace("http", "ws")
        good = sign(TOKEN, ws + MEDIA)
        wrong: list[str | None] = [
            None,
            "",
            "=",
            good[:-1],
            good.swapcase(),
            sign(OTHER_TOKEN, ws + MEDIA),
            sign("", ws + MEDIA),
        ]
        wrong += [
            sign(TOKEN, each)
            for each in (
                at.url + MEDIA,
                ws + "/twilio/voice",
                ws + "/",
                ws,
                ws + MEDIA + "?x=1",
                "wss://elsewhere.example" + MEDIA,
            )
        ]
        wrong += [sign(TOKEN, ws + MEDIA, [("CallSid", at.caller.call)])]
        wrong += [
            good[:place] + ("A" if letter != "A" else "B") + good[place + 1 :] for place, letter in enumerate(good[:-2])
        ]
        commits = list(at.store.commits)
        for path, signature in [*((MEDIA, each) for each in wrong), (MEDIA + "?token=x", good), (MEDIA + "/", good)]:
            lines = len(at.lines)
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await at.http.ws_connect(
                    at.url + path, headers={} if signature is None else {HEADER.lower(): signature}
                )
            assert refused.value.status == 403, (path, signature)
            assert len(at.lines) == lines + 1
        assert await Forged("no upgrade", MEDIA, (), good, method="GET").sent(at) in {400, 403}
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_stream_without_its_own_fresh_token_is_closed_and_leaves_no_trace() -> None:
    async with scene() as at:
        call, token = await offered(at)
        other, others_token = await offered(at)
        used = token_of(at, at.caller.call)
        nobody = new_sid("CA")
        seq, _, signature = token.partition(".")
        given: list[tuple[str, Mapping[str, str]]] = [
            (call, {}),
            (call, {"token": ""}),
            (call, {"Token": token}),
            (call, {"token": others_token}),
            (call, {"token": used}),
            (other, {"token": token}),
            (nobody, {"token": token}),
            (at.caller.call, {"token": used}),
            (at.caller.call, {"token": token}),
            (call, {"token": f"{int(seq) + 1}.{signature}"}),
            (call, {"token": f"{seq}.{signature}="}),
            (call, {"token": signature}),
            (call, {"token": f"{token} "}),
            (call, {"token": token + "•\x00"}),
            (call, {"token": "x" * 100_000}),
        ]
        given += [
            (call, {"token": token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]})
            for place, letter in enumerate(token[:-1])
            if letter != "."
        ]
        assert token != others_token
        commits = list(at.store.commits)
        for named, parameters in given:
            lines = len(at.lines)
            assert await spoken_to(at, [CONNECTED, started(named, parameters)]) == "closed", (named, parameters)
            assert [line["event"] for line in at.lines[lines:]] == ["stream closed"]
        at.clock.ahead_ms = 61_000
        assert await spoken_to(at, [CONNECTED, started(call, {"token": token})]) == "closed"  # more than 60 s old
        at.clock.ahead_ms = 0
        assert at.store.commits == commits
        assert (
            await spoken_to(at, [CONNECTED, started(call, {"token": token})]) == "heard"
        )  # and that was the right one
        assert any(isinstance(event, CallAnswered) for event in await at.there.events(call))
        await at.undisturbed()


async def test_a_stream_that_breaks_the_protocol_before_it_names_its_call_is_closed() -> None:
    async with scene() as at:
        call, token = await offered(at)
        parameters = {"token": token}
        stream = new_sid("MZ")
        audio = base64.b64encode(b"\xff" * 160).decode()
        broken: list[list[str | bytes]] = [
            [json.dumps({"event": "media", "streamSid": stream, "media": {"payload": audio}})],
            [CONNECTED, json.dumps({"event": "mark", "streamSid": stream, "mark": {"name": "x"}})],
            [CONNECTED, json.dumps({"event": "dtmf", "streamSid": stream, "dtmf": {"digit": "1"}})],
            [CONNECTED, json.dumps({"event": "stop", "streamSid": stream})],
            [CONNECTED, json.dumps({"event": "media", "streamSid": stream, "media": {"payload": "%%%"}})],
            [CONNECTED, "{"],
            ["not JSON"],
            [""],
            ["[]"],
            ["null"],
            ["[" * 60_000],
            ['{"event":5}'],
            [b"\x00\x01\x02"],
            [CONNECTED, started(call, parameters).encode()],
            ["x" * 5_000_000],
            [CONNECTED, "{" + " " * 70_000 + "}"],
            [CONNECTED, started(call, parameters, accountSid="AC" + "0" * 32)],
            [CONNECTED, started(call, parameters, streamSid=new_sid("MZ"))],
            [CONNECTED, started(call, parameters, callSid=call.lower())],
            [CONNECTED, started(call, parameters, callSid=None)],
            [CONNECTED, started("../../etc/passwd", parameters)],
            [
                CONNECTED,
                started(call, parameters, mediaFormat={"encoding": "audio/l16", "sampleRate": 16_000, "channels": 2}),
            ],
            [CONNECTED, started(call, parameters, customParameters=[token])],
            [CONNECTED, started(call, parameters, customParameters={"token": 5})],
            [CONNECTED, json.dumps({"event": "start", "streamSid": stream})],
            [CONNECTED, json.dumps({"event": "start", "streamSid": 5, "start": {}})],
        ]
        commits = list(at.store.commits)
        for messages in broken:
            lines = len(at.lines)
            assert await spoken_to(at, messages) == "closed", str(messages)[:200]
            assert [line["event"] for line in at.lines[lines:]] == ["stream closed"], str(messages)[:200]
        assert at.store.commits == commits
        await at.undisturbed()


async def test_a_stream_that_never_names_its_call_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "START_WITHIN_S", 0.3)
    async with scene() as at:
        commits, lines = list(at.store.commits), len(at.lines)
        ways: list[list[str | bytes]] = [[], [CONNECTED], [CONNECTED] * 50, ['{"event":"new to us"}']]
        assert [await spoken_to(at, messages) for messages in ways] == ["closed"] * 4
        assert [line["why"] for line in at.lines[lines:]] == ["the carrier fell silent"] * 4
        assert at.store.commits == commits
        await at.undisturbed()


@pytest.mark.parametrize(
    "message",
    [
        lambda call, stream: started(call, {}),
        lambda call, stream: json.dumps({"event": "media", "streamSid": new_sid("MZ"), "media": {"payload": "/w=="}}),
        lambda call, stream: json.dumps({"event": "dtmf", "streamSid": new_sid("MZ"), "dtmf": {"digit": "0"}}),
        lambda call, stream: json.dumps({"event": "media", "streamSid": stream, "media": {"payload": "/w="}}),
        lambda call, stream: json.dumps({"event": "dtmf", "streamSid": stream, "dtmf": {"digit": "12"}}),
        lambda call, stream: "}",
        lambda call, stream: b"\xff" * 160,
        lambda call, stream: "x" * 5_000_000,
    ],
    ids=["two starts", "another stream", "another's key", "bad base64", "two keys", "no JSON", "binary", "5 MB"],
)
async def test_a_stream_that_breaks_the_protocol_in_a_call_loses_the_stream_and_not_the_call(message: Any) -> None:
    async with scene() as at:
        call, token = await offered(at)
        start = started(call, {"token": token})
        stream = json.loads(start)["streamSid"]
        signature = sign(TOKEN, at.url.replace("http", "ws") + MEDIA)
        async with at.http.ws_connect(at.url + MEDIA, headers={HEADER.lower(): signature}) as socket:
            await socket.send_str(CONNECTED)
            await socket.send_str(start)
            assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT  # it speaks
            lines = len(at.lines)
            broken = message(call, stream)
            with contextlib.suppress(ConnectionError):  # cut off in the middle of five megabytes
                await (socket.send_bytes(broken) if isinstance(broken, bytes) else socket.send_str(broken))
            async with asyncio.timeout(20):
                while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
        assert [line["event"] for line in at.lines[lines:]] == ["stream closed"]
        good = genuine(at.url, "continue", at.record(sid=call, status="in-progress"))
        assert await good.sent(at) == 200
        kinds = [type(event) for event in await at.there.events(call)]
        assert kinds.count(StreamLost) == 1
        assert CallEnded not in kinds  # the carrier was told to open another stream
        await at.undisturbed()


async def test_of_two_streams_with_one_token_exactly_one_is_let_in() -> None:
    async with scene() as at:
        for _ in range(5):
            call, token = await offered(at)
            start = started(call, {"token": token})
            became = await asyncio.gather(*(spoken_to(at, [CONNECTED, start]) for _ in range(2)))
            assert sorted(became) == ["closed", "heard"]
            answered = [event for event in await at.there.events(call) if isinstance(event, CallAnswered)]
            assert len(answered) == 1
        await at.undisturbed()


async def test_a_second_stream_for_a_call_in_progress_is_refused_and_the_first_goes_on() -> None:
    async with scene() as at:
        commits = list(at.store.commits)
        start = started(at.caller.call, {"token": token_of(at, at.caller.call)})
        assert await spoken_to(at, [CONNECTED, start]) == "closed"
        assert at.store.commits == commits
        await at.undisturbed()
