from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.unit.atoll.stepping import Attempt, attempt

import atoll
from atoll import ExecutionInterrupted, Failure, RetryPolicy, RetryRequested, asset
from atoll.execution.failures import failure_of
from atoll.execution.sink import RecordingSink


def failing(error: Any, **arguments: Any) -> Attempt:
    @asset(**arguments)
    def a() -> None:
        raise error

    return attempt([a], "a")


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Unpicklable(Exception):
    def __init__(self) -> None:
        super().__init__(lambda: 1)


@pytest.mark.parametrize(
    ("error", "name", "says"),
    [
        (ValueError("wrong"), "ValueError", "wrong"),
        (SystemExit(3), "SystemExit", "3"),
        (Failure("on purpose"), "atoll.Failure", "on purpose"),
        (KeyboardInterrupt(), "KeyboardInterrupt", ""),
        (MemoryError(), "MemoryError", ""),
        (GeneratorExit(), "GeneratorExit", ""),
        (Unprintable(), "Unprintable", "could not be read"),
        (Unpicklable(), "Unpicklable", "lambda"),
        (ValueError("lone \ud800"), "ValueError", "lone"),
    ],
)
def test_whatever_is_raised_becomes_one_step_failure(error: Any, name: str, says: str) -> None:
    done = failing(error)

    assert done.closing.kind == "STEP_FAILURE"
    assert done.failure["code"] == "user_code.raised"
    assert done.failure["error_type"].endswith(name)
    assert says in done.failure["message"]
    done.failure["message"].encode()


def test_user_frames_are_marked_and_ours_left_out() -> None:
    @asset
    def a() -> None:
        os.path.join(3)  # type: ignore[call-overload]

    frames = attempt([a], "a").failure["frames"]

    assert [(f["function"], f["is_user"]) for f in frames][:2] == [("a", True), ("join", False)]
    assert frames[0]["file"] == __file__
    assert "os.path.join(3)" in frames[0]["text"]


def test_causes_are_told_and_cycles_of_them_end() -> None:
    @asset
    def a() -> None:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error

    assert attempt([a], "a").failure["cause"]["error_type"] == "KeyError"
    one, two = ValueError("1"), ValueError("2")
    one.__cause__, two.__cause__ = two, one
    told = failure_of(one, "x")
    assert told.cause is not None and told.cause.cause is None


def test_endless_recursion_is_told_in_a_bounded_number_of_frames() -> None:
    def again(n: int) -> int:
        return again(n + 1)

    @asset
    def a() -> None:
        again(0)

    failure = attempt([a], "a").failure

    assert failure["error_type"] == "RecursionError"
    assert len(failure["frames"]) <= 64


@pytest.mark.skipif(sys.version_info < (3, 11), reason="ExceptionGroup came with Python 3.11")
def test_an_exception_group_tells_what_it_holds() -> None:
    group = eval("ExceptionGroup('several', [ValueError('a'), KeyError('b')])")

    failure = failing(group).failure

    assert "1. ValueError: a" in failure["message"]
    assert "2. KeyError: 'b'" in failure["message"]


def test_a_failure_on_purpose_has_description_and_metadata() -> None:
    done = failing(Failure("no rows today", metadata={"rows": 0}))

    assert done.failure["message"] == "no rows today"
    assert done.closing.data["metadata"] == {"rows": {"type": "int", "value": 0}}


def test_a_policy_has_the_step_tried_again_until_it_is_used_up() -> None:
    policy = RetryPolicy(max_retries=2, delay=3)

    @asset(retry_policy=policy)
    def a() -> None:
        raise ValueError

    first = attempt([a], "a", retry_number=0)

    assert first.closing.kind == "STEP_UP_FOR_RETRY"
    assert first.closing.data["delay_s"] == 3.0
    assert attempt([a], "a", retry_number=1).closing.kind == "STEP_UP_FOR_RETRY"
    assert attempt([a], "a", retry_number=2).closing.kind == "STEP_FAILURE"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RetryRequested(max_retries=1, seconds_to_wait=7), "STEP_UP_FOR_RETRY"),
        (RetryRequested(max_retries=0), "STEP_FAILURE"),
    ],
)
def test_a_step_can_ask_to_be_tried_again(error: RetryRequested, kind: str) -> None:
    assert failing(error).closing.kind == kind


@pytest.mark.parametrize(
    "error",
    [Failure("never", allow_retries=False), ExecutionInterrupted(), SystemExit(1)],
)
def test_some_failures_are_not_tried_again(error: BaseException) -> None:
    done = failing(error, retry_policy=RetryPolicy(max_retries=5))

    assert done.closing.kind == "STEP_FAILURE"


