"""`atoll dev`: the whole host in one terminal."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import click

from atoll_server import assembly
from atoll_server.cli.address import address_options, refuse_open_address, take_address
from atoll_server.cli.console import Console, banner
from atoll_server.cli.lifetime import run_host_until_told, wait_for_passing_engine
from atoll_server.cli.options import make_home, read_settings, read_workspace, workspace_options
from atoll_server.settings import Settings


@click.command()
@address_options
@workspace_options
def dev(port: int | None, host: str | None, insecure: bool | None, **workspace: Any) -> int:
    """Run the whole host in this terminal: web, engine and all code locations.

    Ctrl-C ends it: running steps have time to end (ATOLL_SHUTDOWN_GRACE), and are interrupted
    then, or at the second Ctrl-C. The next host starts them again.
    """
    settings = read_settings(port=port, host=host, insecure=insecure)
    refuse_open_address(settings)
    locations = read_workspace(**workspace)
    make_home(settings)
    listener = take_address(settings, port)
    wait_for_passing_engine(settings)
    return asyncio.run(_serve(settings, locations, listener))


async def _serve(settings: Settings, locations: list[Any], listener: socket.socket) -> int:
    console = Console()
    host = assembly.Host(settings, locations, console.events, console.location)

    async def start() -> None:
        await host.start()
        url = await host.serve(listener)
        banner(settings, f"serves {{}} at {url}", len(locations))

    return await run_host_until_told(host, start)
