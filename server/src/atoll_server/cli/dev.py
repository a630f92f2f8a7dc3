"""`atoll dev`: the whole host in one terminal."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from atoll_server import assembly
from atoll_server.api.listener import bind
from atoll_server.cli import exits
from atoll_server.cli.options import make_home, read_settings, read_workspace, workspace_options
from atoll_server.ports.event_log import StorageError, StoredEvent
from atoll_server.settings import RELEASE, Settings
from atoll_server.telemetry import EventLines, host_line

if TYPE_CHECKING:
    from atoll_server.api.context import ApiContext

_UNLIKELY_S = 3600.0


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
    host = assembly.Host(settings, locations, _Console())
    signals = _Signals()
    try:
        await host.start()
        url = await host.serve(listener)
        _banner(settings, url, len(locations))
        watching = asyncio.create_task(_watch_locations(host.context))
        await signals.wait()
        watching.cancel()
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
    """Prints one line per event, a burst of them with one write."""

    def __init__(self) -> None:
        self._lines = EventLines()

    def __call__(self, events: Sequence[StoredEvent]) -> None:
        text = "".join(self._lines.line(event) + "\n" for event in events)
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


async def _watch_locations(context: ApiContext) -> None:
    """Print what becomes of the locations."""
    from atoll_server.api.views import location_views

    known: dict[str, tuple[object, ...]] = {}
    while True:
        version = context.hub.version
        for view in await location_views(context.log):
            state = (view["status"], view.get("generation"), view["error_text"])
            if known.get(view["name"]) != state:
                known[view["name"]] = state
                _print_location(view)
        await context.hub.wait(version, _UNLIKELY_S)


def _print_location(view: dict[str, Any]) -> None:
    parts = [f"location {view['name']}", str(view["status"])]
    if view["status"] in ("loaded", "degraded") and view.get("load_seconds") is not None:
        parts.append(
            f"in {view['load_seconds']:.2f} s, pid {view.get('pid')}, "
            f"Python {view.get('python_version')}"
        )
    level = "ERROR" if view["error_text"] else "INFO"
    text = host_line(time.time(), level, " - ".join(parts))
    if view["error_text"]:
        text += "\n" + view["error_text"]
    click.echo(text, err=True)
