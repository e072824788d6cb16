"""Shared by every test."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Every test begins with logging as it comes: what one test silences, the next may want to read."""
    structlog.reset_defaults()
