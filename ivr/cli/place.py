"""`ivr call`: a caller on this machine."""

import asyncio
import secrets
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from typer.core import TyperCommand

from ivr import settings as settings_room
from ivr.answers.summary import as_json as as_json_lines
from ivr.audio import g711
from ivr.audio.resample import to_telephone
from ivr.calls.routing.state import Agent, Presence
from ivr.cli.output import AsJson, console, emit, language_option, run
from ivr.measure.agent import Watch, agent_phone, dead_air_ms, silences
from ivr.measure.caller import CallerTurn, Press, Speak, fetch, merged, place
from ivr.measure.phone import Exchange
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import SCHEMA_VERSION, Event, Logged
from ivr.vocabulary.ids import AgentId, CallId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.payloads import from_payload
from ivr.vocabulary.units import MULAW_SILENCE, SAMPLE_RATE_HZ, MuLaw
from ivr.wiring.agents import open_office
from ivr.wiring.engines import clock_of, engine_ports
from ivr.wiring.summaries import offline_summaries
from ivr.wiring.supervisor import server_facts

TELLING_MS = 2_500
"After a transfer that came to nothing: how soon the caller must hear of it."
_ORDER = "turns in order"
_FLAGS = ("--speak", "--say", "--press")


class AgentManner(StrEnum):
    """What a temporary agent does with the call."""

    ACCEPT = "accept"
    DECLINE = "decline"
    NONE = "none"


