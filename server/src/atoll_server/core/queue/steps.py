"""Which waiting steps may start: capacity is decided here and nowhere else.

Higher priorities go first. Among equals locations take turns, within a location its lanes do,
and within a lane its runs, so that neither a big run nor a busy location starves another. A
lane holds the steps that need the same pools: where a pool is full, `Admit` looks at the lane
once and not at its steps, and whoever stands in another lane may pass.
The queue is rebuilt from the runs after a restart, so its events are not stored. States are
owned by whoever holds them: `evolve` changes them in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.outcome import InternalError, Rejected
from atoll_server.core.queue.limits import Limits, PoolGranularity
from atoll_server.core.queue.messages import (
    Admit,
    Admitted,
    ChangeLimits,
    CloseLocation,
    Command,
    Event,
    Hold,
    Leave,
    LimitsChanged,
    LocationClosed,
    LocationOpened,
    Occupy,
    Offer,
    Offered,
    OpenLocation,
    Pools,
    PoolsHeld,
    PoolsLeft,
    Release,
    Released,
    Ticket,
    Withdraw,
    Withdrawn,
)

LaneKey = tuple[Pools, str]
"""The pools that are needed, and the run that its steps are of if it limits them itself."""
Lane = dict[int, dict[str, dict[str, Ticket]]]
"""Priority, run, steps: runs in the order in which they are served next."""


@dataclass(slots=True)
class QueueState:
    """Who waits, and what runs."""

    limits: Limits
    waiting: dict[str, dict[LaneKey, Lane]] = field(default_factory=dict)
    """By location and lane, each in the order in which it is served next."""
    running: dict[Ticket, None] = field(default_factory=dict)
    per_location: dict[str, int] = field(default_factory=dict)
    """How many steps run, by location; those without are left out."""
    per_run: dict[str, int] = field(default_factory=dict)
    """How many steps run, by run, of those that limit it themselves."""
    holding: dict[str, Pools] = field(default_factory=dict)
    """Runs that have begun a step in a pool, with all their pools; whatever the granularity."""
    per_pool: dict[str, int] = field(default_factory=dict)
    """How many steps or runs (see `Limits.granularity`) hold a slot; pools without are left out."""
    open: set[str] = field(default_factory=set)

    def needed_pools(self, ticket: Ticket) -> Pools:
        """The pools in which there must be a slot before the step may start."""
        if ticket.pool is None:
            return ()
        if self.limits.granularity is PoolGranularity.STEP:
            return (ticket.pool,)
        return () if ticket.run_id in self.holding else ticket.run_pools

    def lane_key(self, ticket: Ticket) -> LaneKey:
        """The lane in which a ticket stands."""
        return self.needed_pools(ticket), "" if ticket.run_limit is None else ticket.run_id

    def is_at_its_most(self, ticket: Ticket) -> bool:
        """Whether as many steps of the ticket's run go on as its job permits."""
        most = ticket.run_limit
        return most is not None and self.per_run.get(ticket.run_id, 0) >= most

    def is_waiting(self, ticket: Ticket) -> bool:
        """Whether the ticket stands in line."""
        lane = self.waiting.get(ticket.location, {}).get(self.lane_key(ticket), {})
        return ticket.step in lane.get(ticket.priority, {}).get(ticket.run_id, {})

    def waiting_tickets(self) -> Iterator[Ticket]:
        """All that wait."""
        for lanes in self.waiting.values():
            for lane in lanes.values():
                for runs in lane.values():
                    for steps in runs.values():
                        yield from steps.values()

    def is_full(self, pool: str) -> bool:
        """Whether no slot of a pool is free."""
        limit = self.limits.of_pool(pool)
        return limit is not None and self.per_pool.get(pool, 0) >= limit

    def has_room(self, location: str) -> bool:
        """Whether one more step may run in a location, as far as its own limit goes."""
        limit = self.limits.of(location)
        return limit is None or self.per_location.get(location, 0) < limit


