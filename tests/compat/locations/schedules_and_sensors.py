"""Schedules and sensors of every kind."""

from dagster import (
    AssetKey,
    AssetSelection,
    AutomationConditionSensorDefinition,
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    Definitions,
    RunFailureSensorContext,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorResult,
    SkipReason,
    asset,
    asset_sensor,
    define_asset_job,
    job,
    multi_asset_sensor,
    op,
    run_failure_sensor,
    run_status_sensor,
    schedule,
    sensor,
)


@op
def a(): ...
@job
def log_job():
    a()


@asset(group_name="s")
def one(): ...
@asset(group_name="s", deps=[one])
def two(): ...


two_job = define_asset_job("two_job", selection="two")


@sensor(job=log_job, minimum_interval_seconds=60)
def toy_file_sensor(context):
    """Looks at a folder."""
    yield SkipReason("nothing")


@sensor(
    jobs=[log_job, two_job],
    name="both",
    default_status=DefaultSensorStatus.RUNNING,
    description="x",
)
def both_sensor(_):
    yield RunRequest(run_key=None, job_name="log_job")


@asset_sensor(asset_key=AssetKey("one"), job=two_job)
def on_one(context, event):
    return RunRequest(run_key=context.cursor)


@multi_asset_sensor(monitored_assets=[AssetKey("one"), AssetKey("two")], job=log_job)
def multi(context):
    return SkipReason("x")


@multi_asset_sensor(
    monitored_assets=AssetSelection.groups("s"),
    request_assets=AssetSelection.assets(two),
    name="by_group",
)
def multi2(context):
    return None


@run_failure_sensor(monitored_jobs=[log_job])
def on_failure(context: RunFailureSensorContext): ...
@run_status_sensor(
    run_status=DagsterRunStatus.SUCCESS, request_job=two_job, monitored_jobs=[log_job]
)
def on_success(context):
    return RunRequest()


@run_status_sensor(run_status=DagsterRunStatus.STARTED, monitor_all_code_locations=True)
def on_start(context): ...
@sensor(asset_selection=AssetSelection.assets("one").downstream(), minimum_interval_seconds=5)
def targets(context):
    return SensorResult(skip_reason="no")


@sensor(target=[one, two], tags={"a": "b"}, metadata={"m": 1})
def targeted(context): ...


auto = AutomationConditionSensorDefinition(
    "auto",
    target=AssetSelection.all(),
    default_status=DefaultSensorStatus.RUNNING,
    run_tags={"x": "y"},
)


@schedule(
    cron_schedule="*/5 * * * *",
    job=log_job,
    execution_timezone="Europe/Berlin",
    tags={"q": "r"},
    description="often",
)
def often(context: ScheduleEvaluationContext):
    return RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags={"x": "y"})


@schedule(
    cron_schedule=["0 1 * * *", "0 2 * * SUN"],
    target=two_job,
    default_status=DefaultScheduleStatus.RUNNING,
    should_execute=lambda c: True,
)
def twice():
    return {}


s3 = ScheduleDefinition(
    name="by_target",
    cron_schedule="@daily",
    target=AssetSelection.groups("s"),
    run_config={},
    tags={"d": "e"},
)
s4 = ScheduleDefinition(
    job_name="log_job",
    cron_schedule="0 0 * * *",
    name="by_name",
    default_status=DefaultScheduleStatus.STOPPED,
)
defs = Definitions(
    assets=[one, two],
    jobs=[log_job, two_job],
    sensors=[
        toy_file_sensor,
        both_sensor,
        on_one,
        multi,
        multi2,
        on_failure,
        on_success,
        on_start,
        targets,
        targeted,
        auto,
    ],
    schedules=[often, twice, s3, s4],
)
