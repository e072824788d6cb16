"""The strict rules: what the exchange asserts of the server it talks to, and the list of what broke them.

Each rule names its paragraph in docs/carrier-wire.md and, where there is one, the carrier's own error code.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import structlog

log = structlog.get_logger("exchange.strict")


@dataclass(frozen=True, slots=True)
class Rule:
    """One assertion: `cite` is the section of docs/carrier-wire.md, `code` the carrier's error code or None."""

    id: str
    statement: str
    cite: str
    code: int | None = None


_ALL = (
    Rule("webhook.slow", "A voice webhook is answered in under 2 s.", "7.1"),
    Rule("webhook.failed", "A signed voice webhook gets a 2xx answer.", "7.2", 11200),
    Rule("webhook.refused", "A correctly signed webhook with unknown parameters is not refused.", "7.3", 11200),
    Rule("webhook.content-type", "TwiML is served as text/xml.", "7.4", 12300),
    Rule("webhook.too-large", "TwiML is at most 64 KB.", "7.5", 11750),
    Rule("webhook.not-idempotent", "The same idempotency token gets the same answer again.", "7.6"),
    Rule("webhook.unsigned-accepted", "A webhook without a valid signature is refused with 4xx.", "7.7"),
    Rule("callback.refused", "A status callback gets a 2xx answer, in whatever order it comes.", "7.8", 15003),
    Rule("twiml.invalid", "TwiML is well-formed and valid.", "7.9", 12100),
    Rule("twiml.stream-url", "A stream URL is wss.", "7.10", 31922),
    Rule("twiml.stream-query", "A stream URL has no query.", "7.11"),
    Rule("twiml.streams", "A document connects at most one stream.", "7.12"),
    Rule("twiml.parameter-size", "Name and value of a Parameter stay under 500 characters together.", "7.13"),
    Rule("twiml.after-stream", "Something stands after Connect, or it has an action.", "7.14"),
    Rule("rest.twiml-too-long", "Inline TwiML is at most 4000 characters.", "7.15"),
    Rule("rest.relative-url", "Inline TwiML holds only absolute URLs.", "7.16", 11100),
    Rule("stream.refused", "A signed upgrade is accepted.", "7.17", 31920),
    Rule("stream.unsigned-accepted", "An upgrade without a valid signature is refused.", "7.18"),
    Rule("stream.token-reused", "A stream with parameters already used is closed without audio.", "7.19"),
    Rule("stream.not-released", "The server closes the socket within 5 s of stop.", "7.20"),
    Rule("stream.binary-frame", "Messages are text frames.", "7.21", 31950),
    Rule("stream.not-json", "A message is a JSON object.", "7.22", 31950),
    Rule("stream.two-objects", "A message is one JSON object, not several.", "7.23", 31950),
    Rule("stream.unknown-event", "A message has event media, mark or clear.", "7.24", 31951),
    Rule("stream.missing-sid", "A message has a streamSid.", "7.25", 31951),
    Rule("stream.wrong-sid", "The streamSid is the one of this stream's start.", "7.26", 31951),
    Rule("stream.missing-field", "A message has its fields.", "7.27", 31951),
    Rule("stream.extra-field", "A message has no other fields than documented.", "7.28", 31951),
    Rule("stream.mark-without-name", "A mark has a name.", "7.29", 31951),
    Rule("stream.duplicate-mark", "Mark names are used once in a stream.", "7.30"),
    Rule("stream.bad-base64", "A payload is base64.", "7.31", 31951),
    Rule("stream.empty-payload", "A payload holds audio.", "7.32", 31951),
    Rule("stream.file-header", "A payload is raw µ-law, without a file's header.", "7.33"),
    Rule("stream.before-start", "The server sends nothing before start.", "7.34"),
    Rule("stream.after-stop", "The server sends nothing more than 500 ms after stop.", "7.35"),
    Rule("stream.far-ahead", "At most 1 s of audio is sent ahead.", "7.36"),
    Rule("stream.gap", "Inside a sentence audio never stops for more than 250 ms.", "7.37"),
    Rule("stream.no-clear", "Barge-in is decided in 500 ms and clear leaves within 150 ms more.", "7.38"),
    Rule("stream.stale-audio", "After a barge-in's clear no audio comes while the caller goes on.", "7.39"),
    Rule("stream.hangs-on-lost-mark", "A mark that never returns does not silence the server.", "7.40"),
    Rule(
        "conference.prompt-verb", "Behind waitUrl, holdUrl and announceUrl stand prompts and redirects.", "7.41", 13238
    ),
    Rule("twiml.after-dial", "Something stands after Dial, or it has an action.", "7.42"),
    Rule("stream.media-on-fork", "Nothing is sent to a fork.", "7.44", 31951),
    Rule("conference.beep", "A beep is true, false, onEnter or onExit, in these letters.", "7.43", 13235),
)

RULES = {rule.id: rule for rule in _ALL}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `where` is a call sid or a path; `detail` never holds caller audio, keys or secrets."""

    rule: str
    where: str
    detail: str = ""
    tick: int | None = None


class Violations:
    """What was broken so far; the newest are kept, all are counted. Logs each. Off unless `strict`."""

    KEPT = 1_000

    def __init__(self, strict: bool, muted: tuple[str, ...] = ()) -> None:
        self.strict = strict
        self._muted = frozenset(muted)
        self.counts: Counter[str] = Counter()
        self._kept: deque[Violation] = deque(maxlen=self.KEPT)

    def __iter__(self) -> Iterator[Violation]:
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def report(self, rule: str, where: str, detail: str = "", tick: int | None = None) -> None:
        """Note that a rule was broken. Raises KeyError for a rule that is not in the registry."""
        known = RULES[rule]
        if not self.strict or rule in self._muted:
            return
        self.counts[rule] += 1
        self._kept.append(Violation(rule, where, detail, tick))
        log.warning("rule broken", rule=rule, code=known.code, call=where, detail=detail, tick=tick)

    def clear(self) -> None:
        """Forget what happened so far."""
        self.counts.clear()
        self._kept.clear()

    def as_json(self) -> dict[str, Any]:
        """What GET /exchange/violations answers."""
        return {
            "strict": self.strict,
            "counts": dict(self.counts),
            "violations": [
                asdict(entry)
                | {
                    "statement": RULES[entry.rule].statement,
                    "cite": RULES[entry.rule].cite,
                    "code": RULES[entry.rule].code,
                }
                for entry in self._kept
            ],
        }
