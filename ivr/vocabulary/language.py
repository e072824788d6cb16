"""Language tags: the BCP 47 primary subtags the product speaks of."""

import re
from typing import NewType

LanguageTag = NewType("LanguageTag", str)
"A BCP 47 tag, lower-case primary language subtag, such as `en` or `pt`."

_TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def language_tag(text: str) -> LanguageTag:
    """Read a language tag. Raises ValueError naming what is wrong with it."""
    tag = text.strip().replace("_", "-")
    primary, dash, rest = tag.partition("-")
    tag = primary.lower() + dash + rest
    if not _TAG.match(tag):
        raise ValueError(f"{text!r} is not a language tag; write for example en, es or pt-BR")
    return LanguageTag(tag)
