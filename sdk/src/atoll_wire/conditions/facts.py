"""What conditions ask of what has happened: a port. The host answers from its projections, a test
in process from its instance."""

from __future__ import annotations

from typing import FrozenSet, Iterable, Mapping, NamedTuple, Optional, Protocol, Sequence, Tuple

from atoll_wire.partitions.ranges import Ranges

MADE = "made"
"""Made, or observed, at least once; of a check: evaluated, or being evaluated, on what there is."""
RUN_IN_PROGRESS = "run_in_progress"
BACKFILL_IN_PROGRESS = "backfill_in_progress"
EXECUTION_FAILED = "execution_failed"
CHECK_PASSED = "check_passed"
CHECK_FAILED = "check_failed"


class RunFacts(NamedTuple):
    """A run that has made something.

    Attributes:
        tags: the run's.
        targets: keys of what it was to make.
    """

    tags: Mapping[str, str]
    targets: FrozenSet[str]


class Update(NamedTuple):
    """A target was made, observed, or evaluated.

    Attributes:
        ranges: the partitions.
        at: when; seconds since 1970, UTC.
        run: the run that did it; None for an event of no run.
    """

    ranges: Ranges
    at: float
    run: Optional[RunFacts]


class Facts(Protocol):
    """A view of what has happened until one event, and of nothing later."""

    last_event: int
    """The id of that event; 0 if nothing has happened."""

    def changed(self, after: int) -> Iterable[str]:
        """The keys of the targets about which anything below may differ since that event."""

    def subset(self, key: str, fact: str) -> Ranges:
        """The partitions of a target of which a fact holds: one of the constants of this module."""

    def updates(self, key: str, after: int) -> Sequence[Update]:
        """How a target was updated since an event; of a partition, the latest update is last."""

    def data_version_changed(self, key: str, after: int) -> Ranges:
        """The partitions whose data version differs from what it was at that event."""

    def latest_runs(self, key: str, ranges: Ranges) -> Iterable[Tuple[RunFacts, Ranges]]:
        """The runs that made some partitions last, each with those that it made."""

    def freshness(self, key: str) -> Optional[str]:
        """`PASS`, `WARN` or `FAIL`; None where it is not known, or where there is no policy."""