def test_a_cancellation_is_told_as_one() -> None:
    done = failing(ExecutionInterrupted())

    assert done.failure["code"] == "step.interrupted"
    assert "interrupted" in done.closing.message


class LateCancel(RecordingSink):
    """Raises a cancellation at the end of the n-th block that holds it back."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    @contextlib.contextmanager
    def uninterruptible(self) -> Iterator[None]:
        yield
        self.left -= 1
        if self.left == 0:
            raise ExecutionInterrupted


def test_a_cancellation_after_the_closing_event_changes_nothing() -> None:
    @asset
    def a() -> None: ...

    done = attempt([a], "a", sink=LateCancel(1))

    assert done.closing.kind == "STEP_SUCCESS"


def test_a_cancellation_right_after_the_commit_leaves_the_value(tmp_path: Any) -> None:
    @asset
    def a() -> int:
        return 1

    done = attempt([a], "a", str(tmp_path), sink=LateCancel(1))

    assert done.failure["code"] == "step.interrupted"
    assert len(os.listdir(str(tmp_path / "a"))) == 2


def resource_case(where: str) -> Callable[[], Iterator[int]]:
    def make() -> Iterator[int]:
        if where == "setup":
            raise ValueError("setup")
        yield 1
        raise ValueError("teardown")

    return make


def test_a_resource_that_cannot_be_made_ready_fails_the_step() -> None:
    @asset(required_resource_keys={"r"})
    def a() -> None: ...

    resources = {"r": atoll.ResourceDefinition(resource_case("setup"))}
    done = attempt([a], "a", resources=resources)

    assert done.kinds == ["RESOURCE_INIT_STARTED", "RESOURCE_INIT_FAILURE", "STEP_FAILURE"]


def test_a_teardown_that_fails_is_told_but_the_step_has_succeeded() -> None:
    @asset(required_resource_keys={"r"})
    def a() -> None: ...

    resources = {"r": atoll.ResourceDefinition(resource_case("teardown"))}
    done = attempt([a], "a", resources=resources)

    assert done.kinds[-2:] == ["ENGINE_EVENT", "STEP_SUCCESS"]


@pytest.mark.parametrize(
    ("backoff", "jitter", "chance", "delays"),
    [
        (None, None, 0.25, [2, 2, 2, 2]),
        (None, "FULL", 0.25, [0.5, 0.5, 0.5, 0.5]),
        (None, "FULL", 0.75, [1.5, 1.5, 1.5, 1.5]),
        (None, "PLUS_MINUS", 0.0, [0, 0, 0, 0]),
        (None, "PLUS_MINUS", 0.75, [3, 3, 3, 3]),
        ("LINEAR", None, 0.25, [2, 4, 6, 8]),
        ("LINEAR", "FULL", 0.25, [0.5, 1, 1.5, 2]),
        ("LINEAR", "FULL", 0.75, [1.5, 3, 4.5, 6]),
        ("LINEAR", "PLUS_MINUS", 0.0, [0, 2, 4, 6]),
        ("LINEAR", "PLUS_MINUS", 0.75, [3, 5, 7, 9]),
        ("EXPONENTIAL", None, 0.25, [2, 6, 14, 30]),
        ("EXPONENTIAL", "FULL", 0.25, [0.5, 1.5, 3.5, 7.5]),
        ("EXPONENTIAL", "FULL", 0.75, [1.5, 4.5, 10.5, 22.5]),
        ("EXPONENTIAL", "PLUS_MINUS", 0.0, [0, 4, 12, 28]),
        ("EXPONENTIAL", "PLUS_MINUS", 0.75, [3, 7, 15, 31]),
    ],
)
def test_the_delays_of_a_policy_are_those_of_dagster(
    backoff: str | None,
    jitter: str | None,
    chance: float,
    delays: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The numbers are what Dagster 1.13 calculates for `delay=2` and the same chance."""
    monkeypatch.setattr("random.random", lambda: chance)
    policy = RetryPolicy(9, 2, backoff and atoll.Backoff[backoff], jitter and atoll.Jitter[jitter])

    assert [policy.calculate_delay(n) for n in (1, 2, 3, 4)] == delays


@pytest.mark.parametrize(
    "given",
    [
        {"max_retries": "3"},
        {"max_retries": None},
        {"max_retries": -1},
        {"seconds_to_wait": "x"},
        {"seconds_to_wait": -1},
        {"seconds_to_wait": float("nan")},
    ],
)
def test_a_request_that_cannot_be_meant_fails_the_step_with_what_it_may_be(given: Any) -> None:
    @asset(retry_policy=RetryPolicy(max_retries=5))
    def a() -> None:
        raise RetryRequested(**given)

    done = attempt([a], "a")

    assert (done.closing.kind, done.failure["code"]) == (
        "STEP_FAILURE",
        "definition.bad_retry_policy",
    )
    assert next(iter(given)) in done.failure["message"]


