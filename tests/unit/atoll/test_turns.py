"""Runs in process take their steps in the order in which they become ready."""

from __future__ import annotations

from typing import Any

import atoll
from atoll import asset, job, materialize, op


def ended(result: Any) -> list[str]:
    """The steps in the order in which they ended or were skipped."""
    kinds = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED", "STEP_UP_FOR_RETRY")
    return [f"{e.kind[5:]} {e.step_key}" for e in result.all_events if e.kind in kinds]


def test_of_steps_that_are_ready_at_once_those_go_first_that_come_first_by_name() -> None:
    @asset
    def broken() -> int:
        raise ValueError("no")

    @asset
    def below(broken: int) -> None: ...

    @asset
    def beside() -> None: ...

    result = materialize([broken, below, beside], raise_on_error=False)

    assert ended(result) == ["SUCCESS beside", "FAILURE broken"]


def test_a_priority_goes_before_the_name_and_what_is_tried_again_goes_behind() -> None:
    calls: list[int] = []

    @op(retry_policy=atoll.RetryPolicy(max_retries=1))
    def again() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("not yet")

    @op
    def other() -> None: ...

    @op(tags={"dagster/priority": "2"})
    def urgent() -> None: ...

    @job
    def all_of_them() -> None:
        other()
        again()
        urgent()

    assert ended(all_of_them.execute_in_process()) == [
        "SUCCESS urgent",
        "UP_FOR_RETRY again",
        "SUCCESS other",
        "SUCCESS again",
    ]


def test_what_depends_on_an_asset_that_was_not_made_is_skipped_before_others_go_on() -> None:
    @asset(output_required=False)
    def maybe() -> Any:
        yield from ()

    @asset(deps=[maybe])
    def next_one() -> None: ...

    @asset
    def further(next_one: None) -> None: ...

    @asset
    def zebra() -> None: ...

    assert ended(materialize([maybe, next_one, further, zebra])) == [
        "SUCCESS maybe",
        "SKIPPED next_one",
        "SKIPPED further",
        "SUCCESS zebra",
    ]


def test_hooks_are_told_of_behind_the_end_of_their_step_and_those_left_out_too() -> None:
    @atoll.success_hook
    def cheer(_: Any) -> None: ...

    @atoll.failure_hook
    def mourn(_: Any) -> None: ...

    @op
    def works() -> None: ...

    @job(hooks={cheer, mourn})
    def watched() -> None:
        works()

    kinds = [event.kind for event in watched.execute_in_process().all_events]

    assert kinds[-5:] == [
        "STEP_SUCCESS",
        "HOOK_COMPLETED",
        "HOOK_SKIPPED",
        "ENGINE_EVENT",
        "RUN_SUCCESS",
    ]
