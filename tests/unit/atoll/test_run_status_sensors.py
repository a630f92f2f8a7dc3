"""Sensors that wake when a run has reached a status, called as users' tests call them."""

from __future__ import annotations

import smtplib
from email import message_from_string
from types import SimpleNamespace
from typing import Any

import pytest

from atoll import (
    ConfigurableResource,
    DefinitionError,
    InvocationError,
    JobSelector,
    ParameterError,
    RunFailureSensorContext,
    RunRequest,
    RunStatusSensorContext,
    RunStatusSensorDefinition,
    SensorType,
    build_run_status_sensor_context,
    build_sensor_context,
    define_asset_job,
    make_email_on_run_failure_sensor,
    run_failure_sensor,
    run_status_sensor,
)
from atoll.errors import AtollError

NIGHTLY = define_asset_job("nightly", "*")
RUN = SimpleNamespace(run_id="r1", job_name="nightly")
EVENT = SimpleNamespace(message="it broke <here>", event_type_value="RUN_FAILURE")


class Warehouse(ConfigurableResource):
    rows: int = 3


def context(**more: Any) -> RunStatusSensorContext:
    arguments: dict[str, Any] = {
        "sensor_name": "watch",
        "dagster_event": EVENT,
        "dagster_instance": more.pop("instance", None),
        "dagster_run": RUN,
        **more,
    }
    return build_run_status_sensor_context(**arguments)


def test_a_sensor_of_runs_keeps_what_it_was_given() -> None:
    selector = JobSelector("shop", job_name="load")

    @run_status_sensor(
        "SUCCESS", monitored_jobs=[NIGHTLY, selector], request_job=NIGHTLY, name="after"
    )
    def watch() -> None: ...

    assert isinstance(watch, RunStatusSensorDefinition)
    assert (watch.name, watch.sensor_type) == ("after", SensorType.RUN_STATUS)
    assert (watch.run_status, watch.monitored_jobs) == ("SUCCESS", [NIGHTLY, selector])
    assert watch.job is NIGHTLY


def test_older_names_of_arguments_mean_the_same() -> None:
    @run_status_sensor("SUCCESS", job_selection=[NIGHTLY])
    def some() -> None: ...

    @run_failure_sensor(monitor_all_repositories=True)
    def every() -> None: ...

    assert some.monitored_jobs == [NIGHTLY]
    assert every.monitor_all_code_locations


def test_its_function_is_given_the_run() -> None:
    @run_status_sensor("SUCCESS", request_job=NIGHTLY)
    def watch(context: RunStatusSensorContext, warehouse: Warehouse) -> RunRequest:
        return RunRequest("%s %s" % (context.dagster_run.run_id, warehouse.rows))

    given = context(resources={"warehouse": Warehouse(rows=5)})

    assert watch(given).run_key == "r1 5"
    assert watch(context(), warehouse=Warehouse(rows=8)).run_key == "r1 8"


def test_a_context_tells_what_it_was_made_with() -> None:
    given = context(partition_key="2026-11-25", instance="instance", repository_def="defs")

    assert (given.sensor_name, given.dagster_run, given.dagster_event) == ("watch", RUN, EVENT)
    assert (given.partition_key, given.instance) == ("2026-11-25", "instance")
    assert given.repository_def == "defs"


@pytest.mark.parametrize("bare", [True, False])
def test_a_sensor_of_failures_is_given_what_failed(bare: bool) -> None:
    def watch(context: RunFailureSensorContext) -> Any:
        return type(context), context.failure_event

    one = run_failure_sensor(watch) if bare else run_failure_sensor(name="watch")(watch)

    assert one.status_name == "FAILURE"
    assert one(context()) == (RunFailureSensorContext, EVENT)
    assert one(context=context()) == (RunFailureSensorContext, EVENT)


def test_the_events_of_failed_steps_are_found() -> None:
    def entry(kind: str) -> Any:
        event = SimpleNamespace(event_type_value=kind)
        return SimpleNamespace(event_log_entry=SimpleNamespace(dagster_event=event))

    class Recorded:
        def get_records_for_run(self, run_id: str) -> Any:
            kinds = ["STEP_START", "STEP_FAILURE", "STEP_SUCCESS"] if run_id == "r1" else []
            return SimpleNamespace(records=[entry(kind) for kind in kinds])

    given = context(instance=Recorded()).for_run_failure()

    assert [e.event_type_value for e in given.get_step_failure_events()] == ["STEP_FAILURE"]


def test_calling_it_without_a_context_is_told() -> None:
    @run_status_sensor("SUCCESS")
    def watch(context: RunStatusSensorContext) -> None: ...

    @run_status_sensor("SUCCESS")
    def free() -> int:
        return 3

    with pytest.raises(InvocationError, match="without the context"):
        watch()
    assert free() == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"run_status": "FAILED"}, "which no run has"),
        ({"run_status": "SUCCESS", "monitored_jobs": ["nightly"]}, "which is no job"),
        (
            {
                "run_status": "SUCCESS",
                "monitored_jobs": [NIGHTLY],
                "monitor_all_code_locations": True,
            },
            "keep one of",
        ),
    ],
)
def test_what_cannot_be_watched_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(AtollError, match=says):

        @run_status_sensor(**arguments)
        def watch() -> None: ...


def test_evaluating_it_in_process_comes_later() -> None:
    @run_failure_sensor
    def watch() -> None: ...

    with pytest.raises(DefinitionError, match="coming release"):
        watch.evaluate_tick(build_sensor_context())


class Server:
    """A mail server that keeps what it is sent."""

    def __init__(self, host: str, port: int, **_: Any):
        self.said: list[Any] = [(host, port)]
        sent.append(self.said)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def starttls(self, **_: Any) -> None:
        self.said.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.said.append((user, password))

    def sendmail(self, sender: str, receivers: list[str], text: str) -> None:
        self.said.append((sender, receivers, message_from_string(text)))


sent: list[list[Any]] = []


@pytest.mark.parametrize(
    ("kind", "server", "before"),
    [
        ("SSL", "SMTP_SSL", [("mail.example", 465), ("me@example", "secret")]),
        ("STARTTLS", "SMTP", [("mail.example", 587), "starttls", ("me@example", "secret")]),
    ],
)
def test_an_email_tells_which_run_failed(
    monkeypatch: pytest.MonkeyPatch, kind: str, server: str, before: list[Any]
) -> None:
    monkeypatch.setattr(smtplib, server, Server)
    sent.clear()
    one = make_email_on_run_failure_sensor(
        email_from="me@example",
        email_password="secret",
        email_to=["you@example"],
        smtp_host="mail.example",
        smtp_type=kind,
        webserver_base_url="http://atoll/",
    )

    one(context())

    ((*first, (sender, receivers, message)),) = sent
    text = message.get_payload(decode=True).decode()
    assert one.name == "email_on_job_failure"
    assert (first, sender, receivers) == (before, "me@example", ["you@example"])
    assert message["Subject"] == "Run failed: nightly"
    assert "it broke &lt;here&gt;" in text
    assert 'href="http://atoll/runs/r1"' in text


def test_a_mail_server_is_reached_in_one_of_two_ways() -> None:
    with pytest.raises(ParameterError, match="neither 'SSL' nor 'STARTTLS'"):
        make_email_on_run_failure_sensor("a", "b", ["c"], smtp_type="TLS")
