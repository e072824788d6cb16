"""What the desk works with."""

from dataclasses import dataclass

from ivr.ports.clock import Clock
from ivr.ports.directory import Directory
from ivr.web.desk.hub import Hub


@dataclass(frozen=True, slots=True)
class DeskTools:
    """business  who is called. clock  the one that the directory goes by."""

    business: str
    directory: Directory
    hub: Hub
    clock: Clock
