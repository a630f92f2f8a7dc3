"""`atoll asset`: what there is to make, and making it."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client
from atoll_server.cli.connection import with_definitions, with_engine, with_host
from atoll_server.cli.options import (
    confirm,
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import duration, moment, print_items, print_object, style
from atoll_server.cli.partition import partition_options, read_partition
from atoll_server.cli.progress import Progress, Steps, print_failures, watch
from atoll_server.cli.run_config import read_config, read_tags, run_config_options
from atoll_server.core.location.table import DOWN, UNSETTLED

_ELSEWHERE = "(external)"


@click.group()
def asset() -> None:
    """List, materialize and wipe assets."""


@asset.command("list")
@click.option("--select", "selection", multiple=True, help="Which assets; all by default.")
@output_option
@workspace_options
def list_assets(selection: tuple[str, ...], output: str, **workspace: Any) -> int:
    """List assets, each with the location that defines it."""
    settings = read_settings()

    async def body(client: Client) -> int:
        items = await client.pages("/assets", select=selection, limit=10_000)
        columns = {
            "KEY": lambda item: item["key"],
            "LOCATION": lambda item: item["location"] if item["step"] else _ELSEWHERE,
            "GROUP": lambda item: item["group"],
            "KINDS": lambda item: ",".join(item["kinds"]),
            "MATERIALIZED": lambda item: moment(
                (item["latest_materialization"] or {}).get("timestamp")
            ),
        }
        print_items(items, output, columns, "There are no assets.")
        return await report_failed_locations(client)

    return with_definitions(settings, lambda: read_workspace(**workspace), body)


@asset.command()
@click.option("--select", "selection", multiple=True, required=True, help="Which assets to make.")
@partition_options
@click.option("--no-checks", is_flag=True, help="Evaluate no checks, where that can be.")
@run_config_options
@output_option
@workspace_options
def materialize(
    selection: tuple[str, ...],
    partition: str | None,
    partition_range: str | None,
    no_checks: bool,
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
    output: str,
    **workspace: Any,
) -> int:
    """Make assets, and show how it goes. The exit code is the run's result."""
    launch: dict[str, Any] = {
        "assets": list(selection),
        "config": read_config(config_json, config_files),
        "tags": read_tags(tags),
        **read_partition(partition, partition_range),
    }
    if no_checks:
        launch["checks"] = []
    settings = read_settings()

    async def body(client: Client) -> int:
        code = await _blocked_by_failed_locations(client, selection)
        if code:
            return code
        try:
            run = await client.post("/runs", launch)
        except exits.CommandFailed as refused:
            if refused.exit_code == exits.INVALID_DEFINITIONS:
                refused.show()
                return await report_failed_locations(client)
            raise
        return await follow(client, run["run_id"], output)

    return with_host(settings, lambda: read_workspace(**workspace), body, takes_work=True)


@asset.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "is_all", is_flag=True, help="All that have been materialized.")
@click.option("--noprompt", is_flag=True, help="Do not ask.")
def wipe(keys: tuple[str, ...], is_all: bool, noprompt: bool) -> int:
    """Have assets count as never materialized from now on.

    Their values stay where they are, and so do the events of the runs that made them.
    """
    if is_all == bool(keys):
        raise click.UsageError("name the assets, or say --all, and not both")
    if not noprompt:
        what = "all assets" if is_all else ", ".join(keys)
        confirm(f"Wipe {what}?", "--noprompt")

    async def body(client: Client) -> int:
        wiped = await client.post("/assets/wipe", {"keys": list(keys), "all": is_all})
        await client.carried_out(wiped["intent"])
        for key in wiped["keys"]:
            click.echo(f"{key} is wiped", err=True)
        if not wiped["keys"]:
            click.echo("Nothing was materialized: there was nothing to wipe.", err=True)
        return exits.OK

    return with_engine(read_settings(), body)


