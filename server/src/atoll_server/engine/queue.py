"""Drives `core.queue`: offers, withdrawals, and who may start now.

What it decides is not stored: the runs' events say who runs, and the queue follows them.
"""

from __future__ import annotations

from collections.abc import Iterator

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue.limits import Limits
from atoll_server.core.queue.messages import (
    Admit,
    Admitted,
    ChangeLimits,
    CloseLocation,
    Command,
    Hold,
    Leave,
    Occupy,
    Offer,
    OpenLocation,
    PoolsHeld,
    Release,
    Ticket,
    Withdraw,
)
from atoll_server.core.queue.steps import QueueState, decide, evolve


class Queue:
    """Everybody's steps in line."""

    def __init__(self, limits: Limits) -> None:
        self.state = QueueState(limits)
        self._parked: dict[str, dict[Ticket, None]] = {}
        """By location: tickets whose own generation is not up, though the location is."""
        self._newly_holding: str | None = None
        """The run whose first step in a pool was admitted last."""

    def offer(self, ticket: Ticket) -> None:
        """The step could start now."""
        self._apply(Offer(ticket))

    def withdraw(self, ticket: Ticket) -> None:
        """The step will not start after all."""
        self._parked.get(ticket.location, {}).pop(ticket, None)
        self._apply(Withdraw(ticket))

    def occupy(self, ticket: Ticket) -> None:
        """The step runs already."""
        self._apply(Occupy(ticket))

    def release(self, ticket: Ticket) -> None:
        """The step is over."""
        self._apply(Release(ticket))

    def hold(self, run_id: str, pools: tuple[str, ...]) -> None:
        """The run has begun a step in a pool already."""
        self._apply(Hold(run_id, pools))

    def leave(self, run_id: str) -> None:
        """The run is over."""
        self._apply(Leave(run_id))

    def change_limits(self, limits: Limits) -> None:
        """Other limits hold from now on."""
        self._apply(ChangeLimits(limits))

    def park(self, ticket: Ticket) -> None:
        """A step just admitted cannot start yet: it makes room until its location moves."""
        self._apply(Release(ticket))
        if self._newly_holding == ticket.run_id:
            self._apply(Leave(ticket.run_id))
        self._parked.setdefault(ticket.location, {})[ticket] = None

    def location_moved(self, location: str, is_open: bool) -> None:
        """Something about a location has changed; whoever was parked there tries again."""
        self._apply(OpenLocation(location) if is_open else CloseLocation(location))
        for ticket in self._parked.pop(location, {}):
            self._apply(Offer(ticket))

    def admissions(self) -> Iterator[Ticket]:
        """Steps that may start now, one after the other, as long as there is room."""
        while True:
            events = decide(self.state, Admit())
            if isinstance(events, Rejected) or not events:
                return
            self._newly_holding = None
            for event in events:
                evolve(self.state, event)
                if isinstance(event, PoolsHeld):
                    self._newly_holding = event.run_id
                if isinstance(event, Admitted):
                    yield event.ticket

    def _apply(self, command: Command) -> None:
        events = decide(self.state, command)
        if not isinstance(events, Rejected):
            for event in events:
                evolve(self.state, event)
