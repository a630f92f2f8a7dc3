"""What events tell and in which order they come, as code written for Dagster reads them."""

from __future__ import annotations

from typing import Any

import atoll
from atoll import asset, job, materialize, op


def of(result: Any, kind: str) -> list[Any]:
    return [event for event in result.all_events if event.event_type_value == kind]


def test_an_error_is_named_without_its_module() -> None:
    @asset
    def refuses() -> int:
        raise atoll.Failure("no", allow_retries=False)

    result = materialize([refuses], raise_on_error=False)

    (told,) = of(result, "STEP_FAILURE")
    assert told.event_specific_data.error.cls_name == "Failure"


def test_assets_that_wait_for_nothing_are_made_by_name() -> None:
    def named(name: str, deps: list[str]) -> Any:
        @asset(name=name, deps=deps)
        def made() -> None: ...

        return made

    assets = [named("zinc", []), named("brass", ["zinc"]), named("copper", []), named("alloy", [])]

    starts = of(materialize(assets), "STEP_START")

    assert [event.step_key for event in starts] == ["alloy", "copper", "zinc", "brass"]


def test_ops_that_wait_for_nothing_run_by_name() -> None:
    @op
    def zinc() -> int:
        return 1

    @op
    def copper() -> int:
        return 2

    @op
    def alloy(one: int, other: int) -> int:
        return one + other

    @job
    def smelt() -> None:
        alloy(zinc(), copper())

    starts = of(smelt.execute_in_process(), "STEP_START")

    assert [event.step_key for event in starts] == ["copper", "zinc", "alloy"]
