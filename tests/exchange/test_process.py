"""The exchange as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp

from tests.exchange.product import ACCOUNT, CALLER, CONTROL, NUMBER, TOKEN, Product
from tests.exchange.test_phone_socket import BEARER, until


async def start(config: Path, **more: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ivr.exchange",
        "--config",
        str(config),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **more,
    )


def config_file(folder: Path, **settings: Any) -> Path:
    path = folder / "exchange.json"
    base = {"account_sid": ACCOUNT, "auth_token": TOKEN, "control_token": CONTROL}
    path.write_text(json.dumps(base | settings))
    return path


async def test_it_says_when_it_listens_and_hangs_up_when_told_to_stop(product: Product, tmp_path: Path) -> None:
    product.twiml["/voice"] = "<Response><Gather timeout='600' action='/keys'/></Response>"
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        number = {
            "number": NUMBER,
            "voice_url": f"{product.url}/voice",
            "status_callback": f"{product.url}/status",
        }
        config = config_file(tmp_path, numbers=[number], fd=inherited.fileno())
        process = await start(config, pass_fds=[inherited.fileno()])
        assert process.stdout and process.stderr
        ready = json.loads(await process.stdout.readline())
        assert ready == {"ready": True, "port": inherited.getsockname()[1]}
        async with (
            aiohttp.ClientSession(headers=BEARER) as http,
            http.ws_connect(f"http://127.0.0.1:{ready['port']}/exchange/phone") as phone,
        ):
            await phone.send_json({"event": "dial", "to": NUMBER, "from": CALLER})
            await until(phone, "answered")
            for digit in "4711":
                await phone.send_json({"event": "key", "digit": digit})
            process.send_signal(signal.SIGTERM)
            ended = await until(phone, "ended")
            assert ended["reason"] == "far-end"
        assert (await product.asked("/status"))["CallStatus"] == "completed"
        _, errors = await process.communicate()
    assert process.returncode == 0
    lines = [json.loads(line) for line in errors.splitlines()]
    assert any(line.get("call", "").startswith("CA") for line in lines)
    assert b"4711" not in errors and TOKEN.encode() not in errors and CONTROL.encode() not in errors


async def test_a_wrong_setting_is_named_and_nothing_starts(tmp_path: Path) -> None:
    process = await start(config_file(tmp_path, sped=2))
    out, errors = await process.communicate()
    assert process.returncode == 2 and out == b""
    assert b"'sped'" in errors and b"speed" in errors
