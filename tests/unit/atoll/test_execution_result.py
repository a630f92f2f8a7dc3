from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AssetObservation,
    AtollError,
    DagsterEventType,
    ExpectationResult,
    Failure,
    In,
    InvariantError,
    Output,
    RetryRequested,
    asset,
    job,
    materialize,
    op,
)
from atoll.definitions.ops.graph_decorator import graph


@op
def one() -> int:
    return 1


@op(ins={"n": In()})
def add(n: int) -> int:
    return n + 1


@graph
def twice(n: int) -> Any:
    return add.alias("second")(add.alias("first")(n))


@job
def counting() -> None:
    twice(one())


def test_nodes_are_asked_about_by_where_they_stand() -> None:
    result = counting.execute_in_process()

    assert result.success
    assert result.output_for_node("one") == 1
    assert result.output_for_node("twice.first") == 2
    assert result.output_for_node("twice") == 3
    assert result.is_node_success("twice")
    assert result.is_node_untouched("thrice")
    within = {event.step_key for event in result.events_for_node("twice")}
    assert within == {"twice.first", "twice.second"}
    (event,) = [e for e in result.events_for_node("twice.first") if e.is_step_success]
    assert event.node_name == "first"
    assert event.node_handle is not None
    assert event.node_handle.parent is not None
    assert event.node_handle.parent.to_string() == "twice"
    assert len(result.all_node_events) == len([e for e in result.all_events if e.is_step_event])
    with pytest.raises(InvariantError, match="twice"):
        result.output_for_node("twise")
    with pytest.raises(InvariantError) as told:
        result.output_for_node("twice", "rest")
    assert told.value.code == "result.unknown_output"
    with pytest.raises(InvariantError):
        result.output_value()


def test_the_end_of_a_run_is_an_event() -> None:
    result = counting.execute_in_process()

    event = result.get_run_success_event()
    assert event.event_type is DagsterEventType.RUN_SUCCESS
    assert event.event_type_value == "PIPELINE_SUCCESS"
    assert event.is_job_event
    assert (event.job_name, event.step_key) == ("counting", None)
    with pytest.raises(AtollError):
        result.get_run_failure_event()
    with pytest.raises(InvariantError):
        _ = event.node_name


def test_a_failure_tells_why() -> None:
    @asset
    def broken() -> None:
        raise Failure("too few rows", metadata={"rows": 3})

    result = materialize([broken], raise_on_error=False)

    data = result.failure_data_for_node("broken")
    assert result.is_node_failed("broken")
    assert "too few rows" in data.error.message
    assert data.user_failure_data.metadata["rows"].value == 3
    assert "broken" in "".join(data.error.stack)
    assert result.get_run_failure_event().is_failure
    (event,) = result.get_step_failure_events()
    with pytest.raises(InvariantError) as told:
        _ = event.step_success_data
    assert told.value.code == "invariant.wrong_event"


def test_retries_are_counted() -> None:
    tries = []

    @asset
    def flaky() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RetryRequested(max_retries=5, seconds_to_wait=0)

    result = materialize([flaky])

    assert result.retry_attempts_for_node("flaky") == 2
    assert result.success


def test_what_a_node_said_of_assets_is_told_by_node() -> None:
    @asset
    def told() -> Any:
        yield AssetObservation("other", metadata={"n": 1})
        yield ExpectationResult(success=True, label="full")
        yield Output(1)

    result = materialize([told])

    (made,) = result.asset_materializations_for_node("told")
    (seen,) = result.asset_observations_for_node("told")
    assert str(made.asset_key) == "told"
    assert seen.metadata["n"].value == 1
    (event,) = result.get_asset_materialization_events()
    assert event.materialization == made
    assert event.step_materialization_data.materialization == made
    (expected,) = result.expectation_results_for_node("told")
    assert (expected.success, expected.label) == (True, "full")
    (output,) = [e for e in result.all_events if e.is_successful_output]
    assert output.step_output_data.output_name == "result"
