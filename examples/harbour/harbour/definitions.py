"""All that the harbour has."""

import dagster as dg

from harbour import arrivals, letters, quality
from harbour.resources import Clock, PilotStation

daily = dg.define_asset_job(
    "daily", dg.AssetSelection.groups("arrivals") - dg.AssetSelection.assets("logbook")
)


@dg.sensor(job=letters.letter, minimum_interval_seconds=60)
def storm(context: dg.SensorEvaluationContext):
    """Writes when there is a storm; there never is."""
    return dg.SkipReason("no storm")


defs = dg.Definitions(
    assets=dg.load_assets_from_modules([arrivals, letters]),
    asset_checks=[quality.every_ship_has_a_name, quality.not_too_many],
    jobs=[daily, letters.letter],
    schedules=[dg.build_schedule_from_partitioned_job(daily)],
    sensors=[storm],
    resources={"station": PilotStation(clock=Clock(minutes_per_ship=25))},
)
