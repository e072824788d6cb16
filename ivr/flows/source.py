"""Reading YAML that anybody may have written: plain data with the line of every entry, or one clear fault.

A file may hold texts, whole numbers, true, false, lists and entries; nothing else. What YAML allows beside that is
refused, because a small file can grow to gigabytes (aliases), make objects (tags), or say two things at once (keys
given twice). Keys are always text, and so are `yes`, `no` and dates: nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from ivr.flows.faults import FlowFault

LARGEST_BYTES: Final = 1024 * 1024
DEEPEST: Final = 20
LONGEST_TEXT: Final = 5_000
"Characters in one text. A voice needs five minutes for so many."

Path = tuple[str | int, ...]
Place = tuple[int, int]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FLOAT: Final = re.compile(r"-?\d{1,17}\.\d{1,17}")
_WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds. `places` has line and column, from 1, of every entry and of every item of a list."""

    file: str
    data: dict[str, Any]
    places: Mapping[Path, Place]

    def locate(self, path: Sequence[str | int]) -> Place:
        """Where `path` stands, or the nearest entry around it. Steps that the file does not have are passed over."""
        at: Path = ()
        for each in path:
            if (*at, each) in self.places:
                at = (*at, each)
        return self.places.get(at, (0, 0))


def read(data: bytes, file: str) -> Source | FlowFault:
    """Read the bytes of `file`, whose name is only for the faults."""
    if len(data) > LARGEST_BYTES:
        return FlowFault("the file is larger than 1 MiB", file, "split it, or remove what does not belong", file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return FlowFault("the file is not UTF-8 text", file, "save it as UTF-8", file, line, 1)
    reader = _Reader(text)
    try:
        value = reader.document()
    except _Refused as refused:
        return FlowFault(refused.what, file, refused.fix, file, *refused.place)
    if not isinstance(value, dict):
        return FlowFault("the file holds no entries", file, "write `name: value` lines; see docs/flows.md", file)
    return Source(file, value, reader.places)


class _Refused(Exception):
    def __init__(self, what: str, fix: str, place: Place) -> None:
        super().__init__(what)
        self.what, self.fix, self.place = what, fix, place


class _Reader:
    """Composes plain data from the parser's events, and notes where each entry stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.places: dict[Path, Place] = {}

    def document(self) -> Any:
        """The one document of the text. Raises _Refused."""
        value: Any = None
        documents = 0
        events = self._events()
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused("a second document begins here", "keep one document; remove the ---", _place(event))
            elif isinstance(event, yaml.NodeEvent):
                value = self._value(event, events, ())
        return value

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self._text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
            what = ": ".join(part for part in (error.context, error.problem) if part)
            raise _Refused(f"this is not readable YAML: {what}", "mend it here, or just before", place) from error
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, int(error.position)) + 1
            fix = "remove the character; an editor that shows control characters helps"
            raise _Refused("a control character stands here", fix, (line, 1)) from error
        except (yaml.YAMLError, ValueError) as error:
            raise _Refused("this is not readable YAML", "compare it with docs/flows.md", (0, 0)) from error

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        place = _place(event)
        self.places.setdefault(path, place)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise _Refused(f"aliases ({sign}{event.anchor}) are not allowed", "write the text itself here", place)
        if event.tag is not None:
            raise _Refused(f"tags ({event.tag}) are not allowed", "remove the tag; quote what is text", place)
        if len(path) > DEEPEST:
            raise _Refused(f"entries are nested deeper than {DEEPEST}", "write it flatter", place)
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(events, path)
            case yaml.SequenceStartEvent():
                return self._sequence(events, path)
            case _:
                return _scalar(event, place)

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused("a key must be a plain text", "give the entry a name", place)
            _scalar(event, place)
            key = event.value
            if key == "<<" and event.implicit[0]:
                raise _Refused("merging (<<) is not allowed", "write the entries themselves here", place)
            if key in entries:
                first, _ = self.places[(*path, key)]
                raise _Refused(f"{key!r} is given twice, first in line {first}", "keep one of the two", place)
            self.places[(*path, key)] = place
            entries[key] = self._value(next(events), events, (*path, key))
        return entries

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items


def _scalar(event: Any, place: Place) -> Any:
    text: str = event.value
    if event.anchor is not None or event.tag is not None:
        raise _Refused("a key takes no tag and no anchor", "write the key alone", place)
    if len(text) > LONGEST_TEXT:
        raise _Refused(f"a text is longer than {LONGEST_TEXT:,} characters", "say it in fewer words", place)
    if not event.implicit[0]:  # in quotes, or a block of lines
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1
