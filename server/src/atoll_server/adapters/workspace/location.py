"""One entry of a workspace, however it was written."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_wire.messages import Target

_SHOWN = 5
_LONGEST_NAME = 200


@dataclass(frozen=True)
class ServerAddress:
    """Where a self-hosted server (`atoll api grpc`) listens: a port of a host, or a socket."""

    host: str = "localhost"
    port: int | None = None
    socket: str | None = None
    """Path of a Unix socket; then there is no port."""
    ssl: bool = False
    additional_metadata: Mapping[str, Any] = field(default_factory=dict)
    """Free facts about the server, shown with the location."""

    def __str__(self) -> str:
        if self.socket is not None:
            return f"unix:{self.socket}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class WorkspaceLocation:
    """A location by name, with what is to be loaded for it, or where it is served."""

    name: str
    target: Target | ServerAddress
    place: str
    """Where it was asked for: `workspace.yaml:3:5` or `-m shop`."""
    on_code_change: str = "fail"
    """What becomes of runs whose code is gone: `fail` or `continue`."""
    max_concurrent_steps: int | None = None
    """Steps that run there at a time; None: no limit of its own."""

    @property
    def continues(self) -> bool:
        """Whether runs whose code is gone continue on the code as it is now."""
        return self.on_code_change == "continue"


def server_name(host: str, port: int | None, socket: str | None) -> str:
    """The name of a server's location that was given none, as Dagster names it.

    Args:
        socket: as it was written: a folder that moves keeps its locations' names.
    """
    return f"grpc:{host}:{port if socket is None else socket}"


def mistake_in_name(name: str) -> str | None:
    """What keeps a location from having this name, or None."""
    if not name.isprintable():
        return "holds a character that cannot be printed"
    if name.strip(". ") == "":
        return "has neither letters nor digits"
    if len(name) > _LONGEST_NAME:
        return f"has {len(name)} characters; {_LONGEST_NAME} are enough for a name"
    return None


def mistake_in_file(path: str) -> str | None:
    """What is wrong with a file that code is to be loaded from, or None.

    Looked at as the workspace is read: no later moment knows the line that names the file.
    """
    if os.path.isfile(path):
        return None
    if os.path.isdir(path):
        return "is a folder; name a .py file, or a package with python_package"
    folder = os.path.dirname(path)
    try:
        known = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
    except OSError:
        return f"there is no such file, and no folder {folder}"
    close = difflib.get_close_matches(os.path.basename(path), known, n=1, cutoff=0.6)
    if close:
        return f'there is no such file; did you mean "{close[0]}"?'
    more = ", …" if len(known) > _SHOWN else ""
    has = ", ".join(known[:_SHOWN]) + more if known else "no .py file"
    return f"there is no such file; its folder has {has}"


def mistake_in_module(name: str) -> str | None:
    """What keeps a text from being the dotted name of a module, or None."""
    if ":" in name:
        return "must be a dotted name; the Definitions in it are named with attribute (-a)"
    parts = name.split(".")
    if not all(part and part.isprintable() and not set(part) & set(" ,;'\"") for part in parts):
        return "must be a dotted name, such as shop.definitions"
    return None


def is_file_name(name: str) -> bool:
    """Whether what should be a dotted name of a module is that of a file."""
    return name.endswith(".py") or "/" in name or os.sep in name


def refuse_duplicates(locations: Sequence[WorkspaceLocation]) -> None:
    """Check that no two locations have the same name, or are the same server.

    Raises:
        WorkspaceError: `workspace.invalid`, names both places.
    """
    seen: dict[str, WorkspaceLocation] = {}
    for location in locations:
        first = seen.setdefault(location.name, location)
        if first is not location:
            raise WorkspaceError(
                f'two locations are named "{location.name}": one at {first.place}, '
                f"another at {location.place}; give one of them another location_name, in a "
                "workspace.yaml"
            )
    servers: dict[str, WorkspaceLocation] = {}
    for location in locations:
        if isinstance(location.target, ServerAddress):
            # A server holds one location, and has one stream for each deployment.
            first = servers.setdefault(str(location.target), location)
            if first is not location:
                raise WorkspaceError(
                    f'"{first.name}" and "{location.name}" are one server, {location.target}: '
                    f"one at {first.place}, another at {location.place}; leave one of them out"
                )
