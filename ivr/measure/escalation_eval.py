"""Evaluate handing over: what `ivr eval escalation` runs, on calls written down turn by turn.

Rows   {"id", "language", "turns": [...], "assistant": [...], "expect": "transfer" or "continue", "reason",
       "latest_turn", "earliest_turn"}; `assistant` are the replies between the turns, and may be left out.
How    Each turn is understood as in a call and goes through the policy of a call (`ivr.calls.escalation`), with what
       the replies did about the turns before. A reply is read by its words: it answers, asks what is meant, or says
       that it could not hear. An offer, a warning or an answer alone is no transfer.
"""

import json
import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from ivr.answers.understand import NO_TALK, Talk, Understood
from ivr.calls.concern import REMEMBERED, turn_of
from ivr.calls.escalation.decide import Decision, decide, notice, warned
from ivr.calls.escalation.policy import Urgency
from ivr.calls.escalation.trail import Reply, Trail
from ivr.measure.answers_eval import percentile
from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.events import ESCALATION_REASONS, Perceived
from ivr.vocabulary.ids import UtteranceId
from ivr.vocabulary.language import LanguageTag, language_tag

CONTINUE: Final = "continue"
FORMAT: Final = 'Write {"id": …, "language": "en", "turns": ["…"], "expect": "transfer", "reason": …} on one line.'


@dataclass(frozen=True, slots=True)
class Row:
    """One call. `reason` is "" when it goes on; `latest` counts turns from 1, and is the last one unless given."""

    id: str
    language: LanguageTag
    turns: tuple[str, ...]
    assistant: tuple[str, ...]
    reason: str
    latest: int
    earliest: int


class Understands(Protocol):
    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about a row, at which turn; None when nothing was. `offered`: a person was offered first."""

    row: Row
    decision: Decision | None
    turn: int
    offered: bool

    @property
    def in_time(self) -> bool:
        return self.decision is not None and (not self.row.reason or self.turn <= self.row.latest)

    @property
    def right(self) -> bool:
        """Whether the row went as it should."""
        return self.in_time if self.row.reason else self.decision is None


@dataclass(slots=True)
class Report:
    """What was decided about every row."""

    outcomes: list[Outcome] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `ivr eval escalation --json` prints.

        recall               share of the calls to be handed over that were, by the latest turn.
        false_transfer_rate  share of the calls that go on that were handed over.
        reason_accuracy      of those handed over in time, the share with the right reason.
        early                of the same, how many before the earliest turn that the row gives.
        offered              calls in which a person was offered before, or instead.
        confusion            the reason that was right, to the reasons that were found and how often; "continue" for
                             none.
        """
        meant = [each for each in self.outcomes if each.row.reason]
        reasons = sorted({each.row.reason for each in meant})
        return {
            **_figures(self.outcomes),
            "early": sum(each.in_time and each.turn < each.row.earliest for each in meant),
            "offered": sum(each.offered for each in self.outcomes),
            "by_language": {
                tag: _figures([each for each in self.outcomes if each.row.language == tag])
                for tag in sorted({each.row.language for each in self.outcomes})
            },
            "by_reason": {
                reason: {
                    "n": len(rows := [each for each in meant if each.row.reason == reason]),
                    "recall": _share(sum(each.in_time for each in rows), len(rows)),
                }
                for reason in reasons
            },
            "confusion": self.confusion(),
            "ms": {"p50": percentile(self.times_ms, 50), "p95": percentile(self.times_ms, 95)},
        }

    def confusion(self) -> dict[str, dict[str, int]]:
        """Right reason to found reason to how often."""
        table: dict[str, dict[str, int]] = {}
        for each in self.outcomes:
            found = each.decision.reason if each.decision is not None and each.in_time else CONTINUE
            row = table.setdefault(each.row.reason or CONTINUE, {})
            row[found] = row.get(found, 0) + 1
        order = {name: at for at, name in enumerate((*ESCALATION_REASONS, CONTINUE))}
        return {name: dict(sorted(table[name].items())) for name in sorted(table, key=lambda each: order[each])}

    @property
    def misses(self) -> list[Outcome]:
        """Rows that went wrong, or for the wrong reason."""
        return [
            each
            for each in self.outcomes
            if not each.right or (each.row.reason and each.decision and each.decision.reason != each.row.reason)
        ]


async def evaluate_escalation(rows: Sequence[Row], understanding: Understands) -> Report:
    """Go through every call, turn by turn."""
    report = Report()
    for row in rows:
        report.outcomes.append(await _call(row, understanding, report.times_ms))
    return report


