"""What callers say who are to be handed over: as it was learnt, and whether it still is what the examples say."""

import structlog

from ivr.answers.escalation.book import examine_escalation
from ivr.answers.escalation.learnt import AGAIN, FILE, digest, load
from ivr.answers.escalation.sense import Sense
from ivr.flows.faults import FlowFault
from ivr.settings import Settings
from ivr.vocabulary.errors import ConfigError
from ivr.wiring.knowing import Embedders

_record = structlog.get_logger("wiring.sensing")


def sense_of(settings: Settings, embedders: Embedders) -> Sense | None:
    """What turns are scored by; None when nothing was learnt. Raises ConfigError for a broken file."""
    learnt = load(settings.escalation_dir / FILE)
    if learnt is None:
        _record.warning("nobody is handed over by examples", why="nothing was learnt from them", fix=AGAIN)
        return None
    if learnt.embedder != embedders.asking.name:
        _record.warning(
            "who is handed over is told by wording alone",
            why=f"learnt with {learnt.embedder}, not {embedders.asking.name}",
            fix=AGAIN,
        )
    return Sense(learnt, embedders.asking.name)


def escalation_findings(settings: Settings) -> tuple[list[FlowFault], list[FlowFault]]:
    """What is wrong with the examples and with what was learnt from them, and what is to be looked at."""
    folder = settings.escalation_dir
    if settings.escalation is not None and not folder.is_dir():
        fix = "name the folder, or unset IVR_ESCALATION"
        return [FlowFault("there is no such folder", f"IVR_ESCALATION={folder}", fix, "")], []
    books, faults = examine_escalation(folder)
    if faults:
        return faults, []
    file = str(folder / FILE)
    try:
        learnt = load(folder / FILE)
    except ConfigError as error:
        return [FlowFault(error.what, "", error.fix, file)], []
    if learnt is None:
        return [FlowFault("nothing was learnt from the examples: they hand nobody over", "", AGAIN, file)], []
    if learnt.digest != digest(books):
        return [], [FlowFault("the examples were edited since this was learnt: no edit counts", "", AGAIN, file)]
    return [], []
