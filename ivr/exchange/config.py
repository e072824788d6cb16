"""What the exchange is told at start: its account, its numbers, how strict and how fast it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ivr.exchange.jitter import DELAY_MS
from ivr.vocabulary.errors import ConfigError

T = TypeVar("T")

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of the account and where its calls are announced."""

    number: str
    voice_url: str
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    "Incoming calls report `completed` only, unless more is asked for here."
    friendly_name: str = ""

    @property
    def sid(self) -> str:
        """The number's own id, `PN` and 32 hex digits: the same for the same number at every start."""
        return "PN" + hashlib.sha256(self.number.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class ExchangeConfig:
    """Settings of one exchange. `speed` > 1 runs audio and all verb timing faster than real time."""

    account_sid: str
    auth_token: str = field(repr=False)
    control_token: str = field(repr=False)
    numbers: tuple[Number, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    fd: int | None = None
    "An inherited listening socket; takes the place of host and port."
    strict: bool = False
    "Assert the server-side rules of docs/carrier-wire.md and collect what breaks them."
    timing_rules: bool | None = None
    "Whether strict rules about timing apply; None: in real time only, since the server's clock is the wall's."
    muted_rules: tuple[str, ...] = ()
    "Ids of strict rules not to report."
    speed: float = 1.0
    trace_dir: str = ""
    "Folder of trace files, one per call; empty writes none."
    trace_audio: bool = False
    "Caller audio goes into traces only when asked for."
    allowed_origins: tuple[str, ...] = ()
    "Browser origins that may open a phone; requests without an Origin are not browsers."
    rest_calls_per_second: float = 1.0
    "Limit of `calls.create`; 0 is no limit."
    recordings_dir: str = ""
    "Folder of recordings; empty keeps them in a temporary folder that goes with the exchange."
    release_timeout_s: float = 5.0
    "How long a server may take to let go of a media socket after `stop`."
    jitter_ms: Mapping[str, int] = field(default_factory=lambda: dict(DELAY_MS))
    "What each size of a conference's jitter buffer adds to a participant's words."
    kept_calls: int = 1_000
    "Ended calls that REST still knows."

    def __post_init__(self) -> None:
        """Refuse what cannot work. Raises ConfigError naming the setting."""
        if not (self.account_sid.startswith("AC") and len(self.account_sid) == 34):
            raise ConfigError(
                "account_sid must be AC and 32 hex digits",
                where="exchange config",
                fix='Write for example "AC" followed by 32 hex digits.',
            )
        for name in ("auth_token", "control_token"):
            if not getattr(self, name):
                raise ConfigError(f"{name} is empty", where="exchange config", fix=f"Set {name} to a secret.")
        if set(self.jitter_ms) != set(DELAY_MS) or min(self.jitter_ms.values()) < 0:
            raise ConfigError(
                f"jitter_ms is {dict(self.jitter_ms)}",
                where="exchange config",
                fix=f"Give milliseconds for each of {', '.join(DELAY_MS)}.",
            )
        if not self.speed > 0:
            raise ConfigError(f"speed is {self.speed}", where="exchange config", fix="Use 1.0, or more to run faster.")

    @classmethod
    def from_json(cls, text: str) -> ExchangeConfig:
        """Read a config file's text. Raises ConfigError for anything unknown, missing or of a wrong type."""
        try:
            data = json.loads(text)
        except ValueError as bad:
            raise ConfigError(f"not JSON ({bad})", where="exchange config", fix="Write one JSON object.") from bad
        if not isinstance(data, dict):
            raise ConfigError("not a JSON object", where="exchange config", fix="Write one JSON object.")
        numbers = tuple(_read(Number, entry, "exchange config, numbers") for entry in data.pop("numbers", []))
        return _read(cls, {**data, "numbers": numbers}, "exchange config")

    @classmethod
    def from_file(cls, path: str | Path) -> ExchangeConfig:
        """Read a config file. Raises ConfigError when it cannot be read."""
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except OSError as bad:
            raise ConfigError(
                f"cannot read ({bad.strerror})", where=str(path), fix="Check the path and its permissions."
            ) from bad


def _read(kind: type[T], data: Any, where: str) -> T:
    if not isinstance(data, Mapping):
        raise ConfigError("not an object", where=where, fix="Write a JSON object.")
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    if unknown := set(data) - known:
        raise ConfigError(
            f"unknown setting {sorted(unknown)[0]!r}", where=where, fix=f"Known: {', '.join(sorted(known))}."
        )
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    try:
        return kind(**values)
    except TypeError as bad:
        raise ConfigError(str(bad), where=where, fix="Give every setting that has no default.") from bad
