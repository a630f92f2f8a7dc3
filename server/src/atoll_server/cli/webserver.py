"""`atoll webserver`: the web without an engine."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import click

from atoll_server import assembly
from atoll_server.cli.address import address_options, refuse_open_address, take_address
from atoll_server.cli.console import Console, banner
from atoll_server.cli.lifetime import run_until_told
from atoll_server.cli.options import make_home, read_settings, read_workspace, workspace_options
from atoll_server.settings import Settings

_ALONE = "no daemon is running: locations are loaded to be shown, runs wait for: atoll daemon run"


@click.command()
@address_options
@click.option("--read-only", "is_read_only", is_flag=True, help="Take no commands.")
@click.option("-l", "--path-prefix", default="", help="What every path begins with, as /atoll.")
@workspace_options
def webserver(
    port: int | None,
    host: str | None,
    insecure: bool | None,
    is_read_only: bool,
    path_prefix: str,
    **workspace: Any,
) -> int:
    """Run the web in this terminal, beside an engine in another one (`atoll daemon run`).

    Without one, the code locations are loaded here to be shown, and runs wait. Ctrl-C ends it.
    """
    settings = read_settings(port=port, host=host, insecure=insecure)
    refuse_open_address(settings)
    if path_prefix and (not path_prefix.startswith("/") or path_prefix.endswith("/")):
        raise click.UsageError(f'--path-prefix is like /atoll, not "{path_prefix}"')
    locations = read_workspace(**workspace)
    make_home(settings)
    console = Console()
    web = assembly.Webserver(
        settings,
        locations,
        console.location,
        lambda pid: console.note(_ALONE if pid is None else f"the engine is process {pid}"),
        is_read_only=is_read_only,
        path_prefix=path_prefix,
    )
    listener = take_address(settings, port)
    return asyncio.run(_serve(settings, len(locations), web, listener))


async def _serve(
    settings: Settings, locations: int, web: assembly.Webserver, listener: socket.socket
) -> int:
    async def start() -> None:
        await web.start()
        url = await web.serve(listener)
        engine = _ALONE if web.engine_pid is None else f"process {web.engine_pid}"
        banner(settings, f"shows {{}} at {url}", locations, f"engine    {engine}")

    return await run_until_told(start, web.stop, web.watch)
