"""The conditions that are made of others."""

from __future__ import annotations

from typing import Dict, List, Optional

from atoll_wire.conditions.operands import OPERANDS, Evaluator
from atoll_wire.conditions.results import Result, Timing, later, merged
from atoll_wire.conditions.scope import Scope
from atoll_wire.conditions.tree import CUSTOM, Node
from atoll_wire.partitions.ranges import NONE, Ranges

_ALWAYS = ("code_version_changed",)
"""Operands that have something to remember even where nothing is asked."""


def evaluate_node(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """What a condition says of some partitions of a target."""
    scope.tick.evaluations += 1
    operand = OPERANDS.get(node.kind)
    if operand is not None:
        if not candidates and node.kind not in _ALWAYS:
            return Result(node, key, NONE, candidates)
        return operand(scope, node, key, candidates)
    scope.above.append(node.digest)
    try:
        return OPERATORS[node.kind](scope, node, key, candidates)
    finally:
        scope.above.pop()


def all_of(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """All hold; each is asked only about what all before it have left."""
    true, children = candidates, []
    for place, child in enumerate(node.children):
        one = scope.child(place, child, key, true)
        children.append(one)
        true = true & one.true
    return Result(node, key, true, candidates, children)


def any_of(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """One holds, or more."""
    children = [
        scope.child(place, child, key, candidates) for place, child in enumerate(node.children)
    ]
    return Result(node, key, _united(children), candidates, children)


def negation(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """It does not hold."""
    child = scope.child(0, node.children[0], key, candidates)
    return Result(node, key, candidates - child.true, candidates, [child])


def since(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """The trigger has held, and the reset has not since.

    Both are asked about all partitions, so that nothing is missed. Where both hold at once the
    reset wins, unless the events they tell of are known and the trigger's is the later one.
    """
    every = scope.all(key)
    trigger = scope.child(0, node.children[0], key, every)
    reset = scope.child(1, node.children[1], key, every)
    before = scope.remembered(node, key)
    true = (trigger.true if before is None else before.subset | trigger.true) - reset.true
    both = trigger.true & reset.true
    if both and trigger.timing and reset.timing:
        true = true | (later(trigger.timing, reset.timing) & both)
    now = (scope.memory.evaluation_id, scope.at.now)
    triggered = now if trigger.true else before.trigger if before else None
    put_back = now if reset.true else before.reset if before else None
    scope.remember(node, key, true, None, triggered, put_back)
    children = [trigger, reset]
    return Result(node, key, true, candidates, children, trigger.timing, triggered, put_back)


def newly_true(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """It holds, and did not the last time."""
    child = scope.child(0, node.children[0], key, scope.all(key))
    before = scope.remembered(node, key)
    scope.remember(node, key, child.true)
    fresh = child.true if before is None else child.true - before.subset
    return Result(node, key, candidates & fresh, candidates, [child])


def matches(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """It holds for another asset."""
    found = scope.targets.looked_at(node, key)
    if not found:
        return Result(node, key, NONE, candidates)
    return _at(scope, node, key, found[0], 0, candidates)


def any_match(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """It holds for one of several others, or more."""
    children = [
        _at(scope, node, key, other, place, candidates)
        for place, other in enumerate(scope.targets.looked_at(node, key))
    ]
    timing = merged([child.timing for child in children]) if node.kind == "any_deps_match" else ()
    return Result(node, key, candidates & _united(children), candidates, children, timing)


def all_match(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """It holds for all of several others."""
    true, children = candidates, []
    for place, other in enumerate(scope.targets.looked_at(node, key)):
        one = _at(scope, node, key, other, place, candidates)
        children.append(one)
        true = true & one.true
    return Result(node, key, true, candidates, children)


def any_downstream(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """One of the conditions of the assets downstream holds for this one."""
    children: List[Result] = []
    seen = set(scope.above)
    for place, given in enumerate(scope.targets.downstream_conditions(key).values()):
        condition = without_downstream(given)
        if condition is None or condition.digest in seen:
            continue
        seen.add(condition.digest)
        children.append(scope.child(place, condition, key, candidates))
    return Result(node, key, _united(children), candidates, children)


def without_downstream(node: Node) -> Optional[Node]:
    """A condition as if each bare `any_downstream_conditions` in it never held; None: never.

    What is asked of an asset downstream is asked of all below that one as well: the outer
    condition asks them itself.
    """
    if node.label is not None:
        return node
    if node.kind == "any_downstream_conditions":
        return None
    if node.kind not in ("and", "or"):
        return node
    kept = [without_downstream(child) for child in node.children]
    left = [child for child in kept if child is not None]
    if not left or (node.kind == "and" and len(left) < len(kept)):
        return None
    if all(one is child for one, child in zip(kept, node.children)):
        return node
    return left[0] if len(left) == 1 else Node(node.kind, node.arguments, left)


def custom(scope: Scope, node: Node, key: str, candidates: Ranges) -> Result:
    """A class of the user's own, which is asked every time."""
    scope.is_momentary = True
    before = scope.remembered(node, key)
    if scope.tick.custom is None:
        raise LookupError("the condition '%s' can only be evaluated beside its code" % node.name)
    text = None if before is None else before.cursor
    true, cursor = scope.tick.custom(scope, node, key, candidates, text)
    scope.remember(node, key, true, cursor)
    return Result(node, key, true, candidates)


def _at(scope: Scope, node: Node, key: str, other: str, place: int, candidates: Ranges) -> Result:
    """What the operand says of another target, in partitions of this one."""
    targets, at = scope.targets, scope.at
    other_is_above = key == other or key not in targets.by_key[other].deps
    asked = targets.mapped(candidates, key, other, other_is_above, at)
    child = scope.child(place, node.children[0], other, asked)
    true = targets.mapped(child.true, other, key, not other_is_above, at)
    timing: Timing = [
        (when, targets.mapped(ranges, other, key, not other_is_above, at))
        for when, ranges in child.timing
    ]
    made = node if node.kind == "asset_matches" else node.of(other)
    return Result(made, key, true, candidates, [child], timing)


def _united(results: List[Result]) -> Ranges:
    found = NONE
    for result in results:
        found = found | result.true if found else result.true
    return found


OPERATORS: Dict[str, Evaluator] = {
    "and": all_of,
    "or": any_of,
    "not": negation,
    "since": since,
    "newly_true": newly_true,
    "asset_matches": matches,
    "any_deps_match": any_match,
    "all_deps_match": all_match,
    "any_checks_match": any_match,
    "all_checks_match": all_match,
    "any_job_root_assets_match": any_match,
    "all_job_root_assets_match": all_match,
    "any_downstream_conditions": any_downstream,
    CUSTOM: custom,
}
