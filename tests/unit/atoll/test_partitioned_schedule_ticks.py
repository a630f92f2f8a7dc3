"""Ticks of schedules that follow partitions: excluded ones, and those of a repository."""

import inspect
from datetime import datetime, timezone

import pytest

from atoll import (
    ConfigurableResource,
    DailyPartitionsDefinition,
    RunRequest,
    SensorDefinition,
    asset,
    build_schedule_context,
    build_schedule_from_partitioned_job,
    build_sensor_context,
    daily_partitioned_config,
    define_asset_job,
    job,
    op,
    repository,
)


def asked(schedule, *day):
    """The partitions that the schedule asks for at the beginning of a day."""
    context = build_schedule_context(scheduled_execution_time=datetime(*day, tzinfo=timezone.utc))
    return [one.partition_key for one in schedule.evaluate_tick(context).run_requests]


@pytest.mark.parametrize(
    ("end_offset", "day", "keys"),
    [
        (0, 6, ["2021-05-05"]),
        (0, 7, []),
        (0, 8, ["2021-05-07"]),
        (1, 5, ["2021-05-05"]),
        (1, 6, []),
        (1, 7, ["2021-05-07"]),
    ],
)
def test_a_tick_of_an_excluded_partition_asks_for_nothing(end_offset, day, keys):
    @daily_partitioned_config(
        start_date="2021-05-05",
        exclusions=[datetime(2021, 5, 6, tzinfo=timezone.utc)],
        end_offset=end_offset,
    )
    def config(start, end):
        return {}

    @op
    def one(): ...

    @job(config=config)
    def whole():
        one()

    assert asked(build_schedule_from_partitioned_job(whole), 2021, 5, day) == keys


def test_a_repository_gives_a_schedule_whose_partitions_are_known():
    @asset(partitions_def=DailyPartitionsDefinition(start_date="2020-01-01"))
    def one(): ...

    every = define_asset_job("every")

    @repository
    def all_of_it():
        return [one, every, build_schedule_from_partitioned_job(every)]

    assert asked(all_of_it.get_schedule_def("every_schedule"), 2020, 1, 2) == ["2020-01-01"]


def test_a_callable_that_names_a_signature_gets_the_resources_in_it():
    class Store(ConfigurableResource):
        place: str

    def signature(store: Store): ...

    class Wrapper:
        __signature__ = inspect.signature(signature)

        def __call__(self, **given):
            return RunRequest(run_key=given["store"].place)

    made = SensorDefinition(name="wrapped", evaluation_fn=Wrapper())
    assert made.required_resource_keys == {"store"}
    context = build_sensor_context(resources={"store": Store(place="here")})
    assert made(context).run_key == "here"
