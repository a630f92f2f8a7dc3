"""All conditions of a deployment, with what each looks at: made once for each generation."""

from __future__ import annotations

import hashlib
from typing import Dict, Iterable, List, Optional, Set, Tuple

from atoll_wire.conditions.memory import to_text
from atoll_wire.conditions.operators import without_downstream
from atoll_wire.conditions.targets import JOB, Target, Targets, dynamic_names, grows_at
from atoll_wire.conditions.tree import Node
from atoll_wire.cron import cron
from atoll_wire.partitions.spaces import Moment, Space
from atoll_wire.zones import zone

_ELSEWHERE = (
    "asset_matches",
    "any_deps_match",
    "all_deps_match",
    "any_checks_match",
    "all_checks_match",
    "any_job_root_assets_match",
    "all_job_root_assets_match",
)


class Reach:
    """What the condition of one target depends on.

    Attributes:
        keys: the targets that it asks about, itself included.
        clocks: cron strings whose ticks matter, with their time zones.
        timed: spaces among them to which time adds partitions.
        signature: what was declared of all of them; another where the code has changed.
    """

    __slots__ = ("clocks", "keys", "signature", "timed")

    def __init__(self) -> None:
        self.keys: Set[str] = set()
        self.clocks: Set[Tuple[str, str]] = set()
        self.timed: List[Space] = []
        self.signature = ""

    def wakes_at(self, at: Moment) -> Optional[float]:
        """When time alone will make a difference; seconds since 1970, UTC."""
        found = [float(cron(text).after(at.now, zone(name))) for text, name in self.clocks]
        found += [when for when in (grows_at(space, at) for space in self.timed) if when]
        return min(found) if found else None


class Conditions:
    """The targets that have a condition, in the order in which they are evaluated.

    Args:
        targets: all that there is.
        only: the keys of those to evaluate; None: of all that have a condition.

    Attributes:
        order: their keys. Jobs come first: a job's run holds the job's assets only, so what else
            is asked for at the same time does not count for it.
        rank: by key, the place in that order.
        signature: what was declared, all together.
    """

    def __init__(self, targets: Targets, only: Optional[Iterable[str]] = None):
        self.targets = targets
        chosen = None if only is None else set(only)
        self.order: List[str] = [
            key
            for key in _in_order(targets)
            if targets.by_key[key].condition is not None and (chosen is None or key in chosen)
        ]
        self.rank = {key: place for place, key in enumerate(self.order)}
        self.reach: Dict[str, Reach] = {}
        self.dependents: Dict[str, List[str]] = {}
        self.spaces = {key: target.space for key, target in targets.by_key.items()}
        self.dynamic: Dict[str, List[str]] = {}
        for key, space in self.spaces.items():
            for name in dynamic_names(space):
                self.dynamic.setdefault(name, []).append(key)
        facts = {key: _declared(target) for key, target in targets.by_key.items()}
        for key in self.order:
            reach = self.reach[key] = self._reach(key, facts)
            for one in reach.keys:
                self.dependents.setdefault(one, []).append(key)
        self.signature = _hash(self.reach[key].signature for key in self.order)

    def _reach(self, key: str, facts: Dict[str, str]) -> Reach:
        condition = self.targets.by_key[key].condition
        assert condition is not None
        found = Reach()
        digests = [condition.digest]
        self._look(found, condition, key, set(), digests)
        for one in found.keys:
            space = self.spaces[one]
            if space is not None and not any(space is known for known in found.timed):
                found.timed.append(space)
        found.signature = _hash([*digests, *(facts[one] for one in sorted(found.keys))])
        return found

    def _look(
        self, found: Reach, node: Node, key: str, seen: Set[Tuple[str, str]], digests: List[str]
    ) -> None:
        if (node.digest, key) in seen:
            return
        seen.add((node.digest, key))
        found.keys.add(key)
        if node.kind == "cron_tick_passed":
            found.clocks.add((node.arguments["cron_schedule"], node.arguments["cron_timezone"]))
        if node.kind == "any_downstream_conditions":
            for given in self.targets.downstream_conditions(key).values():
                condition = without_downstream(given)
                if condition is not None:
                    digests.append(condition.digest)
                    self._look(found, condition, key, seen, digests)
        places = self.targets.looked_at(node, key) if node.kind in _ELSEWHERE else [key]
        for child in node.children:
            for place in places:
                self._look(found, child, place, seen, digests)


def _in_order(targets: Targets) -> List[str]:
    """Jobs, then level by level what depends on nothing that comes later; by key in each level."""
    left = {
        key: {dep for dep in target.deps if dep in targets.by_key and dep != key}
        for key, target in targets.by_key.items()
        if target.kind != JOB
    }
    waits = {key: len(deps) for key, deps in left.items()}
    order = sorted(key for key, target in targets.by_key.items() if target.kind == JOB)
    level = sorted(key for key, count in waits.items() if not count)
    while level:
        order += level
        following = []
        for key in level:
            for child in targets.children.get(key, ()):
                if child != key and child in waits:
                    waits[child] -= 1
                    if not waits[child]:
                        following.append(child)
        level = sorted(following)
    return order


def _declared(target: Target) -> str:
    deps = sorted((key, repr(mapping)) for key, mapping in target.deps.items())
    parts = (target.kind, target.code_version, deps, target.together, target.is_materializable)
    return repr((target.key, to_text(target.space), *parts))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha1("\n".join(parts).encode()).hexdigest()[:20]
