"""What an operator asks the product, and what it answers: checks, health, metrics, and the commands about calls."""

import asyncio
import json
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from ivr.adapters.sql.stores import open_stores
from ivr.cli import app
from ivr.exchange.app import run_exchange
from ivr.exchange.config import ExchangeConfig, Number
from ivr.ports.store import CallLog
from ivr.settings import Settings
from ivr.vocabulary.events import CallEnded
from ivr.vocabulary.ids import CallId
from ivr.web.metrics import Metrics
from ivr.wiring.checks import CheckFault, check_carrier
from tests.calls.desk import BALANCE_WORDS, with_balance
from tests.calls.script import FLOW, script
from tests.journeys.house import street
from tests.journeys.server import WORKERS, eventually, serving
from tests.repository.tree import ROOT

ACCOUNT, TOKEN = "AC" + "5" * 32, "6" * 32
NUMBER = "+12025550100"
PUBLIC = "https://voice.example.com"


def ivr(*arguments: str, **environment: str) -> tuple[int, Any]:
    """Run `ivr … --json` with these settings and no others: exit code and what it printed."""
    cleared: dict[str, str | None] = dict.fromkeys([f"IVR_{name.upper()}" for name in Settings.model_fields])
    result = CliRunner().invoke(app, [*arguments, "--json"], env=cleared | environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else result.output


# ── ivr check ────────────────────────────────────────────────────────────────────────────────────────────────────


def well(tmp_path: Path) -> dict[str, str]:
    """Settings with which all is well."""
    return {"IVR_ENGINES": "scripted", "IVR_DATA": str(tmp_path / "data")}


def test_a_deployment_that_is_well_has_no_faults(tmp_path: Path) -> None:
    assert ivr("check", **well(tmp_path)) == (0, {"ok": True, "faults": [], "warnings": []})
    assert ivr("db", "upgrade", **well(tmp_path))[0] == 0
    assert ivr("check", **well(tmp_path)) == (0, {"ok": True, "faults": [], "warnings": []})


def no_models(folder: Path) -> dict[str, str]:
    return {"IVR_ENGINES": "real", "IVR_MODELS": str(folder / "models")}


def a_flow_that_leads_nowhere(folder: Path) -> dict[str, str]:
    flow = json.loads(json.dumps(FLOW))
    flow["nodes"]["welcome"]["next"] = "nowhere"
    (folder / "flow.yaml").write_text(yaml.safe_dump(flow))
    return {"IVR_FLOW": str(folder / "flow.yaml")}


def a_flow_that_asks_records_that_are_not_there(folder: Path) -> dict[str, str]:
    (folder / "flow.yaml").write_text(yaml.safe_dump(with_balance(FLOW)))
    (folder / "words").mkdir()
    (folder / "words" / "en.yaml").write_text(yaml.safe_dump(BALANCE_WORDS))
    return {"IVR_FLOW": str(folder / "flow.yaml"), "IVR_PROMPTS": str(folder / "words")}


def an_option_for_an_answer_that_is_not_there(folder: Path) -> dict[str, str]:
    flow = with_balance(FLOW)
    flow["nodes"]["help"]["options"][0]["instead_of"] = ["balances"]
    settings = a_flow_that_asks_records_that_are_not_there(folder)
    (folder / "flow.yaml").write_text(yaml.safe_dump(flow))
    (folder / "customers.csv").write_text("number,name\n+12025550143,Anna Meyer\n")
    return settings


def a_flow_that_is_no_yaml(folder: Path) -> dict[str, str]:
    (folder / "flow.yaml").write_text("flow: [unclosed")
    return {"IVR_FLOW": str(folder / "flow.yaml")}


def a_flow_that_is_not_there(folder: Path) -> dict[str, str]:
    return {"IVR_FLOW": str(folder / "missing.yaml")}


def a_phrase_that_is_missing(folder: Path) -> dict[str, str]:
    for language in ("es", "pt"):
        shutil.copy(Settings().prompts_dir / f"{language}.yaml", folder)
    (folder / "en.yaml").write_text("greeting: I am an automated assistant.\n")
    return {"IVR_PROMPTS": str(folder)}


def an_answer_without_words(folder: Path) -> dict[str, str]:
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "hours.md").write_text("---\nid: hours\n---\n")
    return {"IVR_KNOWLEDGE": str(folder / "knowledge")}


