"""`ivr check`: everything that could keep a call from going well, each with its fix. Changes nothing."""

import asyncio
import os
import shutil
from dataclasses import dataclass

from ivr.adapters.files.hours_file import load_hours
from ivr.adapters.files.knowledge import examine
from ivr.adapters.files.policies_file import load_policies
from ivr.adapters.files.queues_file import load_queues
from ivr.adapters.models.store import ModelStore, State
from ivr.adapters.sql import check as stores
from ivr.adapters.twilio.check import check_number
from ivr.adapters.twilio.rest import TwilioCarrier
from ivr.flows.faults import did_you_mean
from ivr.flows.schema import Lookup, Menu, Question, Verify
from ivr.settings import Engines, Settings
from ivr.vocabulary.errors import BackendError
from ivr.wiring.customers import customer_faults, customer_warnings
from ivr.wiring.opening import fill_faults
from ivr.wiring.policies import document_topics
from ivr.wiring.scripts import script_faults
from ivr.wiring.sensing import escalation_findings
from ivr.wiring.summaries import word_faults
from ivr.wiring.voices import Speaks, pull_of, speakers
from ivr.wiring.writing import EMBEDDED, uses_embedded, writing_faults

LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CheckFault:
    """One thing a person must put right."""

    what: str
    where: str
    fix: str


async def check_all(settings: Settings) -> list[CheckFault]:
    """Data folder, models, flow, hours, queues, knowledge, policies, database. The settings were read already."""
    found = await asyncio.to_thread(_files, settings)
    found += await _policies(settings)
    if settings.data.exists():
        found += [CheckFault(each.what, each.where, each.fix) for each in await stores.check(settings.data)]
    return found


async def check_warnings(settings: Settings) -> list[CheckFault]:
    """What keeps no call from going well, and is worth a person's look."""
    found = await asyncio.to_thread(lambda: customer_warnings(settings, _region(settings)))
    edited = (await asyncio.to_thread(escalation_findings, settings))[1]
    return [
        *(CheckFault(each.what, each.where, each.fix) for each in found),
        *(CheckFault(each.what, each.place, each.fix) for each in edited),
    ]


async def check_carrier(settings: Settings) -> list[CheckFault]:
    """How the telephone number is set up with Twilio."""
    carrier = TwilioCarrier(
        settings.twilio_account_sid,
        settings.twilio_auth_token.get_secret_value(),
        base_url=settings.twilio_api_url or None,
    )
    try:
        found = await check_number(carrier, settings.public_url, settings.twilio_number or None)
    finally:
        await carrier.close()
    return [CheckFault(each.what, each.where, each.fix) for each in found]


def _files(settings: Settings) -> list[CheckFault]:
    return [
        *_data(settings),
        *_models(settings),
        *_writing(settings),
        *_script(settings),
        *_hours(settings),
        *_customers(settings),
        *_own(settings),
        *_queues(settings),
        *_knowledge(settings),
        *_escalation(settings),
    ]


def _data(settings: Settings) -> list[CheckFault]:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    where = f"IVR_DATA={settings.data}"
    if not folder.is_dir():
        return [CheckFault(f"{folder} is not a folder", where, "set IVR_DATA to a folder, or remove that file")]
    if not os.access(folder, os.W_OK):
        return [
            CheckFault("the data folder cannot be written", where, "give this user the right to, or choose another")
        ]
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        return [CheckFault("less than 200 MiB are free on its disk", where, "make room, or choose another disk")]
    return []


def _models(settings: Settings) -> list[CheckFault]:
    if settings.engines is Engines.SCRIPTED:
        return []
    where = str(settings.models_dir)
    store = ModelStore(settings.models_dir)
    voices = speakers(settings)
    unused = {each.missing for each in voices} | {
        status.model.id
        for status in store.list()
        if status.model.job == "voice" and status.model.id not in {each.model for each in voices}
    }
    if not uses_embedded(settings):
        unused.add(EMBEDDED)
    return [
        *(
            CheckFault(
                f"the model {each.model.id} is {each.state.value}", where, f"run `ivr models pull {each.model.id}`"
            )
            for each in store.list()
            if (each.model.default or each.model.id == settings.hearing_model)
            and each.state is not State.READY
            and each.model.id not in unused
        ),
        *(_voice_fault(each, store) for each in voices if each.fault),
    ]


