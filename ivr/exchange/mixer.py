"""The mixer: what each participant of a conference hears in one frame.

Pure: roles and frames in, frames out. Everybody hears the sum of the others, clipped to 16 bits; who is on hold neither
hears nor is heard, who is muted only hears, and a coach is heard by one participant alone.
Cost    A frame of silence costs nothing, one voice alone is passed on as it is; the rest is added once and taken apart.
Why so  docs/decisions/013-how-a-conference-is-mixed.md
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.audio import g711
from ivr.exchange.playout import SILENCE
from ivr.vocabulary.units import MuLaw, Pcm16


@dataclass(frozen=True, slots=True)
class Role:
    """A participant as the mixer sees one."""

    sid: str
    muted: bool = False
    held: bool = False
    coaches: str = ""
    "Call sid of the one participant who hears this one; empty for all."

    @property
    def speaks(self) -> bool:
        """Whether anybody at all hears this one."""
        return not (self.muted or self.held)


def hears(listener: Role, speaker: Role) -> bool:
    """Whether one participant hears another: the rule that `mix` carries out."""
    if listener.sid == speaker.sid or listener.held or not speaker.speaks:
        return False
    return speaker.coaches in ("", listener.sid)


def mix(roles: Sequence[Role], frames: Sequence[bytes]) -> list[bytes | None]:
    """What each hears, in order: a frame, or None where nobody who may be heard said anything.

    frames  What each said, µ-law, all of one length.
    """
    speakers = [at for at, frame in enumerate(frames) if frame != SILENCE and roles[at].speaks]
    if not speakers:
        return [None] * len(roles)
    linear = dict(zip(speakers, _decoded([frames[at] for at in speakers]), strict=True))
    floor = [at for at in speakers if not roles[at].coaches]
    coaches = [at for at in speakers if roles[at].coaches]
    total = sum((linear[at] for at in floor), np.zeros(len(frames[0]), np.int32))
    for_all: bytes | None = None
    heard: list[bytes | None] = []
    for at, listener in enumerate(roles):
        if listener.held:
            heard.append(None)
            continue
        others = [other for other in floor if other != at]
        whispers = [coach for coach in coaches if hears(listener, roles[coach])]
        match len(others) + len(whispers):
            case 0:
                heard.append(None)
            case 1:
                heard.append(frames[(others or whispers)[0]])
            case _ if not whispers and len(others) == len(floor):
                for_all = for_all or _encoded(total)
                heard.append(for_all)
            case _:
                own = total if len(others) == len(floor) else total - linear[at]
                heard.append(_encoded(sum((linear[coach] for coach in whispers), own)))
    return heard


def add(one: bytes, other: bytes) -> bytes:
    """Two frames as one, clipped."""
    first, second = _decoded([one, other])
    return _encoded(first + second)


def _decoded(frames: Sequence[bytes]) -> NDArray[np.int32]:
    samples = np.frombuffer(g711.decode(MuLaw(b"".join(frames))), dtype="<i2").astype(np.int32)
    return samples.reshape(len(frames), -1)


def _encoded(samples: NDArray[np.int32]) -> bytes:
    return g711.encode(Pcm16(np.clip(samples, -32_768, 32_767).astype("<i2").tobytes()))
