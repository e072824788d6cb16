"""The knowledge as a folder of Markdown files that people edit, each one approved answer (see `answer_file`)."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ivr.adapters.files.answer_file import AnswerFile, read_answer
from ivr.adapters.findings import Finding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.errors import ConfigError

MAX_FILE_BYTES: Final = 64 * 1024
MAX_FILES: Final = 10_000

_SKIPPED: Final = {"readme.md"}


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything found in a folder.

    answers   the approved ones, by id; meaningful only when there are no faults.
    faults    what keeps the folder from being served.
    warnings  what a person should look at.
    """

    answers: list[ApprovedAnswer]
    faults: list[Finding]
    warnings: list[Finding]


Reads = Callable[[str, str], AnswerFile]
"From a file's text, and where it stands, to what it holds."


class FolderKnowledge:
    """`KnowledgeStore` over a folder, read anew each time so that an edit counts at the next asking.

    A server asks every few seconds: files whose text is what it was are not made out again, which would hold up calls.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made_out: dict[str, tuple[str, AnswerFile]] = {}

    async def answers(self) -> list[ApprovedAnswer]:
        """Every approved answer, by id. Raises ConfigError listing every fault of the folder, each with its fix."""
        before, self._made_out = self._made_out, {}
        made_out = self._made_out

        def reads(text: str, where: str) -> AnswerFile:
            known = before.get(where)
            made_out[where] = known if known is not None and known[0] == text else (text, read_answer(text, where))
            return made_out[where][1]

        seen = await asyncio.to_thread(examine, self.path, reads=reads)
        if seen.faults:
            raise as_error(seen.faults, self.path)
        return seen.answers


def as_error(faults: Sequence[Finding], folder: Path) -> ConfigError:
    """All faults as one error."""
    if len(faults) == 1:
        return ConfigError(faults[0].what, where=faults[0].where, fix=faults[0].fix)
    listed = "".join(f"\n  {fault.where}: {fault.what}. {fault.fix}" for fault in faults)
    return ConfigError(f"{len(faults)} faults{listed}\n", where=str(folder), fix="Correct each of them.")


def faults(path: Path) -> list[Finding]:
    """Every fault of a folder; [] when it can be served. Blocking."""
    return examine(path).faults


def examine(path: Path, today: date | None = None, reads: Reads = read_answer) -> Examination:
    """Read a whole folder. With `today`, answers whose review is due are among the warnings. Blocking."""
    found = Examination([], [], [])
    files = list(_files(path, found, reads))
    for file in files:
        found.faults.extend(file.faults)
        found.warnings.extend(file.warnings)
    found.faults.extend(_duplicate_ids(files))
    found.answers.extend(sorted((file.answer for file in files if file.answer), key=lambda answer: answer.id))
    found.warnings.extend(_asked_twice(found.answers))
    if today is not None:
        found.warnings.extend(_overdue(found.answers, today))
    if not found.answers and not found.faults:
        what = "there are no approved answers, so every question goes to a person"
        found.warnings.append(Finding(what, str(path), "Add answers with `status: approved`."))
    return found


def _files(folder: Path, found: Examination, reads: Reads) -> Iterator[AnswerFile]:
    def fault(what: str, where: Path, fix: str) -> None:
        found.faults.append(Finding(what, str(where), fix))

    def unreadable(error: OSError) -> None:
        where = Path(str(error.filename or folder))
        fault(
            f"the folder cannot be read ({error.strerror})", where, "Check that it exists, its owner and permissions."
        )

    root, count = folder.resolve(), 0
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (Path(parent) / name).is_symlink():
                fault("this folder is a link", Path(parent) / name, "Put the files themselves here.")
        for name in sorted(names):
            path = Path(parent) / name
            if name.startswith(".") or not name.lower().endswith(".md") or name.lower() in _SKIPPED:
                continue
            count += 1
            if count > MAX_FILES:
                fault(f"there are more than {MAX_FILES} files", folder, "Split the knowledge among businesses.")
                return
            if not path.resolve().is_relative_to(root):
                fault("this file is a link to outside the knowledge folder", path, "Put the file itself here.")
            elif not path.is_file():
                fault("this is not a regular file", path, "Remove it.")
            else:
                text = _text_of(path, fault)
                if text is not None:
                    yield reads(text, str(path))


def _text_of(path: Path, fault: Callable[[str, Path, str], None]) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        fault(f"the file cannot be read ({error.strerror})", path, "Check its owner and permissions.")
        return None
    if len(content) > MAX_FILE_BYTES:
        fault(f"the file is larger than {MAX_FILE_BYTES // 1024} KB", path, "Split it into several answers.")
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        fault(f"line {line} is not UTF-8", path, "Save the file as UTF-8.")
        return None


def _duplicate_ids(files: Sequence[AnswerFile]) -> Iterator[Finding]:
    first: dict[str, AnswerFile] = {}
    for file in files:
        if file.id and first.setdefault(file.id, file) is not file:
            what = f"the id {file.id!r} is taken by {first[file.id].where}"
            yield Finding(what, f"{file.where}:{file.id_line}", "Give each answer an id of its own.")


def _asked_twice(answers: Sequence[ApprovedAnswer]) -> Iterator[Finding]:
    first: dict[tuple[str, str], ApprovedAnswer] = {}
    for answer in answers:
        for tag, questions in answer.questions.items():
            for question in questions:
                other = first.setdefault((tag, question.casefold().rstrip(" ?.!")), answer)
                if other is not answer:
                    what = f"{question!r} is also a question of {other.id}"
                    yield Finding(what, answer.where, "Leave it with one of the two, or the assistant must guess.")


def _overdue(answers: Sequence[ApprovedAnswer], today: date) -> Iterator[Finding]:
    for answer in answers:
        if answer.review_by < today.isoformat():
            what = f"the review of {answer.id} was due on {answer.review_by}"
            yield Finding(what, answer.where, f"{answer.owner}: check the words and set a new review_by.")
