"""What has happened, as automation conditions ask: read once from an instance's records."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from atoll_wire import events
from atoll_wire.conditions import facts
from atoll_wire.conditions.facts import RunFacts, Update
from atoll_wire.conditions.targets import CHECK, JOB, WHOLE, Target, Targets
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery

_PARTITION_TAG = "dagster/partition"
_DATA_VERSION_TAG = "dagster/data_version"
_ENDED = ("SUCCESS", "FAILURE", "CANCELED")
_PLANNED = ("ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED")
_DONE = (
    events.ASSET_MATERIALIZATION,
    events.ASSET_OBSERVATION,
    events.ASSET_CHECK_EVALUATION,
)


class _Done(NamedTuple):
    """A target was made, observed or evaluated."""

    id: int
    at: float
    run_id: str
    partition: Optional[str]
    version: str
    passed: Optional[bool]


class _Plan(NamedTuple):
    """A run is, or was, to make a target."""

    run: RecordedRun
    partition: Optional[str]
    after: int
    """Nothing before this event is of the plan."""


class RecordedFacts:
    """What an instance has recorded until now, of some targets.

    Args:
        instance: a `DagsterInstance`.
        targets: what there is.
        at: the time, and the keys that were added by hand.
    """

    def __init__(self, instance: Any, targets: Targets, at: Moment):
        self._targets = targets
        self._at = at
        self._runs: Dict[str, RecordedRun] = {
            run.run_id: run for run in instance.storage.runs(RunQuery(ascending=True))
        }
        self._done: Dict[str, List[_Done]] = {}
        self._plans: Dict[str, List[_Plan]] = {}
        self._made_by: Dict[str, Set[str]] = {}
        planned = set()
        recorded = instance.storage.events(EventQuery(kinds=[*_DONE, *_PLANNED], ascending=True))
        self._wiped = _wiped(instance.storage, recorded)
        for each in recorded:
            key = _key(each)
            if each.run_id:
                self._made_by.setdefault(each.run_id, set()).add(key)
            if each.event.kind in _PLANNED and each.run_id in self._runs:
                partition = each.event.data.get("partition")
                planned.add(each.run_id)
                self._plan(key, self._runs[each.run_id], partition, each.id)
            elif each.event.kind in _DONE and self._counts(each, key):
                self._done.setdefault(key, []).append(_done(each))
        for run in self._runs.values():
            if run.run_id not in planned:
                for key in run.assets or ():
                    self._plan(key, run, run.tags.get(_PARTITION_TAG), 0)
        newest = instance.storage.events(EventQuery(limit=1))
        self.last_event: int = newest[0].id if newest else 0

    def changed(self, after: int) -> Iterable[str]:
        """Every key: in process, conditions are evaluated as a whole."""
        return list(self._targets.by_key)

    def subset(self, key: str, fact: str) -> Ranges:
        """The partitions of a target of which a fact holds."""
        target = self._targets.by_key[key]
        if target.kind == JOB or fact == facts.BACKFILL_IN_PROGRESS:
            return NONE
        if target.kind == CHECK:
            return self._check(target, fact)
        done = self._done.get(key, [])
        if fact == facts.MADE:
            return self._ranges(target, [one.partition for one in done])
        found = []
        for plan in {plan.partition: plan for plan in self._plans.get(key, ())}.values():
            if not self._is_fulfilled(key, plan):
                is_running = plan.run.status not in _ENDED
                has_failed = plan.run.status == "FAILURE"
                if is_running if fact == facts.RUN_IN_PROGRESS else has_failed:
                    found.append(plan.partition)
        return self._ranges(target, found)

    def updates(self, key: str, after: int) -> Sequence[Update]:
        """How a target was updated since an event."""
        target = self._targets.by_key[key]
        found = []
        fresh = None
        if target.kind != CHECK and not target.is_materializable and self._is_observed(key):
            fresh = self.data_version_changed(key, after)
        for one in self._done.get(key, ()):
            ranges = self._ranges(target, [one.partition])
            if fresh is not None:
                ranges = ranges & fresh
            if one.id > after and ranges:
                found.append(Update(ranges, one.at, self._run(one.run_id)))
        return found

    def data_version_changed(self, key: str, after: int) -> Ranges:
        """The partitions whose data version differs from what it was at that event."""
        before: Dict[Optional[str], str] = {}
        now: Dict[Optional[str], str] = {}
        for one in self._done.get(key, ()):
            (before if one.id <= after else now)[one.partition] = one.version
        changed = [name for name, version in now.items() if before.get(name) != version]
        return self._ranges(self._targets.by_key[key], changed)

    def latest_runs(self, key: str, ranges: Ranges) -> Iterable[Tuple[RunFacts, Ranges]]:
        """The runs that made some partitions last, each with those that it made."""
        target = self._targets.by_key[key]
        latest = {one.partition: one for one in self._done.get(key, ())}
        for partition, one in latest.items():
            run, made = self._run(one.run_id), self._ranges(target, [partition]) & ranges
            if run is not None and made:
                yield run, made

    def freshness(self, key: str) -> Optional[str]:
        """None: the host watches freshness."""
        return None

    def _check(self, target: Target, fact: str) -> Ranges:
        """Of a check, only what was evaluated on the asset as it is counts."""
        asset = next(iter(target.deps))
        made = {one.partition: one for one in self._done.get(asset, ())}
        found = []
        latest = {one.partition: one for one in self._done.get(target.key, ())}
        known = [partition for partition, one in latest.items() if _is_of(one, made.get(partition))]
        for partition in known:
            status = facts.CHECK_PASSED if latest[partition].passed else facts.CHECK_FAILED
            if fact == status:
                found.append(partition)
        for plan in self._plans.get(target.key, ()):
            if not self._is_fulfilled(target.key, plan):
                known.append(plan.partition)
                state = (
                    facts.EXECUTION_FAILED if plan.run.status in _ENDED else facts.RUN_IN_PROGRESS
                )
                if fact == state:
                    found.append(plan.partition)
        return self._ranges(target, known if fact == facts.MADE else found)

    def _plan(self, key: str, run: RecordedRun, partition: Optional[str], after: int) -> None:
        self._plans.setdefault(key, []).append(_Plan(run, partition, after))

    def _is_fulfilled(self, key: str, plan: _Plan) -> bool:
        return any(
            one.run_id == plan.run.run_id and one.partition == plan.partition
            for one in self._done.get(key, ())
            if one.id > plan.after
        )

    def _counts(self, each: RecordedEvent, key: str) -> bool:
        partition = each.event.data.get("partition")
        return each.id > self._wiped.get((key, partition), 0)

    def _is_observed(self, key: str) -> bool:
        return bool(self._done.get(key)) and any(one.version for one in self._done[key])

    def _run(self, run_id: str) -> Optional[RunFacts]:
        run = self._runs.get(run_id)
        if run is None:
            return None
        keys: FrozenSet[str] = frozenset([*(run.assets or ()), *self._made_by.get(run_id, ())])
        return RunFacts(run.tags, keys)

    def _ranges(self, target: Target, partitions: Sequence[Optional[str]]) -> Ranges:
        if target.space is None:
            return WHOLE if None in partitions else NONE
        keys = [partition for partition in partitions if partition is not None]
        return target.space.ranges(keys, self._at)[0]


def _key(each: RecordedEvent) -> str:
    data = each.event.data
    if "CHECK" in each.event.kind:
        return "%s:%s" % (data["asset_key"], data["check_name"])
    return str(data["asset_key"])


def _done(each: RecordedEvent) -> _Done:
    data = each.event.data
    version = data.get("data_version") or (data.get("tags") or {}).get(_DATA_VERSION_TAG) or ""
    if not version and each.event.kind == events.ASSET_MATERIALIZATION:
        version = str(each.id)
    passed = data.get("passed")
    return _Done(each.id, each.event.at, each.run_id, data.get("partition"), version, passed)


def _is_of(evaluation: _Done, made: Optional[_Done]) -> bool:
    """Whether a check was evaluated on an asset as it is: later, or by the run that made it."""
    if made is None or evaluation.id > made.id:
        return True
    return bool(made.run_id) and made.run_id == evaluation.run_id


def _wiped(storage: Any, recorded: Sequence[RecordedEvent]) -> Dict[Any, int]:
    """Until which event what was recorded of a partition, or of an asset, counts no more."""
    known: Dict[str, List[RecordedEvent]] = {}
    for each in recorded:
        if each.event.kind == events.ASSET_MATERIALIZATION:
            known.setdefault(each.event.data["asset_key"], []).append(each)
    latest = storage.latest_of_assets(events.ASSET_MATERIALIZATION)
    found: Dict[Any, int] = {}
    for key, made in known.items():
        partitions = storage.latest_of_partitions(events.ASSET_MATERIALIZATION, key)
        for each in made:
            partition = each.event.data.get("partition")
            is_there = key in latest if partition is None else partition in partitions
            if not is_there:
                found[key, partition] = each.id
    return found
