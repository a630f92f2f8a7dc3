"""What the host knows of a location: the fold of what happened to it.

States are owned by whoever holds them: `evolve` changes a state in place and returns it. It
must not know how the location is reached or what its snapshots hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.location import messages as m
from atoll_server.core.location.table import (
    COMING,
    EXECUTING,
    GENERATIONS,
    UNSETTLED,
    LocationStatus,
    Phase,
)
from atoll_server.core.outcome import InternalError
from atoll_wire.failure import Failure
from atoll_wire.messages import (
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    GenerationUsage,
    WorkerMode,
)


@dataclass(slots=True)
class Generation:
    """One load of the location's code, from its request until it is gone."""

    number: int
    phase: Phase = Phase.LOADING
    is_up: bool = False
    """Whether it has a process that serves."""
    identity: str = ""
    started: GenerationStarting | None = None
    loaded: GenerationLoaded | None = None
    usage: GenerationUsage | None = None
    pid: int | None = None
    worker: str | None = None
    worker_reason: str | None = None
    limits_by: str | None = None
    """How the limits of steps are held."""
    restarts: int = 0
    crash_loop: bool = False
    death: Failure | None = None
    """How its process died last, until another one serves."""


@dataclass(frozen=True, slots=True)
class PinnedTo:
    """What a run was planned on."""

    generation: int
    identity: str


@dataclass(slots=True)
class LocationState:
    """One location."""

    name: str
    position: int = 0
    """Its place in the workspace."""
    last_number: int = 0
    """Of the latest generation that was ever requested, in earlier sessions too."""
    continues: bool = False
    """Whether what was planned on code that is gone continues on the code as it is now."""
    snapshot_hash: str | None = None
    """Of the definitions that serve, or of the last that did."""
    last_change: dict[str, Any] | None = None
    """What the last load changed: definitions, and whether any of the user's sources did."""
    reached: dict[str, Any] = field(default_factory=dict)
    """Where its server is and what is said of it; empty of one that the host itself starts."""
    started: GenerationStarting | None = None
    """What was told of the process that was started last, whatever became of it."""
    generations: dict[int, Generation] = field(default_factory=dict)
    """Those that are not gone."""
    serving: int | None = None
    is_connected: bool = False
    server_id: str = ""
    reaches_values: bool = True
    contact_lost: str | None = None
    """Why the supervisor cannot be reached."""
    build: str | None = None
    error: Failure | None = None
    """Why the latest load failed."""
    failed_after_s: float | None = None
    """How long that load took."""
    conflicts: tuple[str, ...] = ()
    pins: dict[str, PinnedTo] = field(default_factory=dict)
    """By run."""
    has_settled: bool = False
    """Whether it has ever ceased to load, with or without success."""
    updated_at: float = 0.0

    @property
    def status(self) -> LocationStatus:
        """What is shown of it."""
        if self.contact_lost is not None:
            return LocationStatus.UNREACHABLE
        if self.build is not None:
            return LocationStatus.BUILDING
        current = self.generations.get(self.serving or 0)
        if current is not None and current.is_up:
            has_flaw = self.error is not None or bool(self.conflicts)
            return LocationStatus.DEGRADED if has_flaw else LocationStatus.LOADED
        if any(g.crash_loop for g in self.generations.values()):
            return LocationStatus.CRASH_LOOP
        if self.error is not None and not self.generations:
            return LocationStatus.FAILED
        return LocationStatus.LOADING

    @property
    def is_open(self) -> bool:
        """Whether any worker can be started here now."""
        return self.is_connected and any(
            g.is_up and g.phase in EXECUTING for g in self.generations.values()
        )

    def home_of(self, pin: PinnedTo) -> Generation | None:
        """The generation that executes what was planned on `pin`, if there is one."""
        own = self.generations.get(pin.generation)
        if own is not None and own.phase in EXECUTING and own.identity == pin.identity:
            return own
        for generation in reversed(self.generations.values()):
            if generation.phase in EXECUTING and generation.identity == pin.identity:
                return generation
        if self.continues and self._is_gone(pin):
            return self.generations.get(self.serving or 0)
        return None

    def is_lost(self, pin: PinnedTo) -> bool:
        """Whether nothing here will ever execute what was planned on `pin`."""
        if not self._is_gone(pin):
            return False
        is_coming = any(g.phase in COMING for g in self.generations.values())
        return not (self.continues and (self.serving is not None or is_coming))

    def _is_gone(self, pin: PinnedTo) -> bool:
        """Whether the very code of `pin` will not come back."""
        if not self.is_connected:
            return False  # out of reach is not gone
        return not any(
            g.phase is Phase.LOADING or g.identity == pin.identity
            for g in self.generations.values()
        )


