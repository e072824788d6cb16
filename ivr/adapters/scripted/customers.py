"""Customers in memory: for tests of what is told of a caller who is known."""

from collections.abc import Collection, Mapping

from ivr.adapters.customers.fields import facts_of
from ivr.adapters.customers.proof import proves
from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendError


class ScriptedCustomers:
    """`CustomerRecords` in memory, by E.164 number. While `fails` is set, it is raised. `asked` has every number.

    secrets  what customers are verified by, and `held` the facts of theirs: by number, then by name.
    """

    def __init__(
        self,
        customers: Mapping[str, Customer] | None = None,
        *,
        secrets: Mapping[str, Mapping[str, str]] | None = None,
        held: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.customers = dict(customers or {})
        self.secrets, self.held = dict(secrets or {}), dict(held or {})
        self.fails: BackendError | None = None
        self.asked: list[str] = []

    async def find(self, number: str) -> Customer | None:
        self.asked.append(number)
        if self.fails is not None:
            raise self.fails
        return self.customers.get(number)

    async def verify(self, number: str, given: Mapping[str, str]) -> bool | None:
        if await self.find(number) is None:
            return None
        return proves(self.secrets.get(number, {}), given)

    async def facts(self, number: str, names: Collection[str]) -> Mapping[str, str] | None:
        customer = await self.find(number)
        if customer is None:
            return None
        own = {"name": customer.name, "language": customer.language, "segment": customer.segment}
        return facts_of(own | dict(self.held.get(number, {})), names)

    async def close(self) -> None:
        pass
