"""Sets of whole numbers as ranges: a set of millions costs what its gaps cost."""

from __future__ import annotations

from bisect import bisect_right
from typing import Iterable, Iterator, List, Sequence, Tuple

Pair = Tuple[int, int]
"""The numbers from the first, which is in, up to the second, which is not."""


class Ranges:
    """A set of whole numbers, kept as ranges that are ascending and do not touch.

    Args:
        pairs: ranges in any order; those that are empty count for nothing.
    """

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[Sequence[int]] = ()):
        merged: List[Pair] = []
        for start, stop in sorted((p[0], p[1]) for p in pairs if p[0] < p[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
            else:
                merged.append((start, stop))
        self.pairs: Tuple[Pair, ...] = tuple(merged)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Ranges:
        """The set of some numbers."""
        return cls((number, number + 1) for number in numbers)

    @classmethod
    def span(cls, start: int, stop: int) -> Ranges:
        """The numbers from `start` up to, and without, `stop`."""
        return cls([(start, stop)])

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return sum(stop - start for start, stop in self.pairs)

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.pairs, (number, float("inf"))) - 1
        return place >= 0 and number < self.pairs[place][1]

    def __iter__(self) -> Iterator[int]:
        for start, stop in self.pairs:
            yield from range(start, stop)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and self.pairs == other.pairs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return "Ranges(%r)" % (list(self.pairs),)

    def __or__(self, other: Ranges) -> Ranges:
        return Ranges(self.pairs + other.pairs)

    def __and__(self, other: Ranges) -> Ranges:
        found: List[Pair] = []
        mine, theirs = 0, 0
        while mine < len(self.pairs) and theirs < len(other.pairs):
            (a, b), (c, d) = self.pairs[mine], other.pairs[theirs]
            found.append((max(a, c), min(b, d)))
            if b < d:
                mine += 1
            else:
                theirs += 1
        return Ranges(found)

    def __sub__(self, other: Ranges) -> Ranges:
        if not self.pairs or not other.pairs:
            return self
        edge = [self.pairs[0][0], *(n for pair in other.pairs for n in pair), self.pairs[-1][1]]
        return self & Ranges(zip(edge[::2], edge[1::2]))

    def shifted(self, by: int) -> Ranges:
        """Every number moved by as much."""
        return Ranges((start + by, stop + by) for start, stop in self.pairs)

    def page(self, offset: int, limit: int) -> List[int]:
        """At most `limit` of the numbers, after the first `offset` of them."""
        found: List[int] = []
        for start, stop in self.pairs:
            if offset < stop - start:
                found.extend(range(start + offset, min(stop, start + offset + limit - len(found))))
                if len(found) >= limit:
                    break
            offset = max(0, offset - (stop - start))
        return found


NONE = Ranges()