def evolve(state: LocationState, event: m.Event) -> LocationState:
    """The state after `event`: `state` itself, changed.

    Raises:
        InternalError: `internal.illegal_event`, the event cannot happen in this state.
    """
    _EVOLVERS[type(event)](state, event)
    if not isinstance(event, m.Pin | m.Unpin):
        state.updated_at = event.at
    if not state.has_settled and state.status not in UNSETTLED:
        state.has_settled = True
    return state


def _enter(state: LocationState, number: int, name: str) -> Generation:
    generation = state.generations.get(number)
    phase = None if generation is None else GENERATIONS[generation.phase].get(name)
    if generation is None or phase is None:
        raise InternalError(f"{name} of generation {number} of {state.name}: {generation}")
    generation.phase = phase
    if phase is Phase.GONE:
        del state.generations[number]
        if state.serving == number:
            state.serving = None
    return generation


def _connected(state: LocationState, event: m.Connect) -> None:
    state.is_connected, state.contact_lost = True, None
    state.server_id = event.hello.server_id
    state.reaches_values = event.hello.reaches_values


def _contact_lost(state: LocationState, event: m.LoseContact) -> None:
    state.is_connected, state.contact_lost = False, event.reason
    for generation in state.generations.values():
        generation.is_up = False  # what answers there next may hold other code: it tells


def _heard(state: LocationState, event: m.Hear) -> None:
    message = event.message
    generation = _enter(state, message.generation, type(message).__name__)
    match message:
        case GenerationStarting():
            generation.pid, generation.usage = message.pid, None
            generation.started = state.started = message
        case GenerationUsage():
            generation.usage = message
        case GenerationLoaded():
            generation.loaded, generation.identity = message, message.identity
            generation.pid, generation.is_up, generation.crash_loop = message.pid, True, False
            generation.death = None
        case GenerationFailed():
            state.error, state.failed_after_s = message.failure, message.load_seconds
        case GenerationExited():
            generation.is_up, generation.pid = False, None
            generation.restarts, generation.crash_loop = message.restarts, message.crash_loop
            generation.death = message.failure
        case WorkerMode():
            generation.worker, generation.worker_reason = message.mode, message.reason
            generation.limits_by = message.limits or None


def _requested(state: LocationState, event: m.Requested) -> None:
    state.last_number = max(state.last_number, event.generation)
    state.generations[event.generation] = Generation(event.generation)


def _served(state: LocationState, event: m.Served) -> None:
    generation = _enter(state, event.generation, "Served")
    assert generation.loaded is not None
    before = state.generations.get(state.serving or 0)
    state.serving, state.error = event.generation, None
    state.snapshot_hash = generation.loaded.snapshot_hash
    if event.change is not None:
        state.last_change = {
            "at": event.at,
            "generation": event.generation,
            "code_changed": before is not None and before.identity != generation.identity,
            **event.change.to_data(),
        }


def _superseded(state: LocationState, event: m.Superseded) -> None:
    _enter(state, event.generation, "Superseded")


def _retired(state: LocationState, event: m.Retired) -> None:
    _enter(state, event.generation, "Retired")


def _disowned(state: LocationState, event: m.Disowned) -> None:
    """It is none of ours: nothing changes but over there."""


def _identity_changed(state: LocationState, event: m.IdentityChanged) -> None:
    _enter(state, event.generation, "IdentityChanged")
    state.serving = None


def _snapshot_refused(state: LocationState, event: m.RefuseSnapshot) -> None:
    _enter(state, event.generation, "RefuseSnapshot")
    state.error = event.failure


def _pinned(state: LocationState, event: m.Pin) -> None:
    state.pins[event.run_id] = PinnedTo(event.generation, event.identity)


def _unpinned(state: LocationState, event: m.Unpin) -> None:
    state.pins.pop(event.run_id, None)


def _pins_lost(state: LocationState, event: m.PinsLost) -> None:
    for run_id in event.run_ids:
        del state.pins[run_id]


def _conflicts_noted(state: LocationState, event: m.NoteConflicts) -> None:
    state.conflicts = event.conflicts


def _build_noted(state: LocationState, event: m.NoteBuild) -> None:
    state.build = event.message


_EVOLVERS: dict[type, Callable[[LocationState, Any], None]] = {
    m.Connect: _connected,
    m.LoseContact: _contact_lost,
    m.Hear: _heard,
    m.Requested: _requested,
    m.Disowned: _disowned,
    m.Served: _served,
    m.Superseded: _superseded,
    m.Retired: _retired,
    m.IdentityChanged: _identity_changed,
    m.RefuseSnapshot: _snapshot_refused,
    m.Pin: _pinned,
    m.Unpin: _unpinned,
    m.PinsLost: _pins_lost,
    m.NoteConflicts: _conflicts_noted,
    m.NoteBuild: _build_noted,
}
