"""Generated secrets and the account of the local exchange: made once, private, in the data folder."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError

DEMO_NUMBER = "+12025550100"
"The number of the demo bank on the local exchange."


@dataclass(frozen=True, slots=True)
class LocalSecrets:
    """Secrets that this deployment made for itself.

    account_sid, auth_token  the local exchange's account, in the shape of Twilio's.
    control_token            opens the exchange's phones and controls.
    api_token                lets the command line on this machine read calls.
    admission                signs the tokens of media streams, 32 bytes in hex.
    """

    account_sid: str
    auth_token: str
    control_token: str
    api_token: str
    admission: str


def local_secrets(settings: Settings) -> LocalSecrets:
    """Read them, or make them on the first start. Raises ConfigError when they cannot be kept private."""
    path = settings.data / "secrets" / "local.json"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_private(path, json.dumps(asdict(_made())))
        return LocalSecrets(**json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(
            f"cannot be used ({error.strerror})", where=str(path), fix="Make the data folder writable."
        ) from error
    except (ValueError, TypeError) as error:
        raise ConfigError("is damaged", where=str(path), fix="Restore it from a backup, or remove it.") from error


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _made() -> LocalSecrets:
    return LocalSecrets(
        account_sid="AC" + secrets.token_hex(16),
        auth_token=secrets.token_hex(16),
        control_token=secrets.token_urlsafe(32),
        api_token=secrets.token_urlsafe(32),
        admission=secrets.token_hex(32),
    )
