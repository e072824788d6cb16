"""What `ivr twilio check` verifies: credentials, the public URL, and how a telephone number is set up."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from ivr.adapters.findings import Finding
from ivr.ports.carrier import Carrier, NumberFacts
from ivr.vocabulary.errors import BackendError, BackendRejected

VOICE: Final = "/twilio/voice"
FALLBACK: Final = "/twilio/fallback"
STATUS: Final = "/twilio/status"

_PUBLIC: Final = "IVR_PUBLIC_URL"
_PORTS: Final = {"https": 443, "http": 80}


async def check_number(carrier: Carrier, public_url: str, number: str | None = None) -> list[Finding]:
    """What must be put right before callers reach this server; [] when all is well. Changes nothing.

    public_url  as Twilio is to reach it: https, a public host name, perhaps a path.
    number      the telephone number, E.164; None or "" for those that already point here, or the only one there is.
    """
    found = _public(public_url)
    where = "IVR_TWILIO_ACCOUNT_SID, IVR_TWILIO_AUTH_TOKEN"
    fix = "Copy the Account SID and the Auth Token from the console, Account Info."
    try:
        await carrier.account_name()
        where, fix = "console, Monitor, Errors", "Look the error up there."
        numbers = await carrier.numbers()
    except BackendRejected as error:
        return [*found, Finding(str(error), where, fix)]
    except BackendError as error:
        return [*found, Finding(str(error), "Twilio's REST API", "Let this machine reach api.twilio.com by HTTPS.")]
    base = public_url.strip().rstrip("/")
    chosen, missing = _chosen(numbers, base, number)
    return [*found, *missing, *(finding for facts in chosen for finding in _set_up(facts, base))]


def _public(url: str) -> list[Finding]:
    fix = "Set it to https:// and the host name under which the Internet reaches this server."
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError:
        return [Finding(f"{url!r} is not a URL", _PUBLIC, fix)]
    if parts.scheme != "https" or not host:
        return [Finding(f"{url!r} is not an https URL; Twilio opens media streams only to wss", _PUBLIC, fix)]
    if parts.query or parts.fragment or parts.username:
        return [Finding(f"{url!r} has more than a host and a path", _PUBLIC, fix)]
    if not _reachable(host):
        return [Finding(f"{host} cannot be reached from the Internet", _PUBLIC, fix)]
    return []


def _reachable(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan", ".test", ".invalid"))


def _chosen(numbers: list[NumberFacts], base: str, number: str | None) -> tuple[list[NumberFacts], list[Finding]]:
    if number:
        wanted = "".join(sign for sign in number if sign.isdigit() or sign == "+")
        chosen = [facts for facts in numbers if facts.number == wanted]
        if chosen:
            return chosen, []
        fix = "Write it as Twilio does, +1…, or buy or port it: console, Phone Numbers, Manage."
        return [], [Finding(f"the account has no number {number}", "IVR_TWILIO_NUMBER", fix)]
    if not numbers:
        fix = "Buy one that takes voice calls: console, Phone Numbers, Manage, Buy a number."
        return [], [Finding("the account has no telephone number", "IVR_TWILIO_NUMBER", fix)]
    here = [facts for facts in numbers if facts.voice_url.startswith(base + "/")]
    if here or len(numbers) == 1:
        return here or numbers, []
    listed = ", ".join(facts.number for facts in numbers[:10])
    fix = "Set it to the one that callers dial."
    return [], [Finding(f"none of the account's numbers points here ({listed})", "IVR_TWILIO_NUMBER", fix)]


def _set_up(facts: NumberFacts, base: str) -> list[Finding]:
    found = []
    settings = (
        ("A call comes in", "a caller hears Twilio's error, or nothing of ours", facts.voice_url, VOICE),
        ("Primary handler fails", "callers hear an error while this server restarts", facts.fallback_url, FALLBACK),
        ("Call status changes", "a call that ends unseen is noticed late", facts.status_url, STATUS),
    )
    for setting, otherwise, url, path in settings:
        if not _same(url, base + path):
            what = f"it is {url}" if url else "it is not set"
            fix = f"Choose Webhook, {base}{path} and HTTP POST, then save."
            found.append(Finding(f"{what}, so {otherwise}", _where(facts, setting), fix))
    if facts.voice_method != "POST":
        what = f"the webhook is sent by {facts.voice_method}, and this server takes POST"
        found.append(Finding(what, _where(facts, "A call comes in"), "Choose HTTP POST, then save."))
    return found


def _where(facts: NumberFacts, setting: str) -> str:
    return f"console, Phone Numbers, Manage, Active numbers, {facts.number}, Voice Configuration, “{setting}”"


def _same(one: str, other: str) -> bool:
    """Whether two URLs are the same but for the case of the host, a default port, and a fragment with timeouts."""
    try:
        return _plain(one) == _plain(other)
    except ValueError:
        return False


def _plain(url: str) -> tuple[str, str, int, str, str]:
    parts = urlsplit(url.strip())
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), port, parts.path, parts.query
