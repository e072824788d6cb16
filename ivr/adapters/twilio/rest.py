"""Twilio's REST, through its own asynchronous client.

Source     docs/carrier-wire.md; the twilio library, 9.13.
Retries    Ours: its own would post again after a 5xx and ignore the time limit. Most requests may be repeated without
           harm (they read, or say where a call or a room should be), so each is tried again after 429, 5xx and a
           broken connection, within one time limit for all tries together. A new call may not: after anything but a
           429, which Twilio did not carry out, it is looked for among the account's calls before it is made again.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from ivr.adapters.twilio import twiml
from ivr.audio.wav import read_wav
from ivr.ports.carrier import Instruction, NumberFacts, Part
from ivr.vocabulary.errors import BackendError, BackendRejected, BackendUnavailable, DeadlineExceeded
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.units import MuLaw

Result = TypeVar("Result")

BACKOFF_S: Final = (0.5, 1.0, 2.0)
"Pauses before the second, third and fourth try."

LARGEST_RECORDING_BYTES: Final = 8 << 20
"Eight minutes of telephone audio."

MAX_NUMBERS: Final = 1_000

NEW_CALL_S: Final = 4.0
"How long the answer to a new call may take before it is looked for; all tries together keep to `timeout_s`."
CLOCKS_APART: Final = timedelta(seconds=5)
"By how much Twilio's clock may differ from ours."
UNDER_WAY: Final = frozenset({"queued", "initiated", "ringing", "in-progress"})
"States of a call that is not over."

_BAD_CREDENTIALS: Final = 20003
_NOT_FOUND: Final = 20404
_NOT_IN_PROGRESS: Final = 21220

_FAILURES: Final = (TwilioException, aiohttp.ClientError, OSError, ValueError, KeyError, TypeError)
"What a request may raise: the library, the network, or an answer that is not Twilio's. TimeoutError is an OSError."

_CALL = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")

# At INFO the client logs the URLs and parameters of its requests, and with them telephone numbers.
_quiet = logging.getLogger("ivr.adapters.twilio.http")
_quiet.setLevel(logging.WARNING)


class TwilioCarrier:
    """`Carrier` for Twilio. Use it from one event loop.

    base_url   another place to find the REST API (the local exchange); None for Twilio itself.
    timeout_s  for a request with all its tries.
    sleep      waits between tries.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        base_url: str | None = None,
        timeout_s: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._account, self._token = account_sid, auth_token
        self._base_url, self._timeout_s, self._sleep = base_url, timeout_s, sleep
        self._http: AsyncTwilioHttpClient | None = None
        self._client: Client | None = None

    async def account_name(self) -> str:
        account = await self._ask("reading the account", lambda client: client.api.account.fetch_async())
        return str(account.friendly_name or "")

    async def numbers(self) -> list[NumberFacts]:
        """Every incoming telephone number; one that an application or a trunk answers shows what that does."""

        def listed(client: Client) -> Awaitable[Any]:
            return client.incoming_phone_numbers.list_async(limit=MAX_NUMBERS, page_size=MAX_NUMBERS)  # type: ignore[no-any-return]

        return [await self._facts(number) for number in await self._ask("listing the telephone numbers", listed)]

    async def hang_up(self, call: CallId) -> None:
        """End a call. A call that is over, or that Twilio does not know, already counts as done."""
        _check_call(call)
        try:
            await self._ask("ending a call", lambda client: client.calls(call).update_async(status="completed"))
        except BackendRejected as error:
            if not _is_over(error):
                raise

    async def ring(self, to: str, caller_id: str, answer_url: str, status_url: str, *, ring_s: int) -> CallId:
        """Call an agent. A telephone is listened to before it is spoken to; a browser has no voicemail."""
        listened: dict[str, Any] = {} if to.startswith("client:") else {"machine_detection": "Enable"}
        began = datetime.now(UTC)

        async def call(client: Client) -> CallId:
            async with asyncio.timeout(min(NEW_CALL_S, self._timeout_s)):
                made = await client.calls.create_async(
                    to=to,
                    from_=caller_id,
                    url=answer_url,
                    status_callback=status_url,
                    status_callback_event=["ringing", "completed"],
                    timeout=ring_s,
                    **listened,
                )
            return CallId(str(made.sid))

        async def once(client: Client) -> CallId:
            try:
                return await call(client)
            except _FAILURES as error:
                failure = _translated("calling an agent", error)
                if isinstance(failure, BackendRejected) or _status(error) == 429:
                    raise
                if (made := await self._under_way(client, to, caller_id, began)) is None:
                    raise
                return made

        return await self._ask("calling an agent", once)

    async def redirect(self, call: CallId, instruction: Instruction) -> None:
        """Have a call do something else. Said twice it comes to the same, so it is tried again."""
        _check_call(call)
        document = twiml.render(instruction)
        await self._ask("redirecting a call", lambda client: client.calls(call).update_async(twiml=document))

    async def hold(self, room: str, call: CallId, *, on: bool) -> None:
        """Hold a participant, with Twilio's own music, or take them off hold."""
        await self._change("holding a leg", room, call, hold=on)

    async def take_part(self, room: str, call: CallId, part: Part, to: CallId | None = None) -> None:
        """Mute a participant, have it coach another one, or neither, all in one request: nothing is heard between."""
        if part is not Part.WHISPERS:
            return await self._change("changing a part", room, call, muted=part is Part.LISTENS, coaching=False)
        if to is None:
            raise BackendRejected("changing a part: nobody is there to be whispered to")
        _check_call(to)
        return await self._change("changing a part", room, call, muted=False, coaching=True, call_sid_to_coach=to)

    async def say(self, room: str, url: str) -> None:
        """Announce to a conference. Who is on hold does not hear it."""
        sids = await self._rooms(room)
        if not sids:
            raise BackendRejected("saying something: the room is over")

        def announced(client: Client) -> Awaitable[Any]:
            return client.conferences(sids[0]).update_async(announce_url=url, announce_method="POST")  # type: ignore[no-any-return]

        await self._ask("saying something", announced)

    async def end_room(self, room: str) -> None:
        """End a conference. One that is over counts as done."""
        for sid in await self._rooms(room):
            try:
                await self._ask("ending a room", lambda client: _end(client, sid))  # noqa: B023 - awaited in the turn
            except BackendRejected as error:
                if not _is_over(error):
                    raise

    async def recording(self, recording: str) -> MuLaw:
        """Fetch a recording as it was heard on the line: the library has no way to, so it is asked for by itself."""
        base = (self._base_url or "https://api.twilio.com").rstrip("/")
        url = f"{base}/2010-04-01/Accounts/{self._account}/Recordings/{_checked(recording)}.wav"
        data = await self._ask("fetching a recording", lambda _: self._fetch(url))
        try:
            return read_wav(data)
        except ValueError as error:
            raise BackendRejected(f"fetching a recording: {error}") from error

    async def delete_recording(self, recording: str) -> None:
        """Delete a recording. One that is not there counts as done."""
        sid = _checked(recording)
        try:
            await self._ask("deleting a recording", lambda client: client.recordings(sid).delete_async())
        except BackendRejected as error:
            if not _is_over(error):
                raise

    async def _fetch(self, url: str) -> bytes:
        """Raises what a request of the library would."""
        async with (
            aiohttp.ClientSession(auth=aiohttp.BasicAuth(self._account, self._token)) as http,
            http.get(url) as response,
        ):
            if response.status != 200:
                raise TwilioRestException(response.status, url)
            data = await response.content.read(LARGEST_RECORDING_BYTES + 1)
            while len(data) <= LARGEST_RECORDING_BYTES and (more := await response.content.read(1 << 16)):
                data += more
        return bytes(data[:LARGEST_RECORDING_BYTES])

    async def close(self) -> None:
        """Close the connections. Doing it twice changes nothing."""
        http, self._http, self._client = self._http, None, None
        if http is not None:
            await http.close()

    async def _change(self, what: str, room: str, call: CallId, **changes: Any) -> None:
        """Update a participant of the newest conference of this name."""
        _check_call(call)
        sids = await self._rooms(room)
        if not sids:
            raise BackendRejected(f"{what}: the room is over")

        def changed(client: Client) -> Awaitable[Any]:
            return client.conferences(sids[0]).participants(call).update_async(**changes)  # type: ignore[no-any-return]

        await self._ask(what, changed)

    async def _rooms(self, room: str) -> list[str]:
        """Sids of the conferences of this name that are not over, newest first."""

        def listed(client: Client) -> Awaitable[Any]:
            return client.conferences.list_async(friendly_name=room, limit=20)  # type: ignore[no-any-return]

        found = await self._ask("looking for a room", listed)
        return [str(each.sid) for each in found if each.status != "completed"]

    async def _under_way(self, client: Client, to: str, caller_id: str, began: datetime) -> CallId | None:
        """The call that was made to this agent since then, if there is one. Raises what the client raises."""
        for call in await client.calls.list_async(to=to, from_=caller_id, limit=20):
            fresh = call.date_created is None or call.date_created >= began - CLOCKS_APART
            if fresh and call.status in UNDER_WAY:
                return CallId(str(call.sid))
        return None

    async def _facts(self, number: Any) -> NumberFacts:
        answers = number
        if number.voice_application_sid:  # then the number's own URLs are not used
            sid = number.voice_application_sid
            answers = await self._ask("reading an application", lambda client: client.applications(sid).fetch_async())
        voice_url = f"trunk:{number.trunk_sid}" if number.trunk_sid else answers.voice_url
        return NumberFacts(
            number=str(number.phone_number or ""),
            voice_url=str(voice_url or ""),
            voice_method=str(answers.voice_method or "POST").upper(),
            fallback_url=str(answers.voice_fallback_url or ""),
            status_url=str(answers.status_callback or ""),
        )

    async def _ask(self, what: str, request: Callable[[Client], Awaitable[Result]]) -> Result:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._try(what, request)
        except TimeoutError as error:
            raise DeadlineExceeded(f"Twilio: {what} took longer than {self._timeout_s:g} s") from error

    async def _try(self, what: str, request: Callable[[Client], Awaitable[Result]]) -> Result:
        for pause_s in (*BACKOFF_S, None):
            try:
                return await request(self._open())
            except _FAILURES as error:
                failure = _translated(what, error)
                if pause_s is None or not isinstance(failure, BackendUnavailable):
                    raise failure from error
            await self._sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _open(self) -> Client:
        """The client, made at the first request because its connections belong to the running loop."""
        if self._client is None:
            self._http = AsyncTwilioHttpClient(logger=_quiet)
            self._client = Client(self._account, self._token, http_client=self._http)
            if self._base_url:
                self._client.edge = self._client.region = None  # else the host name is rewritten
                self._client.api.base_url = self._base_url.rstrip("/")
        return self._client


