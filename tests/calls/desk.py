"""A flow with every kind of node: for tests of menus, messages, branches and of what is collected."""

import copy
from typing import Any

from ivr.flows.schema import Script
from tests.calls.script import FLOW, WORDS


def _collect(what: str, result: str, following: str, **fields: Any) -> dict[str, Any]:
    leads = {"next": following, "exhausted": "handover", "silent": "farewell"}
    return {
        "kind": "collect", "what": what, "result": result, "ask": f"{result}_ask", "readback": "right", **leads,
    } | fields  # fmt: skip


def with_balance(flow: dict[str, Any]) -> dict[str, Any]:
    """A flow in which callers who prove to be the customer are told their balance, instead of being answered."""
    told: dict[str, Any] = copy.deepcopy(flow)
    told["nodes"]["help"]["options"] = [
        {"words": {"en": ["my balance"]}, "instead_of": ["balance"], "next": "who_calls"}
    ]
    told["nodes"] |= {
        "who_calls": {
            "kind": "branch",
            "by": "customer",
            "cases": {"verified": "balance", "known": "secret"},
            "otherwise": "help",
        },
        "secret": _collect("digits", "secret", "prove", shortest=4, longest=4, secret=True, readback=None),
        "prove": {
            "kind": "verify",
            "by": ["secret"],
            "again": "secret",
            "next": "balance",
            "exhausted": "handover",
            "unknown": "handover",
        },
        "balance": {
            "kind": "lookup",
            "facts": {"balance": "amount"},
            "say": "balance_told",
            "next": "help",
            "missing": "handover",
        },
    }
    return told


def _desk() -> dict[str, Any]:
    desk = with_balance(FLOW)
    desk["keys"]["9"] = "choices"
    desk["nodes"]["help"]["options"].append({"words": {"en": ["menu", "main menu"]}, "next": "choices"})
    desk["nodes"] |= {
        "choices": {
            "kind": "menu",
            "say": "choices",
            "options": [
                {"key": 1, "words": {"en": ["opening hours", "hours"]}, "next": "when", "value": "hours"},
                {"key": 2, "words": {"en": ["visit", "come by"]}, "next": "visits"},
                {"key": 4, "words": {"en": ["appointment"]}, "next": "who"},
                {"key": 3, "words": {"en": ["person"]}, "next": "handover"},
            ],
            "no_match": ["which_first", "which_second"],
            "silence": ["silence_first"],
            "exhausted": "handover",
            "silent": "farewell",
            "answers": True,
            "result": "topic",
        },
        "who": _collect("name", "name", "day"),
        "day": _collect("date", "day", "sum"),
        "sum": _collect("amount", "sum", "code"),
        "code": _collect("digits", "code", "sure", shortest=4, longest=6, secret=True, readback=None),
        "sure": _collect("yes_no", "sure", "if_sure", readback=None),
        "if_sure": {
            "kind": "branch",
            "by": "result",
            "result": "sure",
            "cases": {"yes": "noted"},
            "otherwise": "choices",
        },
        "noted": {"kind": "message", "say": "noted", "next": "help"},
        "when": {"kind": "message", "say": "when", "next": "help"},
        "visits": {
            "kind": "branch",
            "by": "hours",
            "schedule": "branches",
            "cases": {"open": "come", "closed": "later"},
            "otherwise": "later",
        },
        "come": {"kind": "message", "say": "come", "next": "choices"},
        "later": {"kind": "message", "say": "later", "next": "by_topic"},
        "by_topic": {
            "kind": "branch",
            "by": "result",
            "result": "topic",
            "cases": {"hours": "help"},
            "otherwise": "farewell",
        },
    }
    return desk


DESK = _desk()

BALANCE_WORDS = WORDS | {
    "secret_ask": "Your code?",
    "verify_wrong": "That is not it.",
    "balance_told": "You have {balance}.",
    "collect_partial": "Go on.",
    "collect_invalid": "That was none.",
    "collect_unsure": "Right or wrong?",
}

DESK_WORDS = BALANCE_WORDS | {
    "choices": "Hours, one. Visit, two. Person, three.",
    "which_first": "Which one?",
    "which_second": "One, two or three?",
    "name_ask": "Your name?",
    "day_ask": "Which day?",
    "sum_ask": "How much?",
    "code_ask": "Your code?",
    "sure_ask": "{name}, on {day}, {sum}: are you sure?",
    "right": "{value}. Right?",
    "noted": "Noted, {name}.",
    "when": "Nine to five.",
    "come": "Come by now.",
    "later": "We are closed.",
}


def desk(**words: str) -> Script:
    """The flow; `words` replace phrases."""
    return Script.model_validate({"flow": DESK, "phrases": {"en": DESK_WORDS | words}})
