"""`atoll location`: the code locations, and loading one anew."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_definitions, with_running_host, with_storage
from atoll_server.cli.location_details import details, origin
from atoll_server.cli.options import (
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import duration, print_items, print_object, size

_FOLLOW_S = 0.3


@click.group()
def location() -> None:
    """List, show, follow and reload code locations."""


@location.command("list")
@output_option
@workspace_options
def list_locations(output: str, **workspace: Any) -> int:
    """List the locations and how they are."""
    settings = read_settings()

    async def body(client: Client) -> int:
        items = (await client.get("/locations"))["items"]
        columns = {
            "NAME": lambda item: item["name"],
            "STATUS": lambda item: item["status"],
            "FROM": origin,
            "PYTHON": lambda item: item.get("python_version") or "",
            "LOADING TOOK": lambda item: duration(item.get("load_seconds")),
            "WORKER": lambda item: item.get("worker") or "",
            "PID": lambda item: str(item.get("pid") or ""),
            "MEMORY": lambda item: size(item.get("rss_bytes")),
            "ERROR": lambda item: (item.get("error_text") or "").partition("\n")[0],
        }
        print_items(items, output, columns, "There are no locations.")
        return exits.OK

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@location.command()
@click.argument("name")
@click.option("--packages", "with_packages", is_flag=True, help="List the installed packages.")
@output_option
@workspace_options
def show(name: str, with_packages: bool, output: str, **workspace: Any) -> int:
    """Show one location: process, generations, what it is loaded from, its error in full."""
    settings = read_settings()

    async def body(client: Client) -> int:
        found = await client.get(f"/locations/{segment(name)}")
        print_object(found, output, details(found, with_packages=with_packages))
        return exits.OK

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@location.command()
@click.argument("name")
@click.option("-f", "--follow", "is_followed", is_flag=True, help="Go on until Ctrl-C.")
@click.option(
    "--stream",
    type=click.Choice(["both", "stdout", "stderr"]),
    default="both",
    show_default=True,
    help="What to print: stdout goes to stdout, stderr to stderr.",
)
def log(name: str, is_followed: bool, stream: str) -> int:
    """Print what a location's newest process has printed, while it loads and afterwards."""
    streams = ["stdout", "stderr"] if stream == "both" else [stream]

    async def body(client: Client) -> int:
        shown, offsets = "", dict.fromkeys(streams, 0)
        path = f"/locations/{segment(name)}"
        while True:
            newest = (await client.get(path))["log"] or ""
            if newest != shown:  # it was started again, or loaded anew
                shown, offsets = newest, dict.fromkeys(streams, 0)
            is_new = False
            for one in streams if shown else ():
                piece = await client.get(f"{path}/log", stream=one, offset=offsets[one], log=shown)
                click.echo(piece["text"], nl=False, err=one == "stderr")
                is_new = is_new or bool(piece["text"])
                offsets[one] = piece["next_offset"]
            if not is_new:
                if not is_followed:
                    return exits.OK
                await client.pause(_FOLLOW_S)

    return with_storage(read_settings(), body)


@location.command()
@click.argument("name")
def reload(name: str) -> int:
    """Load a location's code anew; what serves goes on serving until then."""

    async def body(client: Client) -> int:
        await client.post(f"/locations/{segment(name)}/reload")
        click.echo(f"{name} is being loaded anew", err=True)
        return exits.OK

    return with_running_host(read_settings(), body)
