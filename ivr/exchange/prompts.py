"""Prompts: what the carrier itself lets a telephone hear, spoken, played from a file, or its own music.

Behind `waitUrl`, `holdUrl` and `announceUrl` nothing else may stand: a document there that listens, dials or hangs up
is refused as error 13238. Facts: docs/carrier-wire.md, sections 4 and 9.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from ivr.exchange import sounds, strict
from ivr.exchange.line import Line
from ivr.exchange.pacer import Pacer
from ivr.exchange.playout import SILENCE
from ivr.exchange.rules import Violations
from ivr.exchange.sources import At, absolute, usable
from ivr.exchange.twiml import Pause, Play, Redirect, Say, TwimlError, Verb, parse
from ivr.exchange.voice import Voice
from ivr.exchange.webhooks import WebhookFailed, Webhooks
from ivr.vocabulary.units import FRAME_MS, SAMPLE_RATE_HZ

MAX_LOOPS: Final = 1_000
MAX_DOCUMENTS: Final = 10
"Documents of one announcement, or in a row without a sound behind a waitUrl; more is a loop."
MAX_RENDERED_BYTES: Final = SAMPLE_RATE_HZ * 300
"Five minutes: the longest announcement."

Music = Literal["music"]
MUSIC: Final[Music] = "music"
Background = At | Music | None
"What a waiting or held participant hears: a document or a sound file, the carrier's own music, silence."


@dataclass(frozen=True, slots=True)
class Sounding:
    """What stands behind a prompt's URL: verbs and where they came from, or a sound file."""

    verbs: tuple[Verb, ...] = ()
    here: str = ""
    audio: bytes | None = None


class Announcer:
    """Fetches and speaks prompts. One for all calls."""

    def __init__(self, webhooks: Webhooks, voice: Voice, violations: Violations, pacer: Pacer) -> None:
        self._webhooks = webhooks
        self._voice = voice
        self._violations = violations
        self._pacer = pacer

    async def sound(self, url: str) -> bytes:
        """Fetch a sound as µ-law. Raises WebhookFailed, TwimlError."""
        answer = await self._webhooks.fetch(url, {}, "GET", max_bytes=sounds.MAX_SOUND_BYTES)
        return await asyncio.to_thread(sounds.decode, answer.body, answer.content_type)

    async def speech(self, text: str, language: str) -> bytes:
        """Speak text as µ-law. Raises TwimlError."""
        return await self._voice.speak(text, language)

    async def play(self, verb: Say | Play | Pause, here: str, line: Line) -> None:
        """Let a telephone hear one prompt, to its end. Raises WebhookFailed, TwimlError."""
        if isinstance(verb, Pause):
            if verb.length_s:
                await self._pacer.wait_ms(verb.length_s * 1_000)
            return
        audio = await self._audio(verb, here)
        if not audio:
            return
        for _ in range(verb.loop or MAX_LOOPS):
            await line.play(audio)

    async def _audio(self, verb: Say | Play, here: str) -> bytes:
        if isinstance(verb, Say):
            return await self.speech(verb.text, verb.language)
        return await self.sound(absolute(here, verb.url))

    # What may only sound ----------------------------------------------------------------------------------------

    async def behind(self, source: At, params: Mapping[str, str], where: str) -> Sounding:
        """Fetch what stands behind a waitUrl, holdUrl or announceUrl. Raises WebhookFailed, TwimlError.

        where  The call or conference it is for, as violations name it.
        """
        try:
            answer = await self._webhooks.fetch(
                source.url, {**params, **source.params}, source.method, max_bytes=sounds.MAX_SOUND_BYTES
            )
        except WebhookFailed as failed:
            strict.check_failure(self._violations, where, failed)
            raise
        if answer.content_type.startswith("audio/"):
            return Sounding(audio=await asyncio.to_thread(sounds.decode, answer.body, answer.content_type))
        try:
            verbs = parse(usable(answer).body)
        except TwimlError as bad:
            if bad.code == 12200:  # a verb that the exchange does not know is no prompt either
                self._refuse(source, where, bad.message)
            strict.check_twiml_error(self._violations, where, bad)
            raise
        for verb in verbs:
            if not isinstance(verb, Say | Play | Pause | Redirect):
                self._refuse(source, where, f"<{type(verb).__name__}>")
        return Sounding(verbs, answer.url)

    def _refuse(self, source: At, where: str, detail: str) -> NoReturn:
        self._violations.report("conference.prompt-verb", where, detail)
        raise TwimlError(13238, f"behind {source.url} stands {detail}; only Say, Play, Pause and Redirect may")

    async def background(self, what: Background, params: Mapping[str, str], where: str, line: Line) -> None:
        """Let a waiting telephone hear something until it is through. Raises WebhookFailed, TwimlError."""
        if what is None:
            return
        if what == MUSIC:
            for _ in range(MAX_LOOPS):
                await line.play(sounds.music())
            return
        following: At | None = what
        silent_documents = 0
        while following is not None:
            began = self._pacer.tick
            sounding = await self.behind(following, params, where)
            following = await self._play_all(sounding, line)
            silent_documents = 0 if self._pacer.tick > began + 1 else silent_documents + 1
            if silent_documents > MAX_DOCUMENTS:
                raise TwimlError(12400, f"{MAX_DOCUMENTS} documents in a row did nothing but lead to the next")

    async def _play_all(self, sounding: Sounding, line: Line) -> At | None:
        if sounding.audio is not None:
            for _ in range(MAX_LOOPS):
                await line.play(sounding.audio or SILENCE)
        for verb in sounding.verbs:
            if isinstance(verb, Redirect):
                return At(absolute(sounding.here, verb.url), verb.method)
            assert isinstance(verb, Say | Play | Pause)  # noqa: S101 - `behind` lets nothing else through
            await self.play(verb, sounding.here, line)
        return None

    async def rendered(self, source: At, params: Mapping[str, str], where: str) -> bytes:
        """An announcement as audio, all of it. Raises WebhookFailed, TwimlError."""
        audio = bytearray()
        following: At | None = source
        for _ in range(MAX_DOCUMENTS):
            if following is None or len(audio) > MAX_RENDERED_BYTES:
                break
            sounding = await self.behind(following, params, where)
            following = None
            audio += sounding.audio or b""
            for verb in sounding.verbs:
                match verb:
                    case Redirect(url, method):
                        following = At(absolute(sounding.here, url), method)
                        break
                    case Pause(length_s):
                        audio += SILENCE * (length_s * 1_000 // FRAME_MS)
                    case Say() | Play():
                        audio += await self._audio(verb, sounding.here) * max(1, min(verb.loop, 100))
        return bytes(audio[:MAX_RENDERED_BYTES])
