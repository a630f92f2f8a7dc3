"""What a location machine is told, what it states, and what it asks of the world."""

from __future__ import annotations

from dataclasses import dataclass

from atoll_server.core.location.change import Change
from atoll_wire.failure import Failure
from atoll_wire.messages import (
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    GenerationUsage,
    Hello,
    WorkerMode,
)

Told = (
    GenerationStarting
    | GenerationLoaded
    | GenerationUsage
    | GenerationFailed
    | GenerationExited
    | WorkerMode
)
"""What a supervisor tells about generations."""

# Commands


@dataclass(frozen=True)
class Connect:
    """The stream to the supervisor is open."""

    at: float
    hello: Hello


@dataclass(frozen=True)
class LoseContact:
    """The supervisor cannot be reached."""

    at: float
    reason: str


@dataclass(frozen=True)
class Hear:
    """The supervisor tells something about a generation."""

    at: float
    message: Told


@dataclass(frozen=True)
class Reload:
    """Somebody wants the code loaded anew."""

    at: float


@dataclass(frozen=True)
class AcceptSnapshot:
    """The host has the snapshot of a generation, and has compared it with the last one."""

    at: float
    generation: int
    hash: str
    change: Change | None = None
    """None where there was nothing to compare with."""


@dataclass(frozen=True)
class RefuseSnapshot:
    """The snapshot of a generation cannot be read."""

    at: float
    generation: int
    failure: Failure


@dataclass(frozen=True)
class Pin:
    """A run is planned on a generation, which must stay for it."""

    at: float
    run_id: str
    generation: int
    identity: str


@dataclass(frozen=True)
class Unpin:
    """The run is over."""

    at: float
    run_id: str


@dataclass(frozen=True)
class NoteConflicts:
    """What other locations define as well, and have; empty: nothing any more."""

    at: float
    conflicts: tuple[str, ...]


@dataclass(frozen=True)
class NoteBuild:
    """The location's environment is being built; None: it is built."""

    at: float
    message: str | None


Command = (
    Connect
    | LoseContact
    | Hear
    | Reload
    | AcceptSnapshot
    | RefuseSnapshot
    | Pin
    | Unpin
    | NoteConflicts
    | NoteBuild
)

# Events that are not commands heard as they are


@dataclass(frozen=True)
class Requested:
    """A generation is to be loaded."""

    at: float
    generation: int


@dataclass(frozen=True)
class Disowned:
    """The supervisor has a generation that the host has let go, or never asked for."""

    at: float
    generation: int


@dataclass(frozen=True)
class Served:
    """New runs use the generation from now on."""

    at: float
    generation: int
    change: Change | None


@dataclass(frozen=True)
class Superseded:
    """A newer generation serves; this one finishes its runs."""

    at: float
    generation: int


@dataclass(frozen=True)
class Retired:
    """The generation is let go."""

    at: float
    generation: int


@dataclass(frozen=True)
class IdentityChanged:
    """The generation's process was started again and holds other code than before."""

    at: float
    generation: int


@dataclass(frozen=True)
class PinsLost:
    """The code that these runs were planned on is gone for good."""

    at: float
    run_ids: tuple[str, ...]
    failure: Failure


Event = (
    Connect
    | LoseContact
    | Hear
    | Pin
    | Unpin
    | NoteConflicts
    | NoteBuild
    | RefuseSnapshot
    | Requested
    | Disowned
    | Served
    | Superseded
    | Retired
    | IdentityChanged
    | PinsLost
)
"""What was heard is an event as it is: nobody can refuse to have heard it."""

# Effects


@dataclass(frozen=True, slots=True)
class LoadGeneration:
    """Have the supervisor load a generation, or tell of it if it has it."""

    generation: int


@dataclass(frozen=True, slots=True)
class LetGenerationGo:
    """Have the supervisor stop a generation."""

    generation: int


@dataclass(frozen=True, slots=True)
class ObtainSnapshot:
    """Get the snapshot of a generation, from storage or from the supervisor."""

    generation: int
    hash: str


@dataclass(frozen=True, slots=True)
class RebuildCatalog:
    """What can be run has changed."""


@dataclass(frozen=True, slots=True)
class FailPinnedSteps:
    """What these runs have not started in this location can never start."""

    run_ids: tuple[str, ...]
    failure: Failure


Effect = LoadGeneration | LetGenerationGo | ObtainSnapshot | RebuildCatalog | FailPinnedSteps
