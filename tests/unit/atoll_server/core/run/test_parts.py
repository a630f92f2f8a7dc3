"""Ops in a run: outputs that were not given back, and what a retry keeps."""

from __future__ import annotations

from typing import Any

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import Rejected
from atoll_server.core.run import commands as c
from atoll_server.core.run.invariants import check_history, check_state
from atoll_server.core.run.machine import decide, effects, evolve
from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.retry import RunRetries
from atoll_server.core.run.state import RunState
from atoll_wire import events as kinds
from atoll_wire.events import JournalEvent


def op(key: str, **inputs: list[str]) -> PlannedStep:
    taken = {name: tuple(outputs) for name, outputs in inputs.items()}
    steps = dict.fromkeys(one.rpartition(":")[0] for outputs in taken.values() for one in outputs)
    return PlannedStep(key, (), "shop", 1, "id", tuple(steps), inputs=taken, is_part=True)


class Run:
    """A run of ops in memory."""

    def __init__(self, *steps: PlannedStep, **asked: Any) -> None:
        self.state = RunState("r")
        self.events: list[NewEvent] = []
        self.offered: list[str] = []
        self.retry: Any = None
        self.do(c.Enqueue(at=0.0, selection=(), job="j", **asked))
        self.do(c.Start(at=0.0, plan=Plan(steps)))

    def do(self, command: c.Command) -> None:
        decided = decide(self.state, command, run_retries=RunRetries(most=1))
        assert not isinstance(decided, Rejected), decided
        for event in decided:
            evolve(self.state, event)
            self.events.append(event)
            for effect in effects(event, self.state):
                if isinstance(effect, c.OfferStep):
                    self.offered.append(effect.step)
                elif isinstance(effect, c.WithdrawStep) and effect.step in self.offered:
                    self.offered.remove(effect.step)
                elif isinstance(effect, c.RetryRun):
                    self.retry = effect.wanted
        assert check_state(self.state) == []
        assert check_history(self.events) == []

    def finish(self, step: str, *given: str, kind: str = kinds.STEP_SUCCESS) -> None:
        self.offered.remove(step)
        self.do(c.Launch(at=0.0, step=step, generation=1, identity="id"))
        told = [(kinds.STEP_OUTPUT, {"output_name": name}) for name in given]
        events = [
            JournalEvent(seq, said, 0.0, "", data)
            for seq, (said, data) in enumerate([*told, (kind, {})], 1)
        ]
        self.do(c.Record(at=0.0, key=self.state.attempt_key(step), events=events))

    @property
    def statuses(self) -> dict[str, str]:
        return {key: step.status.value for key, step in self.state.steps.items()}


def test_an_op_whose_input_nobody_gave_is_passed_over_and_so_is_what_needs_only_that() -> None:
    run = Run(
        op("split"),
        op("even", rows=["split:even"]),
        op("odd", rows=["split:odd"]),
        op("only_even", rows=["even:result"]),
        op("tell", parts=["even:result", "odd:result"]),
    )
    run.finish("split", "odd")
    assert run.offered == ["odd"]
    run.finish("odd", "result")
    assert run.offered == ["tell"]
    run.finish("tell")
    assert run.state.status.value == "SUCCESS"
    assert run.state.absent == {"split:even", "even:result"}


def test_only_what_the_latest_attempt_gave_counts() -> None:
    run = Run(op("split"), op("even", rows=["split:even"]))
    run.finish("split", "even", kind=kinds.STEP_UP_FOR_RETRY)
    run.offered.append("split")
    run.finish("split")
    assert run.offered == []
    assert run.events[-1].kind == kinds.RUN_SUCCESS


def test_a_retry_keeps_what_succeeded_and_what_it_did_not_give() -> None:
    run = Run(
        op("split"),
        op("even", rows=["split:even"]),
        op("odd", rows=["split:odd"]),
        op("tell", parts=["even:result", "odd:result"]),
    )
    run.finish("split", "odd")
    run.finish("odd", kind=kinds.STEP_FAILURE)
    assert run.retry["kept"] == {"split": "r", "even": "r"}
    assert run.retry["not_given_back"] == ["even:result", "split:even"]


def test_what_begins_a_run_is_passed_over_if_its_input_was_not_given_before() -> None:
    asked = {"kept": {"split": "r0"}, "not_given_back": ["split:even"]}
    parts = [op("even", rows=["split:even"]), op("odd", rows=["split:odd"])]
    begun = [PlannedStep(s.key, (), "shop", 1, "id", (), inputs=s.inputs) for s in parts]
    run = Run(*begun, **asked)
    assert run.offered == ["odd"]
    assert run.statuses["even"] == "SKIPPED"


def asset(key: str, **inputs: str) -> PlannedStep:
    taken = {name: (output,) for name, output in inputs.items()}
    needed = tuple(dict.fromkeys(one.rpartition(":")[0] for one in inputs.values()))
    return PlannedStep(key, (key,), "shop", 1, "id", needed, inputs=taken)


def test_an_asset_is_passed_over_if_one_of_those_it_needs_was_not_given_back() -> None:
    run = Run(
        asset("pull"),
        asset("other"),
        asset("both", users="pull:users", other="other:result"),
        asset("after", both="both:result"),
    )
    run.finish("other", "result")
    run.finish("pull")
    assert run.offered == []
    assert run.statuses == {
        "pull": "SUCCEEDED",
        "other": "SUCCEEDED",
        "both": "SKIPPED",
        "after": "SKIPPED",
    }
    assert run.state.status.value == "SUCCESS"


def test_a_retry_does_not_make_what_was_passed_over() -> None:
    run = Run(asset("pull"), asset("users", rows="pull:users"), asset("broken"))
    run.finish("pull")
    run.finish("broken", kind=kinds.STEP_FAILURE)
    assert run.retry["selection"] == ["broken"]
