"""No sequence of commands brings a run where its invariants do not hold.

Attempts are interrupted by shutdowns as well, and a run that fails is retried as often as it may
be: the run under test is then the retry, and goes through all of it again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import Rejected
from atoll_server.core.run import commands as c
from atoll_server.core.run.invariants import check_history, check_state
from atoll_server.core.run.machine import decide, effects, evolve, resume
from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.retry import RunRetries, retry_id
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, UNSTARTED, RunStatus, StepStatus
from atoll_wire import events as kinds
from atoll_wire.events import JournalEvent
from atoll_wire.failure import SHUT_DOWN, Failure
from atoll_wire.keys import AttemptKey

LOST = Failure(code="step.worker_lost", message="gone")
ENDED_WITH_ITS_HOST = Failure(code=SHUT_DOWN, message="not begun")
RETRIES = RunRetries(most=2)
OUTPUTS = st.sampled_from(["even", "odd"])
CLOSINGS = sorted(kinds.CLOSING)
WRITTEN = [kinds.STEP_WORKER_STARTED, kinds.LOG, kinds.STEP_OUTPUT, *CLOSINGS]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to six steps in two locations, each needing some of those before it, or what they give."""
    steps: list[PlannedStep] = []
    for number in range(draw(st.integers(1, 6))):
        needs = [step.key for step in steps if draw(st.booleans())]
        location = draw(st.sampled_from(["north", "south"]))
        taken = {
            f"in {need}" if draw(st.booleans()) else "all": f"{need}:{draw(OUTPUTS)}"
            for need in needs
            if draw(st.booleans())
        }
        steps.append(
            PlannedStep(
                f"s{number}",
                (f"a{number}",),
                location,
                1,
                f"id-{location}",
                tuple(needs),
                inputs={name: (one,) for name, one in taken.items()},
            )
        )
    return Plan(tuple(steps))


def folded(history: list[NewEvent]) -> RunState:
    state = RunState(history[0].run_id if history else "r")
    for event in history:
        evolve(state, event)
    return state


