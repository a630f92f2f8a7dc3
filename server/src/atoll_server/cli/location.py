"""`atoll location`: the code locations, and loading one anew."""

from __future__ import annotations

import json
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_definitions, with_running_host
from atoll_server.cli.options import (
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import duration, moment, print_items, print_object, size

_FOR_PROGRAMS = frozenset(["error", "error_text", "snapshot_hash", "last_generation", "position"])
_LABELS = {"load_seconds": "loading took", "rss_bytes": "memory"}


@click.group()
def location() -> None:
    """List and reload code locations."""


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
            "PYTHON": lambda item: item.get("python_version") or "",
            "LOADING TOOK": lambda item: duration(item.get("load_seconds")),
            "WORKER": lambda item: item.get("worker") or "",
            "PID": lambda item: str(item.get("pid") or ""),
            "ERROR": lambda item: (item.get("error_text") or "").partition("\n")[0],
        }
        print_items(items, output, columns, "There are no locations.")
        return exits.OK

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@location.command()
@click.argument("name")
@output_option
@workspace_options
def show(name: str, output: str, **workspace: Any) -> int:
    """Show one location, with its error in full."""
    settings = read_settings()

    async def body(client: Client) -> int:
        found = await client.get(f"/locations/{segment(name)}")
        first = {"name": name, "status": None, "load_seconds": None}
        for_people = {
            "updated_at": moment(found.get("updated_at")),
            "load_seconds": duration(found.get("load_seconds")),
            "rss_bytes": size(found.get("rss_bytes")),
        }
        lines = [
            (_LABELS.get(key, key), value if isinstance(value, str) else json.dumps(value))
            for key, value in {**first, **found, **for_people}.items()
            if key not in _FOR_PROGRAMS and value not in (None, [], {}, "")
        ]
        print_object(found, output, [*lines, ("error", found["error_text"] or "")])
        return exits.OK

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@location.command()
@click.argument("name")
def reload(name: str) -> int:
    """Load a location's code anew; what serves goes on serving until then."""

    async def body(client: Client) -> int:
        await client.post(f"/locations/{segment(name)}/reload")
        click.echo(f"{name} is being loaded anew", err=True)
        return exits.OK

    return with_running_host(read_settings(), body)
