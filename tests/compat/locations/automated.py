"""Schedules, sensors of every kind and conditions."""

import datetime

import dagster as dg


@dg.asset(automation_condition=dg.AutomationCondition.on_cron("0 * * * *"))
def hourly(): ...


@dg.asset(
    deps=[hourly],
    automation_condition=dg.AutomationCondition.eager() & ~dg.AutomationCondition.in_progress(),
)
def follower(): ...


@dg.asset
def watched(): ...


@dg.op
def clean(): ...


@dg.job
def cleanup():
    clean()


refresh = dg.define_asset_job(
    "refresh", selection=dg.AssetSelection.all() - dg.AssetSelection.assets(watched)
)


@dg.schedule(
    cron_schedule=["0 6 * * *", "0 18 * * *"],
    job=refresh,
    execution_timezone="America/New_York",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def twice_a_day(context: dg.ScheduleEvaluationContext):
    day = context.scheduled_execution_time.date() if context.scheduled_execution_time else None
    return dg.RunRequest(run_key=str(day), tags={"day": str(day)})


by_target = dg.ScheduleDefinition(name="by_target", target=[watched], cron_schedule="@daily")


@dg.sensor(
    jobs=[refresh, cleanup],
    minimum_interval_seconds=45,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def both(context: dg.SensorEvaluationContext):
    context.update_cursor(str(int(context.cursor or 0) + 1))
    yield dg.RunRequest(run_key=context.cursor, job_name="refresh")


@dg.asset_sensor(asset_key=dg.AssetKey("watched"), job=refresh)
def on_watched(context, asset_event):
    return dg.RunRequest(run_key=context.cursor)


@dg.multi_asset_sensor(
    monitored_assets=[dg.AssetKey("hourly"), dg.AssetKey("follower")], job=cleanup
)
def on_several(context):
    return dg.SkipReason("not now")


@dg.run_failure_sensor(monitored_jobs=[refresh])
def on_failure(context: dg.RunFailureSensorContext): ...


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, request_job=cleanup)
def on_success(context): ...


conditions = dg.AutomationConditionSensorDefinition(
    "conditions",
    target=dg.AssetSelection.assets(hourly, follower),
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
fresh = dg.build_last_update_freshness_checks(
    assets=[watched], lower_bound_delta=datetime.timedelta(hours=2)
)

defs = dg.Definitions(
    assets=[hourly, follower, watched],
    asset_checks=fresh,
    jobs=[refresh, cleanup],
    schedules=[twice_a_day, by_target],
    sensors=[both, on_watched, on_several, on_failure, on_success, conditions],
)
