"""How many partitions one run of a backfill makes."""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional

from atoll.errors import ParameterError


class BackfillPolicyType(enum.Enum):
    """Whether a backfill is one run or several."""

    SINGLE_RUN = "SINGLE_RUN"
    MULTI_RUN = "MULTI_RUN"


class BackfillPolicy(NamedTuple):
    """How many partitions one run of a backfill makes; get it from one of its two functions.

    Args:
        max_partitions_per_run: how many at most; None for all.
    """

    max_partitions_per_run: Optional[int] = 1

    @staticmethod
    def single_run() -> BackfillPolicy:
        """One run makes all; the asset's function sees `context.partition_keys`."""
        return BackfillPolicy(None)

    @staticmethod
    def multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
        """Several runs, of which each makes a number of partitions at most.

        Raises:
            ParameterError: `parameter.type`, it is no whole number.
        """
        if not isinstance(max_partitions_per_run, int):
            raise ParameterError(
                "max_partitions_per_run is %.80r, not a whole number" % (max_partitions_per_run,)
            )
        return BackfillPolicy(max_partitions_per_run)

    @property
    def policy_type(self) -> BackfillPolicyType:
        """Whether it is one run or several."""
        several = bool(self.max_partitions_per_run)
        return BackfillPolicyType.MULTI_RUN if several else BackfillPolicyType.SINGLE_RUN

    def __str__(self) -> str:
        if self.policy_type is BackfillPolicyType.SINGLE_RUN:
            return "BackfillPolicy.single_run()"
        return "BackfillPolicy.multi_run(max_partitions_per_run=%s)" % self.max_partitions_per_run
