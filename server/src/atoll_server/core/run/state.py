"""What is known of a run: the fold of its events.

States are owned by whoever holds them: `evolve` changes a state in place and returns it, so
that an event costs what it changes and not what the run is. It must not decide anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import InternalError
from atoll_server.core.run import tags as run_tags
from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.table import (
    ACTIVE,
    DONE,
    RUN_KINDS,
    RUNS,
    STEP_KINDS,
    STEPS,
    RunStatus,
    StepStatus,
)
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey

STORY_LENGTH = 20
LEFT_OUT = "left_out"
"""In the data of an event that could not be stored as it was: the kind that it had."""
NO_VALUE = "input_without_value"
"""In the data of STEP_SKIPPED: the input for which no earlier step has given anything back."""


@dataclass(slots=True)
class StepState:
    """One step of a run."""

    planned: PlannedStep
    unmet: int
    """How many of the steps that it needs have neither succeeded nor been passed over yet."""
    is_passed_over: bool = False
    """Whether it was skipped because nothing was given back for an input: what needs it goes on."""
    status: StepStatus = StepStatus.WAITING
    attempt: int = 0
    """Number of the latest attempt; 0 before the first."""
    seq: int = 0
    """The last journal event of that attempt that is known."""
    lost: int = 0
    """How many attempts were lost."""
    retries: int = 0
    """How many attempts failed and are tried again by the user's policy."""
    delay_s: float = 0.0
    """How long the next attempt has to wait."""
    not_before: float = 0.0
    """When it may start, by the clock of whoever asked for the delay."""
    generation: int = 0
    """Number of the generation that the latest attempt was ordered from."""
    identity: str = ""
    """Of the code that it was ordered on: that of the plan, unless that code is gone."""
    server_id: str = ""
    """Of the supervisor that has the latest attempt's journal."""
    given: set[str] = field(default_factory=set)
    """What the latest attempt has given back of that which inputs take, as `step:output`."""

    @property
    def is_ready(self) -> bool:
        """Whether it could start now, were there capacity."""
        return self.status is StepStatus.WAITING and self.unmet == 0


@dataclass(slots=True)
class RunState:
    """One run."""

    run_id: str
    status: RunStatus = RunStatus.NEW
    selection: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0
    """As the tags say."""
    config: Mapping[str, Any] = field(default_factory=dict)
    partition: str | None = None
    job: str | None = None
    """Name of the job that it is a run of."""
    job_location: str | None = None
    """Where that job lies, if that was said."""
    checks: tuple[str, ...] | None = None
    """The checks that it is to evaluate; None: those on what it makes, or the job's."""
    only_checks: bool = False
    """Whether it makes no assets."""
    ops: tuple[str, ...] = ()
    """Of a job of ops, which of its steps were asked for."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Ops that are not executed again, by step the run that has what they gave back."""
    absent: set[str] = field(default_factory=set)
    """Outputs that no step gave back and some input takes, as `step:output`."""
    max_concurrent_steps: int | None = None
    steps: dict[str, StepState] = field(default_factory=dict)
    """By key, every step after those that it needs."""
    dependents: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    """By step, those of its outputs that inputs take, as `step:output`."""
    pools: tuple[str, ...] = ()
    """All that its steps are in."""
    active: dict[str, None] = field(default_factory=dict)
    """Keys of the steps with an open attempt, in order of starting."""
    started_at: float | None = None
    """When its first step could start, by the host's clock."""
    expiry: Mapping[str, Any] | None = None
    """The failure with which it ends, if it is being ended because it took too long."""
    unfinished: int = 0
    succeeded: int = 0
    failed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Failed steps in order of failing, with what their events said."""
    story: deque[str] = field(default_factory=lambda: deque(maxlen=STORY_LENGTH))

    def attempt_key(self, step: str) -> AttemptKey:
        """The step's latest attempt."""
        return AttemptKey(self.run_id, step, self.steps[step].attempt)

    def takes_nothing(self, planned: PlannedStep, more: Collection[str] = ()) -> str | None:
        """The input of a step for which nothing was given back, if there is one.

        Args:
            more: outputs that are absent beside those that are known.
        """
        for name, taken in planned.inputs.items():
            if all(one in self.absent or one in more for one in taken):
                return name
        return None

    def not_given_back(self, key: str) -> list[str]:
        """The outputs that inputs take of a step that has succeeded just now, and that are absent.

        What is known of them is complete with the event that closes the attempt.
        """
        return [one for one in self.taken.get(key, ()) if one not in self.steps[key].given]

    def is_current(self, event: NewEvent) -> bool:
        """Whether a journal event belongs to an open attempt; others are late and stale."""
        step = self.steps.get(event.step or "")
        return step is not None and event.attempt == step.attempt


