"""What runs in the test's own process record of versions, and of what checks looked at."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest

from atoll import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetOut,
    AssetSpec,
    DagsterInstance,
    DataVersion,
    MaterializeResult,
    Output,
    asset,
    graph_multi_asset,
    materialize,
    multi_asset,
    op,
)
from atoll.errors import InvariantError, TypeCheckError

VERSION = "dagster/data_version"


def _tags(instance: DagsterInstance, key: str) -> Dict[str, str]:
    entry = instance.get_latest_materialization_event(key)
    assert entry is not None
    return dict(entry.tags or {})


def test_equal_code_over_equal_inputs_makes_an_equal_version() -> None:
    @asset
    def up() -> Output[int]:
        return Output(1, data_version=DataVersion("one"))

    @asset(code_version="3")
    def down(up: int) -> int:
        return up

    seen = []
    for _ in range(2):
        instance = DagsterInstance.ephemeral()
        materialize([up, down], instance=instance)
        seen.append(_tags(instance, "down"))

    assert seen[0][VERSION] == seen[1][VERSION]
    assert seen[0]["dagster/input_data_version/up"] == "one"
    assert seen[0]["dagster/code_version"] == "3"


def test_code_without_a_version_makes_a_new_one_in_each_run() -> None:
    @asset
    def one() -> int:
        return 1

    instance = DagsterInstance.ephemeral()
    materialize([one], instance=instance)
    first = _tags(instance, "one")[VERSION]
    materialize([one], instance=instance)

    assert _tags(instance, "one")[VERSION] != first


def test_a_check_tells_which_materialization_it_looked_at() -> None:
    @asset(check_specs=[AssetCheckSpec("fine", asset="one")])
    def one() -> Iterator[Any]:
        yield Output(None)
        yield AssetCheckResult(passed=True)

    instance = DagsterInstance.ephemeral()
    for _ in range(2):
        result = materialize([one], instance=instance)
    (found,) = result.get_asset_check_evaluations()
    latest = instance.fetch_materializations(one.key, limit=1).records[0]

    assert found.target_materialization_data.storage_id == latest.storage_id
    assert found.target_materialization_data.run_id == result.run_id


def test_an_asset_after_one_that_depends_on_it_is_refused() -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b", deps=["a"])])
    def several() -> Iterator[Any]:
        yield MaterializeResult(asset_key="b")
        yield MaterializeResult(asset_key="a")

    with pytest.raises(InvariantError) as caught:
        materialize([several])

    assert caught.value.code == "output.order"


def test_values_for_outputs_that_are_not_asked_for_are_refused() -> None:
    @multi_asset(outs={"a": AssetOut(), "b": AssetOut()}, can_subset=True)
    def several() -> Any:
        return 1, 2

    with pytest.raises(InvariantError, match="'b'"):
        materialize([several], selection="a")


def test_a_result_lacks_the_value_that_its_annotation_promises() -> None:
    @asset
    def one() -> MaterializeResult[int]:
        return MaterializeResult()

    with pytest.raises(TypeCheckError):
        materialize([one])


def test_a_value_within_a_graph_may_be_an_asset_too() -> None:
    @op
    def first() -> int:
        return 1

    @op
    def second(x: int) -> int:
        return x + 2

    @graph_multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
    def both() -> Any:
        value = first()
        return {"a": value, "b": second(value)}

    assert materialize([both]).asset_value("b") == 3


def test_a_check_that_is_not_asked_for_may_be_told() -> None:
    @multi_asset(
        specs=[AssetSpec("a"), AssetSpec("b")],
        check_specs=[AssetCheckSpec("fine", asset="a")],
        can_subset=True,
    )
    def several() -> Iterator[Any]:
        yield MaterializeResult(asset_key="b")
        yield AssetCheckResult(passed=True, asset_key="a", check_name="fine")

    (found,) = materialize([several], selection="b").get_asset_check_evaluations()

    assert found.check_name == "fine"
