"""From what stands in files to a checked `Script`, with the line of every fault."""

import dataclasses
import re
import types
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ivr.flows.checks import check
from ivr.flows.faults import FlowFault, did_you_mean
from ivr.flows.schema import Flow, Node, Script
from ivr.flows.source import Source
from ivr.vocabulary.language import LanguageTag

_STEP: Final = re.compile(r"[^.\[\]]+")
_KINDS: Final = {kind.model_fields["kind"].annotation: kind for kind in get_args(get_args(Node)[0])}


def read_flow(source: Source) -> tuple[Flow | None, list[FlowFault]]:
    """The flow in a file, or every field that does not fit."""
    try:
        return Flow.model_validate(source.data), []
    except ValidationError as error:
        return None, [_plain(source, each) for each in error.errors(include_url=False)]


def read_phrases(source: Source) -> tuple[dict[str, str], list[FlowFault]]:
    """The words of one language, each in one line; and the entries that are no text."""
    faults = [
        _at(source, (key,), FlowFault(f"{key!r} is no text", key, f'write its words: {key}: "…"'))
        for key, value in source.data.items()
        if not isinstance(value, str)
    ]
    return {key: " ".join(text.split()) for key, text in source.data.items() if isinstance(text, str)}, faults


def faults_of(
    script: Script,
    flow: Source,
    phrases: Mapping[LanguageTag, Source],
    schedules: Collection[str] | None = None,
    queues: Mapping[str, Collection[str]] | None = None,
) -> list[FlowFault]:
    """What the checks find, each with its line.

    schedules, queues  those that the business has, when they are known; queues with what they offer.
    """
    return [_located(fault, flow, phrases) for fault in check(script, schedules, queues)]


def _located(fault: FlowFault, flow: Source, phrases: Mapping[LanguageTag, Source]) -> FlowFault:
    if not fault.where.startswith("phrases."):
        return _at(flow, _steps(fault.where), fault)
    _, language, key = fault.where.split(".", 2)
    source = phrases[LanguageTag(language)]
    if key not in source.data:
        return dataclasses.replace(fault, file=source.file)
    return _at(source, (key,), fault)


def _steps(where: str) -> list[str | int]:
    return [int(step) if step.isdigit() and "[" in where else step for step in _STEP.findall(where)]


def _at(source: Source, path: Sequence[str | int], fault: FlowFault) -> FlowFault:
    line, column = source.locate(path)
    return dataclasses.replace(fault, file=source.file, line=line, column=column)


# ── fields that do not fit, in plain words ───────────────────────────────────────────────────────────────────────


def _plain(source: Source, error: Any) -> FlowFault:
    path = [step for at, step in enumerate(error["loc"]) if not _is_tag(error["loc"], at)]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    what, fix = _words(source, error, path)
    return _at(source, path, FlowFault(what, where, fix))


def _is_tag(loc: Sequence[str | int], at: int) -> bool:
    """Whether a step of an error's path is a node's kind, which pydantic puts behind the node's name, or a marker."""
    kind_at = 2
    return (at == kind_at and loc[0] == "nodes" and loc[at] in _kinds()) or loc[at] == "[key]"


def _words(source: Source, error: Any, path: Sequence[str | int]) -> tuple[str, str]:
    name = str(path[-1]) if path else "the flow"
    owner = _owner(source, path)
    match error["type"]:
        case "missing":
            return f"{name} is missing", f"add a line `{name}: …` to {_named(owner)}"
        case "extra_forbidden":
            return f"{name} is nothing that {_named(owner)} has", did_you_mean(name, _fields(owner))
        case "union_tag_invalid":
            return f"{error['ctx']['tag']} is no kind of node", did_you_mean(str(error["ctx"]["tag"]), _kinds())
        case "union_tag_not_found":
            return "the node has no kind", f"add a line `kind: …`, one of: {', '.join(sorted(_kinds()))}"
        case "literal_error" | "enum":
            return f"{name} cannot be {error['input']!r}", f"write {error['ctx']['expected']}"
        case "string_pattern_mismatch":
            return f"{error['input']!r} cannot stand here", f"write what fits {error['ctx']['pattern']}"
        case "string_type" if isinstance(error["input"], int | float | bool):
            return f"{name} must be a text", f'put it in quotes: "{error["input"]}"'
        case "value_error":
            return str(error["ctx"]["error"]), "see docs/flows.md"
        case _:
            return f"{name}: {error['msg'][0].lower()}{error['msg'][1:]}", "see docs/flows.md"


def _kinds() -> dict[str, type[BaseModel]]:
    return {str(get_args(annotation)[0]): kind for annotation, kind in _KINDS.items()}


def _owner(source: Source, path: Sequence[str | int]) -> type[BaseModel]:
    """The part of the schema that the last step of `path` is a field of."""
    model: type[BaseModel] = Flow
    data: Any = source.data
    for step in path[:-1]:
        if isinstance(step, str) and step in model.model_fields:
            found = _models(model.model_fields[step].annotation)
            model = found[0] if len(found) == 1 else model
        data = _inside(data, step)
        if isinstance(data, dict) and path[0] == "nodes" and "kind" in data:
            model = _kinds().get(str(data["kind"]), model)
    return model


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else None


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in {tuple, list, dict, Annotated, Union, types.UnionType}:
        return [model for argument in get_args(annotation) for model in _models(argument)]
    return []


def _named(model: type[BaseModel]) -> str:
    name = model.__name__.lower()
    return f"the {name}" if model is Flow else f"a {name}"


def _fields(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)
