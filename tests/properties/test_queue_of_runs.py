"""No sequence of runs and limits exceeds the slots, forgets a run, or holds up who could go."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import runs
from atoll_server.core.queue.invariants import check_idle_runs, check_runs
from atoll_server.core.queue.limits import RunLimits, TagLimit

RUNS = {
    f"r{n}": runs.RunTicket(f"r{n}", n, priority, tags)
    for n, (priority, tags) in enumerate(
        [
            (0, {}),
            (0, {"team": "a"}),
            (7, {"team": "a"}),
            (0, {"team": "b"}),
            (0, {"team": "b", "database": "big"}),
            (-1, {"database": "big"}),
            (7, {"database": "small"}),
            (0, {}),
        ]
    )
}
TICKETS = st.sampled_from(list(RUNS.values()))
TAG_LIMITS = st.builds(
    TagLimit,
    st.sampled_from(["team", "database"]),
    st.integers(0, 2),
    st.sampled_from([None, "a", "big"]),
    st.booleans(),
)
LIMITS = st.builds(
    RunLimits, st.none() | st.integers(0, 4), st.lists(TAG_LIMITS, max_size=3).map(tuple)
)


class QueueOfRuns(RuleBasedStateMachine):
    """Runs that come, are found, begin and end, under changing limits."""

    @initialize(limits=LIMITS)
    def begin(self, limits: RunLimits) -> None:
        self.state = runs.RunQueueState(limits)
        self.waiting: set[str] = set()
        self.running: set[str] = set()
        self.occupied = 0
        """How many runs may be under way that today's limits would not admit."""

    def do(self, command: runs.Command) -> list[runs.Event]:
        decided = runs.decide(self.state, command)
        if isinstance(decided, Rejected):
            return []
        for event in decided:
            runs.evolve(self.state, event)
        return decided

    @rule(ticket=TICKETS)
    def offer(self, ticket: runs.RunTicket) -> None:
        if self.do(runs.Offer(ticket)):
            self.waiting.add(ticket.run_id)

    @rule(ticket=TICKETS)
    def occupy(self, ticket: runs.RunTicket) -> None:
        if self.do(runs.Occupy(ticket)):
            self.waiting.discard(ticket.run_id)
            self.running.add(ticket.run_id)
            self.occupied = len(self.running)

    @rule(ticket=TICKETS)
    def leave(self, ticket: runs.RunTicket) -> None:
        was_there = ticket.run_id in self.waiting | self.running
        assert bool(self.do(runs.Leave(ticket.run_id))) == was_there
        self.waiting.discard(ticket.run_id)
        self.running.discard(ticket.run_id)

    @rule(limits=LIMITS)
    def change_limits(self, limits: RunLimits) -> None:
        self.do(runs.ChangeLimits(limits))
        self.occupied = len(self.running)

    @rule()
    def admit(self) -> None:
        while True:
            could = [r for r in self.waiting if not runs.waits_for(self.state, r)]
            events = self.do(runs.Admit())
            if not events:
                break
            (event,) = events
            assert isinstance(event, runs.Admitted)
            first = min(could, key=lambda r: (-RUNS[r].priority, RUNS[r].number))
            assert event.ticket.run_id == first, "the first of those that could begin does"
            self.waiting.remove(first)
            self.running.add(first)
        assert check_idle_runs(self.state) == []

    @invariant()
    def slots_are_kept(self) -> None:
        assert check_runs(self.state, self.occupied) == []

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert set(self.state.running) == self.running
        assert set(self.state.waiting) == self.waiting


TestQueueOfRuns = QueueOfRuns.TestCase
TestQueueOfRuns.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
