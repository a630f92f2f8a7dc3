"""`atoll daemon`: the engine without a web, and whether one runs."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.options import make_home, read_settings, read_workspace, workspace_options
from atoll_server.settings import Settings


@click.group()
def daemon() -> None:
    """Run the engine without a web, and see whether it runs."""


@daemon.command()
@workspace_options
def run(**workspace: Any) -> int:
    """Run the engine and all code locations in this terminal, without a web.

    Ctrl-C ends it: running steps have time to end (ATOLL_SHUTDOWN_GRACE), and are interrupted
    then, or at the second Ctrl-C. The next engine starts them again.
    """
    settings = read_settings()
    locations = read_workspace(**workspace)
    make_home(settings)
    from atoll_server.cli.lifetime import wait_for_passing_engine

    wait_for_passing_engine(settings)
    return asyncio.run(_run(settings, locations))


async def _run(settings: Settings, locations: list[Any]) -> int:
    from atoll_server import assembly
    from atoll_server.cli.console import Console, banner
    from atoll_server.cli.lifetime import run_host_until_told

    console = Console()
    host = assembly.Host(settings, locations, console.events, console.location)

    async def start() -> None:
        await host.start()
        banner(settings, f"runs {{}} as the deployment's engine, pid {os.getpid()}", len(locations))

    return await run_host_until_told(host, start)


@daemon.command()
def status() -> int:
    """Print the pid of the deployment's engine; exit code 5 where none runs."""
    from atoll_server.adapters.event_log.home_lock import running_engine

    settings = read_settings()
    engine = running_engine(str(settings.home))
    if engine is None or engine.is_passing:
        raise exits.CommandFailed(
            f"no daemon is running for {settings.home}; start one with: atoll daemon run",
            exits.UNREACHABLE,
        )
    click.echo(engine.pid)
    return exits.OK
