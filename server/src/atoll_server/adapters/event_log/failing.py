"""Which assets a failed step leaves behind, in the writer's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import msgspec

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.parts import note_failure
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_log import StoredEvent

_MOST_RUNS = 16
"""So many plans are kept: a run that has failed once may fail in thousands of steps."""


class _Step(msgspec.Struct):
    key: str
    assets: list[str] = []
    partition: str | None = None


class _Plan(msgspec.Struct):
    steps: list[_Step] = []


class _Starting(msgspec.Struct):
    plan: _Plan = msgspec.field(default_factory=_Plan)


_decode = msgspec.json.Decoder(_Starting).decode


class Failures:
    """Keeps the latest failure of each asset."""

    def __init__(self) -> None:
        self._plans: dict[str, Mapping[str, _Step]] = {}

    def note(self, connection: sqlite3.Connection, event: StoredEvent) -> None:
        """A step has failed for good; where another attempt has begun since, that counts.

        What fails because somebody cancels the run is no failure of the asset.
        """
        run = connection.execute(queries()["run"], (event.run_id,)).fetchone()
        record = None if run is None else rows.run_of(run)
        if record is not None and record.status == "CANCELING":
            return
        if event.seq is not None:
            values = (event.run_id, event.step)
            (newest,) = connection.execute(queries()["newest_attempt"], values).fetchone()
            if newest != event.attempt:
                return
        step = self._plan(connection, event.run_id).get(event.step or "")
        if step is None:
            return
        partition = step.partition or (record.partition if record is not None else None)
        for key in step.assets:
            connection.execute(queries()["save_failure"], (key, event.id, event.run_id))
            if partition is not None:
                note_failure(connection, key, partition, event)

    def _plan(self, connection: sqlite3.Connection, run_id: str) -> Mapping[str, _Step]:
        plan = self._plans.get(run_id)
        if plan is None:
            row = connection.execute(queries()["plan_of_run"], (run_id,)).fetchone()
            steps = _decode(row[0]).plan.steps if row else []
            plan = self._plans[run_id] = {step.key: step for step in steps}
            if len(self._plans) > _MOST_RUNS:
                del self._plans[next(iter(self._plans))]
        return plan
