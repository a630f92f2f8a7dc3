"""`atoll dev`: the whole host in one terminal."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from atoll_server import assembly
from atoll_server.api.listener import bind
from atoll_server.api.views import location_view
from atoll_server.cli import exits
from atoll_server.cli.options import make_home, read_settings, read_workspace, workspace_options
from atoll_server.ports.event_log import LocationRecord, StorageError, StoredEvent
from atoll_server.settings import RELEASE, Settings
from atoll_server.telemetry import EventLines, host_line

_UP = frozenset(["loaded", "degraded"])


@click.command()
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), help="Port of the web (3000; 0: any free one)."
)
@click.option("-h", "--host", help="Address of the web (127.0.0.1).")
@click.option(
    "--insecure", is_flag=True, default=None, help="Listen beyond this machine without a login."
)
@workspace_options
def dev(port: int | None, host: str | None, insecure: bool | None, **workspace: Any) -> int:
    """Run the whole host in this terminal: web, engine and all code locations.

    Ctrl-C ends it. Steps that are running go on, and the next host takes them up again.
    """
    settings = read_settings(port=port, host=host, insecure=insecure)
    if not settings.is_loopback and not settings.insecure:
        raise exits.CommandFailed(
            f"{settings.host} can be reached from other machines, and nobody has to log in; "
            "leave --host out, or say --insecure if that is what you want",
            exits.USAGE,
        )
    locations = read_workspace(**workspace)
    make_home(settings)
    is_chosen = port is not None or bool(os.environ.get("ATOLL_PORT"))
    listener = _take_port(settings, is_chosen)
    return asyncio.run(_serve(settings, locations, listener))


def _take_port(settings: Settings, is_chosen: bool) -> socket.socket:
    """A listening socket; where nobody chose the port and it is taken, on any free one."""
    try:
        return bind(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and not is_chosen:
            click.echo(f"port {settings.port} is taken; using a free one", err=True)
            return bind(settings.host, 0)
        raise exits.CommandFailed(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}", exits.USAGE
        ) from None


async def _serve(settings: Settings, locations: list[Any], listener: socket.socket) -> int:
    console = _Console()
    host = assembly.Host(settings, locations, console.events, console.location)
    signals = _Signals()
    try:
        await host.start()
        url = await host.serve(listener)
        _banner(settings, url, len(locations))
        await signals.wait()
        click.echo("stopping; running steps go on by themselves (Ctrl-C again: at once)", err=True)
    except StorageError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        raise exits.CommandFailed(f"{error}{hint}", exits.UNREACHABLE) from None
    finally:
        await host.stop()
    return exits.OK


class _Signals:
    """SIGINT and SIGTERM: the first asks for an orderly end, the second ends at once."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._received)

    async def wait(self) -> None:
        """Return when the host is to stop."""
        await self._asked.wait()

    def _received(self) -> None:
        if self._asked.is_set():
            # Nothing that matters is lost: what was committed is stored, workers have journals.
            os._exit(exits.INTERRUPTED)
        self._asked.set()


class _Console:
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
        is_up = view["status"] in _UP
        state = (view["status"], view.get("generation") if is_up else None, view["error_text"])
        if self._known.get(record.name) != state:
            self._known[record.name] = state
            self._write(_location_lines(view))

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def _banner(settings: Settings, url: str, count: int) -> None:
    locations = "1 code location" if count == 1 else f"{count} code locations"
    lines = [
        f"Atoll {RELEASE} serves {locations} at {url}",
        f"  home      {settings.home}",
        f"  database  {settings.home / 'atoll.db'}",
    ]
    if not settings.is_loopback:
        lines.append("  insecure  whoever reaches this address may run your code")
    click.echo("\n".join(lines), err=True)


def _location_lines(view: Mapping[str, Any]) -> str:
    parts = [f"location {view['name']}", str(view["status"])]
    if view["status"] in _UP and view.get("load_seconds") is not None:
        parts.append(
            f"in {view['load_seconds']:.2f} s, pid {view.get('pid')}, "
            f"Python {view.get('python_version')}"
        )
    elif view["status"] == "failed" and view.get("load_seconds") is not None:
        parts.append(f"after {view['load_seconds']:.2f} s")
    level = "ERROR" if view["error_text"] else "INFO"
    text = host_line(time.time(), level, " - ".join(parts)) + "\n"
    for notice in view.get("notices") or ():
        text += host_line(time.time(), "WARNING", f"location {view['name']} - {notice}") + "\n"
    return text + view["error_text"] + "\n" if view["error_text"] else text
