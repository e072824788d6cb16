"""One approved answer: a Markdown file with YAML front matter, read strictly, every fault with its line.

    ---
    id: opening-hours
    topic: branches
    owner: Branch services
    review_by: 2027-03-31
    status: approved          # draft, review and retired are read but not served
    names: {en: opening hours}
    questions:
      en: ["What time do you open on Saturday?", "opening hours"]
    ---
    ## en
    We open at nine.

The front matter is only ever plain text, lists and maps: nothing is constructed from it, and `no` stays a word.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import yaml
from frontmatter.default_handlers import YAMLHandler

from ivr.adapters.files.plain_yaml import PlainLoader
from ivr.adapters.files.speakable import unspeakable
from ivr.adapters.findings import Finding
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.ids import AnswerId
from ivr.vocabulary.language import LanguageTag, language_tag

FIELDS: Final = ("id", "topic", "owner", "review_by", "status", "names", "questions")
STATUSES: Final = ("draft", "review", "approved", "retired")
MAX_FIELD_CHARS: Final = 200
MAX_NAME_CHARS: Final = 60
"Two of them fit one question that is easy to listen to."
MAX_QUESTIONS: Final = 200
"Ways to ask for one answer, in one language."
MAX_SPOKEN_CHARS: Final = 1_500
"About a minute and a half of speech: nobody listens to more."

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SECTION = re.compile(r"^##[ \t]+(\S.*)$", re.MULTILINE)
_QUOTES: Final = "Write the text in double quotes."


@dataclass(slots=True)
class AnswerFile:
    """What one file holds. `answer` is None when it has faults or is not approved; `id` whenever it has one."""

    where: str
    id: str = ""
    id_line: int = 1
    answer: ApprovedAnswer | None = None
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def fault(self, line: int, what: str, fix: str) -> None:
        self.faults.append(Finding(what, f"{self.where}:{line}", fix))


def read_answer(text: str, where: str) -> AnswerFile:
    """Read one file's text. Never raises: what is wrong with it is in `faults`."""
    file = AnswerFile(where)
    handler = YAMLHandler()
    try:
        front, body = handler.split(text) if text.startswith("---") else ("", "")
    except ValueError:
        front = ""
    if not front.strip():
        file.fault(1, "there is no front matter", "Begin the file with ---, the fields, and --- again.")
        return file
    fields = _fields(front, file)
    if fields is not None:
        _answer(fields, body, 1 + text[: len(text) - len(body)].count("\n"), file)
    return file