def decide(state: QueueState, command: Command) -> list[Event] | Rejected:
    """The events that follow from `command`; `state` stays as it is."""
    match command:
        case Offer(ticket):
            if state.is_waiting(ticket) or ticket in state.running:
                return Rejected("queue.known", f"{ticket} was offered already")
            return [Offered(ticket)]
        case Withdraw(ticket):
            return [Withdrawn(ticket)] if state.is_waiting(ticket) else []
        case Occupy(ticket):
            return [] if ticket in state.running else [*_held(state, ticket), Admitted(ticket)]
        case Release(ticket):
            return [Released(ticket)] if ticket in state.running else []
        case Hold(run_id, pools):
            return [] if run_id in state.holding else [PoolsHeld(run_id, pools)]
        case Leave(run_id):
            return [PoolsLeft(run_id)] if run_id in state.holding else []
        case ChangeLimits(limits):
            return [] if limits == state.limits else [LimitsChanged(limits)]
        case OpenLocation(location):
            return [] if location in state.open else [LocationOpened(location)]
        case CloseLocation(location):
            return [LocationClosed(location)] if location in state.open else []
        case Admit():
            following = _next(state)
            return [] if following is None else [*_held(state, following), Admitted(following)]


def _held(state: QueueState, ticket: Ticket) -> list[Event]:
    if ticket.pool is None or ticket.run_id in state.holding:
        return []
    return [PoolsHeld(ticket.run_id, ticket.run_pools)]


def _next(state: QueueState) -> Ticket | None:
    if len(state.running) >= state.limits.total:
        return None
    best: Ticket | None = None
    for location, lanes in state.waiting.items():
        if location not in state.open or not state.has_room(location):
            continue
        for (pools, _), lane in lanes.items():
            if best is not None and max(lane) <= best.priority:
                continue
            if not any(map(state.is_full, pools)):
                steps = next(iter(lane[max(lane)].values()))
                first = next(iter(steps.values()))
                # A run that limits itself has the lane for itself.
                best = best if state.is_at_its_most(first) else first
    return best


def waits_for(state: QueueState, ticket: Ticket) -> str:
    """What a step that stands in line waits for, as a sentence; empty: for nothing."""
    location, limits = ticket.location, state.limits
    if location not in state.open:
        return f"Waits for location {location} to serve."
    if not state.has_room(location):
        number = state.per_location.get(location, 0)
        return f"Waits for room in location {location}: {number} of {limits.of(location)} steps."
    if state.is_at_its_most(ticket):
        return f"Waits for other steps of its run: its job runs {ticket.run_limit} at once."
    for pool in state.needed_pools(ticket):
        if state.is_full(pool):
            number, most = state.per_pool.get(pool, 0), limits.of_pool(pool)
            return f"Waits for a slot of pool {pool}: {number} of {most} are taken."
    if len(state.running) >= limits.total:
        return f"Waits for a step slot: {len(state.running)} of {limits.total} are taken."
    return ""


def evolve(state: QueueState, event: Event) -> QueueState:
    """The state after `event`: `state` itself, changed."""
    _EVOLVERS[type(event)](state, event)
    return state


def _stand_in_line(state: QueueState, ticket: Ticket) -> None:
    lanes = state.waiting.setdefault(ticket.location, {})
    runs = lanes.setdefault(state.lane_key(ticket), {}).setdefault(ticket.priority, {})
    runs.setdefault(ticket.run_id, {})[ticket.step] = ticket


def _leave_line(state: QueueState, ticket: Ticket, *, served: bool) -> None:
    """Take a ticket out of the line; who was served goes to its end, at every level."""
    location, key = ticket.location, state.lane_key(ticket)
    lanes = state.waiting[location]
    lane = lanes[key]
    runs = lane[ticket.priority]
    steps = runs[ticket.run_id]
    del steps[ticket.step]
    if served:
        runs[ticket.run_id] = runs.pop(ticket.run_id)
        lanes[key] = lanes.pop(key)
        state.waiting[location] = state.waiting.pop(location)
    if not steps:
        del runs[ticket.run_id]
    if not runs:
        del lane[ticket.priority]
    if not lane:
        del lanes[key]
    if not lanes:
        del state.waiting[location]


