"""Customers in memory: for tests of what is told of a caller who is known."""

from collections.abc import Mapping

from ivr.ports.customers import Customer
from ivr.vocabulary.errors import BackendError


class ScriptedCustomers:
    """`CustomerRecords` in memory, by E.164 number. While `fails` is set, it is raised. `asked` has every number."""

    def __init__(self, customers: Mapping[str, Customer] | None = None) -> None:
        self.customers = dict(customers or {})
        self.fails: BackendError | None = None
        self.asked: list[str] = []

    async def find(self, number: str) -> Customer | None:
        self.asked.append(number)
        if self.fails is not None:
            raise self.fails
        return self.customers.get(number)

    async def close(self) -> None:
        pass
