"""The kinds of nodes that a flow is made of, as an admin writes them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ivr.vocabulary.ids import AnswerId, NodeId
from ivr.vocabulary.language import LanguageTag

PhraseKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"Names a phrase in `prompts/spoken/<language>.yaml`."

NodeName = Annotated[NodeId, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
"Names a node of the flow."

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
"A key of the telephone."


def _digit(value: Any) -> Any:
    return str(value) if type(value) is int else value


OptionKey = Annotated[
    Key,
    BeforeValidator(_digit),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": "^[0-9*#]$"}, {"type": "integer", "minimum": 0, "maximum": 9}]}
    ),
]
"The same, which may be written without quotes: `key: 1`."

ResultName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"Names what a caller gave or chose, so that branches and phrases can use it."

Words = Annotated[str, Field(min_length=1, max_length=80)]
"A word or a few, as callers say them."


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Greeting(Part):
    """Said first, never skipped: who is speaking, and that it is a machine."""

    kind: Literal["greeting"]
    say: PhraseKey
    "Must say in plain words that a machine speaks."
    next: NodeName
    "What follows."


class Message(Part):
    """Says something, and goes on."""

    kind: Literal["message"]
    say: PhraseKey
    "What is said. It may take what was collected before: {name}."
    next: NodeName
    "What follows."


class Option(Part):
    """One thing that a caller may choose, by voice or by key."""

    key: OptionKey | None = None
    "The key that chooses it."
    words: dict[LanguageTag, Annotated[tuple[Words, ...], Field(min_length=1, max_length=30)]]
    "What callers say to choose it, in every language of the flow."
    value: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    "What `result` becomes when it is chosen; left out, the name of the node it leads to."
    instead_of: tuple[Annotated[AnswerId, Field(min_length=1, max_length=64)], ...] = Field((), max_length=10)
    """Approved answers: a question that one of them answers leads there as well, instead of being answered. Where the
    way leads back to the node that asked, the answer is spoken after all."""
    next: NodeName
    "Where it leads."


class Question(Part):
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
    choose: PhraseKey = "choose"
    'Asked when two answers are about as near: "do you mean {first}, or {second}?"'
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
    options: Annotated[tuple[Option, ...], Field(max_length=12)] = ()
    "Words that lead elsewhere when they are all that was said, and keys that do."


class Menu(Part):
    """A choice between a few things, by voice or by key."""

    kind: Literal["menu"]
    say: PhraseKey
    "Names the choices, each with its words and its key."
    options: tuple[Option, ...] = Field(min_length=1, max_length=12)
    "What may be chosen."
    no_match: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    "Asked in turn when nothing fits what was said; when used up, `exhausted` is next."
    silence: tuple[PhraseKey, ...] = Field(min_length=1, max_length=4)
    "Asked in turn when the caller says nothing; when used up, `silent` is next."
    exhausted: NodeName
    "Where the call goes when asking did not help."
    silent: NodeName
    "Where silence, or a goodbye, leads."
    answers: bool = False
    "Whether a question that an approved answer fits is answered here too."
    result: ResultName | None = None
    "Keeps what was chosen under this name."


class Callback(Part):
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


class Transfer(Part):
    """A person, now: the caller stands in a queue, with music and their place, until an agent has taken the call.

    Meanwhile they may ask something, press 1 or say that they would rather be called back, press 2 to go back, or press
    3 or say that they would rather leave a message. When nobody can be had they are offered what the queue offers then.
    Each phrase may say {queue}: what the queue is called.
    """

    kind: Literal["transfer"]
    queue: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    "The queue they stand in."
    say: PhraseKey
    "Said as the transfer begins, and only then: that a person is fetched, and what can be said or pressed meanwhile."
    first: PhraseKey = "transfer_first"
    "Told who is next in the queue."
    place: PhraseKey = "transfer_place"
    "Told who is further behind, as {position}."
    minute: PhraseKey = "transfer_minute"
    "Said after it when the wait will be about a minute."
    minutes: PhraseKey = "transfer_minutes"
    "Said after it when the wait will be longer, as {minutes}."
    still: PhraseKey = "transfer_still"
    "Said from time to time: that we are still looking for somebody."
    closed: PhraseKey = "transfer_closed"
    "Said when the queue is closed; what the queue offers then is next."
    opens: PhraseKey = "transfer_opens"
    "Said after it, when it is known when the queue opens: {when}."
    no_agent: PhraseKey = "transfer_no_agent"
    "Said when nobody is there, or nobody took the call; what the queue offers then is next."
    failed: PhraseKey = "transfer_failed"
    "Said when the telephone lines failed us; what the queue offers when nobody can be had is next."
    callback_or_message: PhraseKey = "transfer_callback_or_message"
    "Offers a call back, or the key 1, and a message, or the key 2."
    message_or_callback: PhraseKey = "transfer_message_or_callback"
    "Offers a message, or the key 1, and a call back, or the key 2."
    message: PhraseKey = "transfer_message"
    "Offers a message alone: yes, or the key 1."
    anybody: PhraseKey = "transfer_anybody"
    "Stands for {queue} when the queue has no name in the language."
    again: PhraseKey = "transfer_again"
    "Said when they were on the way to an agent and did not meet: that we look for another one."
    agent_gone: PhraseKey = "transfer_agent_gone"
    "Said when the line to the agent broke and they are back with the assistant; then `next` is next."
    back: PhraseKey = "transfer_back"
    "Said when an agent handed them back with a {note}; then `next` is next."
    called_off: PhraseKey = "transfer_called_off"
    "Said when they want the assistant again instead of waiting; then `next` is next."
    callback: NodeName
    "Where the call goes when they would rather be called back, or nothing else is offered: reaches a callback."
    voicemail: NodeName | None = None
    "Where it goes when they would rather leave a message; without it, none can be left."
    next: NodeName
    "Where the call goes on with the assistant: a question or a menu."


class Voicemail(Part):
    """Takes a message, which is recorded after a tone: until a key, five seconds of silence, or two minutes."""

    kind: Literal["voicemail"]
    say: PhraseKey = "voicemail_ask"
    "Asks for the message, to be left after the tone."
    saved: PhraseKey = "voicemail_saved"
    "Said when it was recorded."
    empty: PhraseKey = "voicemail_empty"
    "Said when nothing was."
    failed: PhraseKey = "voicemail_failed"
    "Said when the telephone company could not record it; then `callback` is next."
    callback: NodeName | None = None
    "Where the call goes when it could not be recorded: reaches a callback. Without it, `next` is next."
    next: NodeName
    "Where the call goes on afterwards."


class Goodbye(Part):
    """The last words; then we hang up."""

    kind: Literal["goodbye"]
    say: PhraseKey
    "The last words. They cannot be cut."


class Collect(Part):
    """Asks for something, reads it back, has it confirmed, and keeps it."""

    kind: Literal["collect"]
    what: Literal["name", "digits", "date", "amount", "phone", "email", "yes_no"]
    "What is asked for."
    result: ResultName
    "The name under which it is kept: phrases after it may say {name}, branches may ask for it."
    ask: PhraseKey
    "Asks for it."
    readback: PhraseKey | None = None
    "Reads it back, {value}, or letter by letter, {spelled}, and asks whether it is right."
    partial: PhraseKey = "collect_partial"
    'Said when there is more to come: "go on".'
    invalid: PhraseKey = "collect_invalid"
    "Said when what came is nothing of the kind: asks for it again."
    unsure: PhraseKey = "collect_unsure"
    "Said when neither yes nor no was understood, after it was read back."
    shortest: int | None = Field(None, ge=2, le=32)
    "With digits: how few there may be."
    longest: int | None = Field(None, ge=2, le=32)
    "With digits: how many there may be."
    tries: int = Field(3, ge=1, le=6)
    "How often it may fail to fit, or be wrong, before `exhausted` is next."
    secret: bool = False
    "Never shown, written down or said: only its mask is."
    next: NodeName
    "What follows when it is kept."
    exhausted: NodeName
    "Where the call goes when asking did not help."
    silent: NodeName
    "Where silence, or a goodbye, leads."


class Branch(Part):
    """Goes where the hours, the language, who calls, or something known before lead. It says nothing."""

    kind: Literal["branch"]
    by: Literal["hours", "language", "result", "customer"]
    "What decides. With `customer`, the cases are `verified`, `known` (by their number alone) and `unknown`."
    schedule: str | None = None
    "With `by: hours`: the schedule that is asked; its cases are `open` and `closed`."
    result: ResultName | None = None
    "With `by: result`: the name under which it was kept."
    cases: dict[Annotated[str, Field(min_length=1, max_length=40)], NodeName] = Field(min_length=1, max_length=40)
    "Where each case leads."
    otherwise: NodeName
    "Where everything else leads."


class Verify(Part):
    """Checks with the customer records whether the caller is who their number says. It says nothing when they are."""

    kind: Literal["verify"]
    by: tuple[ResultName, ...] = Field(min_length=1, max_length=4)
    "What they gave before to prove it: the names it was kept under. All of it must be right."
    wrong: PhraseKey = "verify_wrong"
    "Said when it is not, before it is asked for again."
    again: NodeName
    "Asks for it again: the node that collects the first of it."
    tries: int = Field(3, ge=1, le=5)
    "How often it may be wrong in a call before `exhausted` is next."
    next: NodeName
    "What follows when it is right. From there on, lookups may tell the caller what is theirs."
    exhausted: NodeName
    "Where the call goes when it was wrong too often, in this call or in earlier ones of the day."
    unknown: NodeName
    "Where it goes when nobody is known under the number, or the records cannot be asked."


class Lookup(Part):
    """Tells a verified caller something of theirs, from the customer records. No language model sees it."""

    kind: Literal["lookup"]
    facts: dict[ResultName, Literal["amount", "date", "digits", "phone", "name", "case"]] = Field(
        min_length=1, max_length=8
    )
    """What is looked up: the name that the records have for it, and its kind, which says how it is spoken. A `case`,
    such as `shipped`, is not spoken: a branch leads by it."""
    say: PhraseKey
    "Tells it: {balance}."
    next: NodeName
    "What follows. There, what was found is known."
    missing: NodeName
    "Where the call goes when the records do not hold all of it, or cannot be asked."


Node = Annotated[
    Greeting
    | Question
    | Message
    | Menu
    | Collect
    | Branch
    | Verify
    | Lookup
    | Callback
    | Transfer
    | Voicemail
    | Goodbye,
    Field(discriminator="kind"),
]
