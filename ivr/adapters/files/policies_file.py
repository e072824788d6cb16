"""The policies, a YAML file that people edit, read strictly: every fault with its line and its fix.

approve_within_s: 20
topics:
  accounts: approve-first
  profile: person-only
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from ivr.adapters.files.fields import Faults, compose, fields, pairs, read_text, scalar
from ivr.flows.faults import did_you_mean
from ivr.flows.policies import WITHIN_S, Policies
from ivr.vocabulary.answered import AnswerPolicy

FIELDS: Final = ("approve_within_s", "topics")
SHORTEST_S: Final = 5
LONGEST_S: Final = 120


@dataclass(slots=True)
class PoliciesFile(Faults):
    """What a file holds."""

    policies: Policies = field(default_factory=Policies)


def load_policies(path: Path, topics: Collection[str]) -> PoliciesFile:
    """Read a file; without one, every topic is answered automatically. Never raises: what is wrong is in `faults`.

    topics  those that answers and documents have. Blocking.
    """
    file = PoliciesFile(str(path))
    text = read_text(path, file)
    return file if text is None else read_policies(text, str(path), topics)


def read_policies(text: str, where: str, topics: Collection[str]) -> PoliciesFile:
    """Read a file's text. Never raises: what is wrong with it is in `faults`."""
    file = PoliciesFile(where)
    root = compose(text, file)
    if file.faults or root is None:
        return file
    given = fields(root, FIELDS, file)
    found: dict[str, AnswerPolicy] = {}
    for key, value in pairs(given.get("topics"), file):
        topic = scalar(key)
        if topic not in topics:
            what = f"no answer and no document has the topic {topic[:60]!r}"
            file.fault(key, what, _sentence(did_you_mean(topic, topics) if topics else "import something first"))
        found[topic] = _policy(value, file)
    file.policies = Policies(found, _seconds(given.get("approve_within_s"), file))
    return file


def _policy(node: yaml.Node, file: PoliciesFile) -> AnswerPolicy:
    written = scalar(node)
    if written in set(AnswerPolicy):
        return AnswerPolicy(written)
    known = [str(each) for each in AnswerPolicy]
    file.fault(node, f"{written[:60]!r} is no policy", _sentence(did_you_mean(written, known)))
    return AnswerPolicy.PERSON_ONLY


def _seconds(node: yaml.Node | None, file: PoliciesFile) -> int:
    if node is None:
        return WITHIN_S
    written = scalar(node)
    if not (written.isascii() and written.isdigit()):
        file.fault(node, f"{written[:60]!r} is no number of seconds", "Write a whole number, such as 20.")
        return WITHIN_S
    if not SHORTEST_S <= int(written[:6]) <= LONGEST_S:
        file.fault(node, f"{written[:60]} is out of range", f"From {SHORTEST_S} to {LONGEST_S} seconds.")
        return WITHIN_S
    return int(written)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")
