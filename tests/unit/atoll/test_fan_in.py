"""A list of values for one input, some of which are the graph's own inputs."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from atoll import asset, graph, graph_asset, materialize, op


@op
def one() -> int:
    return 1


@op
def listed(values: List[int]) -> List[int]:
    return values


@graph
def around(given: int) -> Any:
    return listed([one(), given, one()])


@pytest.mark.parametrize(
    "arguments",
    [
        {"run_config": {"inputs": {"given": {"value": 5}}}},
        {"input_values": {"given": 5}},
    ],
)
def test_an_input_of_the_graph_keeps_its_place_in_the_list(arguments: Dict[str, Any]) -> None:
    result = around.execute_in_process(**arguments)

    assert result.output_for_node("listed") == [1, 5, 1]


def test_assets_are_loaded_into_the_list() -> None:
    @asset
    def three() -> int:
        return 3

    @graph_asset
    def both(three: int) -> Any:
        return listed([three, one()])

    assert materialize([three, both]).output_for_node("both.listed") == [3, 1]
