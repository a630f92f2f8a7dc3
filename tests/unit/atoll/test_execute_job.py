"""`execute_job`, and executing steps of an earlier run again."""

from __future__ import annotations

from typing import Any, Iterator, List, Set

import pytest

import atoll
from atoll import (
    DagsterInstance,
    DynamicOut,
    DynamicOutput,
    Out,
    Output,
    ReexecutionOptions,
    execute_job,
    in_process_executor,
    job,
    mem_io_manager,
    op,
    reconstructable,
)


@op(out=DynamicOut())
def numbers() -> Iterator[Any]:
    for number in range(3):
        yield DynamicOutput(number, mapping_key="n%d" % number)


@op
def twice(number: int) -> int:
    return number * 2


@op(config_schema={"refused": [str]})
def checked(context: Any, number: int) -> int:
    if context.get_mapping_key() in context.op_config["refused"]:
        raise ValueError("refused")
    return number + 1


@op
def total(numbers: List[int]) -> int:
    return sum(numbers)


@job(executor_def=in_process_executor)
def fan() -> None:
    total(numbers().map(lambda one: checked(twice(one))).collect())


REFUSE_ONE = {"ops": {"checked": {"config": {"refused": ["n1"]}}}}
REFUSE_NONE = {"ops": {"checked": {"config": {"refused": []}}}}


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as made:
        yield made


def run(instance: DagsterInstance, config: Any = None, again: Any = None, **more: Any) -> Any:
    return execute_job(
        reconstructable(fan), instance, run_config=config, reexecution_options=again, **more
    )


def succeeded(result: Any) -> Set[str]:
    return {event.step_key for event in result.get_step_success_events()}


def test_an_error_of_the_users_stays_within_unless_it_is_asked_for(
    instance: DagsterInstance,
) -> None:
    assert not run(instance, REFUSE_ONE).success
    with pytest.raises(ValueError, match="refused"):
        run(instance, REFUSE_ONE, raise_on_error=True)


def test_values_are_there_while_the_result_is_open(instance: DagsterInstance) -> None:
    result = run(instance, REFUSE_NONE)
    with pytest.raises(atoll.InvariantError, match="not open"):
        result.output_for_node("total")
    with result:
        assert result.output_for_node("total") == 9
        assert result.output_for_node("twice") == {"n0": 0, "n1": 2, "n2": 4}
    with pytest.raises(atoll.InvariantError):
        result.output_for_node("total")


def test_from_failure_takes_up_what_has_not_succeeded(instance: DagsterInstance) -> None:
    first = run(instance, REFUSE_ONE)
    again = ReexecutionOptions.from_failure(first.run_id, instance)
    with run(instance, REFUSE_NONE, again) as second:
        assert succeeded(second) == {"checked[n1]", "total"}
        assert second.output_for_node("total") == 9


def test_a_chain_of_runs_finds_each_value_where_it_was_stored(instance: DagsterInstance) -> None:
    two = {"ops": {"checked": {"config": {"refused": ["n1", "n2"]}}}}
    first = run(instance, two)
    again = ReexecutionOptions.from_failure(first.run_id, instance)
    second = run(instance, {"ops": {"checked": {"config": {"refused": ["n2"]}}}}, again)
    assert succeeded(second) == {"checked[n1]"}

    again = ReexecutionOptions.from_failure(second.run_id, instance)
    with run(instance, REFUSE_NONE, again) as third:
        assert succeeded(third) == {"checked[n2]", "total"}
        assert third.output_for_node("total") == 9
    kept = instance.get_run_by_id(third.run_id)
    assert kept is not None
    assert (kept.parent_run_id, kept.root_run_id) == (second.run_id, first.run_id)
    assert kept.step_keys_to_execute == ["checked[n2]", "total"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (["twice[n1]"], {"twice[n1]"}),
        (["twice[?]"], {"twice[n0]", "twice[n1]", "twice[n2]"}),
        (["twice[n1]+"], {"twice[n1]", "checked[n1]"}),
        (["+checked[n2]"], {"twice[n2]", "checked[n2]"}),
        (["numbers"], {"numbers"}),
        (["checked[n0]*"], {"checked[n0]", "total"}),
    ],
)
def test_a_selection_of_steps(
    instance: DagsterInstance, selection: List[str], expected: Set[str]
) -> None:
    first = run(instance, REFUSE_NONE)

    result = run(instance, None, ReexecutionOptions(first.run_id, selection))

    assert result.success
    assert succeeded(result) == expected


def test_everything_again_has_the_config_of_before(instance: DagsterInstance) -> None:
    first = run(instance, REFUSE_ONE)
    second = run(instance, None, ReexecutionOptions(first.run_id))
    assert not second.success
    assert second.dagster_run.run_config == REFUSE_ONE


