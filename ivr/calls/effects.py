"""The effects that a step may ask for: what the session is to do, in order."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.calls.transfer.state import TransferEffect
from ivr.vocabulary.ids import AnswerId, CallbackId, DigitsId, PromptId, RequestId
from ivr.vocabulary.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Say:
    """Speak. Its PromptStarted is on disk by then.

    interruptible  False for the last words, and for what is said over somebody who speaks on and on.
    rate           pace of the voice; 1.0 is its own.
    passing        said by the way, and short: once it has begun, what is said next waits for its end.
    """

    prompt: PromptId
    text: str
    language: LanguageTag
    purpose: str
    interruptible: bool = True
    rate: float = 1.0
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop the prompt that is playing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Find the words for one of these candidates; answered by AnswerReady or AnswerBlocked with the same id.

    passages  when there are any, an answer to `question` is to be composed from them, best first.
    earlier   what was asked before, the last one last.
    told      what was told of the first passage already: the caller wants to hear on.
    """

    request: RequestId
    candidates: tuple[AnswerId, ...]
    language: LanguageTag
    passages: tuple[AnswerId, ...] = ()
    question: str = ""
    earlier: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Fetch held-back digits from memory; answered by DigitsReleased with the same token.

    proof  a secret is kept in memory under this name until the customer records are asked about it; "" lets it go.
    """

    token: DigitsId
    proof: str = ""


@dataclass(frozen=True, slots=True)
class ForgetDigits:
    """What was collected so far is not a number: begin again."""


@dataclass(frozen=True, slots=True)
class Prove:
    """Ask the customer records whether this number's customer gave what proves it is them; answered by ProofJudged.

    given    what is in the log, by name.
    secrets  names of what is in memory alone.
    """

    request: RequestId
    number: str
    given: Mapping[str, str]
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the customer records for facts of the customer of this number, name to kind; answered by FactsFound."""

    request: RequestId
    number: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Promise:
    """Have somebody call this number back, at the place that the caller had in this queue; "" is the usual one."""

    number: str
    reason: str
    queue: str


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Let go of the stream: the carrier then asks what comes next, and is told to record."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Say what came of calling them back: reached, no_answer or declined."""

    callback: CallbackId
    outcome: str


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


Effect = (
    Say
    | Hush
    | Answer
    | Release
    | ForgetDigits
    | Prove
    | LookUp
    | Promise
    | Settle
    | TakeMessage
    | HangUp
    | TransferEffect
)
