"""One op or graph behind several definitions of assets: each has a step of its own."""

from __future__ import annotations

import pytest

from atoll import AssetKey, AssetsDefinition, DefinitionError, Definitions, graph, materialize, op
from atoll.graph import build_snapshot


@op
def fetch() -> int:
    return 1


@graph
def fetched() -> int:
    return fetch()


def of_op(name: str) -> AssetsDefinition:
    return AssetsDefinition.from_op(fetch, keys_by_output_name={"result": AssetKey(name)})


def of_graph(name: str) -> AssetsDefinition:
    return AssetsDefinition.from_graph(fetched, keys_by_output_name={"result": AssetKey(name)})


def test_the_first_by_key_keeps_the_name() -> None:
    made = [of_op("x2"), of_op("x1"), of_graph("y2"), of_graph("y1")]
    snapshot = build_snapshot(Definitions(made))

    assert {one.key: one.step for one in snapshot.assets} == {
        "x1": "fetch",
        "x2": "fetch_2",
        "y1": "fetched.fetch",
        "y2": "fetched_2.fetch",
    }
    assert materialize(made).success


def test_what_is_merged_later_gets_a_number_that_is_free() -> None:
    merged = Definitions.merge(Definitions([of_op("x1"), of_op("x2")]), Definitions([of_op("x3")]))

    names = [merged.get_assets_def(key).name for key in ("x1", "x2", "x3")]
    assert names == ["fetch", "fetch_2", "fetch_3"]


def test_two_functions_of_one_name_are_told_apart_by_nobody() -> None:
    @op(name="fetch")
    def other() -> int:
        return 2

    key = {"result": AssetKey("z")}
    with pytest.raises(DefinitionError) as caught:
        both = [of_op("x1"), AssetsDefinition.from_op(other, keys_by_output_name=key)]
        build_snapshot(Definitions(both))
    assert caught.value.code == "definition.duplicate_step"
