"""The JSON API for the command line on this machine, and what operators' probes ask."""

from dataclasses import asdict

from aiohttp import web

from ivr.calls import folds
from ivr.calls.transferred import transferred
from ivr.flows.schema import Script
from ivr.vocabulary.events import FlowPinned, Logged
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.payloads import payload
from ivr.web.doors import PUBLIC, TOKEN, door
from ivr.web.keys import DEPS, Deps
from ivr.web.openapi import document

routes = web.RouteTableDef()


@routes.get("/healthz")
@door(PUBLIC)
async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"ok": True})


@routes.get("/readyz")
@door(PUBLIC)
async def readyz(request: web.Request) -> web.Response:
    """Everything a call needs is there. 503 names what is not; calls are still taken, by keys if need be."""
    health = await request.app[DEPS].ready()
    facts = [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in health]
    ok = all(each.ok for each in health)
    return web.json_response({"ok": ok, "needs": facts}, status=200 if ok else 503)


@routes.get("/api/openapi.json")
@door(PUBLIC)
async def openapi(request: web.Request) -> web.Response:
    """The JSON API as a document: its paths, who may ask, and what they take and give."""
    return web.json_response(document(request.app))


@routes.get("/metrics")
@door(PUBLIC)
async def metrics(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    deps.metrics.live.set(deps.switchboard.live)
    return web.Response(body=deps.metrics.render(), content_type="text/plain", charset="utf-8")


@routes.get("/api/calls/{call}")
@door(TOKEN)
async def call(request: web.Request) -> web.Response:
    """One call, as it stands: its events and its transcript. Needs the token of the data folder."""
    deps = request.app[DEPS]
    log = await deps.log.read(CallId(request.match_info["call"]))
    if not log:
        raise web.HTTPNotFound(text="no such call\n")
    return web.json_response(await told(log, deps))


async def told(log: list[Logged], deps: Deps) -> dict[str, object]:
    """A call's facts as JSON values."""
    transcript = folds.transcript(log)
    pinned = next((each.event for each in log if isinstance(each.event, FlowPinned)), None)
    text = await deps.flows.get(pinned.digest) if pinned is not None else None
    phase = str(folds.state(log, Script.model_validate_json(text)).phase) if text is not None else "unknown"
    return {
        "call": log[0].call,
        "phase": phase,
        "language": transcript.language,
        "outcome": transcript.outcome,
        "ended_by": transcript.ended_by,
        "greeting": list(transcript.greeting),
        "reason": transcript.reason,
        "callback_number": transcript.number,
        "transfer": asdict(found) if (found := transferred(log)) is not None else None,
        "voicemails": [payload(each) for each in transcript.voicemails],
        "turns": [
            {
                "caller": turn.caller,
                "language": turn.language,
                "assistant": " ".join(turn.assistant),
                "kind": turn.kind,
                "sources": list(turn.sources),
                "fillers": list(turn.fillers),
                "filler_ms": turn.filler_ms,
                "heard": turn.heard,
                "stages_ms": turn.stages_ms,
                "at_ms": turn.at_ms,
            }
            for turn in transcript.turns
        ],
        "events": [
            {"seq": each.seq, "at_ms": each.at_ms, "wall_ms": each.wall_ms, "kind": each.kind} | payload(each.event)
            for each in log
        ],
    }
