"""What a long-running command tells its terminal: a banner, then a line per event."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from atoll_server.api.views import location_view
from atoll_server.core.location.table import UP
from atoll_server.ports.event_log import LocationRecord, StoredEvent
from atoll_server.settings import RELEASE, Settings
from atoll_wire.lines import EventLines, host_line


class Console:
    """Prints one line per event, a burst of them with one write, and what becomes of locations."""

    def __init__(self) -> None:
        self._lines = EventLines()
        self._known: dict[str, tuple[object, ...]] = {}

    def events(self, events: Sequence[StoredEvent]) -> None:
        """Events were committed."""
        self._write("".join(self._lines.line(event) + "\n" for event in events))

    def location(self, record: LocationRecord) -> None:
        """Something about a location has changed; told where it matters to people."""
        view = location_view(record)
        is_up = view["status"] in UP
        state = (view["status"], view.get("generation") if is_up else None, view["error_text"])
        if self._known.get(record.name) != state:
            self._known[record.name] = state
            self._write(_location_lines(view))

    def note(self, message: str) -> None:
        """Something about the process itself."""
        self._write(host_line(time.time(), "INFO", message) + "\n")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def banner(settings: Settings, does: str, locations: int, *more: str) -> None:
    """Say what runs now, and where its deployment lies.

    Args:
        does: what the process does with its locations, as "serves {} at http://…".
        more: further lines, each a word and what it stands for.
    """
    count = "1 code location" if locations == 1 else f"{locations} code locations"
    lines = [
        f"Atoll {RELEASE} {does.format(count)}",
        f"  home      {settings.home}",
        f"  database  {settings.home / 'atoll.db'}",
        *(f"  {line}" for line in more),
    ]
    if not settings.is_loopback and settings.insecure:
        lines.append("  insecure  whoever reaches this address may run your code")
    click.echo("\n".join(lines), err=True)


def _location_lines(view: Mapping[str, Any]) -> str:
    parts = [f"location {view['name']}", str(view["status"])]
    if view["status"] in UP and view.get("load_seconds") is not None:
        parts.append(
            f"in {view['load_seconds']:.2f} s, pid {view.get('pid')}, "
            f"Python {view.get('python_version')}"
        )
    elif view["status"] == "failed" and view.get("load_seconds") is not None:
        parts.append(f"after {view['load_seconds']:.2f} s")
    level = "ERROR" if view["error_text"] else "INFO"
    text = host_line(time.time(), level, " - ".join(parts)) + "\n"
    for notice in (view.get("notices") or ()) if view["status"] in UP else ():
        text += host_line(time.time(), "WARNING", f"location {view['name']} - {notice}") + "\n"
    return text + view["error_text"] + "\n" if view["error_text"] else text
