"""Looking at answers before callers hear them: an agent at work, or a supervisor, approves, edits or refuses a draft.

What they decide enters the call's log as a fact, and the call's own machine says what came of it. Of two who decide at
once, one is first; the other is told.
"""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from ivr.ports.identity import Role
from ivr.vocabulary.answered import DraftApproved, DraftProposed, DraftRefused, DraftSettled
from ivr.vocabulary.ids import CallId, RequestId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import SHORT_RUN, mask, speaks_of_a_secret
from ivr.web.answers import answer, read, refuse
from ivr.web.desk.acting import Nothing, guarded, parts
from ivr.web.desk.models import Approved, Refused
from ivr.web.desk.tools import DeskTools
from ivr.web.desk.view import name_of
from ivr.web.doors import AGENT, SESSION, door

MOST_DIGITS: Final = 6
"In a run that a person may add to an answer."
DRAFT: Final = "/api/desk/drafts/{call}/{request}"


def routes() -> Sequence[web.RouteDef]:
    return [web.post(f"{DRAFT}/approve", _approve), web.post(f"{DRAFT}/refuse", _refuse)]


@door(AGENT, takes=Approved, gives=Nothing)
async def _approve(request: web.Request) -> web.Response:
    """Let the draft be spoken, or words of one's own in its place."""
    asked = await read(request, Approved)
    if isinstance(asked, web.Response):
        return asked
    draft = _draft(request)
    if isinstance(draft, web.Response):
        return draft
    text = draft.text if asked.text is None else spoken(asked.text)
    if not text:
        return refuse(422, "empty", "There is nothing to say. Write an answer, or hand the caller over.")
    if held_back(text, draft):
        return refuse(
            422,
            "digits",
            "These words hold digits that could be a card number or a PIN, and that the draft does not have. "
            "They may not be kept, so they cannot be spoken: take them out.",
        )
    if text == draft.text and not _in_use(request, draft):
        return refuse(
            409,
            "revoked",
            "What this answer stands on was revoked meanwhile. Write your own words, or hand the caller over.",
        )
    return await _tell(request, DraftApproved(draft.request, text, request[SESSION].user.id))


@door(AGENT, takes=Refused, gives=Nothing)
async def _refuse(request: web.Request) -> web.Response:
    """Have the caller brought to a person instead."""
    asked = await read(request, Refused)
    if isinstance(asked, web.Response):
        return asked
    draft = _draft(request)
    if isinstance(draft, web.Response):
        return draft
    why = mask(asked.why.strip(), LanguageTag("en")).text
    return await _tell(request, DraftRefused(draft.request, request[SESSION].user.id, why))


def spoken(words: str) -> str:
    """Words that a person wrote, as they are said: one line, and nothing in it that cannot be seen."""
    return "".join(each for each in " ".join(words.split()) if each.isprintable())


def held_back(text: str, draft: DraftProposed) -> bool:
    """Whether these words hold digits that the draft did not have, and that may be somebody's secret.

    Notes are masked; words that are to be spoken cannot be. Opening hours and prices are full of short runs, so only
    long ones count, or short ones beside words such as "card" and "PIN".
    """
    known = {run.digits for run in mask(draft.text, draft.language).runs}
    longest = SHORT_RUN if speaks_of_a_secret(text) else MOST_DIGITS
    runs = mask(text, draft.language).runs
    return text != draft.text and any(len(run.digits) > longest and run.digits not in known for run in runs)


def _in_use(request: web.Request, draft: DraftProposed) -> bool:
    """Whether everything that a draft stands on may still be told to callers."""
    _, tools = parts(request)
    return all(tools.hub.shows(source, draft.language).text for source in draft.sources)


def _draft(request: web.Request) -> DraftProposed | web.Response:
    """The draft, while it waits, for somebody who may decide about it."""
    _, tools = parts(request)
    user = request[SESSION].user
    if not tools.hub.may_approve(user.id, supervises=user.role.may(Role.SUPERVISOR)):
        return refuse(409, "not_at_work", "Say first what you do: available, or busy.")
    call, id = CallId(request.match_info["call"]), RequestId(request.match_info["request"])
    found = tools.hub.drafts.find(call, id)
    return found if found is not None else _over(tools, tools.hub.drafts.became(call, id))


async def _tell(request: web.Request, fact: DraftApproved | DraftRefused) -> web.Response:
    deps, tools = parts(request)
    call = CallId(request.match_info["call"])

    async def act() -> web.Response:
        await deps.switchboard.tell(call, fact)
        log = [logged.event for logged in await deps.log.read(call)]
        became = next((each for each in log if isinstance(each, DraftSettled) and each.request == fact.request), None)
        was_first = became is not None and fact in log[: log.index(became)]
        return answer(Nothing()) if was_first else _over(tools, became)

    return await guarded(act)


def _over(tools: DeskTools, became: DraftSettled | None) -> web.Response:
    """Somebody or something was first."""
    outcome = became.outcome if became is not None else ""
    who = name_of(tools.hub, became.by) if became is not None and became.by else "Somebody else"
    words = {
        "approved": f"{who} has approved this answer already.",
        "edited": f"{who} has approved this answer already, in other words.",
        "refused": f"{who} has handed the caller over already.",
        "late": "The time for this answer is over: the caller was handed over.",
        "dropped": "The caller waits for this answer no more.",
    }
    return refuse(409, "decided", words.get(outcome, "The caller waits for this answer no more."))
