"""Reading what an admin wrote: the flow and the words that are spoken, from files to a checked `Script`."""

from pathlib import Path

from ivr.adapters.files.hours_file import load_hours
from ivr.adapters.files.queues_file import load_queues
from ivr.flows.faults import FlowFault
from ivr.flows.reading import faults_of, read_flow, read_phrases
from ivr.flows.schema import Script
from ivr.flows.source import LARGEST_BYTES, Source, read
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.language import LanguageTag


def script_faults(settings: Settings) -> tuple[Script | None, list[FlowFault]]:
    """The script, as far as it can be read, and everything that is wrong with it."""
    source = _source(settings.flow_file)
    if isinstance(source, FlowFault):
        return None, [source]
    flow, faults = read_flow(source)
    if flow is None:
        return None, faults
    sources: dict[LanguageTag, Source] = {}
    phrases: dict[LanguageTag, dict[str, str]] = {}
    for language in flow.languages:
        words = _source(settings.prompts_dir / f"{language}.yaml")
        if isinstance(words, FlowFault):
            faults.append(words)
            continue
        sources[language] = words
        phrases[language], wrong = read_phrases(words)
        faults += wrong
    if faults:
        return None, faults
    script = Script(flow=flow, phrases=phrases)
    hours = load_hours(settings.hours_file).schedules
    queues = load_queues(settings.queues_file, hours).queues
    offers = {name: queue.after_hours for name, queue in queues.items()}
    return script, faults_of(script, source, sources, hours, offers or None)


def load_script(settings: Settings) -> Script:
    """The script that new calls are pinned to. Raises ConfigError with every fault."""
    script, faults = script_faults(settings)
    if script is None or faults:
        listed = "; ".join(f"{fault.place}: {fault.what} ({fault.fix})" for fault in faults)
        raise ConfigError(listed, where=str(settings.flow_file), fix="`ivr flows check` lists the faults.")
    return script


def _source(path: Path) -> Source | FlowFault:
    file = str(path)
    try:
        if not path.is_file():
            return FlowFault("there is no such file", file, "check its path", file)
        with path.open("rb") as opened:
            return read(opened.read(LARGEST_BYTES + 1), file)
    except OSError as error:
        return FlowFault(f"the file cannot be read ({error.strerror})", file, "check its path and rights", file)
