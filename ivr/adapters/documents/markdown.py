"""Markdown (CommonMark with tables), with or without front matter. HTML within it is read as a page's would be."""

from typing import Final

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ivr.adapters.documents.bounds import Watch
from ivr.adapters.documents.html_page import read_markup
from ivr.adapters.documents.text import decoded
from ivr.adapters.files.plain_yaml import PlainLoader
from ivr.ports.converted import BlockKind, Converted, Sight
from ivr.vocabulary.language import LanguageTag, language_tag

_FIX: Final = "Write one `name: value` a line between two lines of ---, or leave the front matter out."
_LONGEST_VALUE: Final = 200


def markdown(data: bytes, watch: Watch) -> Converted:
    """Read Markdown. What its front matter says is in `said`; its title is that, or its only first heading."""
    text = decoded(data, watch)
    said: dict[str, str] = {}
    above = 0
    if text.startswith("---\n"):
        said, body = _front(text, watch)
        above = text[: len(text) - len(body)].count("\n")
        text = body
    reader = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
    tokens = reader.parse(text)
    for token in tokens:
        if token.map and token.nesting >= 0 and token.type != "inline":
            token.attrSet("data-line", str(token.map[0] + 1 + above))
    read = read_markup(_rendered(reader, tokens, above), watch)
    return Converted(
        said.get("title") or _first_heading(read),
        _language(said.get("language", ""), watch) or read.language,
        read.blocks,
        read.skipped,
        said,
    )


def _rendered(reader: MarkdownIt, tokens: list[Token], above: int) -> str:
    """The HTML. Raw HTML is put into an element that says its line."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "html_block":
            parts.append(f'<div data-line="{(token.map or [0])[0] + 1 + above}">{token.content}</div>')
        else:
            parts.append(reader.renderer.render([token], reader.options, {}))
    return f'<html><body data-line="{1 + above}">{"".join(parts)}</body></html>'


def _front(text: str, watch: Watch) -> tuple[dict[str, str], str]:
    try:
        front, body = YAMLHandler().split(text)
        node = yaml.compose(front, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise watch.refuse(f"has front matter that is not plain YAML: {error.problem}", _FIX, f"line {line}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise watch.refuse("has front matter that does not end, or is not plain YAML", _FIX, "line 1") from error
    if node is None:
        return {}, body
    if not isinstance(node, yaml.MappingNode):
        raise watch.refuse("has front matter without fields", _FIX, "line 1")
    said = {
        str(key.value): " ".join(str(value.value).split())[:_LONGEST_VALUE]
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    return said, body


def _first_heading(read: Converted) -> str:
    """The words of its only heading of the first level; "" when there are several, or none."""
    first = [block for block in read.blocks if block.kind is BlockKind.HEADING and block.level == 1]
    if len(first) != 1:
        return ""
    return " ".join("".join(run.text for run in first[0].runs if run.sight is Sight.SHOWN).split())


def _language(text: str, watch: Watch) -> LanguageTag | None:
    if not text:
        return None
    try:
        return language_tag(text)
    except ValueError as error:
        raise watch.refuse(str(error), "Correct `language` in the front matter.", "line 1") from error
