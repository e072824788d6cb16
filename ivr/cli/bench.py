"""`ivr bench` and `ivr eval`: figures, kept with the facts of the machine they were measured on."""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
import uvloop

import ivr
from ivr import settings as settings_room
from ivr.adapters.files.knowledge import FolderKnowledge
from ivr.adapters.scripted import codec
from ivr.audio import g711
from ivr.cli.composing import bench_compose
from ivr.cli.evaluate import measure_turns, show_turns
from ivr.cli.output import AsJson, console, emit, errors, run, table
from ivr.cli.place import recording
from ivr.demo import FOLDER
from ivr.measure.answers_bench import bench_answers as time_answers
from ivr.measure.barge_in import barge_in
from ivr.measure.golden import read_golden
from ivr.measure.latency import Clip, Server, latency
from ivr.measure.media import WebProcess, media
from ivr.measure.phone import Exchange
from ivr.session.voice import WARM
from ivr.settings import Engines, Settings
from ivr.vocabulary.errors import BackendUnavailable, ConfigError
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MuLaw
from ivr.wiring.local import local_secrets
from ivr.wiring.offline import meaning
from ivr.wiring.supervisor import server_facts

Keep = Annotated[Path | None, typer.Option(help="Also write the result, with the machine's facts, here.")]

WARM_S = 1_800.0
"A first start renders every answer in every language, some of them by a slow voice."
CALLERS = FOLDER / "callers"


def add_to(app: typer.Typer) -> None:
    bench = typer.Typer(no_args_is_help=True, help="Measure speed and cost.")
    bench.command("latency")(bench_latency)
    bench.command("barge-in")(bench_barge_in)
    bench.command("media")(bench_media)
    bench.command("answers")(bench_answers)
    bench.command("compose")(bench_compose)
    app.add_typer(bench, name="bench")


