"""What conditions are about: assets, checks and jobs, and how they hang together."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence, Set

from atoll_wire.conditions.tree import Node
from atoll_wire.partitions.mapping import IdentityMapping, TimeWindowMapping, downstream, infer
from atoll_wire.partitions.mapping import upstream as upstream_of
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import DynamicSpace, Moment, MultiSpace, Space
from atoll_wire.partitions.time_windows import TimeWindowSpace

ASSET, CHECK, JOB = "asset", "check", "job"
WHOLE = Ranges.span(0, 1)
"""All of a target that is made whole: it counts as having one partition."""


class Target:
    """Something that a condition can be about.

    Attributes:
        key: unique among all targets.
        kind: `asset`, `check` or `job`.
        space: its partitions; None for one that is made whole.
        deps: by key of what it depends on, the partition mapping, or None where none was declared.
            The first of a check is the asset that it checks.
        condition: when it is to be made by itself; None if never.
        code_version: of an asset.
        is_materializable: whether a run makes it, rather than looks at it, or something else does.
        is_virtual: whether it is a view, which conditions may look through.
        is_blocking: of a check.
        checks: of an asset: the keys of its checks.
        members: of a job: the keys of its assets.
        together: keys of what can only be made in one with it.
        location: what can be made in one run is of one location.
    """

    __slots__ = (
        "checks",
        "code_version",
        "condition",
        "deps",
        "is_blocking",
        "is_materializable",
        "is_virtual",
        "key",
        "kind",
        "location",
        "members",
        "space",
        "together",
    )

    def __init__(
        self,
        key: str,
        kind: str = ASSET,
        space: Optional[Space] = None,
        deps: Optional[Mapping[str, Any]] = None,
        condition: Optional[Node] = None,
        code_version: Optional[str] = None,
        is_materializable: bool = True,
        is_virtual: bool = False,
        is_blocking: bool = False,
        checks: Sequence[str] = (),
        members: Sequence[str] = (),
        together: Sequence[str] = (),
        location: str = "",
    ):
        self.key = key
        self.kind = kind
        self.space = space
        self.deps: Dict[str, Any] = dict(deps or {})
        self.condition = condition
        self.code_version = code_version
        self.is_materializable = is_materializable
        self.is_virtual = is_virtual
        self.is_blocking = is_blocking
        self.checks = tuple(checks)
        self.members = tuple(members)
        self.together = tuple(together)
        self.location = location

    def all(self, at: Moment) -> Ranges:
        """All of its partitions that there are."""
        return WHOLE if self.space is None else self.space.all(at)

    @property
    def shape(self) -> str:
        """What sort of partitions it has: a condition begins anew where this changes."""
        return "" if self.space is None else self.space.kind


class Targets:
    """All targets, and how the partitions of one lead to those of another.

    Args:
        targets: what there is; deps that are not among them count for nothing.
        selected: the keys that a selection, given as text, holds.
    """

    def __init__(self, targets: Iterable[Target], selected: Any = None):
        self.by_key: Dict[str, Target] = {target.key: target for target in targets}
        self._select = selected
        self._selected: Dict[str, FrozenSet[str]] = {}
        self.children: Dict[str, List[str]] = {}
        for target in self.by_key.values():
            for key in target.deps:
                self.children.setdefault(key, []).append(target.key)

    def selected(self, text: str) -> FrozenSet[str]:
        """The keys that a selection holds."""
        if text not in self._selected:
            self._selected[text] = frozenset(self._select(text))
        return self._selected[text]

    def deps(self, key: str, through_virtual: bool) -> Set[str]:
        """The keys of the assets that a target depends on.

        Args:
            key: the target's.
            through_virtual: whether what virtual ones depend on stands for them.
        """
        found: Set[str] = set()
        seen: Set[str] = set()
        waiting = list(self.by_key[key].deps)
        while waiting:
            one = waiting.pop()
            target = self.by_key.get(one)
            if target is None or one in seen:
                continue
            seen.add(one)
            if through_virtual and target.is_virtual:
                waiting.extend(target.deps)
            else:
                found.add(one)
        return found

    def looked_at(self, node: Node, key: str) -> List[str]:
        """The keys of what a condition asks about in the place of its own target, sorted."""
        target, arguments = self.by_key[key], node.arguments
        if node.kind == "asset_matches":
            return [arguments["key"]] if arguments["key"] in self.by_key else []
        if node.kind in ("any_job_root_assets_match", "all_job_root_assets_match"):
            members = self.by_key.keys() & set(target.members)
            return sorted(one for one in members if not members & set(self.by_key[one].deps))
        if node.kind in ("any_checks_match", "all_checks_match"):
            found = set(target.checks)
            if arguments.get("blocking_only"):
                found = {one for one in found if self.by_key[one].is_blocking}
        else:
            found = self.deps(key, bool(arguments.get("resolves_virtual_deps")))
        if arguments.get("allow_selection") is not None:
            found &= self.selected(arguments["allow_selection"])
        if arguments.get("ignore_selection") is not None:
            found -= self.selected(arguments["ignore_selection"])
        return sorted(found)

    def downstream_conditions(self, key: str) -> Dict[str, Node]:
        """The different conditions of the assets downstream, by the first key that has each."""
        found: Dict[str, Node] = {}
        waiting, seen = list(self.children.get(key, ())), set()
        while waiting:
            one = self.by_key[waiting.pop()]
            if one.key in seen or one.kind != ASSET:
                continue
            seen.add(one.key)
            waiting.extend(self.children.get(one.key, ()))
            if one.condition is not None:
                found[one.key] = one.condition
        firsts: Dict[str, Node] = {}
        digests: Set[str] = set()
        for name in sorted(found):
            if found[name].digest not in digests:
                digests.add(found[name].digest)
                firsts[name] = found[name]
        return firsts

    def mapping(self, child: str, parent: str) -> Any:
        """How the partitions of two targets go together; `parent` is the upstream one."""
        below, above = self.by_key[child], self.by_key[parent]
        declared = below.deps.get(parent)
        return infer(above.space, below.space) if declared is None else declared

    def mapped(self, ranges: Ranges, source: str, other: str, up: bool, at: Moment) -> Ranges:
        """What some partitions of one target mean for another.

        Args:
            ranges: of `source`.
            source: key of the target that they are of.
            other: key of the target that is looked for.
            up: whether `other` is the upstream one of the two.
            at: the time, and the keys that were added by hand.

        Raises:
            MappingError: `partition.mapping`, nothing leads from one to the other.
        """
        mine, theirs = self.by_key[source].space, self.by_key[other].space
        if not ranges:
            return NONE
        if theirs is None or (mine is None and not up):
            return self.by_key[other].all(at)
        mapping = self.mapping(source, other) if up else self.mapping(other, source)
        if up:
            below = None if mine is None else ranges
            return upstream_of(mapping, mine, below, theirs, at).ranges
        assert mine is not None
        return downstream(mapping, mine, ranges, theirs, at)

    def may_run_together(self, child: str, parent: str) -> bool:
        """Whether one run can make both, partition by partition."""
        below, above = self.by_key[child], self.by_key[parent]
        if below.location != above.location or below.space != above.space:
            return False
        if below.space is None:
            return True
        return isinstance(self.mapping(child, parent), (IdentityMapping, TimeWindowMapping))


def dynamic_names(space: Optional[Space]) -> List[str]:
    """The names of the dynamic partitions that a space is made of."""
    if isinstance(space, MultiSpace):
        return [name for side in space.spaces for name in dynamic_names(side)]
    return [space.name] if isinstance(space, DynamicSpace) else []


def grows_at(space: Optional[Space], at: Moment) -> Optional[float]:
    """When the next window of time is added to a space; None for never.

    Returns:
        Seconds since 1970, UTC.
    """
    if isinstance(space, MultiSpace):
        found = [when for when in (grows_at(side, at) for side in space.spaces) if when]
        return min(found) if found else None
    if not isinstance(space, TimeWindowSpace):
        return None
    if space.end is not None and at.now >= space.end:
        return None
    when = space.schedule.after(at.now, space.zone)
    return max(float(when), space.start) if when > at.now else None