class _InOrder(TyperCommand):
    """Remembers in which order --speak, --say and --press were given: that is the order of the caller's turns."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        order = []
        for index, arg in enumerate(args):
            name, equals, value = arg.partition("=")
            if name in _FLAGS:
                order.append((name, value if equals else (args[index + 1] if index + 1 < len(args) else "")))
        ctx.meta[_ORDER] = order
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    app.command("call", cls=_InOrder)(call)


def call(
    ctx: typer.Context,
    speak: Annotated[list[Path] | None, typer.Option(help="A caller turn: a WAV file.")] = None,
    say: Annotated[list[str] | None, typer.Option(help="A caller turn: words, spoken by a voice.")] = None,
    press: Annotated[list[str] | None, typer.Option(help="A caller turn: keys.")] = None,
    language: Annotated[str, typer.Option(help="Language of --say.")] = "en",
    caller: Annotated[str, typer.Option("--from", help="The caller's number, or `anonymous`.")] = "+12025550143",
    agent: Annotated[
        AgentManner | None, typer.Option(help="Add a temporary agent, who gets only this call, and does this with it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Place a call to the running server. One caller turn after each of the assistant's, in the order given."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        facts = server_facts(settings)
        if facts.exchange_port is None:
            raise ConfigError(
                "this server takes its calls from Twilio",
                where="ivr call",
                fix=f"Dial {settings.twilio_number or 'its number'} with a telephone, or unset IVR_TWILIO_ACCOUNT_SID.",
            )
        turns = await _turns(ctx.meta[_ORDER], language_option(language), settings)
        exchange = Exchange(facts.exchange_port, facts.control_token, facts.number)
        watch = Watch(facts.port, facts.api_token)
        async with AsyncExitStack() as stack:
            rings = await stack.enter_async_context(_agent(settings, exchange, agent)) if agent is not None else None
            heard = await place(exchange, caller, turns, watch=watch, rings=rings)
            told = await fetch(facts.port, facts.api_token, heard.call)
            if told["transfer"] is not None:
                found, facts_of = await silences(exchange, heard.call), told["transfer"]
                until = facts_of["until_ms"]
                until = None if until is None or facts_of["state"] == "bridged" else until + TELLING_MS
                told["transfer"] = await _transfer(settings, told, dead_air_ms(found, facts_of["from_ms"], until))
        return merged(told, heard)

    result = run(main)
    if as_json:
        emit(result)
    else:
        _print(result)


@asynccontextmanager
async def _agent(
    settings: Settings, exchange: Exchange, manner: AgentManner
) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """A temporary agent: at the exchange at once, in the directory once it is known for which call."""
    name = f"caller-{secrets.token_hex(4)}"
    address = f"client:{name}"
    async with agent_phone(exchange, address, manner.value), open_office(settings) as office:

        async def rings(call: str) -> None:
            added = Agent(AgentId(name), "Temporary agent", address, only=call)
            await office.directory.add_agent(added, Presence.AVAILABLE, office.clock.wall_ms())

        try:
            yield rings
        finally:
            await office.directory.remove_agent(AgentId(name))


async def _transfer(settings: Settings, told: dict[str, Any], dead_air: int) -> dict[str, Any]:
    """The transfer as it is printed: with what the agent was told, each line with the turns it stands on."""
    facts = told["transfer"]
    log = [
        Logged(CallId(told["call"]), each["seq"], each["at_ms"], each["wall_ms"], _event_of(each))
        for each in told["events"]
    ]
    summary = (await offline_summaries(settings)).of(log, LanguageTag("en"))
    return {
        "reason": facts["reason"],
        "signals": list(facts["signals"]),
        "summary": as_json_lines(summary),
        "agent": facts["agent"] or None,
        "state": facts["state"],
        "wait_ms": facts["wait_ms"],
        "rung_ms": facts["rung_ms"],
        "dead_air_ms": dead_air,
    }


def _event_of(told: dict[str, Any]) -> Event:
    fields = {name: value for name, value in told.items() if name not in {"seq", "at_ms", "wall_ms", "kind"}}
    return from_payload(told["kind"], SCHEMA_VERSION, fields)


async def _turns(given: list[tuple[str, str]], language: LanguageTag, settings: Settings) -> list[CallerTurn]:
    turns: list[CallerTurn] = []
    for flag, value in given:
        match flag:
            case "--speak":
                turns.append(Speak(await asyncio.to_thread(recording, Path(value))))
            case "--say":
                turns.append(Speak(await _spoken(value, language, settings)))
            case _:
                if not value or set(value) - set("0123456789*#ABCD"):
                    raise ConfigError(f"{value!r} are no keys", where="--press", fix="Use 0 to 9, * and #.")
                turns.append(Press(value))
    return turns


async def _spoken(text: str, language: LanguageTag, settings: Settings) -> MuLaw:
    """Words as a caller would say them, by the server's own voice. Kept nowhere."""
    async with engine_ports(settings, clock_of(settings)) as engines:
        last_resort = any(each.language == language and each.engine == "espeak" for each in engines.voices)
        if last_resort or engines.background.voice(language) is None:
            raise ConfigError(
                f"no voice here speaks {language} well enough to be understood",
                where="--say",
                fix="Record the caller and use --speak FILE.wav.",
            )
        audio = g711.encode(await engines.background.synthesize(text, language))
    return MuLaw(audio + bytes([MULAW_SILENCE]) * (SAMPLE_RATE_HZ // 10))


def recording(path: Path) -> MuLaw:
    """A WAV file as telephone audio. Raises ConfigError for what is not one."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise ConfigError(
            f"is no WAV file that can be read ({error})", where=str(path), fix="Give a PCM WAV."
        ) from error
    if width != 2:
        raise ConfigError(f"has {8 * width}-bit samples", where=str(path), fix="Save it as 16-bit PCM.")
    samples = np.frombuffer(data, dtype="<i2").reshape(-1, channels)[:, 0]
    return g711.encode(to_telephone(np.ascontiguousarray(samples), rate))


def _print(result: dict[str, Any]) -> None:
    console.print(f"[dim]assistant[/]  {result['greeting']}", highlight=False)
    for turn in result["turns"]:
        console.print(f"[bold cyan]caller[/]     {turn['caller'] or '(keys)'}", highlight=False)
        if turn["fillers"]:
            console.print(f"[dim]           ({' '.join(turn['fillers'])})[/]", highlight=False)
        console.print(f"[dim]assistant[/]  {turn['assistant']}", highlight=False)
        facts = [turn["kind"], ", ".join(turn["sources"])]
        if turn["voice_to_voice_ms"] is not None:
            facts.append(f"{turn['voice_to_voice_ms']} ms to the first word")
        if turn["filler_ms"] is not None:
            facts.append(f"{turn['filler_ms']} ms to the filler")
        console.print(f"[dim]           {' · '.join(fact for fact in facts if fact)}[/]", highlight=False)
    if (transfer := result["transfer"]) is not None:
        met = f"{transfer['agent'] or 'nobody'}, {transfer['state']} after {transfer['wait_ms']} ms"
        console.print(f"[bold]transfer[/]   {transfer['reason']}: {met}", highlight=False)
        for each in transfer["summary"]:
            console.print(f"[dim]{', '.join(map(str, each['turns'])):>9}[/]  {each['line']}", highlight=False)
    console.print(f"[bold]{result['outcome']}[/], ended by {result['ended_by'] or '?'}  [dim]{result['call']}[/]")
