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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Greeting(_Part):
    """Said first, never skipped: who is speaking, and that it is a machine."""

    kind: Literal["greeting"]
    say: PhraseKey
    next: NodeId


class Question(_Part):
    """An open question: the caller says what they need, and is answered from the approved answers.

    say        asked on entering.
    again      asked after an answer.
    clarify    asked in turn when we are not sure what was meant; when used up, `exhausted` is next.
    silence    asked in turn when the caller says nothing; when used up, `silent` is next.
    refuse     said when nothing approved fits; a person is offered with it.
    person     where a wish for a person leads.
    done       where "that's all, goodbye" leads.
    """

    kind: Literal["question"]
    say: PhraseKey
    again: PhraseKey
    refuse: PhraseKey
    clarify: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    silence: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    person: NodeId
    exhausted: NodeId
    silent: NodeId
    done: NodeId


class Callback(_Part):
    """A person, later: take a number, read it back, have it confirmed, keep it.

    offer       "Shall we call you on the number you are calling from, {number}?"
    ask         asks for a number, to be said or keyed.
    partial     said when the number so far is too short: "go on".
    invalid     said when what came is no telephone number.
    readback    "{number}: is that right?"
    unsure      said when neither yes nor no was understood.
    agreed      said when it is kept.
    declined    said when the caller wants no call back.
    """

    kind: Literal["callback"]
    offer: PhraseKey
    ask: PhraseKey
    partial: PhraseKey
    invalid: PhraseKey
    readback: PhraseKey
    unsure: PhraseKey
    agreed: PhraseKey
    declined: PhraseKey
    next: NodeId
    "Where the call goes on afterwards."
    silent: NodeId
    "Where a caller who says nothing leads."


class Goodbye(_Part):
    """The last words; then we hang up."""

    kind: Literal["goodbye"]
    say: PhraseKey


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
    dot: PhraseKey = "spell_dot"
    dash: PhraseKey = "spell_dash"
    underscore: PhraseKey = "spell_underscore"
    slash: PhraseKey = "spell_slash"
    nothing: PhraseKey = "spell_nothing"
    "Said when there is nothing to spell, before it is said again slowly."

    @property
    def symbols(self) -> dict[str, PhraseKey]:
        """Sign to the phrase that names it."""
        return {"@": self.at, ".": self.dot, "-": self.dash, "_": self.underscore, "/": self.slash}


class Flow(_Part):
    """A call flow. `keys` are heard in every node: key to node."""

    flow: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    version: int = Field(ge=1)
    business: str = Field(min_length=1, max_length=80)
    region: str = Field(pattern=r"^[A-Z]{2}$")
    "ISO 3166 country that telephone numbers without a country code belong to."
    languages: tuple[LanguageTag, ...] = Field(min_length=1)
    start: NodeId
    person: NodeId
    "The node where a person is reached: by key from everywhere, and by the word."
    keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], NodeId]
    apologies: Apologies
    waiting: Waiting = Waiting()
    spelling: Spelling = Spelling()
    nodes: dict[NodeId, Node] = Field(min_length=1, max_length=500)


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