def evolve(state: RunState, event: NewEvent) -> RunState:
    """The state after `event`: `state` itself, changed.

    Raises:
        InternalError: `internal.illegal_event`, the event cannot happen in this state.
    """
    if event.kind in RUN_KINDS:
        _evolve_run(state, event)
    elif event.step is not None and (event.seq is not None or event.kind in STEP_KINDS):
        _evolve_step(state, event)
    else:
        return state
    state.story.append(f"{event.kind} {event.step or ''}.{event.attempt or ''}")
    return state


def _evolve_run(state: RunState, event: NewEvent) -> None:
    status = RUNS[state.status].get(event.kind)
    if status is None:
        raise InternalError(f"{event.kind} of a run that is {state.status}", state.story)
    state.status = status
    if event.kind == kinds.RUN_ENQUEUED:
        data = event.data
        state.selection = tuple(data.get("selection", ()))
        _set_tags(state, data.get("tags", {}))
        state.config = data.get("config", {})
        state.partition = data.get("partition")
        state.job, state.job_location = data.get("job_name"), data.get("job_location")
        checks = data.get("checks")
        state.checks = None if checks is None else tuple(checks)
        state.only_checks = bool(data.get("only_checks"))
        state.ops, state.kept = tuple(data.get("ops", ())), data.get("kept", {})
        state.absent = set(data.get("not_given_back", ()))
    elif event.kind == kinds.RUN_STARTING:
        state.config = event.data.get("config", state.config)
        _set_tags(state, event.data.get("tags", state.tags))
        _adopt_plan(state, Plan.from_data(event.data["plan"]))
    elif event.kind == kinds.RUN_START:
        state.started_at = event.at
    elif event.kind == kinds.RUN_CANCELING:
        state.expiry = event.data.get("failure")


def _set_tags(state: RunState, tags: Mapping[str, str]) -> None:
    state.tags, state.priority = tags, run_tags.read_leniently(tags).priority


def adopted(state: RunState, plan: Plan) -> RunState:
    """A copy of the state with a plan, to look ahead with."""
    ahead = replace(state, steps={}, dependents={}, taken={})
    _adopt_plan(ahead, plan)
    return ahead


def _adopt_plan(state: RunState, plan: Plan) -> None:
    for planned in plan.steps:
        state.steps[planned.key] = StepState(planned, len(planned.needs))
        for needed in planned.needs:
            state.dependents.setdefault(needed, []).append(planned.key)
        for one in dict.fromkeys(one for taken in planned.inputs.values() for one in taken):
            outputs = state.taken.setdefault(one.rpartition(":")[0], [])
            if one not in outputs:
                outputs.append(one)
    state.max_concurrent_steps = plan.max_concurrent_steps
    state.unfinished = len(state.steps)
    state.pools = tuple(sorted({step.pool for step in plan.steps if step.pool is not None}))


def _evolve_step(state: RunState, event: NewEvent) -> None:
    assert event.step is not None
    step = state.steps.get(event.step)
    if step is None or (event.attempt or 0) > step.attempt + 1:
        raise InternalError(f"{event.kind} of unknown {event.step}.{event.attempt}", state.story)
    if event.seq is not None:
        if event.attempt != step.attempt or step.status not in ACTIVE:
            return  # stale: stored for the record, without consequence
        step.seq = max(step.seq, event.seq)
        kind = event.data.get(LEFT_OUT, event.kind)
        if kind == kinds.STEP_OUTPUT and event.step in state.taken:
            step.given.add(f"{event.step}:{event.data.get('output_name')}")
    status = STEPS[step.status].get(event.kind)
    if status is None:
        if event.seq is not None and event.kind not in kinds.CLOSING:
            return
        raise InternalError(f"{event.kind} of {event.step}, {step.status}", state.story)
    _enter(state, step, status, event)


def _enter(state: RunState, step: StepState, status: StepStatus, event: NewEvent) -> None:
    key, data = step.planned.key, event.data
    before, step.status = step.status, status
    if status in ACTIVE:
        state.active[key] = None
    elif before in ACTIVE:
        del state.active[key]
    if event.kind == kinds.STEP_WORKER_STARTING:
        step.attempt, step.seq, step.given = event.attempt or 0, 0, set()
        step.generation, step.server_id = data["generation"], data.get("server_id", "")
        step.identity = data.get("identity", step.planned.identity)
    elif event.kind == kinds.STEP_UP_FOR_RETRY:
        step.delay_s = data.get("delay_s", 0.0)
        step.not_before = event.at + step.delay_s
        if data.get("lost"):
            step.lost += 1
        elif not data.get("interrupted"):
            step.retries += 1
    if status not in DONE:
        return
    state.unfinished -= 1
    if status is StepStatus.FAILED:
        state.failed[key] = data
        return
    if status is StepStatus.SUCCEEDED:
        state.succeeded += 1
        state.absent.update(state.not_given_back(key))
    elif data.get(NO_VALUE) is None:
        return
    else:
        step.is_passed_over = True
        state.absent.update(state.taken.get(key, ()))
    for dependent in state.dependents.get(key, ()):
        state.steps[dependent].unmet -= 1
