"""Limits in `op_tags`: read where they are written, and refused there."""

from __future__ import annotations

from typing import Any

import pytest

from atoll import AssetSpec, Definitions, asset, multi_asset
from atoll.errors import DefinitionError, ExecutionInterrupted
from atoll.execution.exceeded import exceeded
from atoll.graph.snapshot import build_snapshot
from atoll_wire.limits import NO_LIMITS, StepLimits


def test_limits_travel_in_the_snapshot() -> None:
    @asset(op_tags={"atoll/max_runtime": "10m", "atoll/memory": "2GiB", "team": "blue"})
    def narrow() -> int:
        return 1

    @multi_asset(specs=[AssetSpec("a")], op_tags={"atoll/cpu_time": 30, "atoll/cpus": 1.5})
    def several() -> None: ...

    @asset
    def wide() -> int:
        return 1

    steps = build_snapshot(Definitions(assets=[narrow, several, wide])).steps
    assert [step.limits for step in steps] == [
        StepLimits(max_runtime_s=600, memory_bytes=2 << 30),
        StepLimits(cpu_time_s=30, cpus=1.5),
        None,
    ]


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"atoll/max_runtme": 5}, "did you mean 'atoll/max_runtime'?"),
        ({"atoll/colour": "blue"}, "there are atoll/max_runtime, atoll/memory"),
        ({"atoll/max_runtime": "soon"}, "must be a number of seconds above 0"),
        ({"atoll/memory": "much"}, "must be a number of bytes"),
        ({"atoll/open_files": 2.5}, "must be a whole number"),
        ({"atoll/cpus": 0}, "must be a number of CPUs"),
    ],
)
def test_a_tag_that_means_nothing_is_refused_with_its_place(
    tags: dict[str, Any], told: str
) -> None:
    with pytest.raises(DefinitionError, match=r"test_op_tags\.py:\d+") as caught:

        @asset(op_tags=tags)
        def numbers() -> int:
            return 1

    assert caught.value.code == "definition.bad_op_tag"
    assert told in str(caught.value)


LIMITS = StepLimits(memory_bytes=1 << 30)


def test_what_user_code_made_of_an_interruption_is_its_cause() -> None:
    try:
        try:
            raise ExecutionInterrupted("the step ran too long", code="step.timed_out")
        except ExecutionInterrupted:
            raise KeyError("cleanup")  # noqa: B904  # as careless code does
    except KeyError as error:
        failure = exceeded(error, NO_LIMITS)
    assert failure is not None and failure.cause is not None
    assert (failure.code, failure.message) == ("step.timed_out", "the step ran too long")
    assert failure.cause.error_type == "KeyError"


@pytest.mark.parametrize(
    ("error", "limits"),
    [
        (MemoryError(), NO_LIMITS),
        (ExecutionInterrupted(), LIMITS),
        (ValueError("no"), LIMITS),
    ],
    ids=["no memory limit", "canceled", "another error"],
)
def test_what_no_limit_explains_is_not_put_down_to_one(
    error: BaseException, limits: StepLimits
) -> None:
    assert exceeded(error, limits) is None
