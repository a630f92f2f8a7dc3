"""What may be asked of the queue of steps, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from atoll_server.core.queue.limits import Limits

Pools = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A step that wants to start, or has."""

    run_id: str
    step: str
    location: str
    pool: str | None = None
    priority: int = 0
    run_pools: Pools = field(default=(), compare=False)
    """The pools of all steps of its run."""
    run_limit: int | None = field(default=None, compare=False)
    """How many steps of its run may run at once, where its job says so."""


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
class Hold:
    """A run is found to have begun a step in a pool: the engine was restarted."""

    run_id: str
    pools: Pools


@dataclass(frozen=True, slots=True)
class Leave:
    """A run is over: it holds no pool any more."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Other limits hold from now on."""

    limits: Limits


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


Command = (
    Offer
    | Withdraw
    | Occupy
    | Release
    | Hold
    | Leave
    | ChangeLimits
    | OpenLocation
    | CloseLocation
    | Admit
)

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
class PoolsHeld:
    """The run has begun a step in one of its pools."""

    run_id: str
    pools: Pools


@dataclass(frozen=True, slots=True)
class PoolsLeft:
    """The run holds no pool any more."""

    run_id: str


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """Steps that run go on, even where there are too many of them now."""

    limits: Limits


@dataclass(frozen=True, slots=True)
class LocationOpened:
    """Its steps may start."""

    location: str


@dataclass(frozen=True, slots=True)
class LocationClosed:
    """Its steps have to wait."""

    location: str


Event = (
    Offered
    | Withdrawn
    | Admitted
    | Released
    | PoolsHeld
    | PoolsLeft
    | LimitsChanged
    | LocationOpened
    | LocationClosed
)
