"""The carrier's side of a media stream: what is sent and when, and what is made of what comes back."""

import asyncio
import base64
from typing import Any

import orjson
import pytest

from ivr.measure.streams import CarrierStream, Tally, coded_frames, text_frame
from ivr.vocabulary.units import MuLaw

SPEECH = coded_frames(MuLaw(bytes([1]) * 160 + bytes([2]) * 160))


class Wire(asyncio.Transport):
    """Keeps what is written, and hands over what a server would send."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.now, self.closed, self._sent = 0.0, False, bytearray()
        self.stream = CarrierStream("MZ1", b"GET / HTTP/1.1\r\n\r\n", {"event": "start"}, [SPEECH], tally)
        self.stream._clock = lambda: self.now
        self.stream.connection_made(self)
        assert bytes(self._sent) == b"GET / HTTP/1.1\r\n\r\n"
        self._sent.clear()

    def write(self, data: Any) -> None:
        self._sent += data

    def close(self) -> None:
        self.closed = True

    def upgraded(self) -> "Wire":
        self.stream.data_received(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
        assert [each["event"] for each in self.sent()] == ["connected", "start"]
        return self

    def sent(self) -> list[dict[str, Any]]:
        """The messages written since the last look."""
        found, data = [], bytes(self._sent)
        self._sent.clear()
        while data:
            length, head = data[1] & 0x7F, 6
            if length == 126:
                length, head = int.from_bytes(data[2:4], "big"), 8
            found.append(orjson.loads(data[head : head + length]))
            data = data[head + length :]
        return found

    def receives(self, at: float, *messages: dict[str, Any]) -> None:
        self.now = at
        data = b""
        for message in messages:
            masked = text_frame(orjson.dumps(message))
            head = 2 if masked[1] & 0x7F < 126 else 4
            data += masked[:1] + bytes([masked[1] & 0x7F]) + masked[2:head] + masked[head + 4 :]
        self.stream.data_received(data[:3])  # a frame may come in pieces
        self.stream.data_received(data[3:])


def audio(ms: int) -> dict[str, Any]:
    return {"event": "media", "media": {"payload": base64.b64encode(bytes(8 * ms)).decode()}}


def mark(name: str) -> dict[str, Any]:
    return {"event": "mark", "mark": {"name": name}}


@pytest.fixture
async def tally() -> Tally:
    return Tally(on=True)


async def test_a_frame_goes_out_at_every_tick_whoever_speaks(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    for number in range(1, 4):
        wire.stream.tick(number * 0.02)
    assert [each["media"]["chunk"] for each in wire.sent()] == ["1", "2", "3"]
    assert tally.frames == 3


async def test_gaps_are_counted_inside_a_sentence_and_not_between_two(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    wire.receives(0.0, audio(20))
    wire.receives(0.02, audio(20))
    wire.receives(0.03, mark("p.0"))
    wire.receives(5.0, audio(20))
    assert list(tally.gaps_ms) == [pytest.approx(20.0)]
    assert tally.dry == 0


async def test_audio_that_comes_after_the_last_was_played_is_a_stutter(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    wire.receives(0.0, audio(40))
    wire.receives(0.2, audio(40))
    assert tally.dry == 1


async def test_a_mark_comes_back_when_what_was_before_it_has_been_played(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    wire.receives(0.0, audio(100), mark("p.0"))
    wire.stream.tick(0.0999)
    assert [each["event"] for each in wire.sent()] == ["media"]
    wire.stream.tick(0.1)
    assert [each["event"] for each in wire.sent()] == ["mark", "media"]


async def test_a_clear_brings_every_mark_back_at_once(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    wire.receives(0.0, audio(100), mark("p.0"), mark("p.1"))
    wire.receives(0.01, {"event": "clear"})
    assert [each["mark"]["name"] for each in wire.sent()] == ["p.0", "p.1"]


async def test_the_caller_speaks_a_while_after_the_floor_is_theirs(tally: Tally) -> None:
    wire = Wire(tally).upgraded()
    wire.receives(0.0, mark("floor.7"))
    wire.sent()
    wire.stream.tick(0.1)
    wire.stream.tick(2.0)
    wire.stream.tick(2.02)
    first, *said = [each["media"]["payload"].encode() for each in wire.sent()]
    assert first not in SPEECH
    assert said == SPEECH
    assert tally.turns == 1


async def test_a_refused_stream_is_over_and_says_why(tally: Tally) -> None:
    wire = Wire(tally)
    wire.stream.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    assert wire.closed
    assert (await wire.stream.over).startswith("refused: HTTP/1.1 403")
