"""Shared by every test."""

import pytest
import structlog

from tests import edges


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Every test begins with logging as it comes: what one test silences, the next may want to read."""
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many edges of the transfer machine were tried."""
    for line in edges.counted():
        terminalreporter.write_line(line)
