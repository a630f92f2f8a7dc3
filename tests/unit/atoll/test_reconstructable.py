from __future__ import annotations

from typing import Any

import pytest

import atoll
from atoll import JobDefinition, build_reconstructable_job, graph, job, op, reconstructable


@op
def one() -> int:
    return 1


@op
def two() -> int:
    return 2


@job
def both() -> None:
    one()
    two()


def gives_both() -> Any:
    return both


def gives_graph() -> Any:
    @graph
    def ones() -> None:
        one()

    return ones


def gives_definitions() -> Any:
    return atoll.Definitions(jobs=[both])


def gives_nothing() -> Any:
    return None


def takes_some(_count: int) -> Any:
    return both


def made_for(count: int, *, name: str) -> JobDefinition:
    @job(name="%s_%d" % (name, count))
    def made() -> None:
        one()

    return made


by_lambda = lambda: both  # noqa: E731


@pytest.mark.parametrize(
    ("target", "name"),
    [(both, "both"), (gives_both, "both"), (gives_graph, "ones"), (gives_definitions, "both")],
)
def test_what_a_job_is_found_by(target: Any, name: str) -> None:
    found = reconstructable(target)
    assert found.job_name == name
    assert found.get_definition() is found.get_definition()


def test_a_part_of_a_job() -> None:
    found = reconstructable(gives_both).get_subset(op_selection={"two"})
    assert found.op_selection == {"two"}
    instance = atoll.DagsterInstance.ephemeral()
    result = atoll.execute_job(found, instance)
    assert [event.step_key for event in result.get_step_success_events()] == ["two"]


def within() -> Any:
    def inner() -> Any:
        return both

    return inner


def job_within() -> Any:
    @job
    def inner() -> None:
        one()

    return inner


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (by_lambda, "reconstruct.not_a_function"),
        (
            JobDefinition(graph_def=atoll.GraphDefinition("g", node_defs=[one])),
            "reconstruct.not_a_function",
        ),
        ("both", "reconstruct.not_a_function"),
        (takes_some, "reconstruct.takes_arguments"),
        (gives_nothing, "reconstruct.not_a_job"),
        (within(), "reconstruct.not_in_module"),
        (job_within(), "reconstruct.not_in_module"),
    ],
)
def test_what_another_process_could_not_find(target: Any, code: str) -> None:
    with pytest.raises(atoll.InvariantError) as error:
        reconstructable(target)
    assert error.value.code == code


def test_a_job_that_a_function_makes_of_arguments() -> None:
    found = build_reconstructable_job(__name__, "made_for", (3,), {"name": "of"})
    assert found.job_name == "of_3"
