"""The file of queues: read as written, and refused with the line and what to do."""

from pathlib import Path

import pytest

from ivr.adapters.files.hours_file import load_hours
from ivr.adapters.files.queues_file import FIELDS, QueuesFile, load_queues, read_queues
from ivr.calls.routing.state import Queue
from ivr.demo import FOLDER
from ivr.flows.hours import Schedule
from ivr.vocabulary.language import LanguageTag

HOURS = {"phone": Schedule("UTC", ((),) * 7), "callbacks": Schedule("UTC", ((),) * 7)}
GOOD = """\
queues:
  service:
    names: {en: our service team, pt-br: nossa equipe}
    schedule: phone
    callback_hours: callbacks
    skills: [banking]
    skills_for:
      theft: [cards]
      complaint: complaints
    match_wait: 90 s
    longest_wait: 15 min
    wrap_up: 0 s
    after_hours: [voicemail, callback]
  other:
    names: {en: the others}
"""


def only_fault(line: str, instead: str) -> tuple[str, str, str]:
    assert line in GOOD
    found = read_queues(GOOD.replace(line, instead), "queues.yaml", HOURS).faults
    assert len(found) == 1, found
    return found[0].what, found[0].where, found[0].fix


def test_a_queue_is_read_as_written() -> None:
    file = read_queues(GOOD, "queues.yaml", HOURS)
    assert file.faults == []
    assert file.queues["service"] == Queue(
        name="service",
        names={LanguageTag("en"): "our service team", LanguageTag("pt-br"): "nossa equipe"},
        schedule="phone",
        callback_hours="callbacks",
        skills=("banking",),
        skills_for={"theft": ("cards",), "complaint": ("complaints",)},
        match_wait_s=90,
        longest_wait_s=900,
        wrap_up_s=0,
        after_hours=("voicemail", "callback"),
    )


def test_what_is_not_said_is_what_most_want() -> None:
    other = read_queues(GOOD, "queues.yaml", HOURS).queues["other"]
    assert other == Queue("other", {LanguageTag("en"): "the others"})


def test_a_queue_may_offer_nothing_when_it_is_closed() -> None:
    file = read_queues(GOOD.replace("[voicemail, callback]", "[]"), "queues.yaml", HOURS)
    assert (file.faults, file.queues["service"].after_hours) == ([], ())


@pytest.mark.parametrize(
    ("line", "instead", "what", "fix"),
    [
        ("schedule: phone", "schedule: fone",
         "there is no schedule 'fone' in the opening hours", "Did you mean phone?"),
        ("wrap_up: 0 s", "wrap_up: 30", "'30' is no length of time", "Write it with its unit: 90 s, or 2 min."),
        ("longest_wait: 15 min", "longest_wait: 5 s", "5 s is out of range", "From 60 s to 4 h."),
        ("match_wait: 90 s", "match_wait: 5 h", "5 h is out of range", "From 0 s to 4 h."),
        ("theft: [cards]", "thefts: [cards]", "'thefts' is no reason for a transfer", "Did you mean theft?"),
        ("[banking]", "[Banking!]", "'Banking!' is no name for a skill",
         "Use small letters, digits and underscores, a letter first."),
        ("[voicemail, callback]", "[fax]", "'fax' is not offered", "Write callback or voicemail, or [] for neither."),
        ("wrap_up: 0 s", "wrapup: 0 s", "the field 'wrapup' is not known",
         f"Fields are {', '.join(sorted(FIELDS))}."),
        ("    names: {en: the others}", "    schedule: phone", "other has no names",
         "Add `names: {en: our service team}`."),
        ("pt-br:", "Portuguese!:", "'Portuguese!' is not a language tag; write for example en, es or pt-BR",
         "Name the language by its tag."),
    ],
)  # fmt: skip
def test_each_fault_says_where_it_stands_and_what_to_do(line: str, instead: str, what: str, fix: str) -> None:
    number = next(number for number, each in enumerate(GOOD.splitlines(), 1) if line.strip() in each)
    said, where, told = only_fault(line, instead)
    assert (said, told) == (what, fix)
    assert where == f"queues.yaml:{number}"


@pytest.mark.parametrize(
    "text", ["", "queues:", "queues: {}", "queues: [a]", "a: b", "- x", "queues: {x: *y}", "[", "\x00"]
)
def test_a_file_without_queues_is_refused(text: str) -> None:
    assert read_queues(text, "queues.yaml", HOURS).faults


def test_a_queue_may_have_a_dash_in_its_name_and_no_capitals() -> None:
    assert read_queues(GOOD.replace("  other:", "  front-desk:"), "queues.yaml", HOURS).faults == []
    (fault,) = read_queues(GOOD.replace("  other:", "  Other:"), "queues.yaml", HOURS).faults
    assert (fault.what, fault.where) == ("'Other' is no name for a queue", "queues.yaml:14")
    assert fault.fix == "Use small letters, digits, dashes and underscores, a letter first."


def test_no_file_is_no_queues(tmp_path: Path) -> None:
    path = tmp_path / "queues.yaml"
    assert load_queues(path, HOURS) == QueuesFile(str(path))


def test_the_demo_banks_queues_are_whole() -> None:
    bank = Path(FOLDER) / "bank"
    file = load_queues(bank / "queues.yaml", load_hours(bank / "hours.yaml").schedules)
    assert file.faults == []
    assert set(file.queues["service"].names) == {"en", "es", "pt", "fr", "de", "it"}