def test_what_cannot_be_executed_again(instance: DagsterInstance) -> None:
    first = run(instance, REFUSE_NONE)
    with pytest.raises(atoll.StepNotFoundError) as unknown:
        run(instance, None, ReexecutionOptions(first.run_id, ["twice[n7]"]))
    assert unknown.value.step_keys == ["twice[n7]"]
    with pytest.raises(atoll.InvariantError, match="has not failed") as fine:
        run(instance, None, ReexecutionOptions.from_failure(first.run_id, instance))
    assert fine.value.code == "reexecution.not_failed"
    with pytest.raises(atoll.InvariantError, match="no run 'nope'"):
        run(instance, None, ReexecutionOptions("nope"))
    with pytest.raises(atoll.InvariantError, match="both") as both:
        run(instance, None, ReexecutionOptions(first.run_id), op_selection=["twice"])
    assert both.value.code == "reexecution.two_selections"


def test_a_step_outside_of_the_first_selection_is_unknown(instance: DagsterInstance) -> None:
    first = run(instance, op_selection=["numbers"])
    kept = instance.get_run_by_id(first.run_id)
    assert kept is not None
    assert kept.op_selection == ["numbers"]
    assert kept.resolved_op_selection == frozenset({"numbers"})
    with pytest.raises(atoll.StepNotFoundError):
        run(instance, None, ReexecutionOptions(first.run_id, ["total"]))


@op(out={"some": Out(is_required=False), "none": Out(is_required=False)})
def either() -> Iterator[Any]:
    yield Output(1, "some")


@op
def once(context: Any, value: int) -> int:
    if context.run.parent_run_id is None:
        raise ValueError("the first run fails")
    return value


@op
def gathered(values: List[int]) -> List[int]:
    return values


@job
def branches() -> None:
    some, none = either()
    gathered([once.alias("of_some")(some), once.alias("of_none")(none)])


def test_an_output_that_was_not_given_back_stays_so(instance: DagsterInstance) -> None:
    first = execute_job(reconstructable(branches), instance)
    assert not first.success
    options = ReexecutionOptions.from_failure(first.run_id, instance)
    with execute_job(reconstructable(branches), instance, reexecution_options=options) as second:
        assert succeeded(second) == {"of_some", "gathered"}
        assert second.output_for_node("gathered") == [1]


@op(out=DynamicOut())
def numbers_of(value: int) -> Iterator[Any]:
    yield DynamicOutput(value, mapping_key="only")


def test_a_list_of_what_was_skipped_is_skipped() -> None:
    @job
    def inner() -> None:
        _, none = either()
        gathered(numbers_of(none).map(twice).collect())

    result = inner.execute_in_process()
    assert {event.step_key for event in result.get_step_skipped_events()} == {
        "numbers_of",
        "gathered",
    }


@op
def three() -> int:
    return 3


@job(resource_defs={"io_manager": mem_io_manager})
def forgetful() -> None:
    twice(three())


def test_values_that_were_not_stored_are_missing(instance: DagsterInstance) -> None:
    first = execute_job(reconstructable(forgetful), instance)
    options = ReexecutionOptions(first.run_id, ["twice"])
    result = execute_job(reconstructable(forgetful), instance, reexecution_options=options)
    assert not result.success
    assert result.get_failed_step_keys() == {"twice"}


@job
def filed() -> None:
    twice(three())


def test_a_run_may_say_where_files_are(instance: DagsterInstance, tmp_path: Any) -> None:
    config = {"resources": {"io_manager": {"config": {"base_dir": str(tmp_path)}}}}
    assert execute_job(reconstructable(filed), instance, run_config=config).success
    assert [path for path in tmp_path.rglob("result") if "three" in str(path)]


def assets_job() -> Any:
    @atoll.asset
    def upstream() -> int:
        return 5

    @atoll.asset
    def downstream(upstream: int) -> int:
        return upstream + 1

    defs = atoll.Definitions([upstream, downstream], jobs=[atoll.define_asset_job("both")])
    return defs.resolve_job_def("both")


def test_assets_are_made_again_of_stored_ones(instance: DagsterInstance) -> None:
    first = execute_job(reconstructable(assets_job), instance)
    assert first.success
    options = ReexecutionOptions(first.run_id, ["downstream"])
    again = execute_job(reconstructable(assets_job), instance, reexecution_options=options)
    assert succeeded(again) == {"downstream"}
    chosen = execute_job(reconstructable(assets_job), instance, asset_selection=["upstream"])
    assert succeeded(chosen) == {"upstream"}
    assert chosen.dagster_run.asset_selection == {atoll.AssetKey("upstream")}


def test_only_a_reconstructable_job_is_taken(instance: DagsterInstance) -> None:
    with pytest.raises(atoll.ParameterError, match="ReconstructableJob"):
        execute_job(fan, instance)  # type: ignore[arg-type]
