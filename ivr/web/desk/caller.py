"""Who calls: from the customer records, and from the log of earlier calls."""

from ivr.calls import folds
from ivr.calls.say import ANONYMOUS
from ivr.ports.customers import Customer, CustomerRecords
from ivr.ports.store import CallLog, CallRow
from ivr.vocabulary.errors import BackendError
from ivr.vocabulary.ids import CallId
from ivr.vocabulary.transfers import WrappedUp
from ivr.web.desk.models import Caller, EarlierCall

EARLIER = 5
"Calls that are told of."


async def caller_of(call: CallId, number: str, log: CallLog, records: CustomerRecords | None) -> Caller:
    """What is known of whoever makes this call. Raises BackendError when the log cannot be read."""
    if number.lower() in ANONYMOUS:
        return _told("", None, [], failed=False)
    found, failed = await _found(number, records)
    rows = [row for row in await log.calls_from(number, EARLIER + 1) if row.call != call][:EARLIER]
    return _told(number, found, [await _earlier(row, log) for row in rows], failed=failed)


async def _found(number: str, records: CustomerRecords | None) -> tuple[Customer | None, bool]:
    """The customer, and whether the records could not be asked."""
    if records is None:
        return None, False
    try:
        return await records.find(number), False
    except BackendError:
        return None, True


async def _earlier(row: CallRow, log: CallLog) -> EarlierCall:
    entries = await log.read(row.call)
    told = folds.transcript(entries)
    asked = next((turn.caller for turn in told.turns if turn.kind), "")
    done = [entry.event.disposition for entry in entries if isinstance(entry.event, WrappedUp)]
    return EarlierCall(
        call=row.call,
        started_ms=row.started_wall_ms,
        outcome=told.outcome,
        reason=told.reason,
        language=told.language,
        asked=asked,
        disposition=done[-1] if done else "",
    )


def _told(number: str, found: Customer | None, calls: list[EarlierCall], *, failed: bool) -> Caller:
    return Caller(
        number=number,
        known=found is not None,
        failed=failed,
        id=found.id if found else "",
        name=found.name if found else "",
        prefers=(found.language or "") if found else "",
        segment=found.segment if found else "",
        notes=found.notes if found else "",
        calls=calls,
    )
