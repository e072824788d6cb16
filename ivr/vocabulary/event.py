"""The root of every event. What kinds there are: `ivr.vocabulary.events`."""


class Event:
    """Root of every event. Frozen; its class name is its kind in the log."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        return type(self).__name__
