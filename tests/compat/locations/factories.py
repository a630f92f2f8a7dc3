"""Definitions made in loops and by functions that return them."""

import dagster as dg

TABLES = {"customers": "crm", "invoices": "erp", "payments": "erp"}


def table_asset(name, group):
    @dg.asset(name=name, group_name=group, key_prefix=["raw", group], compute_kind="sql")
    def _table(context):
        return name

    return _table


def freshness_check(asset):
    @dg.asset_check(asset=asset, name="has_rows", blocking=True)
    def _check():
        return dg.AssetCheckResult(passed=True)

    return _check


def job_and_schedule(group, hour):
    job = dg.define_asset_job(f"load_{group}", selection=dg.AssetSelection.groups(group))
    return job, dg.ScheduleDefinition(job=job, cron_schedule=f"0 {hour} * * *")


def sensor_for(job):
    @dg.sensor(name=f"watch_{job.name}", job=job, minimum_interval_seconds=120)
    def _sensor(context):
        yield dg.SkipReason("nothing new")

    return _sensor


tables = [table_asset(name, group) for name, group in TABLES.items()]
pairs = [job_and_schedule(group, hour) for hour, group in enumerate(sorted(set(TABLES.values())))]

numbered = []
for number in range(3):

    @dg.asset(name=f"part_{number}", deps=[f"part_{number - 1}"] if number else None)
    def part():
        yield dg.Output(number, metadata={"number": number})  # noqa: B023

    numbered.append(part)

defs = dg.Definitions(
    assets=[*tables, *numbered],
    asset_checks=[freshness_check(table) for table in tables],
    jobs=[job for job, _ in pairs],
    schedules=[schedule for _, schedule in pairs],
    sensors=[sensor_for(job) for job, _ in pairs],
)
