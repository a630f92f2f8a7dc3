"""Decisions about a location: what is loaded, what serves, what is let go.

It must not know processes, carriers or storage. `table` has the transitions, `state` says how
events change a location.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from atoll_server.core.location import messages as m
from atoll_server.core.location.state import LocationState, evolve
from atoll_server.core.location.table import COMING, EXECUTING, GENERATIONS, Phase
from atoll_server.core.outcome import Rejected
from atoll_wire.failure import Failure
from atoll_wire.messages import GenerationFailed, GenerationLoaded

__all__ = ["decide", "effects", "evolve", "generation_lost", "settle"]

GENERATION_LOST = "location.generation_lost"


def decide(state: LocationState, command: m.Command) -> list[m.Event] | Rejected:
    """The events that follow from `command`; `state` stays as it is."""
    return _DECIDERS[type(command)](state, command)


def settle(state: LocationState, at: float) -> list[m.Event]:
    """What follows from the state itself, to be asked after every command."""
    homes = {}
    lost = []
    planned_on = {pin.generation for pin in state.pins.values()}
    for run_id, pin in state.pins.items():
        home = state.home_of(pin)
        if home is not None:
            homes[home.number] = run_id
        elif state.is_lost(pin):
            lost.append(run_id)
    found: list[m.Event] = [
        m.Retired(at, generation.number)
        for generation in state.generations.values()
        if (generation.phase is Phase.DRAINING and generation.number not in homes)
        or (
            generation.phase in COMING
            and generation.number < (state.serving or 0)
            and generation.number not in planned_on
        )
    ]
    if lost:
        found.append(m.PinsLost(at, tuple(lost), generation_lost(state)))
    return found


def effects(event: m.Event, state: LocationState) -> list[m.Effect]:
    """What has to be done about `event`, which has just led to `state`."""
    match event:
        case m.Connect():
            return [m.LoadGeneration(number) for number in state.generations]
        case m.Requested(generation=number):
            return [m.LoadGeneration(number)]
        case m.Hear(message=GenerationLoaded() as message):
            generation = state.generations[message.generation]
            if generation.phase is Phase.FETCHING:
                return [m.ObtainSnapshot(message.generation, message.snapshot_hash)]
        case m.IdentityChanged(generation=number):
            loaded = state.generations[number].loaded
            assert loaded is not None
            return [m.ObtainSnapshot(number, loaded.snapshot_hash), m.RebuildCatalog()]
        case m.Hear(message=GenerationFailed()) | m.Served():
            return [m.RebuildCatalog()]
        case (
            m.Retired(generation=number)
            | m.Disowned(generation=number)
            | m.RefuseSnapshot(generation=number)
        ):
            return [m.LetGenerationGo(number)]
        case m.PinsLost(run_ids=run_ids, failure=failure):
            return [m.FailPinnedSteps(run_ids, failure)]
    return []


def _connect(state: LocationState, command: m.Connect) -> list[m.Event]:
    theirs = command.hello.generations
    if state.generations:
        gone = [number for number in theirs if number not in state.generations]
        return [command, *(m.Disowned(command.at, number) for number in gone)]
    # A host that has just started takes over what a supervisor elsewhere has kept for it.
    numbers = theirs or [state.last_number + 1]
    return [command, *(m.Requested(command.at, number) for number in numbers)]


def _lose_contact(state: LocationState, command: m.LoseContact) -> list[m.Event]:
    return [command]


def _hear(state: LocationState, command: m.Hear) -> list[m.Event] | Rejected:
    message = command.message
    generation = state.generations.get(message.generation)
    if generation is None or type(message).__name__ not in GENERATIONS[generation.phase]:
        return Rejected(
            "location.unknown_generation",
            f"{state.name}: {type(message).__name__} of generation {message.generation}, "
            "which is gone",
        )
    is_other = isinstance(message, GenerationLoaded) and message.identity != generation.identity
    if is_other and generation.phase is Phase.SERVING:
        return [command, m.IdentityChanged(command.at, message.generation)]
    if is_other and generation.phase is Phase.DRAINING:
        return [command, m.Retired(command.at, message.generation)]
    if _must_follow(message) and generation.phase is Phase.SERVING:
        return [command, m.Requested(command.at, state.last_number + 1)]
    return [command]


def _must_follow(message: m.Told) -> bool:
    """Whether a generation went only because what lies there now is other code."""
    return isinstance(message, GenerationFailed) and message.failure.code == GENERATION_LOST


def _reload(state: LocationState, command: m.Reload) -> list[m.Event] | Rejected:
    if not state.is_connected:
        return Rejected("location.unreachable", f"{state.name} cannot be reached")
    found: list[m.Event] = [
        m.Retired(command.at, generation.number)
        for generation in state.generations.values()
        if generation.phase in COMING
    ]
    return [*found, m.Requested(command.at, state.last_number + 1)]


def _accept_snapshot(state: LocationState, command: m.AcceptSnapshot) -> list[m.Event] | Rejected:
    generation = state.generations.get(command.generation)
    if (
        generation is None
        or generation.phase is not Phase.FETCHING
        or generation.loaded is None
        or generation.loaded.snapshot_hash != command.hash
    ):
        return Rejected("location.stale_snapshot", f"{state.name}: nobody waits for it any more")
    if command.generation < (state.serving or 0):
        return [m.Superseded(command.at, command.generation)]  # taken over, for runs planned on it
    found: list[m.Event] = [m.Served(command.at, command.generation, command.change)]
    if state.serving is not None:
        found.append(m.Superseded(command.at, state.serving))
    return found


def _refuse_snapshot(state: LocationState, command: m.RefuseSnapshot) -> list[m.Event] | Rejected:
    generation = state.generations.get(command.generation)
    if generation is None or generation.phase is not Phase.FETCHING:
        return Rejected("location.stale_snapshot", f"{state.name}: nobody waits for it any more")
    return [command]


def _pin(state: LocationState, command: m.Pin) -> list[m.Event]:
    return [command]


def _unpin(state: LocationState, command: m.Unpin) -> list[m.Event]:
    return [command] if command.run_id in state.pins else []


def _note_conflicts(state: LocationState, command: m.NoteConflicts) -> list[m.Event]:
    return [command] if command.conflicts != state.conflicts else []


def _note_build(state: LocationState, command: m.NoteBuild) -> list[m.Event]:
    return [command] if command.message != state.build else []


def generation_lost(state: LocationState) -> Failure:
    """Why a step cannot start whose pin is lost."""
    now = [g for g in state.generations.values() if g.phase in EXECUTING]
    why = (
        "its code has changed since the run was planned"
        if now or state.error is None or state.error.code == GENERATION_LOST
        else "its code can no longer be loaded"
    )
    return Failure(
        code=GENERATION_LOST,
        message=f"location {state.name} was started again, and {why}",
        hint="Start the run again; it will use the code as it is now.",
        cause=None if now else state.error,
    )


_DECIDERS: dict[type, Callable[[LocationState, Any], list[m.Event] | Rejected]] = {
    m.Connect: _connect,
    m.LoseContact: _lose_contact,
    m.Hear: _hear,
    m.Reload: _reload,
    m.AcceptSnapshot: _accept_snapshot,
    m.RefuseSnapshot: _refuse_snapshot,
    m.Pin: _pin,
    m.Unpin: _unpin,
    m.NoteConflicts: _note_conflicts,
    m.NoteBuild: _note_build,
}
