"""Drives `core.queue.runs`: which runs may be planned and begin.

What it decides is not stored: a run holds a slot as long as its events say that it is under way,
so that none is lost, whatever dies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atoll_server.core.outcome import Rejected
from atoll_server.core.queue.limits import RunLimits
from atoll_server.core.queue.runs import (
    Admit,
    Admitted,
    ChangeLimits,
    Command,
    Leave,
    Occupy,
    Offer,
    RunQueueState,
    RunTicket,
    decide,
    evolve,
    waits_for,
)
from atoll_server.core.run.tags import read_leniently


class RunSlots:
    """The runs that wait for their turn, and those that have had it."""

    def __init__(self, limits: RunLimits) -> None:
        self.state = RunQueueState(limits)
        self._asked: dict[str, RunTicket] = {}
        """Runs that could not begin yet, were there a slot."""
        self._last = 0

    def ask(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Somebody wants the run: among equals it comes after all before it."""
        self._asked[run_id] = self._ticket(run_id, tags)

    def offer(self, run_id: str, tags: Mapping[str, str]) -> bool:
        """The run could begin now; says whether it has a slot already.

        Args:
            tags: those of the job that it is one of; its own go over them.
        """
        asked = self._asked.pop(run_id, None)
        if asked is not None:
            tags = {**tags, **asked.tags}
            priority = read_leniently(tags).priority
            self._apply(Offer(RunTicket(run_id, asked.number, priority, tags)))
        return self.has_slot(run_id)

    def has_slot(self, run_id: str) -> bool:
        """Whether the run is under way."""
        return run_id in self.state.running

    def occupy(self, run_id: str, tags: Mapping[str, str]) -> None:
        """The run is under way already."""
        self._apply(Occupy(self._ticket(run_id, tags)))

    def leave(self, run_id: str) -> None:
        """The run is over."""
        self._asked.pop(run_id, None)
        self._apply(Leave(run_id))

    def change_limits(self, limits: RunLimits) -> None:
        """Other limits hold from now on."""
        self._apply(ChangeLimits(limits))

    def waits_for(self, run_id: str) -> str:
        """What a run that could begin waits for, as a sentence."""
        return waits_for(self.state, run_id)

    def admissions(self) -> Iterator[str]:
        """Runs that may begin now, one after the other, as long as there are slots."""
        while True:
            events = decide(self.state, Admit())
            if isinstance(events, Rejected) or not events:
                return
            for event in events:
                evolve(self.state, event)
                if isinstance(event, Admitted):
                    yield event.ticket.run_id

    def _ticket(self, run_id: str, tags: Mapping[str, str]) -> RunTicket:
        self._last += 1
        return RunTicket(run_id, self._last, read_leniently(tags).priority, tags)

    def _apply(self, command: Command) -> None:
        events = decide(self.state, command)
        if not isinstance(events, Rejected):
            for event in events:
                evolve(self.state, event)
