"""Who came in, day by day."""

from __future__ import annotations

import dagster as dg

from harbour.resources import PilotStation

DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", end_date="2026-04-01")


class Patience(dg.Config):
    """What counts as late."""

    minutes: int = 60


@dg.asset(partitions_def=DAYS, group_name="arrivals", kinds={"python"})
def arrivals(context: dg.AssetExecutionContext, station: PilotStation) -> list:
    """The ships of a day."""
    ships = station.ships(context.partition_key)
    context.log.info("%d ships on %s", len(ships), context.partition_key)
    context.add_output_metadata({"ships": len(ships)})
    return ships


@dg.asset(partitions_def=DAYS, group_name="arrivals")
def late(arrivals: list, config: Patience) -> dg.Output[list]:
    """Those that waited too long."""
    found = [ship for ship in arrivals if ship["waited"] > config.minutes]
    return dg.Output(found, metadata={"late": len(found)})


@dg.asset(group_name="arrivals", deps=[late])
def logbook() -> dg.MaterializeResult:
    """The harbour's own book, kept by hand: nothing is stored, something is told."""
    return dg.MaterializeResult(metadata={"kept_by": "hand"})
