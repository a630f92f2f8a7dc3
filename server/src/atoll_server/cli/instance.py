"""`atoll instance`: what the deployment is, and what runs of it."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client
from atoll_server.cli.connection import with_storage
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_object, size


@click.group()
def instance() -> None:
    """Show what the deployment is."""


@instance.command()
@output_option
def info(output: str) -> int:
    """Show where the deployment lies, what it holds, what runs, and its settings."""

    async def body(client: Client) -> int:
        found = await client.get("/instance")
        print_object(found, output, _lines(found))
        return exits.OK

    return with_storage(read_settings(), body)


def _lines(found: Any) -> list[tuple[str, str]]:
    database, engine, web = found["database"], found["engine"], found["web"]
    held = f"schema {database['schema_version']}, {size(database['size_bytes'])}"
    lines = [
        ("home", found["home"]),
        ("deployment", found["deployment_id"]),
        ("release", found["release"]),
        ("database", f"{database['path']} ({held})"),
        ("values", found["values_url"]),
        ("engine", "none runs" if engine is None else f"pid {engine['pid']}"),
        ("web", "none runs" if web is None else f"{web['url']} (pid {web['pid']})"),
        ("runs", str(found["runs"])),
        ("assets", f"{found['assets']} materialized"),
        ("locations", str(found["locations"])),
    ]
    return lines + [
        (one["variable"], f"{_text(one['value'])} ({one['origin']})") for one in found["settings"]
    ]


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
