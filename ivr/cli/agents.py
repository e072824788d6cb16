"""`ivr agents`: who takes calls, and what they do now."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from ivr import settings as settings_room
from ivr.calls.routing.callers import is_number
from ivr.calls.routing.state import Agent, AgentNow, Presence
from ivr.cli.output import AsJson, console, emit, language_option, plain_errors, run, table
from ivr.flows.faults import did_you_mean
from ivr.ports.identity import User
from ivr.vocabulary.errors import ConfigError, NotFound
from ivr.vocabulary.ids import AgentId
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.agents import Office, open_office

app = typer.Typer(no_args_is_help=True, help="Add agents who take calls, and see and say what they do.")

MOST_AT_ONCE: Final = 10
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The agent's id, as `ivr agents list` shows it.")]
Address = Annotated[
    str | None, typer.Option(help="How they are rung: a number such as +12125550123, or client:NAME for a browser.")
]
QueueOption = Annotated[
    list[str] | None,
    typer.Option("--queue", help="A queue they serve; may be given more than once. None: every queue."),
]
SkillOption = Annotated[
    list[str] | None, typer.Option("--skill", help="What they can do; may be given more than once.")
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", help="A language they speak with callers; may be given more than once."),
]
Capacity = Annotated[int | None, typer.Option(min=1, max=MOST_AT_ONCE, help="Calls they can have at once.")]


@dataclass(frozen=True, slots=True)
class _Given:
    """What was said of an agent; None is not said."""

    address: str | None
    queues: tuple[str, ...] | None
    skills: tuple[str, ...] | None
    languages: tuple[LanguageTag, ...] | None
    capacity: int | None

    def of(self, agent: Agent) -> Agent:
        return replace(
            agent,
            address=agent.address if self.address is None else self.address,
            queues=agent.queues if self.queues is None else self.queues,
            skills=agent.skills if self.skills is None else self.skills,
            languages=agent.languages if self.languages is None else self.languages,
            capacity=self.capacity or agent.capacity,
        )


@app.command()
def add(
    id: Annotated[str, typer.Argument(metavar="ID", help="A short name for them, such as ana.")],
    address: Address = None,
    user: Annotated[str, typer.Option(help="Who they are when they sign in; their telephone is then their desk.")] = "",
    shown: Annotated[str, typer.Option("--name", help='How others see them, such as "Ana López".')] = "",
    queue: QueueOption = None,
    skill: SkillOption = None,
    language: LanguageOption = None,
    capacity: Capacity = None,
    presence: Annotated[Presence, typer.Option(help="What they do now.")] = Presence.OFFLINE,
    only: Annotated[str, typer.Option(help="A caller's number: a temporary agent who gets this caller alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add an agent."""
    with plain_errors():
        given = _given(address, queue, skill, language, capacity)
        if not _WORD.fullmatch(id):
            raise ConfigError(f"{id!r} is no id", where="ID", fix="Use letters, digits, dots and dashes, such as ana.")
        if only and not is_number(only):
            raise ConfigError(f"{only!r} is no number", where="--only", fix="Write it as +12125550123.")

    async def work(office: Office) -> AgentNow:
        agent = given.of(await _begun(office, id, shown, user, only))
        _check(office, agent)
        wall_ms = office.clock.wall_ms()
        if not await office.directory.add_agent(agent, presence, wall_ms):
            raise ConfigError(f"there is an agent {id} already", where="ID", fix="Choose another, or change that one.")
        return await _now(office, agent.id)

    _tell("added", _in_office(work), as_json)


@app.command()
def change(
    id: IdArgument,
    address: Address = None,
    queue: QueueOption = None,
    skill: SkillOption = None,
    language: LanguageOption = None,
    capacity: Capacity = None,
    as_json: AsJson = False,
) -> None:
    """Change what is kept about an agent; what is not said stays. An empty text, --skill "", is none."""
    with plain_errors():
        given = _given(address, queue, skill, language, capacity)

    async def work(office: Office) -> AgentNow:
        agent = given.of((await _now(office, AgentId(id))).agent)
        _check(office, agent)
        await office.directory.change_agent(agent)
        return await _now(office, agent.id)

    _tell("changed", _in_office(work), as_json)


@app.command("list")
def list_agents(as_json: AsJson = False) -> None:
    """Every agent, and what they do now."""
    found = _in_office(lambda office: office.directory.agents(office.clock.wall_ms()))
    if as_json:
        emit([_facts(each) for each in found])
        return
    rows = [
        [
            each.agent.id, each.agent.name, each.presence.value, f"{len(each.holds)} of {each.agent.capacity}",
            " ".join(each.agent.queues) or "every", " ".join(each.agent.languages) or "any",
            " ".join(each.agent.skills), each.agent.address,
        ]
        for each in found
    ]  # fmt: skip
    table("agent", "name", "presence", "calls", "queues", "languages", "skills", "address", rows=rows)


