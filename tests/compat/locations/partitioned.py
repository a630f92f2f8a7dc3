"""Partitions of every kind, mappings between them, and jobs that go by them."""

from dagster import (
    AssetDep,
    AssetIn,
    AssetSelection,
    BackfillPolicy,
    DailyPartitionsDefinition,
    Definitions,
    DynamicPartitionsDefinition,
    HourlyPartitionsDefinition,
    LastPartitionMapping,
    MonthlyPartitionsDefinition,
    MultiPartitionsDefinition,
    RunRequest,
    SensorResult,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    TimeWindowPartitionsDefinition,
    WeeklyPartitionsDefinition,
    asset,
    build_schedule_from_partitioned_job,
    define_asset_job,
    sensor,
)

daily = DailyPartitionsDefinition(start_date="2024-01-01", timezone="Europe/Berlin", end_offset=1)
hourly = HourlyPartitionsDefinition(start_date="2024-03-01-00:00", end_date="2024-04-01-00:00")
weekly = WeeklyPartitionsDefinition(start_date="2024-01-01", day_offset=1)
monthly = MonthlyPartitionsDefinition(start_date="2024-01-01", day_offset=15)
regions = StaticPartitionsDefinition(["eu", "us", "asia"])
files = DynamicPartitionsDefinition(name="files")
both = MultiPartitionsDefinition({"date": daily, "region": regions})
quarters = TimeWindowPartitionsDefinition(
    start="2023-01", fmt="%Y-%m", cron_schedule="0 0 1 */3 *", timezone="UTC"
)


@asset(partitions_def=daily)
def events(context):
    return context.partition_key


@asset(partitions_def=hourly)
def clicks(context) -> None: ...


@asset(
    partitions_def=weekly,
    ins={"events": AssetIn(partition_mapping=TimeWindowPartitionMapping(start_offset=-1))},
)
def weekly_events(events): ...


@asset(
    partitions_def=monthly, deps=[AssetDep("events")], backfill_policy=BackfillPolicy.single_run()
)
def monthly_report(): ...


@asset(partitions_def=both, backfill_policy=BackfillPolicy.multi_run(max_partitions_per_run=7))
def sales(context): ...


@asset(partitions_def=files)
def parsed_files(context): ...


@asset(
    partitions_def=regions, deps=[AssetDep("quarterly", partition_mapping=LastPartitionMapping())]
)
def per_region(): ...


@asset(partitions_def=quarters)
def quarterly(): ...


events_job = define_asset_job("events_job", AssetSelection.assets(events), partitions_def=daily)
sales_job = define_asset_job("sales_job", selection=[sales])
events_schedule = build_schedule_from_partitioned_job(events_job, hour_of_day=5)


@sensor(asset_selection=AssetSelection.assets(parsed_files))
def new_files(context):
    return SensorResult(
        run_requests=[RunRequest(partition_key="a")],
        dynamic_partitions_requests=[files.build_add_request(["a"])],
    )


defs = Definitions(
    assets=[
        *[events, clicks, weekly_events, monthly_report, sales],
        *[parsed_files, per_region, quarterly],
    ],
    jobs=[events_job, sales_job],
    schedules=[events_schedule],
    sensors=[new_files],
)
