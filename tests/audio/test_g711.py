"""µ-law: what the telephone network sends, sample for sample."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.g711 import decode, encode
from ivr.vocabulary.units import MuLaw, Pcm16


def _samples(codes: list[int]) -> list[int]:
    data = decode(MuLaw(bytes(codes)))
    return [int.from_bytes(data[i : i + 2], "little", signed=True) for i in range(0, len(data), 2)]


def test_the_codes_of_the_recommendation_read_as_its_values() -> None:
    assert _samples([0xFF, 0x7F, 0x80, 0x00, 0xF0, 0x8F]) == [0, 0, 32_124, -32_124, 120, 16_764]


def test_a_frame_has_two_bytes_for_each_of_the_telephones() -> None:
    assert len(decode(MuLaw(bytes(160)))) == 320


@given(st.binary(max_size=400))
def test_what_was_decoded_is_encoded_as_it_was(coded: bytes) -> None:
    positive = coded.replace(b"\x7f", b"\xff")  # there are two zeros; we write the positive one
    assert encode(Pcm16(decode(MuLaw(positive)))) == positive
