"""The facts of a call that an agent needs, and what each turn of it proves. A fold over the log.

Turns  are numbered as `ivr calls show` numbers them: 1 is the caller's first; 0 is what was before it.
Heard  What the assistant said counts as far as the caller heard it (marks and cuts), never as it was sent.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ivr.answers.summary.folding import fold
from ivr.calls import folds
from ivr.calls.meaning import SIGNAL
from ivr.vocabulary.events import (
    AnswerRequested,
    CallbackAgreed,
    CallOffered,
    Collected,
    CustomerFound,
    EscalationRaised,
    Logged,
    Perceived,
    PromptCut,
    PromptHeard,
    PromptStarted,
)
from ivr.vocabulary.ids import AnswerId, PromptId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.personal import Proof, ProofAsked, ProofJudged
from ivr.vocabulary.transfers import TransferRequested

WHOLE: Final = 0.9
"Share of an answer's words from which it counts as heard."
KEY: Final = "key "
"How the log writes that a person was asked for by key."
NO_WORDS: Final = "yes to the offer"
"How it writes that an offer was taken up: our words, not the caller's."

TROUBLE: Final = frozenset({"refused", "clarify"})
ANSWERED: Final = frozenset({"approved", "composed", "edited", "personal"})
HARD_GOING: Final = frozenset({"asked", "no_progress", "not_understood", "repetition", "frustration"})
"Reasons of which the turns before, that went wrong, are a part."
FEELINGS: Final = ("danger", "distress", "abuse", "frustration", "complaint", "repetition")
"Reasons that say how the caller feels, the gravest first."


@dataclass(frozen=True, slots=True)
class Known:
    """What the customer records say of the caller: as the log has it, unless somebody knows better."""

    name: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person is called for. `words` are the caller's; `key` is the key they pressed instead."""

    reason: str
    turns: tuple[int, ...]
    words: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An approved answer, what the caller heard of it, and whether that was all of it."""

    source: AnswerId
    turns: tuple[int, ...]
    question: str
    heard: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Something of the caller's that stands in one turn."""

    turn: int
    words: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """Whether the caller proved to be the customer of their number, and by what, as the flow names it."""

    turn: int
    by: tuple[str, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one turn proves: words that may be quoted, and facts (ids, names, values) that may be told."""

    language: LanguageTag
    caller: str = ""
    words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A call, as far as a summary tells it."""

    caller: str
    known: Known | None
    languages: tuple[tuple[LanguageTag, tuple[int, ...]], ...]
    why: Why | None
    told: tuple[Told, ...]
    open: tuple[Said, ...]
    given: tuple[Said, ...]
    callback: Said | None
    proof: Proved | None
    feelings: Mapping[str, tuple[int, ...]]
    turns: Mapping[int, Evidence]
    names: Mapping[AnswerId, str] = field(default_factory=dict)
    "What answers are called, as the log has it: in the caller's language."


def facts_of(log: Sequence[Logged], known: Known | None = None) -> Facts:
    """Everything that a summary may tell of this call. Any log will do, however little is in it."""
    return _Gatherer(log, known).facts()


class _Gatherer:
    """Reads the log once more beside its transcript, and puts each fact to its turn."""

    def __init__(self, log: Sequence[Logged], known: Known | None) -> None:
        told = folds.transcript(log)
        self._turns, self._greeting, self._known = told.turns, told.greeting, known
        self._starts = [turn.seq for turn in told.turns]
        self._utterances: dict[UtteranceId, int] = {}
        self._prompts: dict[PromptId, PromptStarted] = {}
        self._heard: dict[PromptId, str] = {}
        self._answers: list[tuple[int, PromptStarted]] = []
        self._requested: set[int] = set()
        self._facts: dict[int, list[str]] = {}
        self._feelings: dict[str, list[int]] = {}
        self._persons: list[int] = []
        self._names: dict[AnswerId, str] = {}
        self._caller = ""
        self._why: Why | None = None
        self._given: list[Said] = []
        self._callback: Said | None = None
        self._by: tuple[str, ...] = ()
        self._proof: Proved | None = None
        for logged in log:
            self._read(logged)

    def _read(self, logged: Logged) -> None:
        now = bisect_right(self._starts, logged.seq)
        match event := logged.event:
            case CallOffered(caller=caller):
                self._caller = caller
            case CustomerFound(name=name, segment=segment):
                self._known = self._known or Known(name, segment)
            case Perceived():
                self._perceived(event, now)
            case AnswerRequested(utterance=utterance):
                self._requested.add(self._utterances.get(utterance, now))
            case PromptStarted(prompt=prompt, sources=sources):
                self._prompts[prompt] = event
                self._fact(now, *sources)
                if event.purpose == "answer":
                    self._answers.append((now, event))
            case PromptHeard(prompt=prompt) if prompt in self._prompts:
                self._heard[prompt] = self._prompts[prompt].text
            case PromptCut(prompt=prompt, heard=heard):
                self._heard[prompt] = heard
            case EscalationRaised() | TransferRequested():
                self._escalated(event, now)
            case Collected(what=what, value=value, result=result):
                self._fact(now, value, result)
                self._given.append(Said(now, value, result or what))
            case ProofAsked(given=given):
                self._by = given
            case ProofJudged(outcome=outcome) if outcome in {Proof.VERIFIED, Proof.WRONG, Proof.LOCKED}:
                self._fact(now, *self._by)
                self._proof = Proved(now, self._by, outcome == Proof.VERIFIED)
            case CallbackAgreed(number=number):
                self._fact(now, number)
                self._callback = Said(now, number)
            case _:
                pass

    def _perceived(self, event: Perceived, now: int) -> None:
        self._utterances[event.utterance] = now
        for hit in event.hits:
            if hit.name:
                self._names.setdefault(hit.answer, hit.name)
        for feeling in FEELINGS:
            if event.signals.get(feeling, 0.0) >= SIGNAL:
                self._feelings.setdefault(feeling, []).append(now)
        if event.signals.get("person", 0.0) >= SIGNAL:
            self._persons.append(now)

    def _escalated(self, event: EscalationRaised | TransferRequested, now: int) -> None:
        if isinstance(event, TransferRequested):
            if self._why is None or self._why.reason != event.reason:
                self._why = Why(event.reason, (now,))
            return
        turns = tuple(sorted({self._utterances[each] for each in event.turns if each in self._utterances})) or (now,)
        words, key = event.words, ""
        if words.startswith(KEY):
            words, key = "", words.removeprefix(KEY)
            self._fact(now, key)
        if words == NO_WORDS or not any(map(str.isalnum, words)) or not any(self._says(turn, words) for turn in turns):
            words = ""
        if not words and not key:
            words = next((text for turn in reversed(turns) if (text := self._caller_words(turn))), "")
        self._why = Why(event.reason, turns, words, key)
        if event.reason in FEELINGS:
            self._feelings.setdefault(event.reason, []).extend(turns)

    def _says(self, turn: int, words: str) -> bool:
        return bool(words) and f" {fold(words)} " in f" {fold(self._caller_words(turn))} "

    def _caller_words(self, turn: int) -> str:
        return self._turns[turn - 1].caller if 0 < turn <= len(self._turns) else ""

    def _fact(self, turn: int, *facts: str) -> None:
        self._facts.setdefault(turn, []).extend(fact for fact in facts if fact)

    # ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────

    def facts(self) -> Facts:
        if len(set(self._persons)) > 1:
            self._feelings["insists"] = self._persons
        return Facts(
            caller=self._caller,
            known=self._known,
            languages=self._languages(),
            why=self._with_trouble(self._why),
            told=tuple(self._told()),
            open=tuple(self._open()),
            given=tuple(self._given),
            callback=self._callback,
            proof=self._proof,
            feelings={name: tuple(sorted(set(turns))) for name, turns in self._feelings.items()},
            turns={number: self._evidence(number) for number in range(len(self._turns) + 1)},
            names=self._names,
        )

    def _evidence(self, number: int) -> Evidence:
        facts = self._facts.get(number, [])
        named = [self._names[AnswerId(fact)] for fact in facts if fact in self._names]
        if number == 0:
            return Evidence(LanguageTag(""), "", (), tuple(facts))
        turn = self._turns[number - 1]
        words = tuple(text for text in (turn.caller, *turn.heard_as) if text)
        return Evidence(LanguageTag(turn.language), turn.caller, words, (*facts, *named))

    def _languages(self) -> tuple[tuple[LanguageTag, tuple[int, ...]], ...]:
        """The languages spoken, each with its turns; the one spoken last comes last."""
        found: dict[LanguageTag, list[int]] = {}
        for number, turn in enumerate(self._turns, 1):
            if turn.language:
                found.setdefault(LanguageTag(turn.language), []).append(number)
        return tuple(
            (language, tuple(turns)) for language, turns in sorted(found.items(), key=lambda each: each[1][-1])
        )

    def _told(self) -> list[Told]:
        """Each answer given, in order; what is left of one that was cut by a noise is a part of it."""
        told: list[Told] = []
        full: list[str] = []
        for number, event in self._answers:
            heard = self._heard.get(event.prompt, "")
            rest = told and told[-1].turns[-1] >= number - 1 and not event.sources
            if rest:
                before = told.pop()
                heard, turns = " … ".join(filter(None, (before.heard, heard))), (*before.turns, number)
                told.append(replace(before, heard=heard, turns=turns, whole=_whole(heard, full[-1])))
            elif event.sources:
                told.append(
                    Told(event.sources[0], (number,), self._caller_words(number), heard, _whole(heard, event.text))
                )
                full.append(event.text)
        return told

    def _open(self) -> list[Said]:
        """What was asked and not answered: refused, or never made out. What was answered in the end is not."""
        found: list[Said] = []
        unclear: list[Said] = []
        for number, turn in enumerate(self._turns, 1):
            said = Said(number, turn.caller)
            if turn.kind in ANSWERED:
                unclear.clear()
            elif turn.kind == "refused" or (number in self._requested and not turn.kind):
                unclear.clear()
                found.append(said)
            elif turn.kind == "clarify":
                unclear.append(said)
        return [said for said in (*found, *unclear[-1:]) if fold(said.words)]

    def _with_trouble(self, why: Why | None) -> Why | None:
        """The reason with the turns right before it that went wrong, where they are a part of it."""
        if why is None or why.reason not in HARD_GOING:
            return why
        first = min(why.turns)
        while first > 1 and self._turns[first - 2].kind in TROUBLE:
            first -= 1
        return replace(why, turns=tuple(sorted({*range(first, min(why.turns)), *why.turns})))


def _whole(heard: str, text: str) -> bool:
    return len(heard.split()) >= WHOLE * len(text.split())
