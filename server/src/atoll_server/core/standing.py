"""How assets stand: folded from what events are about, and from the plans of runs under way.

Pure. It begins with what storage keeps of the past, and takes it from there; a note of what that
told already changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from atoll_server.core.event import EventNote
from atoll_server.core.run.table import ACTIVE, DONE, STEP_KINDS, STEPS, StepStatus
from atoll_wire import events as kinds

_FAILED = "failed"


class AssetState(StrEnum):
    """What is to be said first of an asset."""

    MATERIALIZED = "materialized"
    FAILED = "failed"
    """Its step failed since it was last made; one that was skipped or canceled did not fail."""
    RUNNING = "running"
    QUEUED = "queued"
    """A run that is under way will make it."""
    CHECKED = "checked"
    """It was never made here, and a check of it has failed."""


class Standing(NamedTuple):
    """How an asset stands."""

    state: AssetState
    at: float | None
    """Of the latest materialization, if there is one."""
    run_id: str
    """The run that the state tells of; empty: no run made it, only its checks were evaluated."""
    failed_checks: int = 0
    """How many of its checks did not pass when they were last evaluated; warnings do not count."""


class Made(NamedTuple):
    """An asset's latest materialization."""

    event_id: int
    run_id: str
    at: float


class Failed(NamedTuple):
    """The latest failure of an asset's step."""

    event_id: int
    run_id: str


class PlannedAssets(NamedTuple):
    """What a step of a run is to make."""

    step: str
    assets: Sequence[str]
    partition: str | None = None
    """The partition, or the range of them."""


@dataclass(slots=True)
class _Step:
    assets: Sequence[str]
    partition: str | None = None
    status: StepStatus = StepStatus.WAITING
    attempt: int = 0

    @property
    def state(self) -> AssetState:
        """What is to be said of its assets until it is done."""
        has_begun = self.status in ACTIVE or self.status is StepStatus.RETRYING
        return AssetState.RUNNING if has_begun else AssetState.QUEUED