async def follow(client: Client, run_id: str, output: str) -> int:
    """Show a run until it ends, and its retries; returns the exit code that tells the result.

    An interrupt cancels the run; another one leaves it to the host to end.
    """
    is_interrupted, again = False, run_id
    while again and not is_interrupted:
        run_id, steps = again, Steps()
        run, is_interrupted, again = await _follow_one(client, run_id, steps)
        if run["status"] != "CANCELED":
            print_failures(steps, lambda line: click.echo(line, err=True))
        if again:
            click.echo(f"\n{run['message']}", err=True)
    took = duration((run["ended_at"] or 0) - (run["started_at"] or run["created_at"]))
    lines = [("run", run_id), ("status", run["status"]), ("took", took)]
    print_object(run, output, lines)
    if run["status"] == "SUCCESS":
        await report_failed_locations(client)  # the run did without them, and people should know
        return exits.OK
    if run["message"]:
        click.echo(run["message"], err=True)
    if is_interrupted:
        return exits.INTERRUPTED
    return await _result_of_failed_run(client, bool(steps.failures()))


async def _follow_one(client: Client, run_id: str, steps: Steps) -> tuple[Any, bool, str]:
    """The run when it has ended, whether the user has interrupted it, and what retries it."""
    try:
        with watch(steps) as progress:
            is_interrupted, again = await _follow_events(client, run_id, progress)
        return await client.get(f"/runs/{run_id}"), is_interrupted, again
    except exits.CommandFailed as error:
        if error.exit_code != exits.UNREACHABLE:
            raise
        told = f"run {run_id} is stored, and goes on as soon as a host is there again; see it with"
        message = f"{error.message}\n{told}: atoll run show {run_id}"
        raise exits.CommandFailed(message, exits.UNREACHABLE) from None


async def _follow_events(client: Client, run_id: str, progress: Progress) -> tuple[bool, str]:
    """Show the run's events; returns whether the user has interrupted it, and what retries it."""
    seen, again = 0, ""
    try:
        async for event in client.events(run_id):
            progress.show(event)
            seen = event["id"]
            again = event["data"].get("retry", {}).get("run_id", "")
        return False, again
    except client.interrupts:
        click.echo("cancelling the run; Ctrl-C again waits only for its clean-up", err=True)
    try:
        await client.post(f"/runs/{run_id}/cancel")
    except exits.CommandFailed:
        return True, again  # it has ended meanwhile
    async for event in client.events(run_id, seen):
        progress.show(event)
    return True, ""


async def _blocked_by_failed_locations(client: Client, selection: tuple[str, ...]) -> int:
    """The exit code where the selection needs a location that failed to load, else 0.

    Such a run would wait for a reload, and so would this command.
    """
    locations = (await client.get("/locations"))["items"]
    states = {location["status"] for location in locations}
    if not states & DOWN or states & UNSETTLED:
        return exits.OK
    try:
        found = (await client.get("/assets", select=selection, limit=1))["items"]
        message = f"no asset that has loaded matches {', '.join(selection)}"
    except exits.CommandFailed as error:
        found, message = [], error.message
    if found:
        return exits.OK
    click.echo(message, err=True)
    return await report_failed_locations(client)


async def _result_of_failed_run(client: Client, has_failed_steps: bool) -> int:
    """What a run that did not succeed exits with: 3 where a location is why it never started."""
    code = await report_failed_locations(client)
    return exits.RUN_FAILED if has_failed_steps else code or exits.RUN_FAILED


async def report_failed_locations(client: Client) -> int:
    """Name the locations that did not load, on stderr."""
    failed = [
        location
        for location in (await client.get("/locations"))["items"]
        if location["status"] in DOWN
    ]
    for location in failed:
        head = style(
            f'code location "{location["name"]}" {location["status"]}', fg="red", bold=True
        )
        click.echo(f"\n{head}\n{location['error_text'] or ''}", err=True)
    return exits.INVALID_DEFINITIONS if failed else exits.OK
