"""The conditions that are made of no others: they ask the facts, the time, or the requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable, Dict, List, Mapping

from atoll_wire.conditions import facts
from atoll_wire.conditions.facts import RunFacts
from atoll_wire.conditions.results import Result
from atoll_wire.conditions.scope import Scope
from atoll_wire.conditions.targets import ASSET, JOB
from atoll_wire.conditions.tree import Node
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import MultiSpace, Space
from atoll_wire.partitions.time_windows import TimeWindowSpace

Evaluator = Callable[[Scope, Node, str, Ranges], Result]


def missing(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The target was never made."""
    return Result(node, key, candidates - scope.facts.subset(key, facts.MADE), candidates)


def fact(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """A fact of the same name as the condition holds."""
    return Result(node, key, scope.facts.subset(key, node.kind), candidates)


def freshness_result(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The asset is as fresh as its policy wants it, nearly, or not at all."""
    holds = scope.facts.freshness(key) == node.arguments["state"]
    return Result(node, key, scope.all(key) if holds else NONE, candidates)


def initial_evaluation(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The root was not evaluated before, or with partitions of another sort."""
    remembered = scope.remembered_target
    is_new = remembered is None or remembered.shape != scope.target(scope.root).shape
    return scope.momentary(Result(node, key, candidates if is_new else NONE, candidates))


def will_be_requested(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """This evaluation asks for the target, in a run that can make the root as well."""
    asked = scope.requested.get(key, NONE)
    target = scope.target(key)
    fits = target.kind != ASSET or target.is_materializable
    if not asked or not fits or not scope.targets.may_run_together(scope.root, key):
        asked = NONE
    return scope.momentary(Result(node, key, asked, candidates))


def newly_requested(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The last evaluation has asked for the target."""
    asked = scope.requested_before(key)
    timing = [(scope.memory.at, asked)] if asked and scope.remembered_target else []
    return scope.momentary(Result(node, key, asked, candidates, timing=timing))


def newly_updated(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The target was made since the last evaluation."""
    if scope.remembered_target is None:
        return Result(node, key, NONE, candidates)
    timing: List[Any] = []
    true = NONE
    for update in reversed(scope.updates(key)):
        true, fresh = true | update.ranges, update.ranges - true
        if fresh and scope.target(key).kind == ASSET:
            timing.append((update.at, fresh))
    return scope.momentary(Result(node, key, true, candidates, timing=timing))


def data_version_changed(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The data version of the asset is another than at the last evaluation."""
    if scope.remembered_target is None:
        return Result(node, key, NONE, candidates)
    true = scope.facts.data_version_changed(key, scope.memory.last_event)
    return scope.momentary(Result(node, key, true, candidates))


def code_version_changed(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The code version of the asset is another than at the last evaluation."""
    before, now = scope.remembered(node, key), scope.target(key).code_version
    scope.remember(node, key, cursor=now)
    has_changed = before is not None and before.cursor not in (None, now)
    return scope.momentary(Result(node, key, candidates if has_changed else NONE, candidates))


def cron_tick_passed(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """An instant of the cron string lies after the last evaluation, and not after this one."""
    tick = scope.last_tick(node.arguments["cron_schedule"], node.arguments["cron_timezone"])
    if scope.remembered_target is None or tick <= scope.memory.at:
        return Result(node, key, NONE, candidates)
    timing = [(float(tick), candidates)]
    return scope.momentary(Result(node, key, candidates, candidates, timing=timing))


def in_latest_time_window(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The partition is the latest in time, or begins so little before the end of that one."""
    space = scope.target(key).space
    lookback = node.arguments.get("lookback_s")
    if isinstance(space, TimeWindowSpace):
        true = _latest(scope, space, lookback)
    elif isinstance(space, MultiSpace) and any(map(_is_timed, space.spaces)):
        sides = [
            _latest(scope, side, lookback) if _is_timed(side) else side.all(scope.at)
            for side in space.spaces
        ]
        true = space.box(sides[0], sides[1], scope.at)
    else:
        true = scope.all(key)
    return Result(node, key, true, candidates)


def executed_with_root_target(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The run that made the target last was to make the root, too."""
    if key == scope.root:
        return Result(node, key, NONE, candidates)
    true = _of_runs(scope, key, candidates, lambda run: scope.root in run.targets)
    return Result(node, key, true, candidates)


def executed_with_tags(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The run that made the target last has some tags."""
    true = _of_runs(scope, key, candidates, lambda run: _has_tags(run, node.arguments))
    return Result(node, key, true, candidates)


def new_updates_have_run_tags(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """Some, or all, of the runs that made the target since the last evaluation have some tags."""
    if scope.remembered_target is None:
        return Result(node, key, NONE, candidates)
    having, lacking = NONE, NONE
    for update in scope.facts.updates(key, scope.memory.last_event):
        if update.run is not None and _has_tags(update.run, node.arguments):
            having = having | update.ranges
        else:
            lacking = lacking | update.ranges
    true = having if node.kind.startswith("any") else having - lacking
    return scope.momentary(Result(node, key, true, candidates))


def _latest(scope: Scope, space: Space, lookback: Any) -> Ranges:
    assert isinstance(space, TimeWindowSpace)
    count = space.count(scope.at)
    if not count:
        return NONE
    if lookback is None:
        return Ranges.span(count - 1, count)
    begin = space.end_of(count - 1) - timedelta(seconds=lookback).total_seconds()
    return Ranges.span(max(0, space.position_from(begin)), count)


def _is_timed(space: Space) -> bool:
    return isinstance(space, TimeWindowSpace)


def _of_runs(
    scope: Scope, key: str, candidates: Ranges, passes: Callable[[RunFacts], bool]
) -> Ranges:
    if scope.target(key).kind == JOB:
        return NONE
    found = NONE
    for run, ranges in scope.facts.latest_runs(key, candidates):
        if passes(run):
            found = found | ranges
    return found & candidates


def _has_tags(run: RunFacts, arguments: Mapping[str, Any]) -> bool:
    keys, values = arguments.get("tag_keys") or (), arguments.get("tag_values") or {}
    return all(key in run.tags for key in keys) and all(
        run.tags.get(key) == value for key, value in values.items()
    )


OPERANDS: Dict[str, Evaluator] = {
    "missing": missing,
    "run_in_progress": fact,
    "backfill_in_progress": fact,
    "execution_failed": fact,
    "check_passed": fact,
    "check_failed": fact,
    "freshness_result": freshness_result,
    "initial_evaluation": initial_evaluation,
    "will_be_requested": will_be_requested,
    "newly_requested": newly_requested,
    "newly_updated": newly_updated,
    "data_version_changed": data_version_changed,
    "code_version_changed": code_version_changed,
    "cron_tick_passed": cron_tick_passed,
    "in_latest_time_window": in_latest_time_window,
    "executed_with_root_target": executed_with_root_target,
    "executed_with_tags": executed_with_tags,
    "any_new_update_has_run_tags": new_updates_have_run_tags,
    "all_new_updates_have_run_tags": new_updates_have_run_tags,
}