class RunMachine(RuleBasedStateMachine):
    """Commands in any order; workers write what they like, and some of it twice."""

    def __init__(self) -> None:
        super().__init__()
        self.state = RunState("r")
        self.history: list[NewEvent] = []
        self.latest: list[NewEvent] = []
        self.journals: dict[AttemptKey, list[JournalEvent]] = {}
        self.buried: set[AttemptKey] = set()
        self.offered: set[str] = set()
        self.holding: set[str] = set()
        self.at = 0.0
        self.ancestors: list[RunState] = []
        self.retry: dict[str, Any] | None = None

    def do(self, command: c.Command) -> list[NewEvent] | Rejected:
        decided = decide(self.state, command, max_lost_retries=1, run_retries=RETRIES)
        if isinstance(decided, Rejected):
            return decided
        self.latest = [e for e in decided if e.seq is None or e not in self.history]
        for event in decided:
            if event.seq is not None and event in self.history:
                continue  # storage keeps it once
            evolve(self.state, event)
            self.history.append(event)
            for effect in effects(event, self.state):
                self.carry_out(effect)
        return decided

    def carry_out(self, effect: c.Effect) -> None:
        match effect:
            case c.OfferStep(step) | c.OfferStepLater(step):
                assert step not in self.offered
                self.offered.add(step)
            case c.WithdrawStep(step):
                self.offered.discard(step)
            case c.OrderAttempt(key):
                assert key.step not in self.holding
                self.holding.add(key.step)
            case c.FreeSlot(key):
                self.holding.remove(key.step)
            case c.RetryRun(wanted):
                assert self.retry is None
                self.retry = dict(wanted)
            case c.EndRun():
                assert not self.holding
                assert not self.offered
            case _:
                pass

    @initialize(plan=plans())
    def begin(self, plan: Plan) -> None:
        self.plan = plan
        self.do(c.Enqueue(at=0.0, selection=["*"]))

    @rule()
    def start(self) -> None:
        self.do(c.Start(at=self.at, plan=self.plan))

    @precondition(lambda self: self.state.status is RunStatus.QUEUED)
    @rule()
    def refuse(self) -> None:
        self.do(c.Refuse(at=self.at, failure=LOST))

    @rule(data=st.data())
    def launch(self, data: st.DataObject) -> None:
        if not self.plan.steps:
            return
        step = data.draw(st.sampled_from([step.key for step in self.plan.steps]))
        was_offered = step in self.offered
        decided = self.do(c.Launch(at=self.at, step=step, generation=1, identity="i"))
        assert isinstance(decided, Rejected) or was_offered
        if not isinstance(decided, Rejected):
            self.offered.discard(step)
            self.journals[self.state.attempt_key(step)] = []

    def writing(self) -> list[AttemptKey]:
        return [
            key
            for key, journal in self.journals.items()
            if key not in self.buried and not (journal and journal[-1].kind in kinds.CLOSING)
        ]

    @rule(data=st.data(), kind=st.sampled_from(WRITTEN))
    def write(self, data: st.DataObject, kind: str) -> None:
        if not self.writing():
            return
        journal = self.journals[data.draw(st.sampled_from(self.writing()))]
        said: dict[str, Any] = {}
        if kind == kinds.STEP_OUTPUT:
            said = {"output_name": data.draw(OUTPUTS)}
        elif kind == kinds.STEP_UP_FOR_RETRY:
            said = data.draw(st.sampled_from([{"delay_s": 1.0}, {"interrupted": True}]))
        elif kind == kinds.STEP_WORKER_LOST and data.draw(st.booleans()):
            said = {"failure": {"code": SHUT_DOWN, "message": "killed"}}
        journal.append(JournalEvent(len(journal) + 1, kind, self.at, "", said))

    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Any stretch of any journal: new, known, or with a gap before it."""
        written = [key for key, journal in self.journals.items() if journal]
        if not written:
            return
        key = data.draw(st.sampled_from(written))
        journal = self.journals[key]
        first = data.draw(st.integers(0, len(journal) - 1))
        last = data.draw(st.integers(first, len(journal) - 1))
        self.do(c.Record(at=self.at, key=key, events=journal[first : last + 1]))

    @rule(data=st.data())
    def bury(self, data: st.DataObject) -> None:
        """An attempt that has not begun never will; told as often as one likes."""
        silent = [key for key, journal in self.journals.items() if not journal]
        if silent:
            key = data.draw(st.sampled_from(silent))
            self.buried.add(key)
            failure = data.draw(st.sampled_from([LOST, ENDED_WITH_ITS_HOST]))
            self.do(c.NeverStarted(at=self.at, key=key, failure=failure))

    @rule(location=st.sampled_from(["north", "south"]))
    def lose_generation(self, location: str) -> None:
        steps = [step.key for step in self.plan.steps if step.location == location]
        self.do(c.FailSteps(at=self.at, steps=steps, failure=LOST))

    @rule()
    def cancel(self) -> None:
        self.do(c.Cancel(at=self.at))

    @rule()
    def expire(self) -> None:
        self.do(c.Expire(at=self.at, limit_s=1.0))

    @precondition(lambda self: self.state.status is RunStatus.FAILURE and self.retry)
    @rule()
    def go_on_with_the_retry(self) -> None:
        """What the engine does in the same append."""
        wanted, self.retry = self.retry, None
        assert wanted is not None
        made = set(wanted["selection"])
        left = [s for s in self.state.steps.values() if made & set(s.planned.assets)]
        assert [s.planned.key for s in left] == [
            key for key, step in self.state.steps.items() if step.status is not StepStatus.SUCCEEDED
        ]
        keys = {step.planned.key for step in left}
        self.plan = Plan(
            tuple(
                replace(s.planned, needs=tuple(n for n in s.planned.needs if n in keys))
                for s in left
            )
        )
        self.ancestors.append(self.state)
        self.state, self.history = RunState(wanted["run_id"]), []
        self.journals, self.buried = {}, set()
        self.do(c.Enqueue(at=self.at, selection=wanted["selection"], tags=wanted["tags"]))

    @rule(data=st.data())
    def unknown_attempts_are_rejected(self, data: st.DataObject) -> None:
        key = AttemptKey(self.state.run_id, data.draw(st.sampled_from(["s0", "nobody"])), 99)
        event = JournalEvent(1, kinds.STEP_SUCCESS, 0.0)
        assert isinstance(self.do(c.Record(at=0.0, key=key, events=[event])), Rejected)

    @invariant()
    def time_passes(self) -> None:
        self.at += 1.0

    @invariant()
    def the_state_agrees_with_itself(self) -> None:
        assert check_state(self.state) == []

    @invariant()
    def the_history_keeps_its_promises(self) -> None:
        assert check_history(self.history) == []

    @invariant()
    def a_failed_run_is_retried_once_and_no_other_is(self) -> None:
        failures = [event for event in self.history if event.kind == kinds.RUN_FAILURE]
        was_planned = bool(self.state.steps)
        may_be = was_planned and len(self.ancestors) < RETRIES.most
        assert (self.retry is not None) == (bool(failures) and may_be)
        told = [event.data["retry"]["run_id"] for event in failures if "retry" in event.data]
        assert told == ([] if self.retry is None else [retry_id(self.state.run_id)])
        ids = [each.run_id for each in [*self.ancestors, self.state]]
        assert len(set(ids)) == len(ids) <= RETRIES.most + 1

    @invariant()
    def interruptions_use_up_nothing(self) -> None:
        for key, step in self.state.steps.items():
            said = [
                event.data
                for event in self.history
                if event.kind == kinds.STEP_UP_FOR_RETRY and event.step == key
            ]
            interrupted = [data for data in said if data.get("interrupted")]
            lost = [data for data in said if data.get("lost")]
            assert step.lost == len(lost) <= 1
            assert step.retries == len(said) - len(lost) - len(interrupted)

    @invariant()
    def capacity_is_held_by_open_attempts_only(self) -> None:
        assert self.holding == set(self.state.active)

    @invariant()
    def every_step_that_may_start_is_offered(self) -> None:
        if self.state.status is RunStatus.STARTED:
            ready = {
                key
                for key, step in self.state.steps.items()
                if step.is_ready or step.status is StepStatus.RETRYING
            }
            assert self.offered == ready

    @invariant()
    def a_decision_that_was_stored_in_part_is_mended(self) -> None:
        """Wherever the latest append was cut off, what `Mend` adds makes the run whole."""
        for cut in range(len(self.latest) + 1):
            stored = self.history[: len(self.history) - cut]
            torn = folded(stored)
            if torn.status in ENDED or torn.status is RunStatus.NEW:
                continue
            added = decide(torn, c.Mend(at=self.at), max_lost_retries=1)
            assert not isinstance(added, Rejected)
            assert cut or not added, "a whole run needs no mending"
            mended = folded([*stored, *added])
            assert check_state(mended) == []
            assert mended.status not in (RunStatus.STARTING, RunStatus.NEW)
            assert mended.status is not RunStatus.CANCELING or mended.active
            blocked = [
                key
                for key, step in mended.steps.items()
                if step.status in UNSTARTED
                for need in step.planned.needs
                if mended.steps[need].status in (StepStatus.FAILED, StepStatus.SKIPPED)
                and not mended.steps[need].is_passed_over
            ]
            assert not blocked, "a step waits for one that will never succeed"

    @invariant()
    def folding_the_history_gives_the_same_state(self) -> None:
        again = folded(self.history)
        assert again == self.state
        if again.status not in ENDED:
            resumed = resume(again)
            assert {e.key.step for e in resumed if isinstance(e, c.OccupySlot)} == self.holding


TestRunMachine = RunMachine.TestCase
TestRunMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
