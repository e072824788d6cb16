"""Deciding about documents: who may, when it may be, and what somebody else decided meanwhile.

Room   A thin shell over the stores; the rules are in `lifecycle`.
Raises NotFound for a document or a person that is not there, ConfigError for what may not be, with its fix; and what
       the stores raise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.answers.lifecycle import STANDS, Lacks, Obstacle, obstacles, wrong_state
from ivr.ports.clock import Clock
from ivr.ports.documents import Document, DocumentState, DocumentStore
from ivr.ports.identity import Identity, Role, User
from ivr.vocabulary.errors import ConfigError, NotFound

LEAST_ROLE: Final = Role.SUPERVISOR
"Whose yes makes words spoken, and whose no takes them back."

_FIXES: Final = {
    Lacks.TITLE: "Import the file again with a title (--title).",
    Lacks.TOPIC: "Import the file again with a topic (--topic).",
    Lacks.OWNER: "Import the file again with an owner (--owner).",
    Lacks.REVIEW: "Import the file again with another day (--review-by).",
    Lacks.EFFECT: "Import the file again with other days (--from, --until).",
    Lacks.WORDS: "Take out of the file what `ivr knowledge show` says of it, and import it again.",
    Lacks.CONSENT: "Look at them with `ivr knowledge show`; to approve the others without them: --with-quarantined.",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A version as it stands now. `replaced` is the version that was approved before it, if one was."""

    document: Document
    replaced: int | None = None


class Curator:
    """The people of a business and their documents."""

    def __init__(self, store: DocumentStore, identity: Identity, clock: Clock, today: Callable[[], date]) -> None:
        """today: the day where the business is."""
        self._store, self._identity, self._clock = store, identity, clock
        self.today = today

    async def find(self, id: str, version: int | None = None) -> Document:
        """One version, the latest when none is named."""
        found = await self._store.get(id, version)
        if found is None:
            if version is None or await self._store.get(id) is None:
                raise NotFound(f"there is no document {id}; `ivr knowledge documents` lists them")
            raise NotFound(f"there is no version {version} of {id}; `ivr knowledge history {id}` lists them")
        return found

    async def person(self, name: str, least: Role = Role.AGENT) -> User:
        """Somebody who may sign in, with this role at least."""
        account = await self._identity.named(name.strip().lower())
        if account is None:
            raise NotFound(f"there is nobody with the name {name}; `ivr users list` shows everybody")
        user = account.user
        if user.disabled:
            raise ConfigError(f"{user.name} is disabled", where="--by", fix="`ivr users list` shows who is not.")
        if not user.role.may(least):
            raise ConfigError(
                f"{user.name} has the role {user.role}, and this asks for a {least} or more",
                where="--by",
                fix="Ask one: `ivr users list` shows everybody's role.",
            )
        return user

    async def submit(self, id: str, by: str, note: str = "", version: int | None = None) -> Decided:
        """Bring a draft into review."""
        found = await self.find(id, version)
        return await self._decide(found, DocumentState.REVIEW, by, note)

    async def approve(
        self, id: str, by: str, note: str = "", version: int | None = None, *, with_quarantined: bool = False
    ) -> Decided:
        """Have a version's words spoken from now on, and those of the approved one before it no more."""
        user, found = await self.person(by, LEAST_ROLE), await self.find(id, version)
        if found.state is not DocumentState.REVIEW:
            raise _in_wrong_state(found, DocumentState.APPROVED)
        if lacking := obstacles(found, self.today(), with_quarantined=with_quarantined):
            raise _lacking(found, lacking)
        before = await self._approved(id)
        if held := len(found.quarantined):
            told = f"without {held} quarantined of {len(found.passages)} passages"
            note = f"{note} ({told})" if note else told
        decided = await self._decide(found, DocumentState.APPROVED, user.name, note)
        return Decided(decided.document, before.version if before is not None else None)

    async def revoke(self, id: str, by: str, note: str, version: int | None = None) -> Decided:
        """Have a version's words spoken no more: the approved one when none is named, or else the latest."""
        user = await self.person(by, LEAST_ROLE)
        found = await self.find(id, version)
        if version is None:
            found = await self._approved(id) or found
        return await self._decide(found, DocumentState.REVOKED, user.name, note)

    async def _approved(self, id: str) -> Document | None:
        listed = await self._store.documents()
        return next((each for each in listed if each.id == id and each.state is DocumentState.APPROVED), None)

    async def _decide(self, found: Document, to: DocumentState, by: str, note: str) -> Decided:
        if wrong_state(found, to):
            raise _in_wrong_state(found, to)
        if not await self._store.decide(found.id, found.version, to, by, self._clock.wall_ms(), note):
            raise await self._too_late(found)
        return Decided(await self.find(found.id, found.version))

    async def _too_late(self, found: Document) -> ConfigError:
        """Somebody else decided between our look and our word."""
        now = await self.find(found.id, found.version)
        who = [each.by for each in await self._store.history(found.id) if each.version == found.version]
        return ConfigError(
            f"{who[-1]} was first: version {now.version} is {STANDS[now.state]} now",
            where=found.id,
            fix=f"Look at it with `ivr knowledge show {found.id}`.",
        )


def _in_wrong_state(found: Document, to: DocumentState) -> ConfigError:
    match to, found.state:
        case DocumentState.APPROVED, DocumentState.DRAFT:
            fix = f"Submit it first: ivr knowledge submit {found.id}"
        case _, DocumentState.REVOKED | DocumentState.EXPIRED:
            fix = "Import the file again, and decide about the new version."
        case _:
            fix = f"`ivr knowledge history {found.id}` shows what was decided, and by whom."
    return ConfigError(wrong_state(found, to) or f"version {found.version} cannot", where=found.id, fix=fix)


def _lacking(found: Document, lacking: list[Obstacle]) -> ConfigError:
    what = f"version {found.version} cannot be approved: " + "; ".join(each.what for each in lacking)
    fixes = dict.fromkeys(_FIXES[each.lacks] for each in lacking)
    return ConfigError(what, where=found.id, fix=" ".join(fixes))