def a_data_folder_that_is_a_file(folder: Path) -> dict[str, str]:
    (folder / "data").write_text("")
    return {}


def a_data_folder_below_a_file(folder: Path) -> dict[str, str]:
    (folder / "file").write_text("")
    return {"IVR_DATA": str(folder / "file" / "data")}


def a_damaged_database(folder: Path) -> dict[str, str]:
    assert ivr("db", "upgrade", **well(folder))[0] == 0
    path = folder / "data" / "calls.sqlite"
    path.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 64)
    return {}


def a_lost_master_key(folder: Path) -> dict[str, str]:
    assert ivr("db", "upgrade", **well(folder))[0] == 0
    (folder / "data" / "secrets" / "master.key").unlink()
    return {}


def lost_keys(folder: Path) -> dict[str, str]:
    assert ivr("db", "upgrade", **well(folder))[0] == 0
    for path in (folder / "data").glob("keys.sqlite*"):
        path.unlink()
    return {}


def a_key_that_others_may_read(folder: Path) -> dict[str, str]:
    assert ivr("db", "upgrade", **well(folder))[0] == 0
    (folder / "data" / "secrets" / "master.key").chmod(0o644)
    return {}


FAULTS: list[tuple[Callable[[Path], dict[str, str]], str, str, str]] = [
    (no_models, "the model whisper-base is absent", "models", "ivr models pull whisper-base"),
    (a_flow_that_leads_nowhere, "nowhere", "welcome", ""),
    (a_flow_that_asks_records_that_are_not_there, "asks customer records", "flow.yaml", "IVR_CUSTOMERS"),
    (an_option_for_an_answer_that_is_not_there, "'balances'", "flow.yaml", "did you mean balance"),
    (a_flow_that_is_no_yaml, "is not readable YAML", "flow.yaml:2:1", "mend it here"),
    (a_flow_that_is_not_there, "no such file", "missing.yaml", "check its path"),
    (a_phrase_that_is_missing, "how_can_i_help", "en.yaml", "write how_can_i_help"),
    (an_answer_without_words, "", "hours.md", ""),
    (a_data_folder_that_is_a_file, "not a folder", "data", "IVR_DATA"),
    (a_data_folder_below_a_file, "not a folder", "IVR_DATA", ""),
    (a_damaged_database, "damaged", "calls.sqlite", "backup"),
    (a_lost_master_key, "the master key is missing", "master.key", "Restore"),
    (lost_keys, "the keys of the calls are missing", "keys.sqlite", "Restore"),
    (a_key_that_others_may_read, "others may use this secret", "master.key", "chmod 600"),
    (lambda _: {"IVR_PORT": "99999"}, "IVR_PORT", "settings", "docs/settings.md"),
    (lambda _: {"IVR_ENGINES": "guess"}, "IVR_ENGINES", "settings", "docs/settings.md"),
    (lambda _: {"IVR_ENGINES": "real", "IVR_SPEED": "2"}, "IVR_SPEED", "settings", "docs/settings.md"),
    (lambda _: {"IVR_TWILIO_ACCOUNT_SID": ACCOUNT}, "IVR_TWILIO_AUTH_TOKEN", "settings", "docs/settings.md"),
    (lambda _: {"IVR_PUBLIC_URL": "http://voice.example.com"}, "https://", "settings", "docs/settings.md"),
]


@pytest.mark.parametrize(
    ("make", "what", "where", "fix"),
    FAULTS,
    ids=[make.__name__ if make.__name__ != "<lambda>" else f"setting {what}" for make, what, _, _ in FAULTS],
)
def test_a_fault_is_named_with_its_place_and_its_fix(
    tmp_path: Path, make: Callable[[Path], dict[str, str]], what: str, where: str, fix: str
) -> None:
    code, told = ivr("check", **(well(tmp_path) | make(tmp_path)))
    assert code == 1
    assert told["ok"] is False
    fitting = [
        fault for fault in told["faults"] if what in fault["what"] and where in fault["where"] and fix in fault["fix"]
    ]
    assert fitting, told["faults"]
    assert all(fault["what"] and fault["where"] and fault["fix"] for fault in told["faults"])


# ── ivr twilio check, against a real REST ────────────────────────────────────────────────────────────────────────


