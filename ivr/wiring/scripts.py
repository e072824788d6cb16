"""Reading what an admin wrote: the flow and the words that are spoken, from files to a checked `Script`."""

from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from ivr.flows.checks import FlowFault, check
from ivr.flows.schema import Flow, Script
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError

LARGEST_FILE_BYTES: Final = 1024 * 1024


def script_faults(settings: Settings) -> tuple[Script | None, list[FlowFault]]:
    """The script, as far as it can be read, and everything that is wrong with it."""
    try:
        flow = Flow.model_validate(_yaml(settings.flow_file))
        phrases = {language: _phrases(settings.prompts_dir / f"{language}.yaml") for language in flow.languages}
        script = Script(flow=flow, phrases=phrases)
    except ConfigError as error:
        return None, [FlowFault(error.what, error.where, error.fix)]
    except ValidationError as error:
        return None, [
            FlowFault(each["msg"], f"{settings.flow_file}: {'.'.join(map(str, each['loc']))}", "see docs/flows.md")
            for each in error.errors()
        ]
    return script, check(script)


def load_script(settings: Settings) -> Script:
    """The script that new calls are pinned to. Raises ConfigError with every fault."""
    script, faults = script_faults(settings)
    if script is None or faults:
        listed = "; ".join(f"{fault.where}: {fault.what} ({fault.fix})" for fault in faults)
        raise ConfigError(listed, where=str(settings.flow_file), fix="`ivr flows check` lists the faults.")
    return script


def _phrases(path: Path) -> dict[str, str]:
    data = _yaml(path)
    wrong = [key for key, value in data.items() if not isinstance(value, str)]
    if wrong:
        raise ConfigError(f"{wrong[0]!r} is not text", where=str(path), fix="Write its words as one text.")
    return {key: " ".join(value.split()) for key, value in data.items()}


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases: a file of a few bytes may not grow to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not allowed", event.start_mark)
        return super().compose_node(parent, index)


def _yaml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise ConfigError("is larger than 1 MiB", where=str(path), fix="Split it.")
        data = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", where=str(path), fix="Check its path.") from error
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text", where=str(path), fix="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"is not readable YAML: {error}", where=str(path), fix="Mend it at that line.") from error
    if not isinstance(data, dict):
        raise ConfigError("holds no entries", where=str(path), fix="See docs/flows.md for its form.")
    return data