def _end(client: Client, sid: str) -> Awaitable[Any]:
    return client.conferences(sid).update_async(status="completed")  # type: ignore[no-any-return]


def _check_call(call: CallId) -> None:
    if not _CALL.fullmatch(call):
        raise BackendRejected(f"{call!r} is not the id of a call: `CA` and 32 hex digits")


def _checked(recording: str) -> str:
    if not _RECORDING.fullmatch(recording):
        raise BackendRejected(f"{recording!r} is not the id of a recording: `RE` and 32 hex digits")
    return recording


def _is_over(error: BackendRejected) -> bool:
    """Whether Twilio refused because what it was about is over: a race that we lost, and need not win."""
    return _status(error.__cause__) == 404 or _code(error.__cause__) in {_NOT_FOUND, _NOT_IN_PROGRESS}


def _translated(what: str, error: Exception) -> BackendError:
    if not isinstance(error, TwilioException):
        if isinstance(error, aiohttp.ClientError | OSError):
            reason = f"Twilio cannot be reached ({type(error).__name__}); check the network, DNS and any proxy"
        else:
            reason = "what answered is not Twilio's REST API; check the network and any proxy between"
        return BackendUnavailable(f"{what}: {reason}")
    status, code = _status(error), _code(error)
    seen = f"{what}: Twilio answered HTTP {status}" + (f", error {code}" if code and code != status else "")
    if status in {401, 403} or code == _BAD_CREDENTIALS:
        fix = "check IVR_TWILIO_ACCOUNT_SID and IVR_TWILIO_AUTH_TOKEN against the console's Account Info"
        return BackendRejected(f"{seen}; {fix}")
    if status == 429:
        return BackendUnavailable(f"{seen}: too many requests; fewer at once, or ask Twilio for a higher limit")
    if status >= 500:
        return BackendUnavailable(f"{seen}; see status.twilio.com")
    return BackendRejected(f"{seen}; look the error up in the console's error log")


def _status(error: BaseException | None) -> int:
    """The HTTP status of a Twilio error; a failed page keeps its response among the exception's arguments."""
    page = getattr(error, "args", ())[1:2]
    return _number(getattr(error, "status", None) or (getattr(page[0], "status_code", None) if page else None))


def _code(error: BaseException | None) -> int:
    return _number(getattr(error, "code", None))


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
