"""`atoll check`: the checks of assets, what they found, and evaluating them."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.asset import follow, report_failed_locations
from atoll_server.cli.client import Client
from atoll_server.cli.connection import with_definitions, with_host
from atoll_server.cli.options import (
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import moment, print_items
from atoll_server.cli.partition import partition_options, read_partition
from atoll_server.cli.run_config import read_config, read_tags, run_config_options

_NEVER = "never"


@click.group()
def check() -> None:
    """List and evaluate checks of assets."""


@check.command("list")
@click.option("--asset", "assets", multiple=True, help="Only checks of this asset.")
@output_option
@workspace_options
def list_checks(assets: tuple[str, ...], output: str, **workspace: Any) -> int:
    """List checks, each with what it found last."""
    settings = read_settings()

    async def body(client: Client) -> int:
        items = await client.pages("/checks", asset=assets, limit=1000)
        columns = {
            "CHECK": lambda item: item["key"],
            "LOCATION": lambda item: item["location"],
            "BLOCKING": lambda item: "yes" if item["is_blocking"] else "",
            "FOUND": lambda item: (item["latest"] or {}).get("outcome", _NEVER),
            "AT": lambda item: moment((item["latest"] or {}).get("timestamp")),
        }
        print_items(items, output, columns, "There are no checks.")
        return await report_failed_locations(client)

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@check.command("run")
@click.argument("keys", nargs=-1, required=True, metavar="ASSET:NAME...")
@partition_options
@run_config_options
@output_option
@workspace_options
def run_checks(
    keys: tuple[str, ...],
    partition: str | None,
    partition_range: str | None,
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
    output: str,
    **workspace: Any,
) -> int:
    """Evaluate checks without making their assets. The exit code is the run's result."""
    launch = {
        "checks": list(keys),
        "config": read_config(config_json, config_files),
        "tags": read_tags(tags),
        **read_partition(partition, partition_range),
    }
    settings = read_settings()

    async def body(client: Client) -> int:
        run = await client.post("/runs", launch)
        code = await follow(client, run["run_id"], output)
        if output == "table":
            await _tell(client, keys, run["run_id"])
        return code

    return with_host(settings, lambda: read_workspace(**workspace), body, takes_work=True)


async def _tell(client: Client, keys: tuple[str, ...], run_id: str) -> None:
    """Say what each check found in this run."""
    for key in keys:
        try:
            found = (await client.get("/checks/results", check=key, limit=1))["items"]
        except exits.CommandFailed:
            found = []
        if found and found[0]["run_id"] == run_id:
            told = found[0]["description"]
            click.echo(f"{key}: {found[0]['outcome']}" + (f" ({told})" if told else ""), err=True)
