"""What must hold when everything is over: nothing lost, nothing twice, nothing left."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tests.simulation.world import WatchedLocation

from atoll_server.core.run import invariants as run_invariants
from atoll_server.core.run.state import LEFT_OUT
from atoll_server.engine.engine import Engine
from atoll_server.ports.event_log import (
    AssetRecord,
    StoredEvent,
    asset_key,
    project_asset,
    project_run,
)
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey

if TYPE_CHECKING:
    from tests.simulation.simulate import Simulation


class Verdict:
    """Judges the end of a story.

    Args:
        deleted: the runs that somebody may have deleted.
    """

    def __init__(self, it: Simulation, deleted: Collection[str]) -> None:
        self._log, self._locations, self._judge = it.log, it.locations, it.judge
        self._keeps_few = it.settings.keep_runs > 0
        self._files, self._deleted, self._violated = it.files, deleted, it.violated
        self._is_pruned = it.is_pruned

    async def run(self, run_id: str) -> str:
        """Judge one run that was asked for; returns what has become of it."""
        record = await self._log.run(run_id)
        if record is None:
            self._remains(run_id)
            if run_id not in self._deleted and not self._log.was_cut:
                self._violated(f"{run_id} was asked for, and never enqueued")
            return "deleted" if run_id in self._deleted else "forgotten"
        if record.ended_at is None:
            self._violated(f"{run_id} has not ended: {record.status}")
        events = await self._log.events(run_id=run_id, limit=100_000)
        for what in run_invariants.check_history(events):
            self._violated(f"{run_id}: {what}")
        folded = None
        for event in events:
            folded = project_run(folded, event)
        if folded != record:
            self._violated(f"{run_id}: its record is not what its events say")
        self._evaluations(run_id, events)
        self._journals(run_id, events)
        await self._retry(events)
        return record.status

    async def _retry(self, events: list[StoredEvent]) -> None:
        """A run that says it is retried is retried: once, as the run that it says."""
        if not events or events[-1].kind != kinds.RUN_FAILURE or "retry" not in events[-1].data:
            return
        run_id = events[-1].data["retry"]["run_id"]
        births = await self._log.events(run_id=run_id, kinds=[kinds.RUN_ENQUEUED])
        is_gone = run_id in self._deleted or self._is_pruned
        if len(births) != 1 and not is_gone:
            self._violated(f"{events[-1].run_id} says that {run_id} retries it: {births}")

    def _evaluations(self, run_id: str, events: list[StoredEvent]) -> None:
        """A step that has succeeded has made its assets, and evaluated its checks: each once."""
        steps: dict[str, dict[str, Any]] = {}
        done: dict[tuple[str, int], list[str]] = {}
        left_out: set[str] = set()
        for event in events:
            if event.kind == kinds.RUN_STARTING:
                steps = {step["key"]: step for step in event.data["plan"]["steps"]}
            if event.step is None or event.attempt is None:
                continue
            made = done.setdefault((event.step, event.attempt), [])
            if event.kind == kinds.ASSET_MATERIALIZATION:
                made.append(event.data["asset_key"])
            elif event.kind == kinds.ASSET_CHECK_EVALUATION:
                made.append(f"{event.data['asset_key']}:{event.data['check_name']}")
            elif event.data.get(LEFT_OUT) in (
                kinds.ASSET_MATERIALIZATION,
                kinds.ASSET_CHECK_EVALUATION,
            ):
                left_out.add(event.step)
            elif event.kind == kinds.STEP_SUCCESS and event.step not in left_out:
                wanted = [*steps[event.step]["assets"], *steps[event.step].get("checks", ())]
                if made != wanted:
                    self._violated(f"{run_id} {event.step}: made {made}, and {wanted} were wanted")

    def _remains(self, run_id: str) -> None:
        """Of a run that was deleted nothing is left, here or in the log."""
        is_swept = self._keeps_few  # files that an engine died over go a day later
        has_files = run_id in self._files.of and not is_swept
        if not self._log.was_cut and (has_files or self._log.events_of(run_id)):
            self._violated(f"{run_id} was deleted, and not all of it")

    def _journals(self, run_id: str, events: list[StoredEvent]) -> None:
        """What workers wrote is what is stored, once, and all of it."""
        stored: dict[AttemptKey, list[tuple[int, str]]] = {}
        for event in events:
            if event.seq is not None and event.step is not None and event.attempt is not None:
                key = AttemptKey(run_id, event.step, event.attempt)
                kind = event.data.get(LEFT_OUT, event.kind)
                stored.setdefault(key, []).append((event.seq, kind))
        for location in self._locations:
            for key in location.written:
                is_forgotten = self._log.was_cut and not self._log.has_ordered(key, location.name)
                if key.run_id == run_id and not is_forgotten:
                    self._journal(location, key, stored.pop(key, []))
        for key in stored:
            self._violated(f"{key}: events are stored, and nobody wrote any")

    def _journal(
        self, location: WatchedLocation, key: AttemptKey, stored: list[tuple[int, str]]
    ) -> None:
        written = [(event.seq, event.kind) for event in location.written[key]]
        if missing := [one for one in written if one not in stored]:
            self._violated(f"{key}: {missing} were written, and are not stored")
        lost = {(event.seq, event.kind) for event in location.journals.cut.get(key, ())}
        if invented := [one for one in stored if one not in written and one not in lost]:
            self._violated(f"{key}: {invented} are stored, and nobody wrote them")
        if stored != sorted(stored):
            self._violated(f"{key}: stored out of order: {stored}")

    async def all_else(self, engine: Engine) -> None:
        """Judge what is left behind."""
        await self._records()
        steps, slots = engine.queue.state, engine.slots.state
        is_idle = not (steps.running or steps.waiting or steps.holding)
        if not is_idle or slots.running or slots.waiting or any(engine.queue._parked.values()):
            self._violated("capacity is occupied, or stood in line for, although nothing runs")
        if engine.runs.states:
            self._violated(f"the engine still holds {list(engine.runs.states)}")
        for location in self._locations:
            self._location(location, engine)

    async def _records(self) -> None:
        """Assets and checks are what the newest of their events says, and no intent is left."""
        newest: dict[str, AssetRecord | None] = {}
        checks: dict[tuple[str, str], int] = {}
        for event in await self._log.events(limit=1_000_000):
            key = asset_key(event)
            if key is not None and event.kind in (kinds.ASSET_MATERIALIZATION, kinds.ASSET_WIPED):
                newest[key] = project_asset(event)
            elif event.kind == kinds.ASSET_CHECK_EVALUATION:
                checks[event.data["asset_key"], event.data["check_name"]] = event.id
        if await self._log.assets() != {key: one for key, one in newest.items() if one is not None}:
            self._violated("the records of assets are not what the events say")
        told = {(one.asset, one.name): one.event_id for one in await self._log.checks()}
        if told != checks:
            self._violated("the records of checks are not what the events say")
        if left := await self._log.intents():
            self._violated(f"nobody has settled {left}")

    def _location(self, location: WatchedLocation, engine: Engine) -> None:
        state = engine.locations[location.name].state
        name = location.name
        if set(location.kept) - set(state.generations):
            self._violated(f"{name} keeps {location.kept}; {list(state.generations)} are known")
        if state.pins or len(state.generations) > 1:
            self._violated(f"{name}: kept for nobody: {state.pins}, {list(state.generations)}")
        for key in location.running:
            if self._log.has_ordered(key, name):
                self._violated(f"{key} runs, and its run is over")
        for key in location.journals.keys:
            is_forgotten = self._log.was_cut and not self._log.has_ordered(key, name)
            if self._log.status(key.run_id) is not None and not is_forgotten:
                self._violated(f"{key} has a journal, and its run is over")
        for key, identity in location.ran_on.items():
            if identity not in self._judge.ordered.get(key, ()):
                self._violated(f"{key} ran on {identity}, which nobody ordered")