@app.command()
def presence(
    id: IdArgument,
    presence: Annotated[Presence, typer.Argument(help="What they do from now on.")],
    as_json: AsJson = False,
) -> None:
    """Say what an agent does. A call that they have goes on."""

    async def work(office: Office) -> AgentNow:
        if not await office.directory.set_presence(AgentId(id), presence, office.clock.wall_ms()):
            raise _unknown(id)
        return await _now(office, AgentId(id))

    _tell("changed", _in_office(work), as_json)


@app.command()
def remove(id: IdArgument, as_json: AsJson = False) -> None:
    """Remove an agent. Whoever they were being asked to take goes to the next one."""

    async def work(office: Office) -> AgentNow:
        agent = await _now(office, AgentId(id))
        await office.directory.remove_agent(agent.agent.id)
        return agent

    _tell("removed", _in_office(work), as_json)


# ── what was said ────────────────────────────────────────────────────────────────────────────────────────────────


def _given(
    address: str | None,
    queue: list[str] | None,
    skill: list[str] | None,
    language: list[str] | None,
    capacity: int | None,
) -> _Given:
    if address is not None and not _is_address(address):
        fix = "Write a number as +12125550123, or client:NAME for a telephone in a browser."
        raise ConfigError(f"{address!r} is no address", where="--address", fix=fix)
    for each in _each(skill) or ():
        if not _WORD.fullmatch(each):
            raise ConfigError(f"{each!r} is no skill", where="--skill", fix="Use a word, such as cards.")
    languages = _each(language)
    tags = None if languages is None else tuple(language_option(each) for each in languages)
    return _Given(address, _each(queue), _each(skill), tags, capacity)


def _each(given: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(dict.fromkeys(each for each in given if each))


def _is_address(text: str) -> bool:
    kind, colon, name = text.partition(":")
    return _WORD.fullmatch(name) is not None if colon and kind == "client" else is_number(text) and 8 <= len(text) <= 16


async def _begun(office: Office, id: str, shown: str, user: str, only: str) -> Agent:
    """An agent by their id alone, or by the person who signs in."""
    name = " ".join(shown.split())
    if not user:
        return Agent(AgentId(id), name or id, "", only=only)
    person: User | None = next((each for each in await office.identity.users() if each.name == user.lower()), None)
    if person is None:
        raise NotFound(f"nobody signs in as {user!r}; `ivr users list` shows who does")
    for each in await office.directory.agents(office.clock.wall_ms()):
        if each.agent.user == person.id:
            fix = f"Change that one: ivr agents change {each.agent.id}."
            raise ConfigError(f"{person.name} is the agent {each.agent.id} already", where="--user", fix=fix)
    return Agent(
        AgentId(id), name or person.shown, f"client:{person.id}", languages=person.languages, user=person.id, only=only
    )


def _check(office: Office, agent: Agent) -> None:
    if not agent.address:
        fix = "Add --address +12125550123, or --user with the name they sign in with."
        raise ConfigError("there is no way to ring them", where="--address", fix=fix)
    known = office.plan.queues
    for each in agent.queues:
        if known and each not in known:
            raise ConfigError(f"there is no queue {each!r}", where="--queue", fix=f"{did_you_mean(each, known)}")


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────


def _in_office(work: Callable[[Office], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with open_office(settings_room.load()) as office:
            return await work(office)

    return run(main)


async def _now(office: Office, id: AgentId) -> AgentNow:
    found = await office.directory.agent(id, office.clock.wall_ms())
    if found is None:
        raise _unknown(id)
    return found


def _unknown(id: str) -> NotFound:
    return NotFound(f"there is no agent {id}; `ivr agents list` shows those there are")


def _tell(done: str, agent: AgentNow, as_json: bool) -> None:
    if as_json:
        emit(_facts(agent))
        return
    console.print(f"[green]{done}[/] {agent.agent.id} ({agent.presence})", highlight=False)


def _facts(now: AgentNow) -> dict[str, Any]:
    agent = now.agent
    return {
        "id": agent.id,
        "name": agent.name,
        "address": agent.address,
        "queues": list(agent.queues),
        "languages": list(agent.languages),
        "skills": list(agent.skills),
        "capacity": agent.capacity,
        "user": agent.user,
        "only": agent.only or None,
        "presence": now.presence.value,
        "since": datetime.fromtimestamp(now.since_ms / 1_000, UTC).isoformat(timespec="seconds"),
        "calls": [hold.call for hold in now.holds],
    }