def _fields(front: str, file: AnswerFile) -> dict[str, yaml.Node] | None:
    try:
        node = yaml.compose(front, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        file.fault(line, f"the front matter is not plain YAML: {error.problem}", "Correct this line; quote odd text.")
        return None
    except (yaml.YAMLError, RecursionError, ValueError):
        file.fault(1, "the front matter is not plain YAML", "Keep to simple fields, lists and quoted text.")
        return None
    if not isinstance(node, yaml.MappingNode):
        file.fault(1, "the front matter has no fields", "Write one `name: value` a line.")
        return None
    fields = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    for name, value in fields.items():
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            what = f"the field {name[:MAX_FIELD_CHARS]!r} is not known and has no effect"
            file.warnings.append(Finding(what, f"{file.where}:{_line(value)}", f"Fields are {known}."))
    return fields


def _answer(fields: dict[str, yaml.Node], body: str, body_line: int, file: AnswerFile) -> None:
    file.id = _text(fields, "id", file)
    file.id_line = _line(fields.get("id"))
    if file.id and not _ID.fullmatch(file.id):
        file.fault(file.id_line, f"the id {file.id!r} is not usable", "Use small letters, digits and single hyphens.")
    status = _text(fields, "status", file)
    if status and status not in STATUSES:
        file.fault(_line(fields["status"]), f"the status {status!r} is not known", f"Use one of {', '.join(STATUSES)}.")
    if status != "approved":
        return  # a draft may be incomplete
    topic, owner = _text(fields, "topic", file), _text(fields, "owner", file)
    review_by = _date(fields, file)
    questions, names = _questions(fields, file), _names(fields, file)
    spoken, lines = _sections(body, body_line, file)
    for tag in questions:
        if tag not in spoken:
            file.fault(
                _line(fields["questions"]), f"{tag} has questions but no spoken text", f"Add a section ## {tag}."
            )
    for tag, text in spoken.items():
        _check_spoken(text, tag, lines[tag], file)
    if not file.faults:
        said = {tag: " ".join(text.split()) for tag, text in spoken.items()}
        file.answer = ApprovedAnswer(AnswerId(file.id), topic, owner, review_by, questions, said, file.where, names)


# ── front matter ─────────────────────────────────────────────────────────────────────────────────────────────────


def _line(node: yaml.Node | None) -> int:
    return 1 if node is None else node.start_mark.line + 1


def _text(fields: dict[str, yaml.Node], name: str, file: AnswerFile) -> str:
    """A field that must be one line of text; "" with a fault when it is not."""
    node = fields.get(name)
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
        file.fault(_line(node), f"the field {name!r} is missing", f"Add `{name}:` and its value to the front matter.")
    elif not isinstance(node, yaml.ScalarNode):
        file.fault(_line(node), f"the field {name!r} is not text", _QUOTES)
    elif len(node.value) > MAX_FIELD_CHARS or "\n" in node.value.strip():
        file.fault(
            _line(node), f"the field {name!r} is too long", f"Use one line of up to {MAX_FIELD_CHARS} characters."
        )
    else:
        return str(node.value.strip())
    return ""


def _date(fields: dict[str, yaml.Node], file: AnswerFile) -> str:
    text = _text(fields, "review_by", file)
    if text:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            file.fault(_line(fields["review_by"]), f"{text!r} is not a date", "Write the date as 2027-03-31.")
    return ""


def _questions(fields: dict[str, yaml.Node], file: AnswerFile) -> dict[LanguageTag, tuple[str, ...]]:
    node = fields.get("questions")
    if not isinstance(node, yaml.MappingNode) or not node.value:
        file.fault(_line(node), "there are no questions", "Add `questions:` and, for each language, a list of them.")
        return {}
    questions: dict[LanguageTag, tuple[str, ...]] = {}
    for key, value in node.value:
        tag = _tag(str(key.value), _line(key), file)
        if tag is None:
            continue
        asked = value.value if isinstance(value, yaml.SequenceNode) else []
        if not asked or len(asked) > MAX_QUESTIONS:
            file.fault(_line(key), f"{tag} needs 1 to {MAX_QUESTIONS} questions", "Write them as a list, in quotes.")
        for one in asked:
            if not isinstance(one, yaml.ScalarNode) or not one.value.strip() or len(one.value) > MAX_FIELD_CHARS:
                file.fault(_line(one), f"a question is not 1 to {MAX_FIELD_CHARS} characters of text", _QUOTES)
        questions[tag] = tuple(" ".join(one.value.split()) for one in asked if isinstance(one, yaml.ScalarNode))
    return questions


def _names(fields: dict[str, yaml.Node], file: AnswerFile) -> dict[LanguageTag, str]:
    """What the answer is called, by language. It may have none."""
    node = fields.get("names")
    if node is None:
        return {}
    names: dict[LanguageTag, str] = {}
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if not pairs:
        file.fault(_line(node), "the names are not given by language", "Write `names: {en: changing your PIN}`.")
    for key, value in pairs:
        tag = _tag(str(key.value), _line(key), file)
        name = " ".join(value.value.split()) if isinstance(value, yaml.ScalarNode) else ""
        if not 0 < len(name) <= MAX_NAME_CHARS:
            file.fault(
                _line(key), f"the name is not 1 to {MAX_NAME_CHARS} characters of text", "Name it in a few words."
            )
        elif tag is not None:
            names[tag] = name
    return names


def _tag(text: str, line: int, file: AnswerFile) -> LanguageTag | None:
    try:
        return language_tag(text)
    except ValueError as error:
        file.fault(line, str(error), "Name the language by its tag.")
        return None


# ── spoken text ──────────────────────────────────────────────────────────────────────────────────────────────────


def _sections(body: str, first_line: int, file: AnswerFile) -> tuple[dict[LanguageTag, str], dict[LanguageTag, int]]:
    """The text under each `## tag`, and the line on which it begins."""
    spoken: dict[LanguageTag, str] = {}
    lines: dict[LanguageTag, int] = {}
    heads = list(_SECTION.finditer(body))
    before = body[: heads[0].start()] if heads else body
    if before.strip():
        line = first_line + before[: len(before) - len(before.lstrip())].count("\n")
        file.fault(line, "there are words before the first language", "Put them under a heading such as ## en.")
    if not heads:
        file.fault(first_line, "there is no spoken text", "Add a section such as ## en with the words to speak.")
    ends = [head.start() for head in heads[1:]] + [len(body)]
    for head, end in zip(heads, ends, strict=False):
        line = first_line + body[: head.start()].count("\n")
        tag = _tag(head[1], line, file)
        if tag is None:
            continue
        if tag in spoken:
            file.fault(line, f"{tag} has two sections", "Join them into one.")
        spoken[tag] = body[head.end() : end]
        lines[tag] = line
    return spoken, lines


def _check_spoken(text: str, tag: LanguageTag, line: int, file: AnswerFile) -> None:
    said = text.strip()
    if not said:
        file.fault(line, f"the spoken text in {tag} is empty", "Write the words to speak under the heading.")
    if len(said) > MAX_SPOKEN_CHARS:
        file.fault(line, f"the spoken text in {tag} has {len(said)} characters", f"Keep it to {MAX_SPOKEN_CHARS}.")
        return
    for offset, row in enumerate(text.split("\n")):
        for what, fix, grave in unspeakable(row):
            finding = Finding(f"{what} in {tag}", f"{file.where}:{line + offset}", fix)
            (file.faults if grave else file.warnings).append(finding)
