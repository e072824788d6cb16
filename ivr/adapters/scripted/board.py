"""The board of agents and queues in memory: for tests of what is built on the directory."""

from ivr.adapters.routed import Act, Result
from ivr.calls.routing.state import Board
from ivr.vocabulary.errors import BackendUnavailable


class MemoryBoard:
    """`BoardKeeper` in memory. While `down`, everything raises BackendUnavailable."""

    def __init__(self) -> None:
        self.down = False
        self.board = Board()

    async def act(self, act: Act[Result]) -> Result:
        self._require_up()
        self.board, result = act(self.board)
        return result

    async def look(self) -> Board:
        self._require_up()
        return self.board

    async def version(self) -> int:
        self._require_up()
        return self.board.version

    def _require_up(self) -> None:
        if self.down:
            raise BackendUnavailable("the board in memory is down; set `down` to False")
