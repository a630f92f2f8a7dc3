"""No sequence of offers exceeds capacity, forgets a step, or starves anybody."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue import machine as q
from atoll_server.core.queue.invariants import check_idle, check_state

LOCATIONS = st.sampled_from(["north", "south", "west"])
TICKETS = st.builds(
    q.Ticket, st.sampled_from(["r1", "r2", "r3"]), st.sampled_from("abcdef"), LOCATIONS
)


class QueueMachine(RuleBasedStateMachine):
    """Offers, ends and closed locations in any order."""

    @initialize(total=st.integers(1, 4), limits=st.dictionaries(LOCATIONS, st.integers(1, 3)))
    def begin(self, total: int, limits: dict[str, int]) -> None:
        self.state = q.QueueState(q.Limits(total, limits))
        self.waiting: list[q.Ticket] = []
        self.running: set[q.Ticket] = set()
        self.open: set[str] = set()

    def do(self, command: q.Command) -> list[q.Event]:
        decided = q.decide(self.state, command)
        if isinstance(decided, Rejected):
            return []
        for event in decided:
            q.evolve(self.state, event)
        return decided

    @rule(ticket=TICKETS)
    def offer(self, ticket: q.Ticket) -> None:
        if self.do(q.Offer(ticket)):
            assert ticket not in self.waiting
            self.waiting.append(ticket)

    @rule(ticket=TICKETS)
    def withdraw(self, ticket: q.Ticket) -> None:
        assert bool(self.do(q.Withdraw(ticket))) == (ticket in self.waiting)
        if ticket in self.waiting:
            self.waiting.remove(ticket)

    @rule(ticket=TICKETS)
    def release(self, ticket: q.Ticket) -> None:
        assert bool(self.do(q.Release(ticket))) == (ticket in self.running)
        self.running.discard(ticket)

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
        while events := self.do(q.Admit()):
            (event,) = events
            assert isinstance(event, q.Admitted)
            ticket = event.ticket
            assert ticket.location in self.open
            mine = (ticket.run_id, ticket.location)
            same = [t for t in self.waiting if (t.run_id, t.location) == mine]
            assert same[0] == ticket, "steps of a run start in the order of their offers"
            self.waiting.remove(ticket)
            self.running.add(ticket)
        assert check_idle(self.state) == []

    @invariant()
    def capacity_is_kept(self) -> None:
        assert check_state(self.state) == []

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert set(self.state.running) == self.running
        assert all(self.state.is_waiting(ticket) for ticket in self.waiting)


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
