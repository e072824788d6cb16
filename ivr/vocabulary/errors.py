"""The roots of every error, sorted by who must act. No input, no match, declined, hung up: values, never errors."""


class IvrError(Exception):
    """Root of the product's errors. The message says what happened, where, and what to do."""


class ConfigError(IvrError):
    """The operator must act: refuse to start, name the setting and the fix."""

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(f"{where}: {what}. {fix}")
        self.what, self.where, self.fix = what, where, fix


class IllegalTransition(IvrError):
    """We must act: our own machine was asked for a step it lacks. Log the history, apologise, fetch a person."""


class PeerProtocolError(IvrError):
    """The carrier or a browser broke the protocol: close that leg, keep the rest."""


class SequenceConflict(IvrError):
    """Another process wrote this call's log first: it owns the call now, so this one must let go of it."""


class NotFound(IvrError):
    """The person asked for something that does not exist (a call, a model, an answer)."""


class BackendError(IvrError):
    """Something we depend on did not serve us. The call goes on without it."""


class BackendUnavailable(BackendError):
    """Down, crashed or unreachable: degrade to a second adapter, the keypad or the queue."""


class BackendRejected(BackendError):
    """It refused what we asked (bad credentials, bad input): never retry, tell the operator."""


class DeadlineExceeded(BackendError):
    """No answer in time: this turn goes on without it."""
