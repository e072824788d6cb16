"""Strict checks of webhooks, TwiML and REST bodies. Stream checks are in `watch`; the rules themselves in `rules`."""

from __future__ import annotations

from urllib.parse import urlsplit

from ivr.exchange.config import ExchangeConfig
from ivr.exchange.rules import Violations
from ivr.exchange.twiml import ConnectStream, Dial, Gather, Play, Record, Redirect, TwimlError, Verb
from ivr.exchange.twiml_dial import BEEPS
from ivr.exchange.watch import WatchLimits
from ivr.exchange.webhooks import Answer, WebhookFailed

SLOW_WEBHOOK_S = 2.0
MAX_INLINE_CHARS = 4_000


def limits(config: ExchangeConfig) -> WatchLimits:
    """The figures the watch goes by."""
    return WatchLimits(timing=config.speed <= 1.0 if config.timing_rules is None else config.timing_rules)


def check_failure(violations: Violations, call_sid: str, failed: WebhookFailed) -> None:
    """A webhook got no usable answer."""
    if failed.status in (401, 403):
        violations.report("webhook.refused", call_sid, f"status {failed.status}")
    elif failed.code == 11750:
        violations.report("webhook.too-large", call_sid, failed.message)
    else:
        violations.report("webhook.failed", call_sid, f"{failed.code} {failed.message}")


def check_answer(violations: Violations, call_sid: str, answer: Answer, took_s: float) -> None:
    """A webhook was answered."""
    if took_s > SLOW_WEBHOOK_S:
        violations.report("webhook.slow", call_sid, f"{took_s:.1f} s")
    if answer.content_type != "text/xml":
        violations.report("webhook.content-type", call_sid, answer.content_type)


def check_twiml_error(violations: Violations, call_sid: str, bad: TwimlError) -> None:
    """A document could not be read."""
    if bad.code in (31922, 31923):
        rule = "twiml.stream-url"
    elif "<Parameter> stay under" in bad.message:
        rule = "twiml.parameter-size"
    else:
        rule = "twiml.invalid"
    violations.report(rule, call_sid, f"{bad.code} {bad.message}")


def check_verbs(violations: Violations, call_sid: str, verbs: tuple[Verb, ...]) -> None:
    """A document was read."""
    streams = [(index, verb) for index, verb in enumerate(verbs) if isinstance(verb, ConnectStream)]
    if len(streams) > 1:
        violations.report("twiml.streams", call_sid, f"{len(streams)} streams")
    for index, stream in streams:
        if urlsplit(stream.url).query:
            violations.report("twiml.stream-query", call_sid)
        if not stream.action and index == len(verbs) - 1:
            violations.report("twiml.after-stream", call_sid)
    for index, verb in enumerate(verbs):
        if isinstance(verb, Dial):
            if not verb.action and index == len(verbs) - 1:
                violations.report("twiml.after-dial", call_sid)
            if verb.conference:
                check_beep(violations, call_sid, verb.conference.beep)


def check_beep(violations: Violations, where: str, beep: str) -> None:
    """A participant's beep was set. Python's False arrives as `False`, which is none of the values, and beeps."""
    if beep not in BEEPS:
        violations.report("conference.beep", where, beep[:20])


def check_inline(violations: Violations, call_sid: str, verbs: tuple[Verb, ...]) -> None:
    """Inline TwiML was given over REST: it has no URL that relative ones could start from."""
    for url in _urls(verbs):
        if urlsplit(url).scheme not in ("http", "https"):
            violations.report("rest.relative-url", call_sid, url[:80] or "an action is missing")
    check_verbs(violations, call_sid, verbs)


def _urls(verbs: tuple[Verb, ...]) -> list[str]:
    urls: list[str] = []
    for verb in verbs:
        match verb:
            case Play(url) | Redirect(url):
                urls.append(url)
            case Gather(prompts=prompts, action=action):
                urls += [action, *_urls(prompts)]
            case Record(action=action):
                urls.append(action)
            case ConnectStream(action=action, status_callback=callback):
                urls += [url for url in (action, callback) if url]
            case Dial(conference=room, callees=callees, action=action):
                urls += [action] if action else []
                urls += [url for callee in callees for url in (callee.url, callee.status_callback) if url]
                urls += [url for url in (room.wait_url, room.status_callback) if url] if room else []
            case _:
                pass
    return urls
