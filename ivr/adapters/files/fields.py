"""Files that people edit, read strictly: plain YAML with its lines, and every fault with its line and its fix."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from ivr.adapters.files.plain_yaml import PlainLoader
from ivr.adapters.findings import Finding
from ivr.vocabulary.language import LanguageTag, language_tag

LARGEST_FILE_BYTES: Final = 256 * 1024

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DASHED: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass(slots=True)
class Faults:
    """What is wrong with a file. Whatever was read of it counts only when that is nothing."""

    where: str
    faults: list[Finding] = field(default_factory=list)

    def fault(self, node: yaml.Node | None, what: str, fix: str) -> None:
        line = node.start_mark.line + 1 if node is not None else 1
        self.faults.append(Finding(what, f"{self.where}:{line}", fix))


def read_text(path: Path, file: Faults) -> str | None:
    """The text of a file; None when it is not there, or cannot be read, which is then a fault. Blocking."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            file.fault(None, f"the file is larger than {LARGEST_FILE_BYTES // 1024} KB", "Remove what is not needed.")
            return None
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        file.fault(None, f"the file cannot be read ({error.strerror})", "Check its owner and permissions.")
    except UnicodeDecodeError:
        file.fault(None, "the file is not UTF-8", "Save it as UTF-8.")
    return None


def compose(text: str, file: Faults) -> yaml.Node | None:
    """The nodes of a YAML text, nothing constructed. None for an empty one, and for a faulty one."""
    try:
        return yaml.compose(text, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"this is not plain YAML: {error.problem}"
        file.faults.append(Finding(what, f"{file.where}:{line}", "Correct this line."))
    except (yaml.YAMLError, RecursionError, ValueError):
        file.fault(None, "this is not plain YAML", "Keep to simple fields, lists and quoted text.")
    return None


def scalar(node: yaml.Node | None) -> str:
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def pairs(node: yaml.Node | None, file: Faults) -> list[tuple[yaml.Node, yaml.Node]]:
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        file.fault(node, "this has no fields", "Write one `name: value` a line.")
        return []
    return list(node.value)


def fields(node: yaml.Node | None, known: Iterable[str], file: Faults) -> dict[str, yaml.Node]:
    """Fields by their names; one that is not known is a fault."""
    known = sorted(known)
    found: dict[str, yaml.Node] = {}
    for key, value in pairs(node, file):
        if scalar(key) not in known:
            file.fault(key, f"the field {scalar(key)[:60]!r} is not known", f"Fields are {', '.join(known)}.")
        found[scalar(key)] = value
    return found


def named(node: yaml.Node | None, what: str, file: Faults, *, dashes: bool = False) -> Iterator[tuple[str, yaml.Node]]:
    """Entries that people gave names to."""
    for key, value in pairs(node, file):
        if not (_DASHED if dashes else _NAME).fullmatch(scalar(key)):
            fix = f"Use small letters, digits{', dashes' if dashes else ''} and underscores, a letter first."
            file.fault(key, f"{scalar(key)[:60]!r} is no name for {what}", fix)
        yield scalar(key), value


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def by_language(node: yaml.Node | None, file: Faults) -> dict[LanguageTag, str]:
    """Words by language."""
    words: dict[LanguageTag, str] = {}
    for key, value in pairs(node, file):
        try:
            words[language_tag(scalar(key))] = scalar(value)
        except ValueError as error:
            file.fault(key, str(error), "Name the language by its tag.")
    return words


def texts(node: yaml.Node | None, file: Faults) -> list[tuple[str, yaml.Node]]:
    """A list of words, each with its node; a single word is a list of one."""
    if node is None:
        return []
    if isinstance(node, yaml.SequenceNode):
        return [(scalar(each), each) for each in node.value]
    if scalar(node):
        return [(scalar(node), node)]
    file.fault(node, "this is no list", "Write [one, two], or [] for none.")
    return []
