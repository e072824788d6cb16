"""A live call: the shell that owns its tasks.

Frames come in and are heard at once, without waiting; whatever they amount to enters one inbox as events. One loop
takes them in order: step, commit to the log, then perform the effects. Nothing is spoken that is not on disk.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

import structlog

from ivr.calls import approving, folds, handover, machine
from ivr.calls.effects import Answer, Effect, ForgetDigits, HangUp, Hush, LookUp, Prove, Release, Say, TakeMessage
from ivr.calls.state import Call, Expectation, Phase
from ivr.calls.state import expectation as expected_of
from ivr.calls.transfer import supervision
from ivr.calls.transfer.state import Stage
from ivr.flows.schema import Script
from ivr.ports.carrier import Instruction
from ivr.ports.store import Entry
from ivr.session.deadlines import Deadlines
from ivr.session.ear import Closed, Cut, Ear, Glanced, Opened, Peeked, Quiet, Withdrawn
from ivr.session.handover import Handover
from ivr.session.hearing import Hearing
from ivr.session.knowing import is_known, look_up
from ivr.session.lateness import Lateness
from ivr.session.proving import Asking
from ivr.session.room import AGENT, RoomEar
from ivr.session.speaker import Speaker
from ivr.session.tools import CallLine, Tools
from ivr.session.vault import Command, Entered, Keypad, Vault
from ivr.vocabulary.errors import BackendUnavailable, IllegalTransition, IvrError
from ivr.vocabulary.events import (
    AsideJudged,
    CallEnded,
    CallerSilent,
    DeadlinePassed,
    DigitsReleased,
    Event,
    Fault,
    KeyPressed,
    KeysEntered,
    Logged,
    PauseJudged,
    PromptHeard,
    RoomSpoken,
    StreamLost,
    TurnTimed,
    UtteranceClosed,
)
from ivr.vocabulary.ids import CallId, PromptId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK

INBOX: Final = 256
"Events waiting for the loop. Full means that the log has stopped taking them: the call is let go."
KEY_PAUSE_MS: Final = 3_000
"Silence on the keypad that ends a run of digits."
WRITTEN_WITH_THE_NEXT: Final = (PauseJudged, AsideJudged)
"Facts that decide nothing alone: the log takes them with the next that may. Each would cost a sync of the disk."
AWAITED: Final = frozenset({Phase.UNDERSTANDING, Phase.ANSWERING, Phase.CHECKING})
"Phases in which the caller waits for a reply."
LOG_TRIES_MS: Final = (0, 50, 200, 600, 1_000)
"Waits before each try to write the log."


class LiveCall:
    """One call on this node, from its log onwards. `run` is its life; the rest is called from the loop's thread."""

    def __init__(
        self, script: Script, log: list[Logged], tools: Tools, stream_for: Callable[[list[Logged]], Instruction]
    ) -> None:
        self.id: CallId = log[0].call
        self.script, self.log = script, log
        self._tools = tools
        self._clock = tools.senses.clock
        self._call = folds.state(log, script)
        self._inbox: asyncio.Queue[tuple[int, Event | None]] = asyncio.Queue(INBOX)
        self._unwritten: list[Entry] = []
        self._ear = Ear(tools.detector(), tools.rules, log[-1].at_ms)
        self._speaker = Speaker(
            tools.senses.voice, self._clock, self._prompt_over, self._first_frame, self._ear.played, tools.lead_ms
        )
        self._vault, self._keypad = Vault(script.flow.region, self._today), Keypad()
        closed_before = sum(isinstance(logged.event, UtteranceClosed) for logged in log)
        self._hearing = Hearing(tools.senses, script, self._vault, self._now, self.post, self._ear, closed_before)
        self._asking = Asking(tools.customers, tools.log, self._clock, script.flow.region)
        self._lateness = Lateness(self._clock, self._reply_is_due, self.post)
        self._stream_for = stream_for
        self.handover = Handover(self, tools.lines, self._clock, tools.senses.voice)
        self._hours = self._call.is_open, self._call.today
        self._line: CallLine | None = None
        self._last_key_ms = 0
        self._deadlines = Deadlines(self._clock, lambda: self._call, self.post, self._see_hours)
        self._tasks: asyncio.TaskGroup | None = None
        self._over, self._gone = False, asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._record = structlog.get_logger("call").bind(call=self.id)

    # ── from outside, never waiting ──────────────────────────────────────────────────────────────────────────────

    @property
    def phase(self) -> Phase:
        return self._call.phase

    @property
    def state(self) -> Call:
        """The call, as decided up to now."""
        return self._call

    def stream_again(self) -> Instruction:
        """What brings the caller back onto a stream, by the log as it stands."""
        return self._stream_for(self.log)

    @property
    def on_line(self) -> bool:
        """Whether a media stream is attached now."""
        return self._line is not None

    @property
    def may_be_copied(self) -> bool:
        """Whether the caller is with an agent, or on the way there: what they say then is heard from a copy."""
        transfer = self._call.transfer
        with_agent = {Stage.JOINING, Stage.BRIDGED, Stage.HELD, Stage.CONSULTING}
        return not self._over and transfer is not None and transfer.stage in with_agent

    @property
    def in_company(self) -> bool:
        """Whether caller and agent hear each other."""
        transfer = self._call.transfer
        return transfer is not None and transfer.stage is Stage.BRIDGED

    def room_ear(self) -> RoomEar:
        """What listens to a copy of the caller's line, and lets what it hears into the log."""
        senses, tools = self._tools.senses, self._tools
        languages = self.script.flow.languages
        return RoomEar(self.id, senses.hearing, tools.detector, tools.rules, languages, self._clock, self._said_in_room)

    def _said_in_room(self, speaker: str, text: str, language: LanguageTag) -> None:
        transfer = self._call.transfer
        name = supervision.heard(transfer) if transfer is not None and speaker == AGENT else ""
        if not self._over:
            self.post(RoomSpoken(speaker, name, text, language))

    def attach(self, line: CallLine, event: Event) -> None:
        """A media stream is up; `event` is CallAnswered or TakenUp."""
        self._line = line
        self._speaker.attach(line)
        self._ear.begin()
        self.handover.caller_is_back()
        self.post(event)

    def detach(self, line: CallLine, event: Event) -> None:
        """The stream of `line` is over; `event` is StreamLost. A line that was replaced before changes nothing."""
        if self._line is line:
            self._line = None
            self._speaker.attach(None)
            self._hearing.withdraw()
            self.post(event)

    def post(self, event: Event) -> None:
        """Let an event in, at the present audio time."""
        try:
            self._inbox.put_nowait((self._ear.at_ms, event))
            self._settled.clear()
        except asyncio.QueueFull:
            self._record.error("inbox full: the call is let go", event_kind=event.kind)
            self.let_go()

    def hear(self, payload: bytes) -> None:
        """Caller audio, µ-law of any length."""
        if self._tasks is None:
            return
        self._speaker.tick()
        for happened in self._ear.hear(payload, self._clock.now_ms(), deaf=not self._speaker.interruptible):
            match happened:
                case Opened(onset_ms=onset_ms):
                    self._lateness.stop()
                    self._speaker.listen(True)
                    if (before := self._hearing.opened(onset_ms)) is not None:
                        self._ear.join(*before)
                case Cut():
                    self._speaker.cut()
                case Peeked():
                    self._hearing.peek(self._tasks, happened)
                case Glanced():
                    self._hearing.glance(self._tasks, happened)
                case Withdrawn():
                    self._hearing.withdraw()
                case Closed():
                    self._speaker.listen(False)
                    self._lateness.closed(self._tasks, self._hearing.closed(self._tasks, happened))
                case Quiet(for_ms=for_ms):
                    self.post(CallerSilent(for_ms))
        if self._keypad.waiting and self._ear.at_ms - self._last_key_ms >= KEY_PAUSE_MS:
            self._keys_entered(self._keypad.end(self._expected()))

    def key(self, key: str) -> None:
        """One key of the caller's keypad. What is no command is written down masked."""
        self._last_key_ms = self._ear.at_ms
        self._ear.not_silent()
        pressed = self._keypad.press(key, self._ear.at_ms, self._expected())
        self.post(KeyPressed(pressed.key if isinstance(pressed, Command) else MASK))
        if self._keypad.waiting:
            self._speaker.cut()
        if isinstance(pressed, Entered):
            self._keys_entered(pressed)

    async def settled(self) -> None:
        """Return when every event posted so far is in the log, or the call is over."""
        if not self._over:
            await self._settled.wait()

    async def took(self, fact: Event) -> bool:
        """Let a fact in; return when it is in the log. False when the call was over first: then it lives no longer."""
        seen = len(self.log)
        self.post(fact)
        await self.settled()
        if fact not in (logged.event for logged in self.log[seen:]):
            await self._gone.wait()
        return fact in (logged.event for logged in self.log[seen:])

    def mark(self, name: str) -> None:
        """A mark came back from the carrier."""
        self._speaker.marked(name)

    # ── the life of the call ─────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Take events until the call has ended, or must be let go. Raises nothing but cancellation."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                helpers = [self._tasks.create_task(self._speaker.run()), self._tasks.create_task(self._deadlines.run())]
                if self._tools.customers is not None and not is_known(self.log):
                    helpers.append(self._tasks.create_task(look_up(self._tools.customers, self.log, self.post)))
                self._deadlines.arm_phase()
                self._deadlines.arm_stage()
                self._deadlines.arm_watch()
                self.handover.begin(self._tasks)
                await self._loop()
                self.handover.stop()
                for helper in helpers:
                    helper.cancel()
                self._hearing.stop()
                self._lateness.stop()
        except* IvrError as group:
            for error in group.exceptions:
                self._record.error("the call is let go", error=type(error).__name__, detail=str(error))
        finally:
            self._tasks = None
            self.let_go()
            self._gone.set()

    async def _loop(self) -> None:
        while self._call.phase is not Phase.ENDED and not self._over:
            at_ms, event = await self._inbox.get()
            if event is not None:
                await self._take(at_ms, event)
            if self._inbox.empty():
                self._settled.set()
        if self._unwritten:
            await self._commit([])

    async def _take(self, at_ms: int, event: Event) -> None:
        """One event: decide, commit, act."""
        try:
            result = machine.step(self._call, event, self.script)
        except IllegalTransition as error:
            history = [logged.kind for logged in self.log[-20:]]
            self._record.error("illegal transition", detail=str(error), history=history)
            result = machine.step(self._call, Fault("calls", str(error)), self.script)
        wall_ms = self._clock.wall_ms()
        entries = [Entry(at_ms, wall_ms, each) for each in (event, *result.notes)]
        if isinstance(event, WRITTEN_WITH_THE_NEXT) and not result.effects:
            self._unwritten += entries
            self._call = result.call
            return
        await self._commit(entries)
        before, self._call = self._call, result.call
        self._speaker.music(handover.waits(self._call) or self._call.phase in {Phase.TRANSFERRED, Phase.APPROVING})
        waited = isinstance(event, DeadlinePassed) and machine.is_of_transfer(event)
        if (waited and event != DeadlinePassed(supervision.DEADLINE)) or _stage(before) != _stage(self._call):
            self._deadlines.arm_stage()
        self._deadlines.arm_watch()
        self._deadlines.arm_draft()
        if before.phase is not result.call.phase or result.effects:
            self._deadlines.arm_phase()
        for effect in result.effects:
            self._perform(effect)
        asked = self._call.phase in {Phase.LISTENING, Phase.WAITING} and before.phase is Phase.SPEAKING
        waits = self._call.phase is Phase.HOLDING and isinstance(event, PromptHeard)
        if (asked or waits) and self._line is not None:
            self._line.mark(f"floor.{self.log[-1].seq}")  # for whoever listens on the line: the caller's turn now

    async def _commit(self, entries: list[Entry]) -> None:
        entries, self._unwritten = [*self._unwritten, *entries], []
        for number, wait_ms in enumerate(LOG_TRIES_MS):
            await self._clock.sleep_until(self._clock.now_ms() + wait_ms)
            try:
                written = await self._tools.log.append(self.id, self.log[-1].seq, entries)
            except BackendUnavailable as error:
                self._record.warning("the call log did not take an event", attempt=number + 1, detail=str(error))
                continue
            self.log += written
            for logged in written:
                self._tools.observe(logged)
            return
        raise BackendUnavailable(f"call {self.id}: its log could not be written, so nothing more may be said")

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Say(prompt=prompt):
                timing = self._hearing.timing
                bridges = effect.passing and effect.purpose != approving.PURPOSE  # a person's time is none of ours
                (timing.bridged if bridges else timing.decided)(prompt)
                self._speaker.say(
                    prompt,
                    effect.text,
                    effect.language,
                    rate=effect.rate,
                    interruptible=effect.interruptible,
                    passing=effect.passing,
                )
                self._ear.prompt_began()
            case Hush():
                self._speaker.cut()
            case Answer():
                if self._tasks is not None:
                    self._hearing.composing.answer(self._tasks, effect)
            case Release(token=token):
                self.post(DigitsReleased(token, self._vault.release(token, effect.proof)))
            case Prove(secrets=secrets):
                if self._tasks is not None:
                    self._tasks.create_task(self._asking.prove(effect, self._vault.take(secrets), self.post))
            case LookUp():
                if self._tasks is not None:
                    self._tasks.create_task(self._asking.look_up(effect, self.post))
            case ForgetDigits():
                self._vault.forget()
            case TakeMessage():
                self._leave_line()
                self.post(StreamLost("the carrier takes a message"))
            case HangUp():
                self.post(CallEnded("assistant" if self._line is not None else "carrier"))
            case _:
                self.handover.perform(effect)

    def let_go(self) -> None:
        """Close the stream. The carrier then asks what comes next, and the log has the answer."""
        self._over = True
        self._settled.set()
        if self._inbox.empty():
            self._inbox.put_nowait((self._ear.at_ms, None))  # wakes the loop, so that it sees that it is over
        self._leave_line()

    def _leave_line(self) -> None:
        line, self._line = self._line, None
        self._speaker.attach(None)
        if line is not None:
            line.close()

    def _see_hours(self) -> None:
        """Let the business's opening and closing in as it happens."""
        if (seen := self._tools.hours()) is not None and (seen.is_open, seen.today) != self._hours:
            self._hours = seen.is_open, seen.today
            self.post(seen)

    # ── what the parts tell ──────────────────────────────────────────────────────────────────────────────────────

    def _now(self) -> tuple[Call, Expectation]:
        return self._call, self._expected()

    def _expected(self) -> Expectation:
        return expected_of(self._call, self.script.flow)

    async def _reply_is_due(self) -> bool:
        """Whether a reply is still to come, after everything that has come in so far."""
        await self.settled()
        return not self._over and self._call.phase in AWAITED

    def _prompt_over(self, event: Event) -> None:
        if not isinstance(event, Fault) and not self._speaker.speaking:
            self._ear.prompt_ended(self._expected().patience)
        self.post(event)

    def _first_frame(self, prompt: PromptId) -> None:
        if (timed := self._hearing.timing.audible(prompt)) is not None:
            self.post(TurnTimed(timed[0], prompt, timed[1]))

    def _keys_entered(self, entered: Entered | Command | None) -> None:
        match entered:
            case Command(key=key):
                self.post(KeyPressed(key))
            case Entered(digits=digits):
                self.post(KeysEntered(self._vault.keys(digits, self._expected().wanted)))

    def _today(self) -> date:
        """The day where the business is, or by universal time when no schedule says where that is."""
        told = next(iter(self._call.today.values()), None)
        return date.fromisoformat(told) if told else datetime.fromtimestamp(self._clock.wall_ms() / 1_000, UTC).date()


def _stage(call: Call) -> tuple[str, Stage] | None:
    return (call.transfer.id, call.transfer.stage) if call.transfer is not None else None