def _voice_fault(speaks: Speaks, store: ModelStore) -> CheckFault:
    """A language that is not spoken by the voice it should be."""
    fix = f"run `ivr models pull {pull_of(speaks, store)}`"
    if speaks.engine == "espeak":
        fix += f", or accept it with IVR_VOICES={speaks.language}=espeak"
    return CheckFault(speaks.fault, f"the voice of {speaks.language}", fix)


def _writing(settings: Settings) -> list[CheckFault]:
    return [CheckFault(each.what, each.where, each.fix) for each in writing_faults(settings)]


def _script(settings: Settings) -> list[CheckFault]:
    faults = [*script_faults(settings)[1], *word_faults(settings)]
    return [CheckFault(each.what, each.place, each.fix) for each in faults]


def _customers(settings: Settings) -> list[CheckFault]:
    return [CheckFault(each.what, each.where, each.fix) for each in customer_faults(settings, _region(settings))]


def _own(settings: Settings) -> list[CheckFault]:
    """What the flow has of customers and of answers is there."""
    script, _ = script_faults(settings)
    if script is None:
        return []
    where, nodes = str(settings.flow_file), script.flow.nodes
    found = []
    own = next((name for name, node in nodes.items() if isinstance(node, Verify | Lookup)), None)
    if own is not None and not settings.customers_source:
        what = f"the node {own!r} asks customer records, and there are none"
        found.append(CheckFault(what, where, "name them with IVR_CUSTOMERS, or take the node out"))
    answers = {answer.id for answer in examine(settings.knowledge_dir).answers}
    for name, node in nodes.items():
        for i, option in enumerate(node.options if isinstance(node, Question | Menu) else ()):
            for missing in [each for each in option.instead_of if each not in answers]:
                what = f"nodes.{name}.options[{i}].instead_of names {missing!r}, which is no approved answer"
                found.append(CheckFault(what, where, did_you_mean(missing, answers)))
    return found


def _region(settings: Settings) -> str:
    """ISO 3166 country of numbers that are written without a country code."""
    script, _ = script_faults(settings)
    return script.flow.region if script is not None else "US"


def _hours(settings: Settings) -> list[CheckFault]:
    if settings.hours is not None and not settings.hours.exists():
        return [CheckFault("there is no such file", f"IVR_HOURS={settings.hours}", "name the file, or unset IVR_HOURS")]
    return [CheckFault(each.what, each.where, each.fix) for each in load_hours(settings.hours_file).faults]


def _queues(settings: Settings) -> list[CheckFault]:
    if settings.queues is not None and not settings.queues.exists():
        return [
            CheckFault("there is no such file", f"IVR_QUEUES={settings.queues}", "name the file, or unset IVR_QUEUES")
        ]
    file = load_queues(settings.queues_file, load_hours(settings.hours_file).schedules)
    return [CheckFault(each.what, each.where, each.fix) for each in file.faults]


async def _policies(settings: Settings) -> list[CheckFault]:
    if settings.policies is not None and not settings.policies.exists():
        where = f"IVR_POLICIES={settings.policies}"
        return [CheckFault("there is no such file", where, "name the file, or unset IVR_POLICIES")]
    try:
        topics = await document_topics(settings.data)
    except BackendError:
        return []  # the database is looked at, too: what is wrong with it is said there
    topics |= {answer.topic for answer in (await asyncio.to_thread(examine, settings.knowledge_dir)).answers}
    file = await asyncio.to_thread(load_policies, settings.policies_file, topics)
    return [CheckFault(each.what, each.where, each.fix) for each in file.faults]


def knowledge_findings(settings: Settings) -> tuple[list[CheckFault], list[CheckFault]]:
    """What keeps the knowledge from being served, and what a person should look at. Blocking."""
    seen = examine(settings.knowledge_dir)
    wrong = [*seen.faults, *fill_faults(seen.answers, load_hours(settings.hours_file).schedules)]
    faults, warnings = (
        [CheckFault(each.what, each.where, each.fix) for each in listed] for listed in (wrong, seen.warnings)
    )
    return faults, warnings


def _escalation(settings: Settings) -> list[CheckFault]:
    """What callers say who are to be handed over."""
    return [CheckFault(each.what, each.place, each.fix) for each in escalation_findings(settings)[0]]


def _knowledge(settings: Settings) -> list[CheckFault]:
    return knowledge_findings(settings)[0]
