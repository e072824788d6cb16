"""The command line: `ivr`. Every command prints for people, and with `--json` the same facts for programs."""

import os

# Before numpy is loaded, here and in every process started from here. To compare a question with all that is known
# takes a millisecond or two on one core; more threads of the library would then wait by turning, on the core that the
# models need.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from ivr.cli.app import app

__all__ = ["app"]
