"""Who calls: looked up beside the call, which waits for nothing. What is found is a fact like any other."""

from collections.abc import Callable, Sequence

from ivr.calls.say import ANONYMOUS
from ivr.ports.customers import CustomerRecords
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.events import CallOffered, CustomerFound, Event, Fault, Logged


def is_known(log: Sequence[Logged]) -> bool:
    """Whether this was looked up and found before: by the process that had the call, for one."""
    return any(isinstance(logged.event, CustomerFound) for logged in log)


async def look_up(records: CustomerRecords, log: Sequence[Logged], post: Callable[[Event], None]) -> None:
    """Post who calls, when the records know them, or that they could not be asked. Raises nothing but cancellation."""
    number = next((each.event.caller for each in log if isinstance(each.event, CallOffered)), "")
    if number.lower() in ANONYMOUS:
        return
    try:
        found = await records.find(number)
    except BackendError as error:
        post(Fault("customers", type(error).__name__))
        return
    if found is not None:
        post(CustomerFound(found.name, found.segment))
