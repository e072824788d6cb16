"""One broken flow for each fault that the checks find: with its place, its reason and its fix."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.flows.checks import check
from ivr.flows.schema import Script
from tests.calls.desk import DESK, DESK_WORDS, desk

Change = Callable[[dict[str, Any]], Any]


def nodes(**changes: Any) -> Change:
    """Changes to fields of nodes; a node named with None is removed."""

    def change(flow: dict[str, Any]) -> None:
        for name, fields in changes.items():
            if fields is None:
                del flow["nodes"][name]
            else:
                flow["nodes"].setdefault(name, {}).update(fields)

    return change


def option(node: str, at: int, **fields: Any) -> Change:
    return lambda flow: flow["nodes"][node]["options"][at].update(fields)


def broken(change: Change, **words: str) -> Script:
    flow = copy.deepcopy(DESK)
    change(flow)
    for node in flow["nodes"].values():
        for field in set(node) - {"kind", "say", "next"} if node["kind"] == "message" else ():
            del node[field]
    return Script.model_validate({"flow": flow, "phrases": {"en": DESK_WORDS | words}})


def test_the_desk_has_no_faults() -> None:
    assert check(desk(), {"branches"}) == []


FAULTS: list[tuple[str, Change, dict[str, str], str, str, str]] = [
    ("unknown target", nodes(when={"next": "hepl"}), {}, "nodes.when.next", "is no node", "did you mean help?"),
    ("unknown case", nodes(visits={"cases": {"open": "comme"}}), {}, "nodes.visits.cases.open", "is no node", "come"),
    ("unknown option", option("choices", 0, next="wen"), {}, "nodes.choices.options[0].next", "is no node", "when?"),
    ("unreachable", nodes(spare={"kind": "message", "say": "when", "next": "help"}), {}, "nodes.spare",
     "no caller can reach", "lead to it"),
    ("no end", nodes(choices={"silent": "pit"}, pit={"kind": "menu", "say": "when", "options": [
        {"key": 5, "words": {"en": ["x"]}, "next": "pit"}], "no_match": ["when"], "silence": ["when"],
        "exhausted": "pit", "silent": "pit"}), {}, "nodes.pit", "can never end", "goodbye"),
    ("round of messages", nodes(when={"next": "come"}, come={"next": "when"}), {}, "nodes.when",
     "without ever waiting for the caller: when → come → when", "a question, a menu"),
    ("round of branches", nodes(by_topic={"otherwise": "visits"}), {}, "nodes.visits", "goes round",
     "stand on the way"),
    ("round of silence", nodes(choices={"silent": "when"}, help={"silent": "choices"}), {}, "nodes.help",
     "asks a caller who says nothing for ever: help → choices → when → help", "`silent` lead to a goodbye"),
    ("greeting not first", lambda flow: flow.update(start="choices"), {}, "start", "begin with the greeting",
     "greeting"),
    ("hidden machine", nodes(), {"greeting": "Hello, Anna here."}, "phrases.en.greeting", "does not say that a machine",
     "automated"),
    ("no person key", lambda flow: flow.update(keys={"9": "choices"}), {}, "keys", "no key leads to a person", '"0"'),
    ("person is none", lambda flow: flow.update(person="choices"), {}, "person", "reaches no person", "callback"),
    ("person asks before", nodes(handover={"kind": "message", "say": "when", "next": "help"}), {}, "person",
     "reaches no person", "branches and messages"),
    ("person stated otherwise", nodes(help={"person": "farewell"}), {}, "nodes.help.person",
     "leads to 'handover' from everywhere", "write handover"),
    ("key used twice", option("choices", 1, key=1), {}, "nodes.choices.options[0].key", "used twice", "its own key"),
    ("person key shadowed", option("choices", 1, key=0), {}, "nodes.choices.options[1].key",
     "leads to a person from everywhere", "another key"),
    ("menu option without key", option("choices", 1, key=None), {}, "nodes.choices.options[1]", "by key", "`key:`"),
    ("key that says yes", option("help", 0, key=1), {}, "nodes.help.options[0].key", "answers the offer",
     "than 1 and 2"),
    ("no words in a language", option("choices", 1, words={"es": ["visita"]}), {}, "nodes.choices.options[1].words",
     "by voice in en", "`en: […]`"),
    ("words of two options", option("choices", 1, words={"en": ["Hours"]}), {}, "nodes.choices.options[0].words.en",
     "means two options", "one of them"),
    ("hours without schedule", nodes(visits={"schedule": None}), {}, "nodes.visits", "needs a schedule", "schedule"),
    ("schedule without hours", nodes(by_topic={"schedule": "branches"}), {}, "nodes.by_topic.schedule",
     "needs no schedule", "remove it"),
    ("unknown schedule", nodes(visits={"schedule": "branchs"}), {}, "nodes.visits.schedule", "no schedule",
     "branches?"),
    ("result never kept", nodes(by_topic={"result": "topics"}), {}, "nodes.by_topic.result", "nothing is kept",
     "topic?"),
    ("case that never is", nodes(by_topic={"cases": {"hour": "help"}}), {}, "nodes.by_topic.cases.hour",
     "never the case", "hours?"),
    ("case of the hours", nodes(visits={"cases": {"opened": "come"}}), {}, "nodes.visits.cases.opened", "never",
     "open?"),
    ("case of the language", nodes(by_topic={"by": "language", "result": None, "cases": {"fr": "help"}}), {},
     "nodes.by_topic.cases.fr", "never the case", "en"),
    ("reserved name", nodes(choices={"result": "business"}, by_topic={"result": "business"}), {},
     "nodes.choices.result",
     "already means", "otherwise"),
    ("no words", nodes(when={"say": "whenever"}), {}, "phrases.en.whenever", "has no words", "write whenever"),
    ("unknown fill", nodes(), {"when": "From {business} to {bussiness}."}, "phrases.en.when", "there is no {bussiness}",
     "business?"),
    ("a choice has no words", nodes(), {"come": "About {topic}."}, "phrases.en.come", "there is no {topic}",
     "business"),
    ("digits without a number", nodes(code={"longest": None}), {}, "nodes.code", "how many digits", "`longest:`"),
    ("fewest above most", nodes(code={"shortest": 8}), {}, "nodes.code", "how many digits", "no larger"),
    ("number of a name", nodes(who={"longest": 4}), {}, "nodes.who", "a name has no number of digits", "remove"),
    ("secret read aloud", nodes(code={"readback": "right"}), {}, "nodes.code.readback", "not read back aloud",
     "remove"),
    ("secret yes", nodes(sure={"secret": True}), {}, "nodes.sure.secret", "is no secret", "remove it"),
    ("not read back", nodes(day={"readback": None}), {}, "nodes.day", "without being read back", "readback"),
    ("value not read back", nodes(), {"right": "Right?"}, "phrases.en.right", "needs {value}", "{value}"),
    ("said before it is known", nodes(), {"day_ask": "{name}, which day, and {sum}?"}, "phrases.en.day_ask",
     "says {sum} at nodes.day.ask, where it is not known", "collect it before"),
    ("known on one way only", nodes(), {"when": "Nine, {name}."}, "phrases.en.when", "not known on every way",
     "collect"),
    ("secret said", nodes(), {"noted": "Noted, {code}."}, "phrases.en.noted", "there is no {code}", "name"),
    ("two kinds under a name", nodes(day={"result": "name"}), {}, "nodes.day.result", "is kept as name elsewhere",
     "otherwise"),
    ("case of a yes", nodes(if_sure={"cases": {"yess": "noted"}}), {}, "nodes.if_sure.cases.yess", "never", "yes?"),
    ("number not read back", nodes(), {"readback": "Right?"}, "phrases.en.readback", "needs {number}", "{number}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words", "where", "what", "fix"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_each_fault_is_found_with_its_place_its_reason_and_its_fix(
    change: Change, words: dict[str, str], where: str, what: str, fix: str
) -> None:
    found = [fault for fault in check(broken(change, **words), {"branches"}) if fault.where == where]
    assert any(what in fault.what and fix in fault.fix for fault in found), found


def test_a_branch_says_where_everything_else_leads() -> None:
    flow = copy.deepcopy(DESK)
    del flow["nodes"]["visits"]["otherwise"]
    with pytest.raises(ValidationError, match="otherwise"):
        Script.model_validate({"flow": flow, "phrases": {}})


names = st.sampled_from([*DESK["nodes"], "nowhere"])


@st.composite
def flows(draw: st.DrawFn) -> Script:
    """The desk with its ways led anywhere, nodes missing, and keys, cases and words exchanged."""
    flow = copy.deepcopy(DESK)
    for name in draw(st.lists(names, max_size=3)):
        if name not in {"nowhere", "help"}:
            flow["nodes"].pop(name, None)
    for node in flow["nodes"].values():
        for field in ("next", "silent", "exhausted", "done", "person", "otherwise", "start"):
            if field in node and draw(st.booleans()):
                node[field] = draw(names)
        for each in node.get("options", ()):
            each["next"] = draw(names)
            each["key"] = draw(st.sampled_from(["1", "0", "9", "#", None]))
        if "cases" in node:
            node["cases"] = draw(st.dictionaries(st.sampled_from(["open", "en", "hours", "x"]), names, min_size=1))
            node["by"] = draw(st.sampled_from(["hours", "language", "result"]))
    flow["start"], flow["person"] = draw(names), draw(names)
    flow["keys"] = draw(st.dictionaries(st.sampled_from("01#"), names, max_size=2))
    flow["languages"] = draw(st.sampled_from([["en"], ["en", "es"], ["pt-BR"]]))
    return Script.model_validate({"flow": flow, "phrases": {"en": DESK_WORDS}})


@given(flows())
@settings(max_examples=150, deadline=None)
def test_no_flow_brings_the_checks_down(script: Script) -> None:
    for fault in check(script, {"branches"}):
        assert fault.what
        assert fault.where
        assert fault.fix
