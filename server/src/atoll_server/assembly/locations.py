"""Clients for the locations of a workspace, whatever carries their messages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from atoll_wire.messages import Target

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.ports.locations import LocationClient


def location_clients(
    locations: Sequence[WorkspaceLocation],
    state_dir: Path,
    *,
    worker: str | None = None,
    lets_go: bool = False,
) -> list[LocationClient]:
    """One client per location, in workspace order.

    Args:
        state_dir: where local locations keep journals and output.
        worker: how workers are made, in place of what the workspace says.
        lets_go: whether a server elsewhere is to keep nothing once its client is closed.
    """
    from atoll_server.adapters.locations.local import LocalLocation
    from atoll_server.adapters.workspace.fresh_environment import FreshEnvironment

    clients: list[LocationClient] = []
    for location in locations:
        target = location.target
        if isinstance(target, Target):
            target = target if worker is None else replace(target, worker=worker)
            client = LocalLocation(location.name, target, state_dir)
            clients.append(FreshEnvironment(client, target, os.environ))
        else:
            from atoll_server.adapters.locations.grpc import GrpcLocation

            clients.append(GrpcLocation(location.name, target, state_dir, lets_go=lets_go))
    return clients


def location_limits(locations: Sequence[WorkspaceLocation]) -> dict[str, int]:
    """How many steps may run in single locations, as far as the workspace says so."""
    limits = {location.name: location.max_concurrent_steps for location in locations}
    return {name: limit for name, limit in limits.items() if limit is not None}