class Standings:
    """How all assets stand.

    Args:
        made: the latest materializations by asset.
        failed: the latest failures by asset.
        checks: the outcomes of the latest evaluations of checks, with their events, by asset and
            name of the check.
    """

    def __init__(
        self,
        made: Mapping[str, Made],
        failed: Mapping[str, Failed],
        checks: Mapping[tuple[str, str], tuple[int, str]] | None = None,
    ) -> None:
        self._made = dict(made)
        self._checks = dict(checks or {})
        self._failed_checks = Counter(
            asset for (asset, _), (_, outcome) in self._checks.items() if outcome == _FAILED
        )
        self._failed = dict(failed)
        self._runs: dict[str, dict[str, _Step]] = {}
        """Of the runs under way, oldest first: their steps by key."""
        self._under_way: dict[str, dict[str, _Step]] = {}
        """By asset, then by run: the step that is to make it and is not done."""
        self._canceling: set[str] = set()

    @property
    def keys(self) -> Collection[str]:
        """The assets that stand somewhere."""
        checked = {key for key, count in self._failed_checks.items() if count}
        return self._made.keys() | self._failed.keys() | self._under_way.keys() | checked

    def of(self, key: str) -> Standing | None:
        """How an asset stands; None: it was never asked for nor made."""
        made, failed = self._made.get(key), self._failed.get(key)
        at = None if made is None else made.at
        active, checks = self._active(key), self._failed_checks[key]
        if active is not None:
            return Standing(active[0], at, active[1], checks)
        if failed is not None and (made is None or _counts(failed, made)):
            return Standing(AssetState.FAILED, at, failed.run_id, checks)
        if made is not None:
            return Standing(AssetState.MATERIALIZED, at, made.run_id, checks)
        return Standing(AssetState.CHECKED, None, "", checks) if checks else None

    def partitions_under_way(self, key: str) -> Collection[str]:
        """The partitions, and ranges of them, that runs are about to make of an asset."""
        steps = self._under_way.get(key, {}).values()
        return {step.partition for step in steps if step.partition is not None}

    def _active(self, key: str) -> tuple[AssetState, str] | None:
        """The newest of the runs that make it now, else of those that will."""
        found: tuple[AssetState, str] | None = None
        for run_id, step in self._under_way.get(key, {}).items():
            if found is None or step.state is AssetState.RUNNING or found[0] is AssetState.QUEUED:
                found = step.state, run_id
        return found

    def plan(self, run_id: str, steps: Iterable[PlannedAssets]) -> Iterable[str]:
        """A run is under way, with these steps and their assets; returns those assets."""
        if run_id not in self._runs:
            self._runs[run_id] = {one.step: _Step(one.assets, one.partition) for one in steps}
            for step in self._runs[run_id].values():
                for asset in step.assets:
                    self._under_way.setdefault(asset, {})[run_id] = step
        return [asset for step in self._runs[run_id].values() for asset in step.assets]

    def evolve(self, note: EventNote) -> Iterable[str]:
        """Take one more event into account; returns the assets that may stand otherwise now."""
        if note.kind == kinds.ASSET_MATERIALIZATION and note.asset_key is not None:
            return self._make(note.asset_key, note)
        if note.kind == kinds.ASSET_WIPED and note.asset_key is not None:
            return self._wipe(note.asset_key, note)
        if note.check_name is not None and note.asset_key is not None:
            return self._check(note.asset_key, note.check_name, note)
        if note.kind == kinds.RUN_CANCELING:
            self._canceling.add(note.run_id)
        if note.kind in kinds.RUN_ENDS:
            return self._end(note.run_id)
        if note.kind in STEP_KINDS and note.step is not None:
            return self._step(note, note.step)
        return ()

    def recall(self, note: EventNote) -> None:
        """Learn how far a step has come; what followed from it was told as part of the past."""
        if note.kind == kinds.RUN_CANCELING:
            self._canceling.add(note.run_id)
        if note.kind in STEP_KINDS and note.step is not None:
            self._step(note, note.step, is_past=True)

    def _make(self, key: str, note: EventNote) -> Iterable[str]:
        made = self._made.get(key)
        if made is None or made.event_id < note.id:
            self._made[key] = Made(note.id, note.run_id, note.at)
        return (key,)

    def _check(self, key: str, name: str, note: EventNote) -> Iterable[str]:
        event_id, before = self._checks.get((key, name), (0, ""))
        if event_id >= note.id or note.outcome is None:
            return ()
        self._checks[key, name] = note.id, note.outcome
        self._failed_checks[key] += (note.outcome == _FAILED) - (before == _FAILED)
        return (key,)

    def _wipe(self, key: str, note: EventNote) -> Iterable[str]:
        made, failed = self._made.get(key), self._failed.get(key)
        if made is not None and made.event_id < note.id:
            del self._made[key]
        if failed is not None and failed.event_id < note.id:
            del self._failed[key]
        return (key,)

    def _end(self, run_id: str) -> Iterable[str]:
        changed: list[str] = []
        self._canceling.discard(run_id)
        for step in self._runs.pop(run_id, {}).values():
            changed += self._leave(run_id, step)
        return changed

    def _step(self, note: EventNote, key: str, *, is_past: bool = False) -> Iterable[str]:
        step = self._runs.get(note.run_id, {}).get(key)
        if step is None:
            return ()
        if note.seq is not None and note.attempt != step.attempt:
            return ()  # late: stored for the record, without consequence
        status = STEPS[step.status].get(note.kind)
        if status is None:
            return ()
        before, step.status = step.state, status
        if note.kind == kinds.STEP_WORKER_STARTING:
            step.attempt = note.attempt or 0
        if status is StepStatus.FAILED and not is_past and note.run_id not in self._canceling:
            for asset in step.assets:
                self._fail(asset, note)
        if status in DONE:
            return self._leave(note.run_id, step)
        return step.assets if step.state is not before else ()

    def _fail(self, key: str, note: EventNote) -> None:
        failed = self._failed.get(key)
        if failed is None or failed.event_id < note.id:
            self._failed[key] = Failed(note.id, note.run_id)

    def _leave(self, run_id: str, step: _Step) -> Sequence[str]:
        """A step is no longer under way."""
        changed = []
        for asset in step.assets:
            runs = self._under_way.get(asset, {})
            if runs.pop(run_id, None) is not None:
                changed.append(asset)
                if not runs:
                    del self._under_way[asset]
        return changed


def _counts(failed: Failed, made: Made) -> bool:
    """Whether a failure says more than the materialization: what its own run made, is made."""
    return failed.event_id > made.event_id and failed.run_id != made.run_id
