"""One asset with checks of several factories, and the sensor that has the fresh ones evaluated."""

from datetime import timedelta

from dagster import (
    DailyPartitionsDefinition,
    Definitions,
    asset,
    build_column_schema_change_checks,
    build_last_update_freshness_checks,
    build_metadata_bounds_checks,
    build_sensor_for_freshness_checks,
    build_time_partition_freshness_checks,
)


@asset
def orders():
    return 1


@asset(partitions_def=DailyPartitionsDefinition("2024-01-01"))
def daily_orders():
    return 1


fresh = [
    *build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1)),
    *build_time_partition_freshness_checks(assets=[daily_orders], deadline_cron="0 9 * * *"),
]

defs = Definitions(
    assets=[orders, daily_orders],
    asset_checks=[
        *fresh,
        *build_column_schema_change_checks(assets=[orders, daily_orders]),
        *build_metadata_bounds_checks(assets=[orders], metadata_key="rows", min_value=1),
        *build_metadata_bounds_checks(assets=[orders], metadata_key="columns", max_value=9),
    ],
    sensors=[build_sensor_for_freshness_checks(freshness_checks=fresh)],
)
