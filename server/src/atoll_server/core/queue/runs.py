"""Which waiting runs may begin: a run holds a slot from its planning until it ends.

Of those that may, the one with the highest priority goes first, and of equals the oldest.
Runs that take up the same tag limits stand in one lane: where such a limit is full, `Admit`
looks at the lane once and not at all its runs, and whoever stands in another lane may pass.
The queue is rebuilt from the runs after a restart, so its events are not stored. States are
owned by whoever holds them: `evolve` changes them in place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from atoll_server.core.outcome import InternalError, Rejected
from atoll_server.core.queue.limits import RunLimits, TagClaim


@dataclass(frozen=True, slots=True)
class RunTicket:
    """A run that wants to begin, or has."""

    run_id: str
    number: int
    """Grows with every run that was asked for."""
    priority: int = 0
    tags: Mapping[str, str] = field(default_factory=dict, compare=False)


class Place(NamedTuple):
    """A place in a lane; the least goes first."""

    behind: int
    """The priority, negated."""
    number: int
    run_id: str


# Commands


@dataclass(frozen=True, slots=True)
class Offer:
    """A run could begin now."""

    ticket: RunTicket


@dataclass(frozen=True, slots=True)
class Occupy:
    """A run is found under way: the engine was restarted."""

    ticket: RunTicket


@dataclass(frozen=True, slots=True)
class Leave:
    """A run is over, whether it had begun or not."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Other limits hold from now on."""

    limits: RunLimits


@dataclass(frozen=True, slots=True)
class Admit:
    """Is there a run that may begin now? One at a time."""


Command = Offer | Occupy | Leave | ChangeLimits | Admit

# Events


@dataclass(frozen=True, slots=True)
class Offered:
    """The run stands in line."""

    ticket: RunTicket


@dataclass(frozen=True, slots=True)
class Admitted:
    """The run has a slot; it came out of the line, or was found under way."""

    ticket: RunTicket


@dataclass(frozen=True, slots=True)
class Left:
    """The run's slot is free, or its place in the line."""

    ticket: RunTicket


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """Runs that are under way stay so, even where there are too many of them now."""

    limits: RunLimits


Event = Offered | Admitted | Left | LimitsChanged

Claims = tuple[TagClaim, ...]


@dataclass(slots=True)
class RunQueueState:
    """Which runs wait, and which are under way."""

    limits: RunLimits
    waiting: dict[str, RunTicket] = field(default_factory=dict)
    lanes: dict[Claims, list[Place]] = field(default_factory=dict)
    """The waiting runs by what they would take up of the tag limits, in order."""
    running: dict[str, RunTicket] = field(default_factory=dict)
    taken: dict[TagClaim, int] = field(default_factory=dict)
    """How many runs that are under way count in a tag limit; those without are left out."""

    def is_full(self, claim: TagClaim) -> bool:
        """Whether no more runs of that kind may begin."""
        return self.taken.get(claim, 0) >= claim.limit.limit

    @property
    def has_slot(self) -> bool:
        """Whether one more run may be under way, whatever its tags."""
        return self.limits.total is None or len(self.running) < self.limits.total


def decide(state: RunQueueState, command: Command) -> list[Event] | Rejected:
    """The events that follow from `command`; `state` stays as it is."""
    match command:
        case Offer(ticket):
            if ticket.run_id in state.waiting or ticket.run_id in state.running:
                return Rejected("queue.known", f"run {ticket.run_id} was offered already")
            return [Offered(ticket)]
        case Occupy(ticket):
            return [] if ticket.run_id in state.running else [Admitted(ticket)]
        case Leave(run_id):
            found = state.waiting.get(run_id) or state.running.get(run_id)
            return [] if found is None else [Left(found)]
        case ChangeLimits(limits):
            return [] if limits == state.limits else [LimitsChanged(limits)]
        case Admit():
            following = _next(state)
            return [] if following is None else [Admitted(following)]


def _next(state: RunQueueState) -> RunTicket | None:
    if not state.has_slot:
        return None
    heads = [lane[0] for claims, lane in state.lanes.items() if not any(map(state.is_full, claims))]
    return state.waiting[min(heads).run_id] if heads else None


def waits_for(state: RunQueueState, run_id: str) -> str:
    """What a waiting run waits for, as a sentence; empty: for nothing."""
    ticket = state.waiting.get(run_id)
    if ticket is None:
        return ""
    if not state.has_slot:
        number, total = len(state.running), state.limits.total
        return f"Waits for a run slot: {number} of {total} runs are under way."
    for claim in state.limits.claims(ticket.tags):
        if state.is_full(claim):
            number, most = state.taken.get(claim, 0), claim.limit.limit
            return f"Waits for runs with the tag {claim.told}: {number} of {most} are under way."
    return ""


def evolve(state: RunQueueState, event: Event) -> RunQueueState:
    """The state after `event`: `state` itself, changed."""
    _EVOLVERS[type(event)](state, event)
    return state


def _place(ticket: RunTicket) -> Place:
    return Place(-ticket.priority, ticket.number, ticket.run_id)


def _offered(state: RunQueueState, event: Offered) -> None:
    ticket = event.ticket
    state.waiting[ticket.run_id] = ticket
    insort(state.lanes.setdefault(state.limits.claims(ticket.tags), []), _place(ticket))


def _leave_line(state: RunQueueState, ticket: RunTicket) -> None:
    del state.waiting[ticket.run_id]
    claims = state.limits.claims(ticket.tags)
    lane = state.lanes[claims]
    del lane[bisect_left(lane, _place(ticket))]
    if not lane:
        del state.lanes[claims]


def _admitted(state: RunQueueState, event: Admitted) -> None:
    ticket = event.ticket
    if ticket.run_id in state.running:
        raise InternalError(f"run {ticket.run_id} was admitted twice")
    if ticket.run_id in state.waiting:
        _leave_line(state, state.waiting[ticket.run_id])
    state.running[ticket.run_id] = ticket
    _count(state, ticket, 1)


def _count(state: RunQueueState, ticket: RunTicket, more: int) -> None:
    for claim in state.limits.claims(ticket.tags):
        state.taken[claim] = state.taken.get(claim, 0) + more
        if not state.taken[claim]:
            del state.taken[claim]


def _left(state: RunQueueState, event: Left) -> None:
    ticket = event.ticket
    if ticket.run_id in state.waiting:
        _leave_line(state, ticket)
    else:
        del state.running[ticket.run_id]
        _count(state, ticket, -1)


def _limits_changed(state: RunQueueState, event: LimitsChanged) -> None:
    state.limits = event.limits
    state.lanes.clear()
    state.taken.clear()
    for ticket in state.running.values():
        _count(state, ticket, 1)
    for ticket in state.waiting.values():
        insort(state.lanes.setdefault(state.limits.claims(ticket.tags), []), _place(ticket))


_EVOLVERS: dict[type, Callable[[RunQueueState, Any], None]] = {
    Offered: _offered,
    Admitted: _admitted,
    Left: _left,
    LimitsChanged: _limits_changed,
}