def outcomes(make_error: Callable[[int], Exception], policy: RetryPolicy | None) -> list[int]:
    """The retry numbers that a step sees that never succeeds."""
    seen: list[int] = []

    @asset(retry_policy=policy)
    def a(context: atoll.AssetExecutionContext) -> None:
        seen.append(context.retry_number)
        raise make_error(context.retry_number)

    atoll.materialize([a], raise_on_error=False)
    return seen


@pytest.mark.parametrize(
    ("make_error", "most", "seen"),
    [
        (lambda gone: ValueError(), 2, [0, 1, 2]),
        (lambda gone: Failure("no", allow_retries=False), 2, [0]),
        (lambda gone: Failure("yes"), 1, [0, 1]),
        (lambda gone: RetryRequested(max_retries=2), None, [0, 1, 2]),
        (lambda gone: RetryRequested(max_retries=1), 5, [0, 1]),
        (lambda gone: RetryRequested(max_retries=3), 1, [0, 1, 2, 3]),
        (lambda gone: RetryRequested(max_retries=2) if gone else ValueError(), 1, [0, 1, 2]),
    ],
)
def test_a_step_is_tried_again_as_often_as_under_dagster(
    make_error: Callable[[int], Exception], most: int | None, seen: list[int]
) -> None:
    """What Dagster 1.13's `materialize` does with the same assets."""
    assert outcomes(make_error, None if most is None else RetryPolicy(most)) == seen


def test_who_asked_too_often_to_be_tried_again_is_told_so() -> None:
    done = failing(RetryRequested(max_retries=0))

    assert done.failure["message"] == (
        "the step asked to be tried again, 0 times at most, and has been"
    )


class EndingHost(RecordingSink):
    """Whoever looks after the attempt ends."""

    starts_again = True


@pytest.mark.parametrize("error", [ExecutionInterrupted(), ValueError(), SystemExit(1)])
def test_an_attempt_that_its_ending_host_has_interrupted_will_start_again(
    error: BaseException,
) -> None:
    @asset(retry_policy=RetryPolicy(max_retries=0))
    def a() -> None:
        raise error

    done = attempt([a], "a", sink=EndingHost())

    assert (done.closing.kind, done.closing.data["interrupted"]) == ("STEP_UP_FOR_RETRY", True)
    assert "delay_s" not in done.closing.data


def test_who_succeeds_all_the_same_has_succeeded() -> None:
    @asset
    def a() -> None: ...

    assert attempt([a], "a", sink=EndingHost()).closing.kind == "STEP_SUCCESS"


@pytest.mark.parametrize(
    "arguments", [{"max_retries": -1}, {"delay": -1}, {"jitter": atoll.Jitter.FULL}]
)
def test_a_policy_that_makes_no_sense_is_told(arguments: Any) -> None:
    with pytest.raises(atoll.DefinitionError):
        RetryPolicy(**arguments)


def refused(function: Any, **arguments: Any) -> Any:
    return attempt([function], function.name, **arguments).failure


def test_what_does_not_fit_is_told_at_the_definition() -> None:
    @asset
    def a() -> int:
        return "x"  # type: ignore[return-value]

    frame = refused(a)["frames"][0]

    assert frame["file"] == __file__
    assert frame["is_user"]
    assert frame["line"] == a.source[1]  # type: ignore[index]


def test_what_is_yielded_is_named_with_its_article() -> None:
    @asset
    def a() -> Any:
        yield 1

    assert refused(a)["message"] == "'a' yielded an int"


def test_a_generator_expression_is_no_value() -> None:
    @asset
    def a() -> Any:
        return (x for x in [1])

    assert refused(a)["code"] == "output.wrong_return"
    assert "generator expression" in refused(a)["message"]


@pytest.mark.parametrize("keys", [["a"], ["a", "b"]])
def test_who_stores_its_assets_itself_is_told_how_to_say_so(keys: list[str]) -> None:
    @atoll.multi_asset(specs=[atoll.AssetSpec(key) for key in keys])
    def several() -> Any:
        return {"a": 1}

    assert "MaterializeResult(asset_key=...)" in refused(several)["hint"]


def test_a_config_without_annotation_is_told_to_get_one() -> None:
    @asset
    def a(config) -> None: ...  # type: ignore[no-untyped-def]

    assert refused(a)["hint"].startswith("annotate config with your Config class")
