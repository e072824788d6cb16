"""A Piper voice by its name alone: with the hub's own library, and a hub on this machine."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.adapters.models import ModelStore, State
from ivr.vocabulary.errors import NotFound

NAME = "es_MX-claude-high"
FOLDER = "/rhasspy/piper-voices/resolve/main/es/es_MX/claude/high"
FILES = {
    f"{FOLDER}/{NAME}.onnx": b"a voice " * 10_000,
    f"{FOLDER}/{NAME}.onnx.json": b'{"audio": {"sample_rate": 22050}}',
    f"{FOLDER}/MODEL_CARD": b"License: CC0",
}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download asks for."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        content = FILES.get(self.path)
        self.send_response(200 if content is not None else 404)
        if content is not None:
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", "0" * 40)
        else:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if body and content is not None:
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def pull(hub: str, models: Path, name: str) -> subprocess.CompletedProcess[str]:
    """`ivr models pull NAME`; the library reads the hub's address from the environment, once."""
    environment = {
        **{key: value for key, value in os.environ.items() if "proxy" not in key.lower()},
        "HF_ENDPOINT": hub,
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": str(models / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "IVR_MODELS": str(models),
    }
    command = [sys.executable, "-m", "ivr", "models", "pull", name]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_voice_by_its_name_is_pulled_from_the_collection_and_remembered(hub: str, tmp_path: Path) -> None:
    done = pull(hub, tmp_path, f"piper:{NAME}")
    assert done.returncode == 0, done.stdout + done.stderr
    store = ModelStore(tmp_path)
    status = store.status(store.model(f"piper:{NAME}"))
    assert status.state is State.READY and not status.verified
    assert store.voices("piper")["es"] == ("piper-es-mx-claude-high", status.path)
    assert (tmp_path / "piper-es-mx-claude-high" / "MODEL_CARD").read_bytes() == b"License: CC0"
    assert status.model.id in {each.model.id for each in store.list()}


def test_a_voice_that_the_collection_lacks_is_told_in_plain_words(hub: str, tmp_path: Path) -> None:
    done = pull(hub, tmp_path, "piper:es_MX-nobody-high")
    assert done.returncode != 0
    assert "no such file" in done.stderr + done.stdout


def test_a_voice_that_is_listed_is_found_by_its_name_too(tmp_path: Path) -> None:
    assert ModelStore(tmp_path).model("piper:fr_FR-siwis-medium").id == "piper-fr-fr-siwis-medium"


@pytest.mark.parametrize("name", ["piper:", "piper:claude", "piper:../x_XX-a-b", "piper:es_MX-claude-high/.."])
def test_what_is_no_voices_name_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="piper:es_MX-claude-high adds a voice"):
        ModelStore(tmp_path).model(name)
