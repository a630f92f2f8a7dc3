"""Every adapter of `ports.event_log`, the memory fake included."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ports.logs import Make

from atoll_server.adapters.event_log.described import DescribedEventLog
from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.event_log.sqlite import SqliteEventLog


@pytest.fixture(params=["memory", "sqlite", "described"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes logs over the same storage, as successive engines would."""
    if request.param == "sqlite":
        return lambda: SqliteEventLog(str(tmp_path))
    memory = MemoryEventLog()
    if request.param == "described":
        return lambda: DescribedEventLog(memory)
    return lambda: memory
