"""The queues, a YAML file that people edit, read strictly: every fault with its line and its fix.

queues:
  service:
    names: {en: our service team, es: nuestro equipo}
    schedule: phone
    skills_for:
      theft: [cards]
    match_wait: 2 min
    longest_wait: 20 min
    wrap_up: 60 s
    after_hours: [callback, voicemail]
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from ivr.adapters.files.fields import (
    Faults,
    by_language,
    compose,
    fields,
    is_name,
    named,
    pairs,
    read_text,
    scalar,
    texts,
)
from ivr.calls.routing.state import Queue
from ivr.flows.faults import did_you_mean
from ivr.flows.hours import Hours
from ivr.vocabulary.events import ESCALATION_REASONS

FIELDS: Final = (
    "names", "schedule", "callback_hours", "skills", "skills_for", "match_wait", "longest_wait", "wrap_up",
    "after_hours",
)  # fmt: skip
AFTER_HOURS: Final = ("callback", "voicemail")
"What can be offered."
LONGEST_S: Final = 4 * 3_600

_TIME: Final = re.compile(r"(\d{1,6})\s*(s|min|h)")
_UNITS: Final = {"s": 1, "min": 60, "h": 3_600}


@dataclass(slots=True)
class QueuesFile(Faults):
    """What a file holds."""

    queues: dict[str, Queue] = field(default_factory=dict)


def load_queues(path: Path, hours: Hours) -> QueuesFile:
    """Read a file; one that is not there has no queues. Never raises: what is wrong is in `faults`. Blocking.

    hours  the schedules that there are.
    """
    file = QueuesFile(str(path))
    text = read_text(path, file)
    return file if text is None else read_queues(text, str(path), hours)


def read_queues(text: str, where: str, hours: Hours) -> QueuesFile:
    """Read a file's text. Never raises: what is wrong with it is in `faults`."""
    file = QueuesFile(where)
    root = compose(text, file)
    if file.faults:
        return file
    top = fields(root, {"queues"}, file)
    for name, node in named(top.get("queues"), "a queue", file, dashes=True):
        file.queues[name] = _queue(name, node, hours, file)
    if not file.queues:
        file.fault(root, "there are no queues", "Add `queues:` and under it a name such as `service:`.")
    return file


def _queue(name: str, node: yaml.Node, hours: Hours, file: QueuesFile) -> Queue:
    given = fields(node, FIELDS, file)
    usual = Queue(name)
    names = by_language(given.get("names"), file)
    if not names:
        file.fault(given.get("names", node), f"{name} has no names", "Add `names: {en: our service team}`.")
    return Queue(
        name=name,
        names=names,
        schedule=_schedule(given.get("schedule"), hours, file),
        callback_hours=_schedule(given.get("callback_hours"), hours, file),
        skills=_skills(given.get("skills"), file),
        skills_for=_skills_for(given.get("skills_for"), file),
        match_wait_s=_seconds(given.get("match_wait"), usual.match_wait_s, file),
        longest_wait_s=_seconds(given.get("longest_wait"), usual.longest_wait_s, file, least=60),
        wrap_up_s=_seconds(given.get("wrap_up"), usual.wrap_up_s, file),
        after_hours=_words(given.get("after_hours"), AFTER_HOURS, file)
        if "after_hours" in given
        else usual.after_hours,
    )


def _schedule(node: yaml.Node | None, hours: Hours, file: QueuesFile) -> str:
    name = scalar(node)
    if node is not None and name not in hours:
        fix = did_you_mean(name, hours) if hours else "write opening hours first: docs/hours.md"
        file.fault(node, f"there is no schedule {name[:60]!r} in the opening hours", _sentence(fix))
    return name


def _skills(node: yaml.Node | None, file: QueuesFile) -> tuple[str, ...]:
    for skill, at in texts(node, file):
        if not is_name(skill):
            fix = "Use small letters, digits and underscores, a letter first."
            file.fault(at, f"{skill[:60]!r} is no name for a skill", fix)
    return tuple(skill for skill, _ in texts(node, file))


def _skills_for(node: yaml.Node | None, file: QueuesFile) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in pairs(node, file):
        reason = scalar(key)
        if reason not in ESCALATION_REASONS:
            file.fault(
                key,
                f"{reason[:60]!r} is no reason for a transfer",
                _sentence(did_you_mean(reason, ESCALATION_REASONS)),
            )
        found[reason] = _skills(value, file)
    return found


def _words(node: yaml.Node | None, known: Collection[str], file: QueuesFile) -> tuple[str, ...]:
    for word, at in texts(node, file):
        if word not in known:
            file.fault(at, f"{word[:60]!r} is not offered", f"Write {' or '.join(known)}, or [] for neither.")
    return tuple(dict.fromkeys(word for word, _ in texts(node, file)))


def _seconds(node: yaml.Node | None, usual: int, file: QueuesFile, *, least: int = 0) -> int:
    if node is None:
        return usual
    written = _TIME.fullmatch(scalar(node))
    if written is None:
        file.fault(node, f"{scalar(node)[:60]!r} is no length of time", "Write it with its unit: 90 s, or 2 min.")
        return usual
    seconds = int(written[1]) * _UNITS[written[2]]
    if not least <= seconds <= LONGEST_S:
        file.fault(node, f"{scalar(node)} is out of range", f"From {least} s to {LONGEST_S // 3_600} h.")
    return seconds


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")
