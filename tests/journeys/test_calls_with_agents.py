"""`ivr call --agent`, as people type it, against a server as people start it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.calls.transferring import TRANSFER_FLOW, TRANSFER_WORDS
from tests.journeys.server import PATIENCE_S, Server, serving


def written(folder: Path) -> dict[str, str]:
    """The flow with a transfer, where the server looks for it."""
    words = folder / "said" / "en.yaml"
    words.parent.mkdir()
    words.write_text(yaml.safe_dump(TRANSFER_WORDS), encoding="utf-8")
    flow, queues = folder / "transfers.yaml", folder / "queues.yaml"
    flow.write_text(yaml.safe_dump(TRANSFER_FLOW), encoding="utf-8")
    queues.write_text("queues: {cards: {names: {en: our card team}}}\n", encoding="utf-8")
    return {"IVR_FLOW": str(flow), "IVR_PROMPTS": str(words.parent), "IVR_QUEUES": str(queues)}


async def call(server: Server, *arguments: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivr", "call", *arguments, "--json",
        cwd=server.folder, env=server.environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(2 * PATIENCE_S):
        printed, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    told: dict[str, Any] = json.loads(printed)
    return told


@pytest.mark.parametrize(
    ("agent", "outcome", "state"), [("accept", "transferred", "bridged"), ("decline", "person_offered", "done")]
)
async def test_a_call_with_a_temporary_agent_says_what_became_of_it(
    tmp_path: Path, agent: str, outcome: str, state: str
) -> None:
    # At the speed of a telephone: what the machine takes counts once, and the promise is the promise.
    async with serving(tmp_path, **written(tmp_path), IVR_SPEED="1") as server:
        told = await call(server, "--press", "0", "--agent", agent)
        assert (told["outcome"], told["transfer"]["state"]) == (outcome, state)
        assert told["transfer"]["reason"] == "asked"
        assert told["transfer"]["agent"] == "Temporary agent"
        assert all(set(line) == {"line", "turns"} for line in told["transfer"]["summary"])
        if agent == "accept":
            assert told["transfer"]["dead_air_ms"] <= 3_000, (
                "the promise; on a machine that nothing else fills, it is 0.7 s"
            )