def bench_latency(
    calls: Annotated[int, typer.Option(help="Calls at a time.")] = 1,
    rounds: Annotated[int, typer.Option(help="How often each of them calls.")] = 5,
    callers: Annotated[
        Path, typer.Option(help="Recordings of callers and their manifest.jsonl; each language is measured apart.")
    ] = CALLERS,
    turns: Annotated[
        list[Path] | None, typer.Option(help="Also measure turn-taking on this place of `ivr eval turns`, unhurried.")
    ] = None,
    other: Annotated[Path | None, typer.Option(help="The other side of the calls among them.")] = None,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Voice to voice, with real models over the local exchange. Runs a server of its own.

    A server that cuts callers off is quick: --turns shows, from the same settings, that it does not.
    """

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        clips = _clips(callers)
        languages = sorted({clip.language for clip in clips})
        async with _server(settings) as (_, server):
            with errors.status(f"{calls} call(s) at a time, {rounds} round(s)") as status:
                done = 0

                def on_done() -> None:
                    nonlocal done
                    done += 1
                    status.update(f"{done} of {calls * rounds * len(languages)} calls done")

                result = await latency(server, clips, calls, rounds, on_done)
        if turns:
            with errors.status("listening to the recordings"):
                result["turn_taking"] = await measure_turns(settings, turns, other, LanguageTag("en"))
        return result | {"machine": machine_facts()}

    result = run(main)
    if keep is not None:
        keep.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return
    measured = result["voice_to_voice_ms"]
    console.print(
        f"voice to voice  p50 [bold]{measured['p50']}[/] ms   p95 {measured['p95']} ms   p99 {measured['p99']} ms   "
        f"({measured['n']} turns)",
        highlight=False,
    )
    fillers = result["filler_ms"]
    if fillers["n"]:
        console.print(
            f"fillers         p50 {fillers['p50']} ms   p95 {fillers['p95']} ms   ({fillers['n']} late replies)",
            highlight=False,
        )
    stages = result["stages_ms"].items()
    table("stage", "p50 ms", "p95 ms", rows=[[name, str(each["p50"]), str(each["p95"])] for name, each in stages])
    if len(result["by_language"]) > 1:
        found = result["by_language"].items()
        rows = [[tag, *(str(each[name]) for name in ("p50", "p95", "n"))] for tag, each in found]
        table("language", "p50 ms", "p95 ms", "turns", rows=rows)
    if turns:
        show_turns(result["turn_taking"])


def bench_barge_in(
    rounds: Annotated[int, typer.Option(help="How often each recording interrupts.")] = 2,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """How soon a prompt falls silent when the caller speaks over it, with real models over the local exchange."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        clips = _clips(CALLERS) * rounds
        async with _server(settings) as (_, server):
            with errors.status("interrupting"):
                result = await barge_in(server, clips)
        return result | {"machine": machine_facts()}

    result = run(main)
    if keep is not None:
        keep.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return
    onset, decision = result["onset_to_silence_ms"], result["decision_to_silence_ms"]
    console.print(
        f"{result['cut']} of {result['calls']} prompts were cut; silent p50 [bold]{onset['p50']}[/] ms, p95 "
        f"{onset['p95']} ms after the caller's first sound, at most {decision['max']} ms after the decision",
        highlight=False,
    )


def bench_media(
    calls: Annotated[int, typer.Option(min=1, help="Calls at a time.")] = 300,
    seconds: Annotated[float, typer.Option(min=1.0, help="How long they are held and measured.")] = 30.0,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """What the media path of one call costs, with scripted engines. Runs a server of its own, on one core."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load().model_copy(update={"engines": Engines.SCRIPTED, "speed": 1.0})
        async with _server(settings) as (measured, server):
            secrets = local_secrets(measured)
            pid = int((measured.run_dir / "web.pid").read_text(encoding="utf-8"))
            web = WebProcess(pid, server.port, secrets.account_sid, secrets.auth_token, server.exchange.number)
            with errors.status("placing calls") as status:
                result = await media(web, _spoken_in_tones(), calls, seconds, status.update)
        return result | {"machine": machine_facts()}

    result = run(main, uvloop.new_event_loop)
    if keep is not None:
        keep.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return
    gap = result["frame_gap_ms"]
    console.print(
        f"{calls} calls   cores a call [bold]{result['cores_per_call']:.4f}[/]   "
        f"MB a call [bold]{result['memory_mb_per_call']:.3f}[/]   "
        f"ms between frames p50 {gap['p50']}, p99 [bold]{gap['p99']}[/], longest {gap['max']}",
        highlight=False,
    )


def bench_answers(
    passages: Annotated[
        int, typer.Option(min=1, help="Made-up passages that the answer is looked for among.")
    ] = 10_000,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """How long finding an answer takes: the question embedded, and compared with everything that is known."""

    async def main() -> dict[str, Any]:
        settings = settings_room.load()
        questions = [
            row for file in sorted((FOLDER / "bank" / "golden").glob("en*.jsonl")) for row in read_golden(file)
        ]
        real = await FolderKnowledge(FOLDER / "bank" / "knowledge").answers()
        async with meaning(settings) as embedders:
            with errors.status(f"asking {len(questions)} questions"):
                result = await time_answers(passages, real, questions, embedders.asking)
        return result | {"machine": machine_facts()}

    result = run(main)
    if keep is not None:
        keep.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if as_json:
        emit(result)
        return
    stages = [name for name in result if name.endswith("_ms")]
    table(
        "stage", "p50 ms", "p95 ms",
        rows=[[name.removesuffix("_ms"), str(result[name]["p50"]), str(result[name]["p95"])] for name in stages],
    )  # fmt: skip


def machine_facts() -> dict[str, Any]:
    """What a figure depends on, so that it can be compared."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ivr": ivr.__version__,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _clips(folder: Path) -> list[Clip]:
    """The recordings that are answered. Raises ConfigError for a folder without any."""
    manifest = folder / "manifest.jsonl"
    try:
        rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
        answered = [row for row in rows if row["expect"] == "answer"]
        clips = [Clip(row["id"], row["language"], recording(folder / row["audio"])) for row in answered]
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"cannot be read ({type(error).__name__}: {error})",
            where=str(manifest),
            fix='Give a folder with a manifest.jsonl: an "id", "language", "audio" and "expect" per line.',
        ) from error
    if not clips:
        raise ConfigError("names no caller who is answered", where=str(manifest), fix='Mark some "expect": "answer".')
    return clips


def _spoken_in_tones() -> list[MuLaw]:
    """The same questions as scripted engines hear them."""
    rows = [json.loads(line) for line in (CALLERS / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    return [g711.encode(codec.encode(row["text"])) for row in rows if row["expect"] == "answer"]


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[tuple[Settings, Server]]:
    """A server of its own with its settings: on a temporary data folder, with the models of this one; warm at first.

    What real engines have rendered and embedded is kept with the settings' own: it is the same, and takes minutes.
    """
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        if settings.engines is Engines.REAL:
            kept = settings.data.absolute() / "cache"
            kept.mkdir(parents=True, exist_ok=True)
            (Path(folder) / "cache").symlink_to(kept)
        measured = settings.model_copy(update={"data": Path(folder), "models": settings.models_dir.absolute()})
        environment = os.environ | {
            "IVR_DATA": folder,
            "IVR_MODELS": str(measured.models),
            "IVR_ENGINES": settings.engines.value,
            "IVR_SPEED": str(settings.speed),
            "IVR_LOG_LEVEL": "error",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ivr", "serve", "--port", "0"),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield measured, await _warm(measured, process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _warm(settings: Settings, process: asyncio.subprocess.Process) -> Server:
    """Wait until the server has everything and has rendered what it renders ahead."""
    loop = asyncio.get_running_loop()
    due = loop.time() + WARM_S
    with errors.status("starting a server and letting it warm up"):
        while loop.time() < due:
            await asyncio.sleep(0.5)
            if process.returncode is not None:
                raise BackendUnavailable("the server to measure did not start; `ivr check` says why")
            try:
                facts = server_facts(settings)
            except ConfigError:
                continue
            if await _ready(facts.port) and facts.exchange_port is not None:
                return Server(
                    facts.port,
                    facts.api_token,
                    Exchange(facts.exchange_port, facts.control_token, facts.number),
                )
    raise BackendUnavailable(f"the server to measure was not ready within {WARM_S:.0f} s")


async def _ready(port: int) -> bool:
    timeout = aiohttp.ClientTimeout(total=2.0)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(f"http://127.0.0.1:{port}/readyz") as got,
        ):
            needs = {each["name"]: each for each in (await got.json())["needs"]}
            return got.status == 200 and needs["phrases"]["detail"] == WARM
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return False
