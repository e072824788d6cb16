"""YAML that anybody may have written is read as plain data, or refused with one fault that says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.faults import FlowFault
from ivr.flows.source import LARGEST_BYTES, LONGEST_TEXT, Source, read

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


def deep(levels: int) -> str:
    return "a:\n" + "".join("  " * level + f"k{level}:\n" for level in range(1, levels)) + "  " * levels + "x: 1"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (BOMB, "aliases (&a)", 1),
        ("a: 1\nb: *a", "aliases (*a)", 2),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", "tags (tag:yaml.org,2002:python", 2),
        ("a: !secret x", "tags (!secret)", 1),
        ("!!str a: x", "no tag and no anchor", 1),
        ("a: 1\nb: 2\na: 3", "'a' is given twice, first in line 1", 3),
        ("a:\n  b: 1\n  b: 2", "'b' is given twice, first in line 2", 3),
        ("a: 1\n<<: {b: 2}", "merging", 2),
        ("? [a, b]\n: c", "a key must be a plain text", 1),
        ("a: 1\n---\nb: 2", "second document", 2),
        (deep(30), "nested deeper than 20", 22),
        ("a: " + "[" * 100_000, "nested deeper than 20", 1),
        ("a: 1\nb: " + "x" * (LONGEST_TEXT + 1), "longer than 5,000 characters", 2),
        ("x" * (LONGEST_TEXT + 1) + ": a", "", 1),
        ("a: 1\nb: 'never closed", "not readable YAML", 0),
        ("a: b: c", "not readable YAML", 1),
        ("a: 1\nb: \x07", "control character", 2),
        ("- a\n- b", "holds no entries", 0),
        ("just words", "holds no entries", 0),
        ("", "holds no entries", 0),
    ],
)  # fmt: skip
def test_what_is_hostile_or_broken_is_refused_with_its_line(text: str, what: str, line: int) -> None:
    fault = read(text.encode(), "flow.yaml")
    assert isinstance(fault, FlowFault)
    assert what in fault.what
    assert fault.fix
    assert fault.file == "flow.yaml"
    assert line in {fault.line, 0}


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    large = read(b"a: " + b"x\n" * LARGEST_BYTES, "flow.yaml")
    assert isinstance(large, FlowFault)
    assert "1 MiB" in large.what
    latin = read("a: 1\nb: señor".encode("latin-1"), "flow.yaml")
    assert isinstance(latin, FlowFault)
    assert (latin.what, latin.line) == ("the file is not UTF-8 text", 2)


def test_nothing_is_guessed_about_texts() -> None:
    source = read(b'no: No\nyes: yes\nday: 2026-05-03\n0: handover\noff: "1"\nn: 12\nt: true', "words.yaml")
    assert isinstance(source, Source)
    assert source.data == {
        "no": "No", "yes": "yes", "day": "2026-05-03", "0": "handover", "off": "1", "n": 12, "t": True,
    }  # fmt: skip


def test_every_entry_knows_its_line() -> None:
    source = read("\ufeffa: 1\nb:\n  c:\n    - x\n    - y: 2\n".encode(), "flow.yaml")
    assert isinstance(source, Source)
    assert source.locate(["b", "c", 1, "y"]) == (5, 7)
    assert source.locate(["b", "c", 0]) == (4, 7)
    assert source.locate(["b", "unknown", "c"]) == (3, 3)


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!\n '\"#|>?%@`", max_size=60).map(str.encode)))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    found = read(data, "flow.yaml")
    assert isinstance(found, Source) or found.what
