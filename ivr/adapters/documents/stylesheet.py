"""The rules of a page's own <style> elements, as far as they say what is seen.

Selectors of names, classes, ids and attributes, one within another, are understood; one with a state (`:hover`) or a
neighbour counts as not there, and so does a rule for another medium than a screen.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from ivr.adapters.documents.styles import declarations

_MOST_RULES: Final = 5_000
_TELLING: Final = re.compile(
    r"display|visibility|opacity|color|background|font|clip|position|left|top|right|bottom|indent|margin|transform"
    r"|overflow|height|width"
)
_BRACE: Final = re.compile("[{}]")
_SIMPLE: Final = re.compile(r"(\*|[a-zA-Z][\w-]*)?((?:[.#][\w-]+|\[[\w-]+(?:[~^$*|]?=[\"']?[^\"'\]]*[\"']?)?\])*)")
_PART: Final = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:([~^$*|]?=)[\"']?([^\"'\]]*)[\"']?)?\]")


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must be: its name, and its classes, ids and attributes."""

    name: str
    parts: tuple[tuple[str, str, str], ...]

    def fits(self, element: etree._Element) -> bool:
        if self.name and element.tag != self.name:
            return False
        for sign, name, value in self.parts:
            held = element.get(name)
            if held is None:
                return False
            if sign == "~=" and value not in held.split():
                return False
            if sign == "=" and held != value:
                return False
            if sign in ("^=", "$=", "*=", "|=") and value not in held:
                return False
        return True


@dataclass(frozen=True, slots=True)
class _Rule:
    chain: tuple[_Compound, ...]
    "The element itself first, then those that it lies within."
    style: dict[str, str]
    weight: tuple[int, int]

    def fits(self, element: etree._Element) -> bool:
        if not self.chain[0].fits(element):
            return False
        waiting = list(self.chain[1:])
        above = element.getparent()
        while waiting and above is not None:
            if waiting[0].fits(above):
                waiting.pop(0)
            above = above.getparent()
        return not waiting


@dataclass(slots=True)
class Stylesheet:
    """The rules of a page. `dropped` counts those that are not understood or too many."""

    dropped: int = 0
    _rules: dict[str, list[_Rule]] = field(default_factory=dict)
    _count: int = 0

    def read(self, text: str) -> None:
        """Add the rules of one <style> element."""
        text = re.sub(r"/\*(?:.*?\*/|.*\Z)|<!--|-->", " ", text, flags=re.DOTALL)
        for head, body in _bodies(text):
            if head.startswith("@"):
                if re.match(r"@media\s+(?:only\s+)?(?:all|screen)\b|@(?:supports|layer)", head):
                    self.read(body)
                continue
            style = {name: value for name, value in declarations(body).items() if _TELLING.match(name)}
            for selector in head.split(",") if style else ():
                self._add(selector.strip(), style)

    def style(self, element: etree._Element) -> dict[str, str]:
        """What the rules say of an element, the weightier over the others."""
        keys = ["", element.tag, *(f".{name}" for name in element.get("class", "").split())]
        if element.get("id"):
            keys.append(f"#{element.get('id')}")
        fitting = [rule for key in keys for rule in self._rules.get(key, ()) if rule.fits(element)]
        said: dict[str, str] = {}
        for rule in sorted(fitting, key=lambda rule: rule.weight):
            said.update(rule.style)
        return said

    def _add(self, selector: str, style: dict[str, str]) -> None:
        chain = [_compound(word) for word in reversed(re.split(r"[\s>]+", selector)) if word]
        known = [each for each in chain if each is not None]
        self._count += 1
        if not known or len(known) != len(chain) or len(chain) > 8 or self._count > _MOST_RULES:
            self.dropped += 1
            return
        parts = [part for each in known for part in each.parts]
        weight = 100 * sum(name == "id" for _, name, _ in parts) + 10 * len(parts) + sum(1 for e in known if e.name)
        rule = _Rule(tuple(known), style, (weight, self._count))
        self._rules.setdefault(_key(known[0]), []).append(rule)


def _key(compound: _Compound) -> str:
    """By what an element's rules are found: an id, a class or its name; "" for the rest."""
    for _, name, value in compound.parts:
        if name in ("id", "class"):
            return ("#" if name == "id" else ".") + value
    return compound.name


def _compound(text: str) -> _Compound | None:
    found = _SIMPLE.fullmatch(text)
    if not found:
        return None
    parts = []
    for mark, word, name, sign, value in _PART.findall(found[2]):
        if mark:
            parts.append(("~=", "class", word) if mark == "." else ("=", "id", word))
        else:
            parts.append((sign, name, value))
    return _Compound("" if found[1] in (None, "*") else found[1].lower(), tuple(parts))


def _bodies(text: str) -> list[tuple[str, str]]:
    """Split into heads and what stands in their braces, which may hold braces."""
    found: list[tuple[str, str]] = []
    at = 0
    while (opens := text.find("{", at)) >= 0:
        depth, end = 1, opens + 1
        for brace in _BRACE.finditer(text, opens + 1):
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
            if depth == 0:
                break
        head = text[at:opens].rpartition(";")[2].strip()
        found.append((head, text[opens + 1 : end - 1 if depth == 0 else end]))
        at = end
    return found
