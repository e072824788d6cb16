"""What an admin writes: a flow as nodes, and the phrases that are spoken, per language.

A flow with its phrases is a `Script`. Its canonical text is pinned to every call by digest, so that a call that is
taken up by another process, or replayed much later, decides with the very words it began with.
"""

import hashlib
import re

from pydantic import Field

from ivr.flows.nodes import (
    Branch,
    Callback,
    Collect,
    Goodbye,
    Greeting,
    Key,
    Lookup,
    Menu,
    Message,
    Node,
    NodeName,
    Option,
    Part,
    PhraseKey,
    Question,
    Transfer,
    Verify,
    Voicemail,
)
from ivr.vocabulary.language import LanguageTag

__all__ = [
    "Branch",
    "Callback",
    "Collect",
    "Flow",
    "Goodbye",
    "Greeting",
    "Lookup",
    "Menu",
    "Message",
    "Node",
    "Option",
    "Question",
    "Script",
    "Transfer",
    "Verify",
    "Voicemail",
]

_FILL = re.compile(r"\{(\w+)\}")


class Apologies(Part):
    """What we apologise with, wherever the call stands."""

    not_heard: PhraseKey
    "The recogniser could not serve us: say what keys there are."
    taken_up: PhraseKey
    "The line to us broke and another process took the call up."
    too_long: PhraseKey = "too_long"
    "The caller speaks for longer than we can take in: asks them, over their words, to say it in a sentence."


class Waiting(Part):
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


class Approving(Part):
    """What is said about answers that a person looks at first, or gives: as the policies of a business have it."""

    wait: PhraseKey = "approval_wait"
    "Says why the caller waits: a colleague looks at the answer first."
    still: PhraseKey = "approval_still"
    "Said when they have waited for a while."
    late: PhraseKey = "approval_late"
    "Nobody looked at it in time; what follows brings the caller to a person."
    refused: PhraseKey = "approval_refused"
    "Who looked at it would rather speak with the caller; the same follows."
    nobody: PhraseKey = "approval_nobody"
    "Nobody is there who could look at it; the same follows."
    person_only: PhraseKey = "person_only"
    "Only a person answers this; the same follows."


class Answering(Part):
    """What is said about answers that are made of documents."""

    more: PhraseKey = "offer_more"
    "Offers to go on, after one whose passage says more: yes, or the key 1."


class Privacy(Part):
    """What is said about what should not be said on the telephone."""

    unwanted: PhraseKey = "unwanted_secret"
    "Asks a caller kindly not to read out a card number, a code or a password that nobody asked for."


class Escalating(Part):
    """What is said to callers who may need a person, and have not asked for one."""

    offer: PhraseKey = "escalation_offer"
    "Asks whether they would like to speak to somebody: yes, or the key 1."
    warning: PhraseKey = "escalation_warning"
    "Asks a caller who is abusive, once and calmly, to go on politely."
    emergency: PhraseKey = "escalation_emergency"
    "The business's own words when somebody may be in danger: whom to call at once. A person follows."


class Spelling(Part):
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


class Speaking(Part):
    """What is said about the languages themselves, each phrase in its own language."""

    invite: PhraseKey = "offer_language"
    "Offers a language, in it, after the greeting: about a second."
    chosen: PhraseKey = "language_set"
    "Said when the caller asks for a language by name, before what they were last asked."
    unknown: PhraseKey = "language_unknown"
    "Said when they ask for one that is not spoken: names those that are, as {languages}, and offers a person."


class Returning(Part):
    """What is said to somebody for whom a place in a queue is kept. Each phrase that asks is heard before any other."""

    called_back: PhraseKey = "called_back"
    """Said to whoever answers when we call back: who calls, that a machine speaks, why, and that yes or the key 1
    brings somebody to the telephone, and no or the key 2 ends it."""
    not_wanted: PhraseKey = "called_back_not_wanted"
    "The last words to somebody who wants it no more."
    nobody: PhraseKey = "called_back_nobody"
    "The last words to somebody who said neither."
    keep_place: PhraseKey = "keep_place"
    """Said instead of the greeting to a caller who was cut off and calls again: that a machine speaks, and that yes or
    the key 1 brings them to somebody, at the place they had."""


class Flow(Part):
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
    approving: Approving = Approving()
    "Phrases about answers that a person looks at first."
    answering: Answering = Answering()
    "Phrases about answers made of documents."
    privacy: Privacy = Privacy()
    "Phrases about what should not be said on the telephone."
    escalating: Escalating = Escalating()
    "Phrases for callers who may need a person."
    served_by_people: tuple[str, ...] = ()
    "Segments of customers whose questions go to a person from the first."
    spelling: Spelling = Spelling()
    "Phrases that name signs."
    speaking: Speaking = Speaking()
    "Phrases about the languages of the flow."
    returning: Returning = Returning()
    "Phrases for callers whose place is kept."
    nodes: dict[NodeName, Node] = Field(min_length=1, max_length=500)
    "The nodes, by name."


class Script(Part):
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
        known = {"business": self.flow.business} | fills
        return _FILL.sub(lambda found: known.get(found[1], found[0]), self.phrases[language][key])

    def fills(self, key: str, language: LanguageTag) -> frozenset[str]:
        """The names that a phrase has filled in."""
        return frozenset(_FILL.findall(self.phrases[language][key]))
