"""`atoll queue`: what runs, what waits, and for what."""

from __future__ import annotations

import json
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client
from atoll_server.cli.connection import with_storage
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items, print_object


@click.group()
def queue() -> None:
    """Show what runs, what waits, and for what."""


@queue.command()
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Most of each that are shown.",
)
@output_option
def show(limit: int, output: str) -> int:
    """Show the limits, and the runs and steps that are under way or wait."""

    async def body(client: Client) -> int:
        found = await client.get("/queue", limit=limit)
        if output != "table":
            print_object(found, output, [])
            return exits.OK
        print_object(found, output, _limits(found["limits"]))
        runs, steps = found["runs"], found["steps"]
        click.echo(f"\nRuns: {runs['under_way']} under way, {runs['waiting']} waiting")
        print_items(runs["items"], output, _RUNS, "No run is under way or waits.")
        click.echo(f"\nSteps: {steps['running']} running, {steps['waiting']} waiting")
        print_items(steps["items"], output, _STEPS, "No step runs or waits for room.")
        return exits.OK

    return with_storage(read_settings(), body)


_RUNS = {
    "RUN": lambda item: item["run_id"],
    "STATUS": lambda item: item["status"],
    "PRIORITY": lambda item: str(item["priority"]),
    "WAITS FOR": lambda item: item["waits_for"],
}
_STEPS = {
    "STEP": lambda item: item["step"],
    "RUN": lambda item: item["run_id"],
    "LOCATION": lambda item: item["location"],
    "POOL": lambda item: item["pool"] or "",
    "WAITS FOR": lambda item: item["waits_for"],
}


def _limits(limits: Any) -> list[tuple[str, str]]:
    return [(name, _text(value)) for name, value in limits.items() if value not in ([], {})]


def _text(value: Any) -> str:
    if value is None:
        return "unlimited"
    return json.dumps(value) if isinstance(value, list | dict) else str(value)
