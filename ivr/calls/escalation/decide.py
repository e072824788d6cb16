"""Deciding: whether these turns want a person, and an account of why that can be read to the caller.

Room       Pure: the same turns decide the same, live and in a replay. What is done about a decision is
           `ivr.calls.concern`'s.
"""

from dataclasses import dataclass, replace
from typing import Final

from ivr.calls.escalation.policy import (
    CARRIED,
    DECLINED_TURNS,
    FIRST,
    FLOOR,
    GRAVER,
    HYSTERESIS,
    POLICY,
    Rule,
    Urgency,
    priority,
)
from ivr.calls.escalation.signals import SIGNALS, threatens
from ivr.calls.escalation.trail import Reply, Trail, Turn, Worry
from ivr.vocabulary.ids import UtteranceId

CUT_WEIGHS: Final = 0.4
"How much one prompt that was spoken over moves the share of those that were."


@dataclass(frozen=True, slots=True)
class Decision:
    """A person is wanted, or may be.

    reason    from the closed list.
    urgency   what is done about it.
    turns     the utterances that it stands on, and `words`, masked, of the one that weighed most.
    level     how clear it is, 0..1.
    priority  in the queue; the flow names the queue, and queues.yaml the skills for each reason.
    """

    reason: str
    urgency: Urgency
    turns: tuple[UtteranceId, ...]
    words: str
    level: float

    @property
    def priority(self) -> int:
        return priority(self.reason)

    def told(self) -> str:
        """The account in one line, for logs and people."""
        turns = ", ".join(self.turns) or "no turn"
        return f"{self.reason} at {self.level:.2f}, {self.urgency}: {turns}: {self.words!r}"


def notice(trail: Trail, turn: Turn) -> Trail:
    """The trail with one more turn: each worry grows by what it says, or fades."""
    cuts = trail.cuts + CUT_WEIGHS * (float(turn.cut) - trail.cuts)
    trail = replace(trail.with_turn(turn), cuts=round(cuts, 4), declined=max(0, trail.declined - 1))
    worries = {}
    for reason, signal in SIGNALS.items():
        worry = _grown(trail.worries.get(reason, Worry()), POLICY[reason], signal(trail), turn)
        if worry.level >= FLOOR / 2:
            worries[reason] = worry
    return replace(trail, worries=worries)


def _grown(worry: Worry, rule: Rule, score: float, turn: Turn) -> Worry:
    left = worry.level * rule.decay
    if score < FLOOR:
        return replace(worry, level=round(left, 4))
    level = 1 - (1 - score) * (1 - CARRIED * left)
    turns = (*worry.turns, turn.utterance) if left else (turn.utterance,)
    most = score >= worry.most or not left
    words = turn.text if most else worry.words
    return Worry(round(level, 4), turns, words, score if most else worry.most)


def decide(trail: Trail) -> Decision | None:
    """What the trail asks for now: the gravest of the reasons that are clear, an offer, or nothing.

    Only what the last turn speaks of counts: who goes on to ordinary questions is not stopped for what was before.
    """
    last = trail.last
    fresh = {
        reason: worry
        for reason, worry in trail.worries.items()
        if last is not None and worry.turns and worry.turns[-1] == last.utterance
    }
    order = tuple(POLICY)
    clear = [reason for reason, worry in fresh.items() if worry.level >= _takes(reason, trail)]
    if clear:
        reason = max(clear, key=lambda each: (each == FIRST, fresh[each].level - GRAVER * order.index(each)))
        warns = POLICY[reason].warns and not trail.warned and not threatens(trail)
        return _decision(reason, Urgency.WARN if warns else POLICY[reason].urgency, fresh[reason])
    if trail.declined or any(turn.reply is Reply.OFFERED for turn in trail.turns):
        return None
    for reason in order:
        least = POLICY[reason].offer
        if least is not None and reason in fresh and fresh[reason].level >= least:
            return _decision(reason, Urgency.OFFER, fresh[reason])
    return None


def _takes(reason: str, trail: Trail) -> float:
    """The level from which a person is fetched. Who asks for one need never ask louder."""
    more = HYSTERESIS if trail.declined and reason != "asked" else 0.0
    return POLICY[reason].threshold + more


def _decision(reason: str, urgency: Urgency, worry: Worry) -> Decision:
    return Decision(reason, urgency, worry.turns, worry.words, worry.level)


def settled(trail: Trail) -> Trail:
    """A person was fetched: what led to it is done with. Whoever comes back begins anew."""
    return Trail(warned=trail.warned)


def warned(trail: Trail) -> Trail:
    """They were warned: what they said before counts, but it takes more of it."""
    abuse = trail.worries.get("abuse")
    left = {} if abuse is None else {"abuse": replace(abuse, level=min(abuse.level, FLOOR))}
    return replace(trail, warned=True, worries={**trail.worries, **left})


def declined(trail: Trail) -> Trail:
    """They do not want a person: for a while it takes more to ask again."""
    return replace(trail, worries={}, declined=DECLINED_TURNS + 1)
