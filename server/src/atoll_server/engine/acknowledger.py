"""Tells supervisors what is stored for good, so that journals may shrink and go.

Acknowledgements wait for each other, then for one sync of the log; no step waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol

from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import EventLog, StoredEvent
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AcknowledgeEvents, ForgetRun, Message


class Surroundings(Protocol):
    """What acknowledging needs of the engine."""

    log: EventLog
    settings: EngineSettings

    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102
    def send(self, location: str, message: Message) -> None: ...  # noqa: D102
    def location_of(self, run_id: str, step: str) -> str | None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class Acknowledger:
    """What has been stored and not been acknowledged."""

    def __init__(self, around: Surroundings, forget: Callable[[str], None]) -> None:
        self._around = around
        self._forget = forget
        self._pending: dict[AttemptKey, tuple[str, int]] = {}
        self._over: dict[str, dict[str, None]] = {}
        self._is_waiting = False

    def stored(self, events: Iterable[StoredEvent]) -> None:
        """These events are committed."""
        for event in events:
            if event.seq is None or event.step is None or event.attempt is None:
                continue
            location = self._around.location_of(event.run_id, event.step)
            if location is not None:
                key = AttemptKey(event.run_id, event.step, event.attempt)
                self._pending[key] = (location, event.seq)
        if self._pending:
            self._wait()

    def run_ended(self, run_id: str, locations: Iterable[str]) -> None:
        """The end of the run is committed: its journals there may go after the next sync."""
        self._over.setdefault(run_id, {}).update(dict.fromkeys(locations))
        self._wait()

    def _wait(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            delay_s = self._around.settings.acknowledge_after_s
            self._around.later(delay_s, lambda: self._around.spawn(self._acknowledge()))

    async def _acknowledge(self) -> None:
        self._is_waiting = False
        pending, self._pending = self._pending, {}
        over, self._over = self._over, {}
        try:
            await self._around.log.sync()
        except Exception as error:  # storage is in trouble: later, then
            self._pending, self._over = {**pending, **self._pending}, {**over, **self._over}
            self._around.report(error)
            self._wait()
            return
        for key, (location, seq) in pending.items():
            if key.run_id not in over:
                self._around.send(location, AcknowledgeEvents(key, seq))
        for run_id, locations in over.items():
            for location in locations:
                self._around.send(location, ForgetRun(run_id))
            self._forget(run_id)
