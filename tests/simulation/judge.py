"""What must hold, watched as it happens: orders, starts, commits. `verdict` judges the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from tests.simulation.faulty_log import FaultyLog
from tests.simulation.questions import Questions
from tests.simulation.transitions import uncounted

from atoll_server.adapters.locations.fake import FakeLocation
from atoll_server.core.location import invariants as location_invariants
from atoll_server.core.queue import invariants as queue_invariants
from atoll_server.core.run import invariants as run_invariants
from atoll_server.core.run.machine import evolve
from atoll_server.core.run.state import LEFT_OUT, NO_VALUE, RunState
from atoll_server.core.run.table import ENDED
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import StoredEvent
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    AcknowledgeEvents,
    AttemptEvents,
    ForgetRun,
    InstanceAnswer,
    LaunchStep,
    Message,
    StepRequest,
)

if TYPE_CHECKING:
    from atoll_server.engine.engine import Engine

_COMPARED = [field.name for field in fields(RunState) if field.name != "story"]
_INSTANT_S = 1e-6


def _is_passed_over(event: StoredEvent) -> bool:
    """Whether a step was skipped for which nothing was given back."""
    return event.kind == kinds.STEP_SKIPPED and event.data.get(NO_VALUE) is not None


def _absent(events: Sequence[StoredEvent]) -> Callable[[str], bool]:
    """Whether nobody gave back an output, which is named as `step:output`.

    Of steps that the run does not execute nothing is known.
    """
    given: set[str] = set()
    planned: set[str] = set()
    late: dict[AttemptKey, set[str]] = {}
    kept: dict[str, str] = {}
    missing: set[str] = set()
    for event in events:
        if event.kind == kinds.RUN_ENQUEUED:
            kept, missing = event.data.get("kept", {}), set(event.data.get("not_given_back", ()))
        elif event.kind == kinds.RUN_STARTING:
            planned = {step["key"] for step in event.data["plan"]["steps"]}
        if event.step is None or event.attempt is None:
            continue
        key = AttemptKey(event.run_id, event.step, event.attempt)
        if event.data.get(LEFT_OUT, event.kind) == kinds.STEP_OUTPUT:
            output = f"{event.step}:{event.data.get('output_name')}"
            late.setdefault(key, set()).add(output)
        elif event.kind == kinds.STEP_SUCCESS:
            given |= late.get(key, set())

    def absent(output: str) -> bool:
        step = output.rpartition(":")[0]
        if step in kept:
            return output in missing
        return step in planned and output not in given

    return absent


class Judge:
    """Knows the promises, and sees everything."""

    def __init__(
        self, log: FaultyLog, settings: EngineSettings, violated: Callable[[str], None]
    ) -> None:
        self._log, self._settings, self._violated = log, settings, violated
        self.questions = Questions(log, violated)
        self.locations: Sequence[FakeLocation] = ()
        self.ordered: dict[AttemptKey, set[str]] = {}
        """By attempt: the code that it was ever ordered to run on."""
        self._folds: dict[str, RunState] = {}
        self._found = 0
        """How many attempts and runs the host found to be open."""
        self._pauses: dict[AttemptKey, tuple[float, float]] = {}
        """Attempts that are to be tried again: when that was heard, and the pause to be kept."""

    def host_died(self) -> None:
        """What was in its memory is no reason any more to expect anything."""
        self._folds.clear()
        self._pauses.clear()

    def host_starts(self) -> None:
        """It will find what was ordered, and may find more than it would order itself: of a turn
        that had to be stored in pieces, the host before it may have died over the rest. And a
        power cut may have taken the limits under which runs were given their pools."""
        runs = [self.fold(run_id) for run_id in self._log.run_ids]
        unfinished = [state for state in runs if state.status not in ENDED]
        self._found = len(unfinished) + sum(len(state.active) for state in unfinished)

    def fold(self, run_id: str) -> RunState:
        """A run as its stored events tell it."""
        if run_id not in self._folds:
            state = self._folds[run_id] = RunState(run_id)
            self._evolve(state, self._log.events_of(run_id))
        return self._folds[run_id]

    def _evolve(self, state: RunState, events: Sequence[StoredEvent]) -> None:
        with uncounted():
            for event in events:
                evolve(state, event)

    # Orders

    def sent(self, location: FakeLocation, message: Message) -> None:
        """The engine gives an order."""
        match message:
            case LaunchStep(request=request):
                self._launched(location, request)
            case InstanceAnswer():
                self.questions.answered(message)
            case AcknowledgeEvents(key=key, seq=seq):
                if seq > self._log.on_disk.get(key, 0):
                    self._violated(f"{key}: event {seq} is acknowledged, and not on the disk")
            case ForgetRun(run_id=run_id):
                if run_id not in self._log.ends_on_disk:
                    self._violated(f"{run_id} is forgotten, and its end is not on the disk")
                for key in location.running:
                    if key.run_id == run_id and self._log.has_ordered(key, location.name):
                        self._violated(f"{run_id} is forgotten while {key} runs")

    def _launched(self, location: FakeLocation, request: StepRequest) -> None:
        key = request.key
        self.ordered.setdefault(key, set()).add(request.identity)
        if not self._log.has_ordered(key, location.name):
            self._violated(f"{key} is launched, and that is not stored")
        status = self._log.status(key.run_id)
        if status != "STARTED":
            self._violated(f"{key} is launched, and its run is {status}")
        before = AttemptKey(key.run_id, key.step, key.attempt - 1)
        heard_at, pause_s = self._pauses.get(before, (0.0, 0.0))
        waited_s = asyncio.get_running_loop().time() - heard_at
        if waited_s + _INSTANT_S < pause_s:
            self._violated(f"{key} is launched after {waited_s:.3f} s, and not {pause_s} s")

    def heard(self, message: AttemptEvents) -> None:
        """The engine is told of events."""
        key, last = message.key, message.events[-1]
        if last.kind != kinds.STEP_UP_FOR_RETRY:
            return
        is_known = any(
            (event.step, event.attempt, event.seq) == (key.step, key.attempt, last.seq)
            for event in self._log.events_of(key.run_id)
        )
        if not is_known:
            told = asyncio.get_running_loop().time(), last.data.get("delay_s", 0.0)
            self._pauses.setdefault(key, told)

    # Starts of user code

    def begun(self, location: FakeLocation, request: StepRequest) -> None:
        """A worker is about to begin with the user's code."""
        key = request.key
        if location.started.count(key) > 1:
            self._violated(f"{key} is started twice")
        for other in self.locations:
            for running in other.running:
                is_same_step = (running.run_id, running.step) == (key.run_id, key.step)
                if is_same_step and self._log.has_ordered(running, other.name):
                    self._violated(f"{key} is started while {running} runs")
            for known, written in other.written.items():
                if (known.run_id, known.step) != (key.run_id, key.step):
                    continue
                has_succeeded = any(event.kind == kinds.STEP_SUCCESS for event in written)
                if has_succeeded and self._log.has_ordered(known, other.name):  # not cut off
                    self._violated(f"{key} is started, and {known} has succeeded")
        if self._log.has_ordered(key, location.name):
            self._check_needs(key)
            self._check_capacity(location)

    def _check_needs(self, key: AttemptKey) -> None:
        needs: set[str] = set()
        inputs: dict[str, list[str]] = {}
        events = self._log.events_of(key.run_id)
        for event in events:
            if event.kind == kinds.RUN_STARTING:
                steps = {step["key"]: step for step in event.data["plan"]["steps"]}
                needs.update(steps[key.step]["needs"])
                inputs = steps[key.step].get("inputs", {})
            elif event.kind == kinds.STEP_SUCCESS or _is_passed_over(event):
                needs.discard(event.step or "")
        if needs:
            self._violated(f"{key} is started before {sorted(needs)} have succeeded")
        absent = _absent(events if inputs else ())
        for name, taken in inputs.items():
            if all(absent(output) for output in taken):
                self._violated(f"{key} is started, and nothing was given back for {name}")

    def _check_capacity(self, location: FakeLocation) -> None:
        """What a host has forgotten in a power cut runs on, and is nobody's fault."""
        running = Counter(
            one.name
            for one in self.locations
            for key in one.running
            if self._log.has_ordered(key, one.name)
        )
        running[location.name] += 1  # the one that begins
        total, most = running.total(), self._settings.max_concurrent_steps
        if total > most:
            self._violated(f"{total} workers run at a time; at most {most} may")
        there = running[location.name]
        most = self._settings.location_limits.get(location.name, most)
        if there > most:
            self._violated(f"{there} workers run in {location.name}; at most {most} may")

    # Commits

    def committed(self, engine: Engine, events: Sequence[StoredEvent]) -> None:
        """The engine has stored events, and has not decided anything since."""
        for event in events:
            if event.kind == kinds.RUN_ENQUEUED and self._log.events_of(event.run_id)[0] == event:
                self._folds.pop(event.run_id, None)  # erased, and asked for once more
            if event.run_id in self._folds:
                self._evolve(self._folds[event.run_id], [event])
        for run_id in dict.fromkeys(event.run_id for event in events):
            state = engine.runs.states.get(run_id)
            if state is None or self._log.status(run_id) is None:  # forgotten, or just erased
                self._folds.pop(run_id, None)
                continue
            fold = self.fold(run_id)
            for name in _COMPARED:
                if getattr(state, name) != getattr(fold, name):
                    self._violated(f"{run_id}: {name} in memory is not what is stored")
            for what in run_invariants.check_state(state):
                self._violated(f"{run_id}: {what}")
        for location in engine.locations.values():
            for what in location_invariants.check_state(location.state):
                self._violated(f"{location.state.name}: {what}")
        steps, slots = engine.queue.state, engine.slots.state
        unfinished = [s.run_id for s in engine.runs.states.values() if s.status not in ENDED]
        idle = [*queue_invariants.check_idle(steps), *queue_invariants.check_idle_runs(slots)]
        for what in (
            *([] if engine.shutdown.is_under_way else idle),
            *queue_invariants.check_state(steps, self._found),
            *queue_invariants.check_runs(slots, len(self._log.run_ids)),
            *queue_invariants.check_nothing_leaked(steps, slots, unfinished),
        ):
            self._violated(what)
        if not engine.takes_no_work:
            for what in (
                *queue_invariants.check_idle(steps),
                *queue_invariants.check_idle_runs(slots),
            ):
                self._violated(what)