def number(**changes: Any) -> Number:
    usual = Number(
        NUMBER,
        f"{PUBLIC}/twilio/voice",
        voice_fallback_url=f"{PUBLIC}/twilio/fallback",
        status_callback=f"{PUBLIC}/twilio/status",
    )
    return replace(usual, **changes)


async def found(set_up: Number, **changes: str) -> list[CheckFault]:
    """What the check finds with the number set up so, and these settings."""
    config = ExchangeConfig(ACCOUNT, TOKEN, "control", numbers=(set_up,), rest_calls_per_second=0)
    async with run_exchange(config) as running:
        settings = {
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_number": NUMBER,
            "twilio_api_url": running.url,
            "public_url": PUBLIC,
        }
        return await check_carrier(Settings.model_validate(settings | changes))


async def test_a_number_that_is_set_up_well_has_no_faults() -> None:
    assert await found(number()) == []


@pytest.mark.parametrize(
    ("set_up", "changes", "what", "where", "fix"),
    [
        (number(), {"twilio_auth_token": "7" * 32}, "401", "IVR_TWILIO_AUTH_TOKEN", "Copy"),
        (number(), {"twilio_number": "+12025550199"}, "no number +12025550199", "IVR_TWILIO_NUMBER", "Write it"),
        (number(voice_url=f"{PUBLIC}/voice"), {}, "/voice", "A call comes in", f"{PUBLIC}/twilio/voice"),
        (number(voice_url=""), {}, "not set", "A call comes in", f"{PUBLIC}/twilio/voice"),
        (number(voice_method="GET"), {}, "GET", "A call comes in", "POST"),
        (number(voice_fallback_url=""), {}, "not set", "Primary handler fails", f"{PUBLIC}/twilio/fallback"),
        (number(status_callback=""), {}, "not set", "Call status changes", f"{PUBLIC}/twilio/status"),
        (number(), {"public_url": "https://10.0.0.7"}, "cannot be reached", "IVR_PUBLIC_URL", "https://"),
        (number(), {"public_url": "http://127.0.0.1:80"}, "not an https URL", "IVR_PUBLIC_URL", "https://"),
    ],
    ids=["token", "number", "voice URL", "no voice URL", "method", "fallback", "status", "private", "local"],
)
async def test_what_is_wrong_with_a_number_is_named_with_its_place_in_the_console(
    set_up: Number, changes: dict[str, str], what: str, where: str, fix: str
) -> None:
    faults = await found(set_up, **changes)
    assert [each for each in faults if what in each.what and where in each.where and fix in each.fix], faults


def test_without_an_account_the_check_says_what_to_set(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["twilio", "check"], env=well(tmp_path) | {"COLUMNS": "300"})
    assert result.exit_code == 1
    assert "no Twilio account is set" in result.output
    assert "docs/twilio.md" in result.output


# ── health and metrics ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_worker_that_is_down_is_named_and_the_process_is_well_all_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        status, text = await server.get("/readyz")
        assert (status, {need["name"] for need in json.loads(text)["needs"] if not need["ok"]}) == (200, set())
        assert {need["name"] for need in json.loads(text)["needs"]} >= {*WORKERS, "knowledge", "phrases"}
        server.send("hearing", signal.SIGKILL)
        down: list[str] = []

        async def named() -> bool:
            status, text = await server.get("/readyz")
            down[:] = [need["name"] for need in json.loads(text)["needs"] if not need["ok"]]
            assert (status == 503) == bool(down)
            return status == 503

        await eventually(named, "readyz did not see it")
        assert down == ["hearing"]
        assert (await server.get("/healthz"))[0] == 200
        await server.ready()
        assert (await server.get("/api/calls/CA1"))[0] == 403  # without the token of the data folder
        assert (await server.get("/api/calls/CA1", token=True))[0] == 404
        text = (await server.get("/metrics"))[1]
        assert 'ivr_requests_refused_total{route="/api/calls/{call}"} 1.0' in text


def test_the_page_for_operators_lists_the_metrics_there_are() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    documented = {name.removesuffix("_total") for name in re.findall(r"`(ivr_[a-z_]+)", page)}
    real = {family.name for family in Metrics().registry.collect()}
    assert documented == real