def _offered(state: QueueState, event: Offered) -> None:
    _stand_in_line(state, event.ticket)


def _withdrawn(state: QueueState, event: Withdrawn) -> None:
    _leave_line(state, event.ticket, served=False)


def _admitted(state: QueueState, event: Admitted) -> None:
    ticket = event.ticket
    if ticket in state.running:
        raise InternalError(f"{ticket} was admitted twice")
    if state.is_waiting(ticket):
        _leave_line(state, ticket, served=True)
    state.running[ticket] = None
    _count(state.per_location, ticket.location, 1)
    if ticket.run_limit is not None:
        _count(state.per_run, ticket.run_id, 1)
    if state.limits.granularity is PoolGranularity.STEP and ticket.pool is not None:
        _count(state.per_pool, ticket.pool, 1)


def _released(state: QueueState, event: Released) -> None:
    ticket = event.ticket
    del state.running[ticket]
    _count(state.per_location, ticket.location, -1)
    if ticket.run_limit is not None:
        _count(state.per_run, ticket.run_id, -1)
    if state.limits.granularity is PoolGranularity.STEP and ticket.pool is not None:
        _count(state.per_pool, ticket.pool, -1)


def _count(counts: dict[str, int], name: str, more: int) -> None:
    counts[name] = counts.get(name, 0) + more
    if not counts[name]:
        del counts[name]


def _pools_held(state: QueueState, event: PoolsHeld) -> None:
    if state.limits.granularity is PoolGranularity.STEP:
        state.holding[event.run_id] = event.pools
        return
    # What the run's waiting steps need changes with this: they change lanes, as they stand.
    moving = _take_out(state, event.run_id)
    state.holding[event.run_id] = event.pools
    for pool in event.pools:
        _count(state.per_pool, pool, 1)
    for ticket in moving:
        _stand_in_line(state, ticket)


def _take_out(state: QueueState, run_id: str) -> list[Ticket]:
    """Take a run's steps that run in pools out of the line."""
    found = [
        ticket
        for lanes in state.waiting.values()
        for lane in lanes.values()
        for runs in lane.values()
        for ticket in runs.get(run_id, {}).values()
        if ticket.pool is not None
    ]
    for ticket in found:
        _leave_line(state, ticket, served=False)
    return found


def _pools_left(state: QueueState, event: PoolsLeft) -> None:
    if state.limits.granularity is PoolGranularity.STEP:
        del state.holding[event.run_id]
        return
    # The first step that it began is parked, perhaps: the others need the pools again.
    moving = _take_out(state, event.run_id)
    for pool in state.holding.pop(event.run_id):
        _count(state.per_pool, pool, -1)
    for ticket in moving:
        _stand_in_line(state, ticket)


def _limits_changed(state: QueueState, event: LimitsChanged) -> None:
    waiting = list(state.waiting_tickets())
    state.limits = event.limits
    state.waiting.clear()
    state.per_pool.clear()
    if state.limits.granularity is PoolGranularity.STEP:
        held = [ticket.pool for ticket in state.running if ticket.pool is not None]
    else:
        held = [pool for pools in state.holding.values() for pool in pools]
    for pool in held:
        _count(state.per_pool, pool, 1)
    for ticket in waiting:
        _stand_in_line(state, ticket)


def _opened(state: QueueState, event: LocationOpened) -> None:
    state.open.add(event.location)


def _closed(state: QueueState, event: LocationClosed) -> None:
    state.open.discard(event.location)


_EVOLVERS: dict[type, Callable[[QueueState, Any], None]] = {
    Offered: _offered,
    Withdrawn: _withdrawn,
    Admitted: _admitted,
    Released: _released,
    PoolsHeld: _pools_held,
    PoolsLeft: _pools_left,
    LimitsChanged: _limits_changed,
    LocationOpened: _opened,
    LocationClosed: _closed,
}
