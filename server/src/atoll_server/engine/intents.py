"""Takes up what was asked for, and settles it in the append that answers it."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol

from atoll_server.engine.housekeeping import ERASING, Eraser, wiped
from atoll_server.engine.runs import Runs
from atoll_server.engine.stored_settings import StoredSettings
from atoll_server.engine.turn import Turn
from atoll_server.ports.event_log import EventLog, Intent

_AT_THE_END = frozenset(["cancel_run", "wipe_assets"])
"""What is carried out even while the host shuts down; all else waits for the next one."""


class Surroundings(Protocol):
    """What intents need of the engine."""

    log: EventLog
    turn: Turn
    runs: Runs
    eraser: Eraser
    stored: StoredSettings

    @property
    def takes_no_work(self) -> bool: ...  # noqa: D102
    def now(self) -> float: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102
    def launch_run(self, run_id: str, payload: dict[str, Any]) -> None: ...  # noqa: D102
    def cancel_run(self, run_id: str) -> None: ...  # noqa: D102
    def reload_location(self, name: str) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class Intents:
    """The commands that somebody gave and nobody has taken up yet."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.are_due = False

    async def take_up(self) -> None:
        """Carry out all intents, in order, if somebody rang."""
        if not self.are_due:
            return
        self.are_due = False
        try:
            for intent in await self._around.log.intents():
                if intent.kind in _AT_THE_END or not self._around.takes_no_work:
                    await self._carry_out(intent)
        except Exception as error:  # storage is in trouble: the next poll tries again
            self._around.report(error)

    async def _carry_out(self, intent: Intent) -> None:
        around, payload = self._around, dict(intent.payload)
        if intent.kind in ERASING:
            # After the commit: a run that this very turn begins is no run of the past. It is
            # settled when it is done.
            around.turn.orders.append(lambda: around.spawn(around.eraser.carry_out(intent)))
            return
        if intent.kind == "launch_run":
            run_id = str(payload["run_id"])
            # One that is known was launched before, and its intent left behind.
            is_new = run_id not in around.runs.states and await around.log.run(run_id) is None
            if is_new:
                around.launch_run(run_id, payload)
        elif intent.kind == "cancel_run":
            around.cancel_run(str(payload["run_id"]))
        elif intent.kind == "reload_location":
            around.reload_location(str(payload["name"]))
        elif intent.kind == "change_settings":
            await around.stored.change(intent)
        elif intent.kind == "wipe_assets":
            around.turn.events += wiped(payload["keys"], around.now())
        around.turn.intents.append(intent.id)
