"""A model over HTTP, when its endpoint does what endpoints do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from aiohttp import web

from ivr.adapters.openai.circuit import Rules, State
from ivr.adapters.openai.endpoint import Endpoint
from ivr.adapters.openai.model import OpenAiModel
from ivr.ports.language_model import Turn
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.language import LanguageTag
from tests.adapters.language_models.server import Endpoints, chunk, cuts, endpoint, hangs, refuses, sends, streams

TURNS = [Turn("system", "Be brief."), Turn("user", "Hello?")]
LONG = 20_000.0


@pytest.fixture
async def server() -> AsyncIterator[Endpoints]:
    async with endpoint() as served:
        yield served


def model(
    server: Endpoints, *, first_ms: float = LONG, second_ms: float | None = None, failures: int = 3
) -> OpenAiModel:
    reached = Endpoint(server.url, "tiny", "sesame", ("en", "pt"), 5_000.0, first_ms, second_ms)
    return OpenAiModel(reached, rules=Rules(failures=failures))


async def written(asked: OpenAiModel, within_ms: float = LONG, most_tokens: int = 50) -> str:
    return "".join([piece async for piece in asked.write(TURNS, most_tokens=most_tokens, within_ms=within_ms)])


async def test_it_asks_for_a_stream_with_the_key_and_the_bound(server: Endpoints) -> None:
    asked = model(server)
    assert await written(asked) == "Hello there."
    (body,) = server.bodies
    assert server.keys == ["Bearer sesame"]
    assert (body["model"], body["stream"], body["max_tokens"], body["temperature"]) == ("tiny", True, 50, 0)
    assert body["messages"] == [{"role": turn.role, "content": turn.text} for turn in TURNS]
    await asked.close()
    await asked.close()


async def test_it_writes_its_languages_in_every_variety(server: Endpoints) -> None:
    asked = model(server)
    assert asked.writes(LanguageTag("pt-BR"))
    assert not asked.writes(LanguageTag("es"))
    assert "tiny" in asked.name


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BackendRejected), (401, BackendRejected), (403, BackendRejected), (404, BackendRejected),
        (422, BackendRejected), (302, BackendRejected), (307, BackendRejected),
        (408, BackendUnavailable), (429, BackendUnavailable), (500, BackendUnavailable), (503, BackendUnavailable),
    ],
)  # fmt: skip
async def test_a_refusal_is_one_of_our_errors_is_not_tried_again_and_quotes_nobody(
    server: Endpoints, status: int, kind: type[BackendError]
) -> None:
    server.usual = refuses(status, Location="http://127.0.0.1:1/v1")
    asked = model(server)
    with pytest.raises(kind, match=str(status)) as refused:
        await written(asked)
    assert type(refused.value) is kind or issubclass(type(refused.value), kind)
    assert "caller" not in str(refused.value)
    assert len(server.bodies) == 1
    await asked.close()


async def test_an_endpoint_that_asks_for_rest_is_asked_nothing_meanwhile(server: Endpoints) -> None:
    server.usual = refuses(429, Retry_After="30")
    asked = model(server)
    for _ in range(3):
        with pytest.raises(BackendUnavailable):
            await written(asked)
    assert len(server.bodies) == 1
    assert asked.state is State.OPEN
    await asked.close()


@pytest.mark.parametrize(
    ("headers", "waits_ms"),
    [
        ({"Retry_After": "7"}, 7_000),
        ({"Retry_After": "Fri, 27 Nov 2026 10:00:20 GMT", "Date": "Fri, 27 Nov 2026 10:00:00 GMT"}, 20_000),
        ({"Retry_After": "never"}, 2_000),
        ({"Retry_After": "nan"}, 2_000),
        ({"Retry_After": "-5"}, 1_000),
        ({}, 2_000),
        ({"Retry_After": "999999"}, 300_000),
    ],
)
async def test_how_long_it_asks_to_be_left_alone(server: Endpoints, headers: dict[str, str], waits_ms: float) -> None:
    now = 0.0
    server.usual = refuses(429, **headers)
    reached = Endpoint(server.url, "tiny", "", ("en",), 5_000.0, LONG, None)
    asked = OpenAiModel(reached, rules=Rules(failures=1, rest_ms=1_000.0), now_ms=lambda: now)
    with pytest.raises(BackendUnavailable):
        await written(asked)
    server.usual = streams("Back.")
    now = waits_ms - 1
    with pytest.raises(BackendUnavailable, match="left alone"):
        await written(asked)
    now = waits_ms
    assert await written(asked) == "Back."
    await asked.close()


async def test_after_failures_in_a_row_nobody_is_asked_until_it_has_rested(server: Endpoints) -> None:
    server.usual = refuses(500)
    asked = model(server, failures=2)
    for _ in range(5):
        with pytest.raises(BackendUnavailable):
            await written(asked)
    assert len(server.bodies) == 2
    await asked.close()


async def test_a_reply_cut_in_the_middle_is_an_error_after_what_had_come(server: Endpoints) -> None:
    for plan in (cuts("You will "), sends(chunk("You will ")), sends(chunk("You will "), b"data: [DONE]\n\n")):
        server.usual = plan
        asked, pieces = model(server), []
        with pytest.raises(BackendUnavailable):
            async for piece in asked.write(TURNS, most_tokens=9, within_ms=LONG):
                pieces.append(piece)
        assert pieces == ["You will "]
        await asked.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"data: {not json\n\n",
        b"data: [1, 2]\n\n",
        b'data: {"choices": 7}\n\n',
        b'data: {"choices": [{"delta": {"content": {"a": 1}}, "finish_reason": null}]}\n\n',
        b"data: null\n\n",
        b"\xff\xfe\x00garbage",
        b'data: {"error": {"message": "the caller said this"}}\n\n',
        b"<html>busy</html>",
    ],
)
async def test_garbage_is_a_backend_that_is_not_there(server: Endpoints, raw: bytes) -> None:
    server.usual = sends(raw)
    asked = model(server)
    with pytest.raises(BackendUnavailable) as told:
        await written(asked)
    assert "caller said" not in str(told.value)
    await asked.close()


async def test_a_stall_before_the_first_piece_is_a_deadline_and_the_request_is_closed(server: Endpoints) -> None:
    server.usual = hangs()
    asked = model(server, first_ms=400)
    with pytest.raises(DeadlineExceeded, match="400 ms"):
        await written(asked)
    async with asyncio.timeout(5):
        await server.left.wait()
    await asked.close()


async def test_a_stall_in_the_middle_is_a_deadline(server: Endpoints) -> None:
    server.usual = hangs("It ")
    asked = model(server)
    with pytest.raises(DeadlineExceeded, match="did not finish"):
        await written(asked, within_ms=400)
    async with asyncio.timeout(5):
        await server.left.wait()
    await asked.close()


async def test_a_second_request_is_made_beside_a_silent_first_and_the_loser_is_closed(server: Endpoints) -> None:
    server.plans = [hangs(), streams("Second.")]
    asked = model(server, second_ms=300)
    assert await written(asked) == "Second."
    assert len(server.bodies) == 2
    async with asyncio.timeout(5):
        await server.left.wait()
    await asked.close()


async def test_no_second_request_is_made_beside_a_quick_first(server: Endpoints) -> None:
    asked = model(server, second_ms=10_000)
    assert await written(asked) == "Hello there."
    assert len(server.bodies) == 1
    await asked.close()


async def test_a_first_that_fails_while_the_second_runs_leaves_it_to_the_second(server: Endpoints) -> None:
    second_asked = asyncio.Event()

    async def fails_late(served: Endpoints, request: object) -> object:
        await second_asked.wait()
        return await refuses(500)(served, request)  # type: ignore[arg-type]

    async def answers(served: Endpoints, request: object) -> object:
        second_asked.set()
        return await streams("Saved.")(served, request)  # type: ignore[arg-type]

    server.plans = [fails_late, answers]  # type: ignore[list-item]
    asked = model(server, second_ms=30)
    assert await written(asked) == "Saved."
    await asked.close()


async def test_whoever_stops_listening_closes_the_request(server: Endpoints) -> None:
    server.usual = hangs("It ")
    asked = model(server)
    async with aclosing(asked.write(TURNS, most_tokens=9, within_ms=LONG)) as pieces:
        assert await anext(pieces) == "It "
    async with asyncio.timeout(5):
        await server.left.wait()
    assert asked.state is State.CLOSED
    await asked.close()


async def test_an_endpoint_that_counts_no_tokens_is_stopped(server: Endpoints) -> None:
    server.usual = streams(*["word " * 20] * 40)
    asked = model(server)
    assert len(await written(asked, most_tokens=5)) < 500
    await asked.close()


async def test_nobody_there_is_unavailable() -> None:
    asked = OpenAiModel(Endpoint("http://127.0.0.1:9/v1", "tiny", "", ("*",), 500.0, 2_000.0, None))
    with pytest.raises(BackendUnavailable):
        await written(asked)
    assert asked.writes(LanguageTag("ja"))
    await asked.close()


async def test_a_connection_that_was_kept_too_long_costs_one_more_request_and_nothing_else(server: Endpoints) -> None:
    async def drops(served: Endpoints, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    asked = model(server)
    server.plans = [drops]
    assert await written(asked) == "Hello there."
    assert len(server.bodies) == 2
    server.usual = drops
    with pytest.raises(BackendUnavailable):
        await written(asked)
    assert len(server.bodies) == 4
    await asked.close()
