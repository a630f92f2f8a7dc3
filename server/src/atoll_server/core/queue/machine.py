"""Which waiting steps may start: capacity is decided here and nowhere else.

Steps of one run start in the order in which they were offered. Locations take turns, and
within a location its runs do, so that neither a big run nor a busy location starves another.
Everything costs what it changes; `Admit` looks at most once at every location that waits.
The queue is rebuilt from the runs after a restart, so its events are not stored. States are
owned by whoever holds them: `evolve` changes them in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.outcome import InternalError, Rejected


@dataclass(frozen=True, slots=True)
class Ticket:
    """A step that wants to start, or has."""

    run_id: str
    step: str
    location: str


@dataclass(frozen=True)
class Limits:
    """How much may run at a time."""

    total: int
    """Steps, over all locations; at least 1."""
    per_location: Mapping[str, int] = field(default_factory=dict)
    """Steps of single locations; one that is not named has no limit of its own."""

    def of(self, location: str) -> int:
        """The limit of a location."""
        return self.per_location.get(location, self.total)


# Commands


@dataclass(frozen=True, slots=True)
class Offer:
    """A step could start now."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A step will not start after all."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Occupy:
    """A step is found running: the engine was restarted."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Release:
    """A step that was started is over."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class OpenLocation:
    """Workers can be started there (again)."""

    location: str


@dataclass(frozen=True, slots=True)
class CloseLocation:
    """No worker can be started there for now."""

    location: str


@dataclass(frozen=True, slots=True)
class Admit:
    """Is there a step that may start now? One at a time."""


Command = Offer | Withdraw | Occupy | Release | OpenLocation | CloseLocation | Admit

# Events


@dataclass(frozen=True, slots=True)
class Offered:
    """The step stands in line."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The step left the line."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Admitted:
    """The step starts and takes up capacity; it came out of the line, or was found running."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Released:
    """The step's capacity is free."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class LocationOpened:
    """Its steps may start."""

    location: str


@dataclass(frozen=True, slots=True)
class LocationClosed:
    """Its steps have to wait."""

    location: str


Event = Offered | Withdrawn | Admitted | Released | LocationOpened | LocationClosed


@dataclass(slots=True)
class QueueState:
    """Who waits, and what runs."""

    limits: Limits
    waiting: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    """Location, run, steps: each level in the order in which it is served next."""
    running: dict[Ticket, None] = field(default_factory=dict)
    per_location: dict[str, int] = field(default_factory=dict)
    """How many steps run, by location; those without are left out."""
    open: set[str] = field(default_factory=set)

    def is_waiting(self, ticket: Ticket) -> bool:
        """Whether the ticket stands in line."""
        return ticket.step in self.waiting.get(ticket.location, {}).get(ticket.run_id, {})


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
            return [] if ticket in state.running else [Admitted(ticket)]
        case Release(ticket):
            return [Released(ticket)] if ticket in state.running else []
        case OpenLocation(location):
            return [] if location in state.open else [LocationOpened(location)]
        case CloseLocation(location):
            return [LocationClosed(location)] if location in state.open else []
        case Admit():
            following = _next(state)
            return [] if following is None else [Admitted(following)]


def _next(state: QueueState) -> Ticket | None:
    if len(state.running) >= state.limits.total:
        return None
    for location, runs in state.waiting.items():
        has_room = state.per_location.get(location, 0) < state.limits.of(location)
        if has_room and location in state.open:
            run_id, steps = next(iter(runs.items()))
            return Ticket(run_id, next(iter(steps)), location)
    return None


def evolve(state: QueueState, event: Event) -> QueueState:
    """The state after `event`: `state` itself, changed."""
    _EVOLVERS[type(event)](state, event)
    return state


def _offered(state: QueueState, event: Offered) -> None:
    ticket = event.ticket
    runs = state.waiting.setdefault(ticket.location, {})
    runs.setdefault(ticket.run_id, {})[ticket.step] = None


def _leave_line(state: QueueState, ticket: Ticket, *, served: bool) -> None:
    """Take a ticket out of the line; a run and a location that were served go to its end."""
    runs = state.waiting[ticket.location]
    steps = runs[ticket.run_id]
    del steps[ticket.step]
    if served:
        runs[ticket.run_id] = runs.pop(ticket.run_id)
        state.waiting[ticket.location] = state.waiting.pop(ticket.location)
    if not steps:
        del runs[ticket.run_id]
    if not runs:
        del state.waiting[ticket.location]


def _withdrawn(state: QueueState, event: Withdrawn) -> None:
    _leave_line(state, event.ticket, served=False)


def _admitted(state: QueueState, event: Admitted) -> None:
    ticket = event.ticket
    if ticket in state.running:
        raise InternalError(f"{ticket} was admitted twice")
    if state.is_waiting(ticket):
        _leave_line(state, ticket, served=True)
    state.running[ticket] = None
    state.per_location[ticket.location] = state.per_location.get(ticket.location, 0) + 1


def _released(state: QueueState, event: Released) -> None:
    location = event.ticket.location
    del state.running[event.ticket]
    state.per_location[location] -= 1
    if not state.per_location[location]:
        del state.per_location[location]


def _opened(state: QueueState, event: LocationOpened) -> None:
    state.open.add(event.location)


def _closed(state: QueueState, event: LocationClosed) -> None:
    state.open.discard(event.location)


_EVOLVERS: dict[type, Callable[[QueueState, Any], None]] = {
    Offered: _offered,
    Withdrawn: _withdrawn,
    Admitted: _admitted,
    Released: _released,
    LocationOpened: _opened,
    LocationClosed: _closed,
}
