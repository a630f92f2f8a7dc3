"""When a run that failed is launched anew, and what that one is asked to make."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import Rejected
from atoll_server.core.run import commands as c
from atoll_server.core.run.machine import decide, effects, evolve
from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.retry import NO_RETRIES, RunRetries, retry_id
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import RunStatus
from atoll_wire import events as kinds
from atoll_wire.events import JournalEvent
from atoll_wire.failure import Failure

BOOM = {"failure": {"code": "user_code.raised", "message": "boom"}}
GONE = Failure(code="location.generation_lost", message="the code has changed")


class Run:
    """A run of `a`, then `b` (two assets), beside `c`; what it did not make it is retried for."""

    def __init__(self, settings: RunRetries = NO_RETRIES, **enqueued: Any) -> None:
        self.state, self.settings = RunState("r"), settings
        self.wanted: list[Any] = []
        self.events: list[NewEvent] = []
        self.do(c.Enqueue(at=0.0, **{"selection": ["*"], **enqueued}))

    def start(self, **job: Any) -> None:
        steps = [("a", ("a",), ()), ("b", ("b1", "b2"), ("a",)), ("c", ("c",), ())]
        plan = [PlannedStep(key, made, "shop", 1, "id", needs) for key, made, needs in steps]
        self.do(c.Start(at=0.0, plan=Plan(tuple(plan), **job)))

    def do(self, command: c.Command) -> None:
        decided = decide(self.state, command, max_lost_retries=0, run_retries=self.settings)
        assert not isinstance(decided, Rejected), decided
        for event in decided:
            evolve(self.state, event)
            for effect in effects(event, self.state):
                if isinstance(effect, c.RetryRun):
                    self.wanted.append(effect.wanted)
        self.events += decided

    def close(self, step: str, kind: str, data: dict[str, Any] | None = None) -> None:
        self.do(c.Launch(at=1.0, step=step, generation=1, identity="id"))
        event = JournalEvent(1, kind, 1.0, "", data or {})
        self.do(c.Record(at=1.0, key=self.state.attempt_key(step), events=[event]))

    def fail_in_the_middle(self) -> None:
        """`a` succeeds, `b` fails, `c` succeeds."""
        self.start()
        self.close("a", kinds.STEP_SUCCESS)
        self.close("b", kinds.STEP_FAILURE, BOOM)
        self.close("c", kinds.STEP_SUCCESS)

    @property
    def last(self) -> NewEvent:
        return self.events[-1]


def test_a_run_is_not_retried_unless_somebody_wants_it() -> None:
    run = Run()
    run.fail_in_the_middle()
    assert run.last.kind == kinds.RUN_FAILURE
    assert "retr" not in run.last.message
    assert run.wanted == []


@pytest.mark.parametrize(
    ("settings", "tags"),
    [
        (RunRetries(2), {}),
        (NO_RETRIES, {"dagster/max_retries": "2"}),
        (RunRetries(9), {"atoll/max_retries": "2"}),
    ],
    ids=["setting", "dagster's tag", "tag over setting"],
)
def test_a_failed_run_is_retried_from_failure(settings: RunRetries, tags: dict[str, str]) -> None:
    run = Run(settings, tags={**tags, "team": "x"}, config={"ops": {}}, partition="2026")
    run.fail_in_the_middle()
    again = retry_id("r")
    assert run.last.message == (
        f'Step failed: "b". boom. It is retried as run {again} (retry 1 of 2).'
    )
    assert run.last.data["retry"] == {"run_id": again, "number": 1, "most": 2}
    assert run.wanted == [
        {
            "run_id": again,
            "selection": ["b1", "b2"],
            "config": {"ops": {}},
            "tags": {
                **tags,
                "team": "x",
                "atoll/parent_run_id": "r",
                "atoll/root_run_id": "r",
                "atoll/retry_number": "1",
            },
            "partition": "2026",
            "job": None,
            "location": None,
        }
    ]


def test_all_steps_are_made_again_where_the_tag_says_so() -> None:
    run = Run(RunRetries(1), tags={"dagster/retry_strategy": "ALL_STEPS"})
    run.fail_in_the_middle()
    assert run.wanted[0]["selection"] == ["a", "b1", "b2", "c"]


def test_a_job_is_retried_as_a_job_with_what_it_adds_to_its_runs() -> None:
    run = Run(job="daily", selection=[])
    run.start(config={"ops": {"a": {}}}, tags={"atoll/max_retries": "1"})
    run.do(c.FailSteps(at=1.0, steps=["a", "c"], failure=GONE))
    (wanted,) = run.wanted
    assert (wanted["job"], wanted["location"]) == ("daily", "shop")
    assert wanted["selection"] == ["a", "b1", "b2", "c"]
    assert wanted["config"] == {"ops": {"a": {}}}
    assert wanted["tags"]["atoll/max_retries"] == "1"


def test_the_last_retry_is_not_retried() -> None:
    tags = {"atoll/retry_number": "2", "atoll/root_run_id": "r0", "atoll/max_retries": "3"}
    run = Run(tags=tags)
    run.fail_in_the_middle()
    assert run.wanted[0]["tags"] == {
        **tags, "atoll/parent_run_id": "r", "atoll/retry_number": "3"
    }  # fmt: skip

    last = Run(tags={**tags, "atoll/retry_number": "3"})
    last.fail_in_the_middle()
    assert last.wanted == []
    assert last.last.message.endswith("It is not retried: it was the last of 3 retries.")


@pytest.mark.parametrize("number", ["", "-1", "many", "٣", "9" * 5000])
def test_a_number_that_nobody_counted_is_none(number: str) -> None:
    run = Run(RunRetries(1), tags={"atoll/retry_number": number})
    run.fail_in_the_middle()
    assert run.last.data["retry"]["number"] == 1


@pytest.mark.parametrize(
    ("code", "is_retried"),
    [
        ("step.worker_lost", True),
        ("location.generation_lost", True),
        ("step.no_worker", True),
        ("user_code.raised", False),
        ("step.timed_out", False),
    ],
)
def test_only_what_was_lost_is_retried_where_that_is_wanted(code: str, is_retried: bool) -> None:
    run = Run(RunRetries(1), tags={"dagster/retry_on_asset_or_op_failure": "false"})
    run.start()
    run.close("c", kinds.STEP_SUCCESS)
    run.close("a", kinds.STEP_FAILURE, {"failure": {"code": code, "message": "m"}})
    assert bool(run.wanted) is is_retried
    assert ("failed by itself" in run.last.message) is not is_retried


def test_one_step_that_failed_by_itself_is_enough() -> None:
    run = Run(RunRetries(1, on_step_failure=False))
    run.start()
    run.close("a", kinds.STEP_WORKER_LOST)
    run.close("c", kinds.STEP_FAILURE, BOOM)
    assert run.last.kind == kinds.RUN_FAILURE
    assert run.wanted == []


def test_a_canceled_run_is_never_retried() -> None:
    run = Run(RunRetries(1))
    run.start()
    run.do(c.Launch(at=1.0, step="a", generation=1, identity="id"))
    run.do(c.Cancel(at=1.0))
    event = JournalEvent(1, kinds.STEP_FAILURE, 1.0, "", BOOM)
    run.do(c.Record(at=1.0, key=run.state.attempt_key("a"), events=[event]))
    assert run.state.status is RunStatus.CANCELED
    assert run.wanted == []


def test_a_run_that_was_never_planned_is_not_retried() -> None:
    run = Run(RunRetries(1))
    run.do(c.Refuse(at=1.0, failure=GONE))
    assert run.state.status is RunStatus.FAILURE
    assert run.wanted == []


def test_the_id_of_a_retry_follows_from_the_run() -> None:
    assert retry_id("r") == retry_id("r") != retry_id("s")
    made = uuid.UUID(retry_id("r"))
    assert (made.version, made.variant, str(made)) == (8, uuid.RFC_4122, retry_id("r"))
