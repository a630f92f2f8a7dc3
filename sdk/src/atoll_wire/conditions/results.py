"""What came of evaluating one condition of a tree."""

from __future__ import annotations

from typing import Iterator, List, Optional, Sequence, Tuple

from atoll_wire.conditions.memory import Moments
from atoll_wire.conditions.tree import Node
from atoll_wire.partitions.ranges import NONE, Ranges

Timing = Sequence[Tuple[float, Ranges]]
"""Partitions, each with the time of the event that made a condition hold for them."""


class Result:
    """What one condition said of one target.

    Attributes:
        node: the condition.
        key: the target that it was asked about.
        true: the partitions for which it holds.
        candidates: those that it was asked about; it may hold for others too.
        children: what the conditions that it is made of said.
        timing: when what it tells of has happened, where that is known.
        trigger: of `since`, the evaluation at which its trigger held last.
        reset: of `since`, the evaluation at which its reset held last.
    """

    __slots__ = ("candidates", "children", "key", "node", "reset", "timing", "trigger", "true")

    def __init__(
        self,
        node: Node,
        key: str,
        true: Ranges,
        candidates: Ranges,
        children: Sequence[Result] = (),
        timing: Timing = (),
        trigger: Moments = None,
        reset: Moments = None,
    ):
        self.node = node
        self.key = key
        self.true = true
        self.candidates = candidates
        self.children: List[Result] = list(children)
        self.timing = timing
        self.trigger = trigger
        self.reset = reset

    def walk(self) -> Iterator[Result]:
        """It and all that it is made of."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __repr__(self) -> str:
        return "Result(%r of %s: %r)" % (self.node, self.key, self.true)


def later(trigger: Timing, reset: Timing) -> Ranges:
    """The partitions for which something of `trigger` is later than all of `reset`."""
    found = NONE
    for at, ranges in trigger:
        left = ranges
        for other, others in reset:
            if other >= at:
                left = left - others
        found = found | left
    return found


def merged(timings: Sequence[Timing]) -> Timing:
    """Several timings as one."""
    return [one for timing in timings for one in timing]


def since(result: Result) -> Optional[float]:
    """Since when a condition with a trigger holds; seconds since 1970, UTC."""
    return result.trigger[1] if result.true and result.trigger is not None else None
