"""What is stored over the settings that the engine was started with, and changes while it runs."""

from __future__ import annotations

from typing import Any, Protocol

from atoll_server.engine.queue import Queue
from atoll_server.engine.run_slots import RunSlots
from atoll_server.engine.settings import ENGINE, EngineSettings, storable, with_stored
from atoll_server.ports.event_log import EventLog, Intent
from atoll_server.stored_settings import SettingsError, read_changes


class Surroundings(Protocol):
    """What changing settings needs of the engine."""

    log: EventLog
    settings: EngineSettings
    queue: Queue
    slots: RunSlots

    def now(self) -> float: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class StoredSettings:
    """The settings of the deployment, as they are now."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._own = around.settings
        self._stored: dict[str, Any] = {}

    async def load(self) -> None:
        """Take up what is stored; to be called before anything begins."""
        log = self._around.log
        self._stored = await log.settings()
        own = storable(self._own)
        if self._stored.pop(ENGINE, None) != own:
            await log.save_settings({ENGINE: own}, self._around.now())
        self._apply()

    async def change(self, intent: Intent) -> None:
        """Store what a `change_settings` asks for, then go by it; settles the intent."""
        changes = await save_changes(self._around.log, intent, self._around.now())
        self._stored |= changes
        self._stored = {name: v for name, v in self._stored.items() if v is not None}
        self._apply()

    def _apply(self) -> None:
        around = self._around
        around.settings = with_stored(self._own, self._stored)
        around.queue.change_limits(around.settings.step_limits)
        around.slots.change_limits(around.settings.run_limits)


async def save_changes(log: EventLog, intent: Intent, at: float) -> dict[str, Any]:
    """Store what a `change_settings` asks for, and settle it; returns what was changed."""
    try:
        changes = read_changes(intent.payload["changes"])
    except SettingsError:
        changes = {}  # refused when it was asked for, unless somebody writes intents by hand
    await log.save_settings(changes, at, [intent.id])
    return changes
