"""`ivr call`: a caller on this machine."""

import asyncio
import wave
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from typer.core import TyperCommand

from ivr import settings as settings_room
from ivr.audio import g711
from ivr.audio.resample import to_telephone
from ivr.cli.output import AsJson, console, emit, language_option, run
from ivr.measure.caller import CallerTurn, Exchange, Press, Speak, fetch, merged, place
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MULAW_SILENCE, SAMPLE_RATE_HZ, MuLaw
from ivr.wiring.engines import clock_of, engine_ports
from ivr.wiring.supervisor import server_facts

_ORDER = "turns in order"
_FLAGS = ("--speak", "--say", "--press")


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
        heard = await place(exchange, caller, turns)
        told = await fetch(facts.port, facts.api_token, heard.call)
        return merged(told, heard)

    result = run(main)
    if as_json:
        emit(result)
    else:
        _print(result)


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
    console.print(f"[bold]{result['outcome']}[/], ended by {result['ended_by'] or '?'}  [dim]{result['call']}[/]")
