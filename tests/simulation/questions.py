"""What user code asks of the instance while it runs, and what must hold of the answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.simulation.faulty_log import FaultyLog

from atoll_wire import events as kinds
from atoll_wire.codec import from_wire, to_wire
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import InstanceAnswer, InstanceQuery
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery


def make_question(chance: random.Random, number: int, key: AttemptKey) -> InstanceQuery:
    """A question about what is recorded, of any kind."""
    asset = f"a{chance.randint(0, 4)}"
    which: dict[str, list[Any]] = {
        "events": [
            EventQuery(asset_key=asset, kinds=[kinds.ASSET_MATERIALIZATION]),
            EventQuery(asset_key=asset, kinds=[kinds.ASSET_MATERIALIZATION], ascending=True),
            EventQuery(run_id=key.run_id, job_names=[kinds.ASSET_JOB], limit=5),
            EventQuery(ids=[1, 2, 3, 10_000]),
        ],
        "runs": [RunQuery(limit=2), RunQuery(run_ids=[key.run_id, "nobody's"])],
        "count_runs": [RunQuery(statuses=["SUCCESS"])],
        "assets": [
            {"kind": kinds.ASSET_MATERIALIZATION, "keys": None, "after": "", "limit": 3},
            {"kind": kinds.ASSET_OBSERVATION, "keys": [asset]},
        ],
        "partitions": [{"kind": kinds.ASSET_MATERIALIZATION, "key": asset}],
        "dynamic_partitions": [{"name": "customers", "after": 0, "limit": 10}],
    }
    kind = chance.choice(list(which))
    arguments = chance.choice(which[kind])
    told = arguments if isinstance(arguments, dict) else to_wire(arguments)
    return InstanceQuery(number, key, kind, told)


class Questions:
    """What was asked, and whether it is answered with what is stored and nothing else."""

    def __init__(self, log: FaultyLog, violated: Callable[[str], None]) -> None:
        self._log, self._violated = log, violated
        self._asked: dict[int, InstanceQuery] = {}

    def ask(self, chance: random.Random, key: AttemptKey) -> InstanceQuery:
        """The next question."""
        query = make_question(chance, len(self._asked), key)
        self._asked[query.id] = query
        return query

    def answered(self, answer: InstanceAnswer) -> None:
        """An answer is sent."""
        query = self._asked[answer.id]
        if answer.failure is not None:
            if not answer.failure.code.startswith("storage."):
                self._violated(f"{query} is answered with {answer.failure}")
        elif query.kind == "events":
            for row in answer.value:
                self._is_stored(query, from_wire(RecordedEvent, row))
        elif query.kind == "runs":
            for row in answer.value:
                from_wire(RecordedRun, row)

    def _is_stored(self, query: InstanceQuery, row: RecordedEvent) -> None:
        """Stored as it is told, or deleted since it was read."""
        stored = [event for event in self._log.events_of(row.run_id) if event.id == row.id]
        if stored and (stored[0].kind, stored[0].step) != (row.event.kind, row.step):
            self._violated(f"{query} is answered with {row}, and {stored[0]} is stored")
        if row.id > self._log.last_id:
            self._violated(f"{query} is answered with {row}, which is not stored")
