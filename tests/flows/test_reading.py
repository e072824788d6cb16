"""What does not fit the schema is named in plain words, with its line and what to write instead."""

from pathlib import Path

import pytest
import yaml

from ivr.flows.faults import FlowFault
from ivr.flows.reading import faults_of, read_flow, read_phrases
from ivr.flows.schema import Flow, Script
from ivr.flows.source import Source, read
from ivr.settings import Settings
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.scripts import script_faults
from tests.calls.script import FLOW, WORDS

EN = LanguageTag("en")
TEXT = yaml.safe_dump(FLOW, sort_keys=False, allow_unicode=True)


def source(text: str, file: str = "flow.yaml") -> Source:
    found = read(text.encode(), file)
    assert isinstance(found, Source)
    return found


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "what", "fix", "where"),
    [
        ("done: farewell", "dome: farewell", "dome is nothing that a question has", "did you mean done?", "dome:"),
        ("    again: again\n", "", "again is missing", "add a line `again: …` to a question", "  help:"),
        ("kind: goodbye", "kind: godbye", "godbye is no kind of node", "did you mean goodbye?", "  farewell:"),
        ("    kind: goodbye\n", "", "the node has no kind", "one of: ", "  farewell:"),
        ("say: goodbye", "say: 12", "say must be a text", 'put it in quotes: "12"', "say: 12"),
        ("say: goodbye", "say: Good Bye", "'Good Bye' cannot stand here", "write what fits", "say: Good Bye"),
        ("version: 1", "version: 0", "version: input should be greater than or equal to 1", "see", "version"),
        ("'0': handover", "'00': handover", "'00' cannot stand here", "write what fits", "'00'"),
        ("taken_up: taken_up", "taken_off: x", "taken_up is missing", "add a line", "apologies"),
        ("taken_up: taken_up", "taken_up: taken_up\n  taken_of: x", "taken_of is nothing that", "taken_up", "taken_of"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named_with_its_line(old: str, new: str, what: str, fix: str, where: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    flow, faults = read_flow(source(text))
    assert flow is None
    fault = next(each for each in faults if what in each.what)
    assert fix in fault.fix
    assert fault.line == line_of(text, where)
    assert fault.place.startswith(f"flow.yaml:{fault.line}:")


def test_what_the_checks_find_has_its_line_too_in_the_flow_and_in_the_words() -> None:
    text = TEXT.replace("done: farewell", "done: farewel")
    flow, _ = read_flow(source(text))
    words = yaml.safe_dump(WORDS | {"agreed": "We call {nobody}."})
    phrases, wrong = read_phrases(source(words, "en.yaml"))
    assert flow is not None
    assert wrong == []
    script = Script(flow=flow, phrases={EN: phrases})
    target, fills = faults_of(script, source(text), {EN: source(words, "en.yaml")})
    assert (target.file, target.line) == ("flow.yaml", line_of(text, "done:"))
    assert target.fix == "did you mean farewell?"
    assert (fills.file, fills.line, fills.where) == ("en.yaml", line_of(words, "agreed:"), "phrases.en.agreed")


def test_words_that_are_no_text_are_named() -> None:
    phrases, faults = read_phrases(source("a: A\nb: [x]\nc: 1", "en.yaml"))
    assert phrases == {"a": "A"}
    assert [(fault.where, fault.line) for fault in faults] == [("b", 2), ("c", 3)]


def test_the_files_of_the_demo_have_no_faults() -> None:
    script, faults = script_faults(Settings())
    assert faults == []
    assert script is not None


def test_files_that_are_not_there_and_no_files_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        _, (fault,) = script_faults(Settings(flow=path))
        assert fault == FlowFault("there is no such file", str(path), "check its path", str(path))


def test_the_schema_explains_every_field_of_every_node_to_an_editor() -> None:
    schema = Flow.model_json_schema()
    for name, part in schema["$defs"].items():
        assert part["description"], name
        undocumented = {
            field for field, facts in part["properties"].items() if field != "kind" and not facts.get("description")
        }
        assert undocumented == set(), name
    assert all(facts.get("description") or "$ref" in facts for facts in schema["properties"].values())