async def _call(row: Row, understanding: Understands, times_ms: list[float]) -> Outcome:
    trail, offered = Trail(), False
    for at, text in enumerate(row.turns):
        before = tuple(turn.text for turn in trail.turns[-REMEMBERED:])
        began = time.perf_counter()
        understood = await understanding.understand(text, row.language, Talk(before=before))
        event = Perceived(
            UtteranceId(f"u{at + 1}"), text, 1.0, row.language, 1.0,
            hits=understood.hits, signals=understood.signals, passages=understood.passages,
        )  # fmt: skip
        trail = notice(trail, turn_of(event))
        decision = decide(trail)
        times_ms.append((time.perf_counter() - began) * 1_000)
        if decision is not None and decision.urgency in {Urgency.AT_ONCE, Urgency.AFTER_ANSWER}:
            return Outcome(row, decision, at + 1, offered)
        if decision is not None:
            offered = True
            trail = warned(trail) if decision.urgency is Urgency.WARN else trail.replied(Reply.OFFERED)
        if at < len(row.assistant):
            trail = trail.replied(reply_of(row.assistant[at]))
    return Outcome(row, None, 0, offered)


# ── what a reply does ────────────────────────────────────────────────────────────────────────────────────────────

_UNHEARD: Final = re.compile(
    r"(didn t|did not|couldn t|could not|still can t|not) (quite )?(catch|hear|understand|get) (that|you|it)"
    r"|(breaking up|bad line|hear you)|(no|sin) (le |te |lo |la |logro |consigo |he |pude )*"
    r"(entend\w+|oigo|escuch\w+|comprend\w+)|entrecortad\w+"
    r"|nao (o |a |lhe |te |consigo |consegui |estou a |)*(entend\w+|perceb\w+|compreend\w+|ouv\w+|escut\w+)"
    r"|nao (consegui|consigo) entender|(still didn t|sigo sin|ainda nao)"
)
_CLOSING: Final = re.compile(
    r"(anything else|help you with|how can i help|can i help|what can i do|algo mas|le ayudo|puedo ayudar"
    r"|en que (le |te )?puedo|que le gustaria|mais alguma coisa|algo mais|posso ajudar|em que posso|ajudo)"
)
_REGRETS: Final = re.compile(
    r"(i (don t|can t|cannot|do not) (have|answer|help|find)|no (tengo|puedo|dispongo)|nao (tenho|posso|encontr))"
)


def reply_of(text: str) -> Reply:
    """What a written reply does about the turn before it."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    plain = " ".join(re.findall(r"[a-z]+", "".join(char for char in bare if not unicodedata.combining(char))))
    if _UNHEARD.search(plain):
        return Reply.MISHEARD
    if text.rstrip().endswith("?") and not _CLOSING.search(plain):
        return Reply.CLARIFIED
    return Reply.REFUSED if _REGRETS.search(plain) else Reply.ANSWERED


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_calls(file: Path) -> list[Row]:
    """Read a file of calls. Raises ConfigError naming the line and the fix."""
    rows: list[Row] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            what = f"not a call ({type(fault).__name__}: {fault})"
            raise ConfigError(what, where=f"{file}:{number}", fix=FORMAT) from fault
    return rows


def _row(row: dict[str, Any]) -> Row:
    turns = tuple(str(turn) for turn in row["turns"])
    if isinstance(row["turns"], str) or not turns:
        raise ValueError("turns is no list of texts")
    if row["expect"] not in {"transfer", CONTINUE}:
        raise ValueError(f"expect is {row['expect']!r}")
    reason = str(row["reason"]) if row["expect"] == "transfer" else ""
    if reason and reason not in ESCALATION_REASONS:
        raise ValueError(f"{reason!r} is no reason")
    assistant = tuple(str(reply) for reply in row.get("assistant") or ())
    latest = row.get("latest_turn") or len(turns)
    return Row(
        str(row["id"]), language_tag(str(row["language"])), turns, assistant, reason,
        int(latest), int(row.get("earliest_turn") or 1),
    )  # fmt: skip


def _figures(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    meant = [each for each in outcomes if each.row.reason]
    others = [each for each in outcomes if not each.row.reason]
    found = [each for each in meant if each.in_time]
    right = sum(each.decision is not None and each.decision.reason == each.row.reason for each in found)
    return {
        "n": len(meant),
        "recall": _share(len(found), len(meant)),
        "continue": len(others),
        "false_transfer_rate": _share(sum(each.decision is not None for each in others), len(others)),
        "reason_accuracy": _share(right, len(found)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
