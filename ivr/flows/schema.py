"""What an admin writes: a flow as nodes, and the phrases that are spoken, per language.

A flow with its phrases is a `Script`. Its canonical text is pinned to every call by digest, so that a call that is
taken up by another process, or replayed much later, decides with the very words it began with.
"""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ivr.vocabulary.ids import NodeId
from ivr.vocabulary.language import LanguageTag

PhraseKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"Names a phrase in `prompts/spoken/<language>.yaml`."

NodeName = Annotated[NodeId, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
"Names a node of the flow."

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
"A key of the telephone."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Greeting(_Part):
    """Said first, never skipped: who is speaking, and that it is a machine."""

    kind: Literal["greeting"]
    say: PhraseKey
    "Must say in plain words that a machine speaks."
    next: NodeName
    "What follows."


class Question(_Part):
    """An open question: the caller says what they need, and is answered from the approved answers."""

    kind: Literal["question"]
    say: PhraseKey
    "Asked on entering."
    again: PhraseKey
    "Asked after an answer."
    refuse: PhraseKey
    "Said when nothing approved fits; a person is offered with it."
    clarify: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    "Asked in turn when we are not sure what was meant; when used up, `exhausted` is next."
    silence: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    "Asked in turn when the caller says nothing; when used up, `silent` is next."
    person: NodeName
    "Where a wish for a person leads."
    exhausted: NodeName
    "Where the call goes when asking did not help."
    silent: NodeName
    "Where silence leads."
    done: NodeName
    'Where "that\'s all, goodbye" leads.'


class Callback(_Part):
    """A person, later: take a number, read it back, have it confirmed, keep it."""

    kind: Literal["callback"]
    offer: PhraseKey
    '"Shall we call you on the number you are calling from, {number}?"'
    ask: PhraseKey
    "Asks for a number, to be said or keyed."
    partial: PhraseKey
    'Said when the number so far is too short: "go on".'
    invalid: PhraseKey
    "Said when what came is no telephone number."
    readback: PhraseKey
    '"{number}: is that right?"'
    unsure: PhraseKey
    "Said when neither yes nor no was understood."
    agreed: PhraseKey
    "Said when it is kept."
    declined: PhraseKey
    "Said when the caller wants no call back."
    next: NodeName
    "Where the call goes on afterwards."
    silent: NodeName
    "Where a caller who says nothing leads."


class Goodbye(_Part):
    """The last words; then we hang up."""

    kind: Literal["goodbye"]
    say: PhraseKey
    "The last words. They cannot be cut."


Node = Annotated[Greeting | Question | Callback | Goodbye, Field(discriminator="kind")]


class Apologies(_Part):
    """What we apologise with, wherever the call stands."""

    not_heard: PhraseKey
    "The recogniser could not serve us: say what keys there are."
    taken_up: PhraseKey
    "The line to us broke and another process took the call up."
    too_long: PhraseKey = "too_long"
    "The caller speaks for longer than we can take in: asks them, over their words, to say it in a sentence."


class Waiting(_Part):
    """What is said while somebody waits."""

    fillers: tuple[PhraseKey, ...] = Field(
        ("filler_first", "filler_second", "filler_third"), min_length=2, max_length=8
    )
    "Said in turn while a reply is late: each in about a second."
    still_looking: PhraseKey = "still_looking"
    "Said when it is still not there a while after that."
    take_your_time: PhraseKey = "take_your_time"
    "Said when the caller asks us to wait."
    still_here: PhraseKey = "still_here"
    "Said when we have waited for a minute."


class Spelling(_Part):
    """How something is spelled out. A voice knows the names of its letters, but not those of signs."""

    at: PhraseKey = "spell_at"
    "Names the sign @"
    dot: PhraseKey = "spell_dot"
    "Names the sign ."
    dash: PhraseKey = "spell_dash"
    "Names the sign -"
    underscore: PhraseKey = "spell_underscore"
    "Names the sign _"
    slash: PhraseKey = "spell_slash"
    "Names the sign /"
    nothing: PhraseKey = "spell_nothing"
    "Said when there is nothing to spell, before it is said again slowly."

    @property
    def symbols(self) -> dict[str, PhraseKey]:
        """Sign to the phrase that names it."""
        return {"@": self.at, ".": self.dot, "-": self.dash, "_": self.underscore, "/": self.slash}


class Flow(_Part):
    """A call flow. `keys` are heard in every node: key to node."""

    flow: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    "The flow's name."
    version: int = Field(ge=1)
    "Yours to count up."
    business: str = Field(min_length=1, max_length=80)
    "Fills {business} in the words."
    region: str = Field(pattern=r"^[A-Z]{2}$")
    "ISO 3166 country that telephone numbers without a country code belong to."
    languages: tuple[LanguageTag, ...] = Field(min_length=1)
    "Languages a call may be in; it begins in the first."
    start: NodeName
    "The first node: a greeting."
    person: NodeName
    "The node where a person is reached: by key from everywhere, and by the word."
    keys: dict[Key, NodeName]
    "Keys that are heard in every node, and where they lead. One must lead to the person."
    apologies: Apologies
    "Phrases we apologise with."
    waiting: Waiting = Waiting()
    "Phrases said while somebody waits."
    spelling: Spelling = Spelling()
    "Phrases that name signs."
    nodes: dict[NodeName, Node] = Field(min_length=1, max_length=500)
    "The nodes, by name."


class Script(_Part):
    """A flow with every phrase it may speak: language to key to text. `{name}` in a text is filled in when spoken."""

    flow: Flow
    phrases: dict[LanguageTag, dict[str, str]]

    def canonical(self) -> str:
        """The text that is kept and pinned."""
        return self.model_dump_json()

    def digest(self) -> str:
        """SHA-256 of the canonical text, hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def phrase(self, key: str, language: LanguageTag, **fills: str) -> str:
        """The words of `key` in `language`, filled in. The checks proved that it exists."""
        text = self.phrases[language][key].replace("{business}", self.flow.business)
        for name, value in fills.items():
            text = text.replace("{" + name + "}", value)
        return text
