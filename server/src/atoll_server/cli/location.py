"""`atoll location`: the code locations, and loading one anew."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_definitions, with_running_host, with_storage
from atoll_server.cli.location_details import change, details, origin
from atoll_server.cli.options import (
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import duration, print_items, print_object, size
from atoll_server.core.location.table import UP

_FOLLOW_S = 0.2
_WORKER_LOOKS = 30
"""A trial of a fork takes five seconds at most."""


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
        items = (await _with_workers(client, "/locations"))["items"]
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
        found = await _with_workers(client, f"/locations/{segment(name)}")
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
@click.option("--no-wait", is_flag=True, help="Do not wait for the outcome.")
def reload(name: str, no_wait: bool) -> int:
    """Load a location's code anew; what serves goes on serving until then.

    Waits until the new code serves, and tells what has changed, or why it could not be loaded
    (exit code 3).
    """

    async def body(client: Client) -> int:
        path = f"/locations/{segment(name)}"
        before = await client.post(f"{path}/reload")
        if no_wait:
            click.echo(f"{name} is being loaded anew", err=True)
            return exits.OK
        click.echo(f"{name} is being loaded anew; Ctrl-C leaves it to itself", err=True)
        return await _outcome(client, path, before.get("last_generation") or 0)

    return with_running_host(read_settings(), body)


async def _outcome(client: Client, path: str, before: int) -> int:
    """Wait until a generation newer than `before` serves, or has failed."""
    while True:
        found = await client.get(path)
        newest = found["last_generation"] or 0
        if newest > before and (found["generation"] or 0) > before and found["status"] in UP:
            click.echo(f"{found['name']} serves {change(found['last_change'])}", err=True)
            return exits.OK
        if newest > before and not found["loading"] and found["status"] != "loading":
            click.echo(f"{found['name']} was not loaded: {found['error_text'] or ''}", err=True)
            return exits.INVALID_DEFINITIONS
        await client.pause(_FOLLOW_S)


async def _with_workers(client: Client, path: str) -> Any:
    """The answer, once it is settled how workers are made; that takes a moment after a load."""
    for _ in range(_WORKER_LOOKS):
        found = await client.get(path)
        views = found.get("items", [found])
        if not any(view["status"] == "loaded" and not view.get("worker") for view in views):
            break
        await client.pause(_FOLLOW_S)
    return found