# ── ivr calls ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str, str]:
    """A data folder with two calls that were really made: its settings, and the calls' ids."""
    folder = tmp_path_factory.mktemp("calls")

    async def make() -> list[str]:
        stores = await open_stores(folder / "data")
        ids = []
        async with street(stores.calls) as there:
            for _ in range(2):
                caller = there.caller()
                await caller.dial()
                await caller.says("what are your hours")
                await caller.presses("0")
                await caller.presses("1")
                await caller.hangs_up()
                ids.append(caller.call)
                await eventually(partial(_over, stores.calls, CallId(caller.call)), "the call did not end")
        await stores.flows.put(script().digest(), script().canonical())
        await stores.close()
        return ids

    first, second = asyncio.run(make())
    return well(folder), first, second


async def _over(log: CallLog, call: CallId) -> bool:
    return isinstance((await log.read(call))[-1].event, CallEnded)


def test_the_list_tells_each_call_in_a_line(kept: tuple[dict[str, str], str, str]) -> None:
    settings, first, second = kept
    code, rows = ivr("calls", "list", **settings)
    assert code == 0
    assert {row["call"] for row in rows} == {first, second}
    row = next(row for row in rows if row["call"] == first)
    assert (row["outcome"], row["ended_by"], row["callback_number"]) == ("callback", "caller", "+12025550143")
    assert row["turns"] == 2
    assert row["events"] > 10


def test_a_call_is_shown_as_it_was(kept: tuple[dict[str, str], str, str]) -> None:
    settings, first, _ = kept
    code, told = ivr("calls", "show", first, **settings)
    assert code == 0
    assert (told["call"], told["outcome"], told["ended_by"]) == (first, "callback", "caller")
    assert [event["seq"] for event in told["events"]] == list(range(1, len(told["events"]) + 1))
    perceived = [event["text"] for event in told["events"] if event["kind"] == "Perceived"]
    assert perceived == ["what are your hours"]
    said = CliRunner().invoke(app, ["calls", "show", first], env=settings)
    assert "what are your hours" in said.output
    assert "We open at nine." in said.output


def test_a_call_is_summed_up_as_an_agent_is_told_it(kept: tuple[dict[str, str], str, str]) -> None:
    settings, first, _ = kept
    code, told = ivr("calls", "show", first, "--summary", **settings)
    assert code == 0
    assert told["dropped"] == []
    assert all(line["turns"] for line in told["summary"])
    assert "Asked: “what are your hours”" in " ".join(line["line"] for line in told["summary"])
    assert 0 < told["briefing_s"] <= 12
    spanish = CliRunner().invoke(app, ["calls", "show", first, "--summary", "--language", "es"], env=settings)
    assert "«what are your hours»" in spanish.output


def test_a_replay_decides_the_same(kept: tuple[dict[str, str], str, str]) -> None:
    settings, first, _ = kept
    assert ivr("calls", "replay", first, **settings) == (0, {"call": first, "same": True, "differences": []})


@pytest.mark.parametrize("command", ["show", "replay", "erase"])
def test_a_call_that_is_not_there_is_an_error_in_plain_words(
    kept: tuple[dict[str, str], str, str], command: str
) -> None:
    settings, _, _ = kept
    asked = ["calls", command, "CA" + "0" * 32, *(["--yes"] if command == "erase" else [])]
    result = CliRunner().invoke(app, asked, env=settings)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "there is no call" in " ".join(result.output.split())


def test_an_erased_call_is_listed_and_cannot_be_read(kept: tuple[dict[str, str], str, str]) -> None:
    settings, first, second = kept
    unsure = CliRunner().invoke(app, ["calls", "erase", second], input="n\n", env=settings)
    assert unsure.exit_code == 1
    assert ivr("calls", "show", second, **settings)[0] == 0  # asked, and told no
    assert ivr("calls", "erase", second, "--yes", **settings) == (0, {"call": second, "erased": True})
    assert ivr("calls", "erase", second, "--yes", **settings) == (0, {"call": second, "erased": True})
    assert ivr("calls", "show", second, **settings)[0] == 1
    assert ivr("calls", "replay", second, **settings)[0] == 1
    rows = {row["call"]: row for row in ivr("calls", "list", **settings)[1]}
    assert (rows[second]["outcome"], rows[second]["callback_number"]) == ("erased", None)
    assert rows[first]["outcome"] == "callback"
