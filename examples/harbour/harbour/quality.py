"""What must hold of a day, and what should."""

import dagster as dg

from harbour.arrivals import DAYS, arrivals


@dg.asset_check(asset=arrivals, blocking=True, partitions_def=DAYS)
def every_ship_has_a_name(arrivals):
    """A ship without a name is a mistake in the log: nothing is made of that day."""
    nameless = [ship for ship in arrivals if not ship["ship"]]
    return dg.AssetCheckResult(passed=not nameless, metadata={"nameless": len(nameless)})


@dg.asset_check(asset=arrivals, partitions_def=DAYS)
def not_too_many(arrivals):
    """More than six ships are too many for the quay."""
    return dg.AssetCheckResult(
        passed=len(arrivals) <= 6,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"ships": len(arrivals)},
    )
