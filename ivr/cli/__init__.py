"""The command line: `ivr`. Every command prints for people, and with `--json` the same facts for programs."""

from ivr.cli.app import app

__all__ = ["app"]
