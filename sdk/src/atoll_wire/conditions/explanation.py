"""The reasons of an evaluation, for people: a tree of what held, of what, and since when."""

from __future__ import annotations

from typing import Any, Dict, List

from atoll_wire.conditions.results import Result, since
from atoll_wire.conditions.targets import Targets
from atoll_wire.partitions.ranges import Ranges
from atoll_wire.partitions.spaces import Moment


def explained(result: Result, targets: Targets, at: Moment) -> Dict[str, Any]:
    """What each condition said, as JSON-able data.

    Args:
        result: of the root, or of any condition below.
        targets: what there is.
        at: the time of the evaluation, and the keys that were added by hand.

    Returns:
        `name`, `kind`, `label`, `target`; `true` and `candidates`, each with their `count` and, of
        what has partitions, the first and last key of each range in `ranges`; `since`, the time at
        which what holds began to hold, where that is remembered; `children` in the same form.
    """
    return {
        "name": result.node.name,
        "kind": result.node.kind,
        "label": result.node.label,
        "target": result.key,
        "true": _subset(result.true, result.key, targets, at),
        "candidates": _subset(result.candidates, result.key, targets, at),
        "since": since(result),
        "children": [explained(child, targets, at) for child in result.children],
    }


def _subset(ranges: Ranges, key: str, targets: Targets, at: Moment) -> Dict[str, Any]:
    space = targets.by_key[key].space
    spans: List[Any] = [] if space is None else [list(one) for one in space.spans(ranges, at)]
    return {"count": ranges.count, "ranges": spans}
