"""No sequence of offers and limits exceeds capacity, forgets a step, or holds up who could go."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import messages as q
from atoll_server.core.queue import steps
from atoll_server.core.queue.invariants import check_admission, check_idle, check_state
from atoll_server.core.queue.limits import Limits, PoolGranularity

LOCATIONS = st.sampled_from(["north", "south", "west"])
POOLS = {"a": "gpu", "b": "gpu", "c": "disk", "d": "disk", "e": None, "f": None}
RUN_POOLS = {"r1": ("disk", "gpu"), "r2": ("disk", "gpu"), "r3": ("disk", "gpu"), "r4": ("gpu",)}
PRIORITIES = {"r1": 0, "r2": 0, "r3": 5, "r4": -1}
RUN_LIMITS = {"r2": 2, "r3": 1}
RUNS = st.sampled_from(list(RUN_POOLS))


@st.composite
def tickets(draw: st.DrawFn) -> q.Ticket:
    run_id = draw(RUNS)
    step = draw(st.sampled_from("abef" if run_id == "r4" else "abcdef"))
    return q.Ticket(
        run_id,
        step,
        draw(LOCATIONS),
        POOLS[step],
        PRIORITIES[run_id],
        RUN_POOLS[run_id],
        RUN_LIMITS.get(run_id),
    )


LIMITS = st.builds(
    Limits,
    st.integers(1, 4),
    st.dictionaries(LOCATIONS, st.integers(0, 3)),
    st.dictionaries(st.sampled_from(["gpu", "disk"]), st.integers(0, 3)),
    st.none() | st.integers(0, 2),
    st.sampled_from(PoolGranularity),
)


class QueueOfSteps(RuleBasedStateMachine):
    """Offers, ends, closed locations and changing limits in any order."""

    @initialize(limits=LIMITS)
    def begin(self, limits: Limits) -> None:
        self.state = steps.QueueState(limits)
        self.waiting: list[q.Ticket] = []
        self.running: set[q.Ticket] = set()
        self.open: set[str] = set()
        self.occupied = 0
        """How many steps and runs may be there that today's limits would not admit."""

    def do(self, command: q.Command) -> list[q.Event]:
        decided = steps.decide(self.state, command)
        if isinstance(decided, Rejected):
            return []
        for event in decided:
            steps.evolve(self.state, event)
        return decided

    @rule(ticket=tickets())
    def offer(self, ticket: q.Ticket) -> None:
        if self.do(q.Offer(ticket)):
            assert ticket not in self.waiting
            self.waiting.append(ticket)

    @rule(ticket=tickets())
    def withdraw(self, ticket: q.Ticket) -> None:
        assert bool(self.do(q.Withdraw(ticket))) == (ticket in self.waiting)
        if ticket in self.waiting:
            self.waiting.remove(ticket)

    @rule(ticket=tickets())
    def release(self, ticket: q.Ticket) -> None:
        assert bool(self.do(q.Release(ticket))) == (ticket in self.running)
        self.running.discard(ticket)

    @rule(ticket=tickets())
    def occupy(self, ticket: q.Ticket) -> None:
        if ticket not in self.waiting and self.do(q.Occupy(ticket)):
            self.running.add(ticket)
            self.occupied = self.all_that_is_there()

    @rule(run_id=RUNS)
    def end_run(self, run_id: str) -> None:
        for ticket in [t for t in self.waiting if t.run_id == run_id]:
            self.withdraw(ticket)
        for ticket in [t for t in self.running if t.run_id == run_id]:
            self.release(ticket)
        self.do(q.Leave(run_id))

    @rule(run_id=RUNS)
    def hold(self, run_id: str) -> None:
        self.do(q.Hold(run_id, RUN_POOLS[run_id]))
        self.occupied = self.all_that_is_there()

    @rule(limits=LIMITS)
    def change_limits(self, limits: Limits) -> None:
        self.do(q.ChangeLimits(limits))
        self.occupied = self.all_that_is_there()

    def all_that_is_there(self) -> int:
        return max(len(self.state.running), len(self.state.holding))

    @rule(location=LOCATIONS)
    def open_location(self, location: str) -> None:
        self.do(q.OpenLocation(location))
        self.open.add(location)

    @rule(location=LOCATIONS)
    def close_location(self, location: str) -> None:
        self.do(q.CloseLocation(location))
        self.open.discard(location)

    @rule()
    def admit(self) -> None:
        while decided := steps.decide(self.state, q.Admit()):
            assert not isinstance(decided, Rejected)
            admitted = decided[-1]
            assert isinstance(admitted, q.Admitted)
            ticket = admitted.ticket
            assert check_admission(self.state, ticket) == []
            assert ticket.location in self.open
            same = [
                t
                for t in self.waiting
                if (t.run_id, t.location, t.pool) == (ticket.run_id, ticket.location, ticket.pool)
            ]
            assert same[0] == ticket, "steps of a run start in the order of their offers"
            self.do(q.Admit())
            self.waiting.remove(ticket)
            self.running.add(ticket)
        assert check_idle(self.state) == []

    @invariant()
    def capacity_is_kept(self) -> None:
        assert check_state(self.state, self.occupied) == []

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert set(self.state.running) == self.running
        assert all(self.state.is_waiting(ticket) for ticket in self.waiting)
        assert len(list(self.state.waiting_tickets())) == len(self.waiting)


TestQueueOfSteps = QueueOfSteps.TestCase
TestQueueOfSteps.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
