"""One entry of a workspace, however it was written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_wire.messages import Target

WORKER_MODES = ("auto", "fork", "spawn", "pool")


@dataclass(frozen=True)
class WorkspaceLocation:
    """A location by name, with what is to be loaded for it."""

    name: str
    target: Target
    place: str
    """Where it was asked for: `workspace.yaml:3:5` or `-m shop`."""


def default_name(target: Target) -> str:
    """The name of a location that was given none, as Dagster names it.

    The module, the package, or the file without its folders; then `:attribute` where given.
    """
    name = os.path.basename(target.name) if target.kind == "file" else target.name
    return name if target.attribute is None else f"{name}:{target.attribute}"


def refuse_duplicates(locations: Sequence[WorkspaceLocation]) -> None:
    """Check that no two locations have the same name.

    Raises:
        WorkspaceError: `workspace.invalid`, names both places.
    """
    seen: dict[str, WorkspaceLocation] = {}
    for location in locations:
        first = seen.setdefault(location.name, location)
        if first is not location:
            raise WorkspaceError(
                f'two locations are named "{location.name}": one at {first.place}, '
                f"another at {location.place}; give one of them another location_name"
            )
