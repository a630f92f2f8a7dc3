"""`atoll run`: the runs of the deployment."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_engine, with_host, with_running_host, with_storage
from atoll_server.cli.find import check_step, find_run, tell_of_no_events
from atoll_server.cli.options import (
    confirm,
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import document, duration, moment, print_items, print_object
from atoll_wire import events as kinds

_ENDED = frozenset(["SUCCESS", "FAILURE", "CANCELED"])


@click.group()
def run() -> None:
    """List, show, follow, cancel, retry and delete runs."""


@run.command("list")
@click.option("--status", multiple=True, help="Only runs with this status.")
@click.option("--tag", "tags", multiple=True, help="NAME=VALUE: only runs with this tag.")
@click.option("--job", help="Only runs of this job.")
@click.option("--asset", help="Only runs that are planned to make this asset.")
@click.option("--location", "locations", multiple=True, help="Only runs with a step there.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@output_option
def list_runs(
    status: tuple[str, ...],
    tags: tuple[str, ...],
    job: str | None,
    asset: str | None,
    locations: tuple[str, ...],
    limit: int,
    output: str,
) -> int:
    """List runs, newest first."""

    async def body(client: Client) -> int:
        wanted = {"status": [s.upper() for s in status], "tag": tags, "job": job}
        wanted |= {"asset": asset, "location": locations}
        page = await client.get("/runs", **wanted, limit=limit)
        columns = {
            "RUN": lambda item: item["run_id"],
            "STATUS": lambda item: item["status"],
            "JOB": lambda item: item.get("job") or "",
            "CREATED": lambda item: moment(item["created_at"]),
            "TOOK": _took,
            "ASSETS": _assets,
        }
        print_items(page["items"], output, columns, "There are no runs.")
        return exits.OK

    return with_storage(read_settings(), body)


@run.command()
@click.argument("run_id")
@output_option
def show(run_id: str, output: str) -> int:
    """Show one run, by its id or by how that begins."""

    async def body(client: Client) -> int:
        found = await find_run(client, run_id)
        lines = [
            ("run", found["run_id"]),
            ("status", found["status"]),
            ("job", found.get("job") or ""),
            ("created", moment(found["created_at"])),
            ("took", _took(found)),
            ("selection", " ".join(found["selection"])),
            ("assets", " ".join(found["assets"])),
            ("partition", found["partition"] or ""),
            ("tags", " ".join(f"{k}={v}" for k, v in found["tags"].items())),
            ("config", json.dumps(found["config"]) if found["config"] else ""),
            ("retry of", found.get("retry_of") or ""),
            ("retried as", " ".join(found.get("retried_as", ()))),
            ("message", found["message"]),
        ]
        print_object(found, output, lines)
        return exits.OK

    return with_storage(read_settings(), body)


@run.command()
@click.argument("run_id")
@click.option("-f", "--follow", "is_followed", is_flag=True, help="Go on until the run ends.")
@click.option("--step", help="Only this step; with --stream, its output.")
@click.option(
    "--stream",
    type=click.Choice(["events", "stdout", "stderr"]),
    default="events",
    show_default=True,
    help="What to print; stdout and stderr are those of --step.",
)
@output_option
def logs(run_id: str, is_followed: bool, step: str | None, stream: str, output: str) -> int:
    """Print a run's events, or what one of its steps wrote."""
    if stream != "events" and step is None:
        raise click.UsageError(f"--stream {stream} needs --step")

    async def body(client: Client) -> int:
        found = (await find_run(client, run_id))["run_id"]
        if step is not None:
            await check_step(client, found, step)
            if stream != "events":
                return await _print_output(client, found, step, stream)
        if output in ("json", "yaml") and not is_followed:
            events = [event async for event in _stored_events(client, found, step)]
            click.echo(document(events, output), nl=False)
            return exits.OK
        return await _print_events(client, found, step, is_followed, output)

    return with_storage(read_settings(), body)


@run.command()
@click.argument("run_id")
def cancel(run_id: str) -> int:
    """Ask that a run be cancelled."""

    async def body(client: Client) -> int:
        found = (await find_run(client, run_id))["run_id"]
        await client.post(f"/runs/{segment(found)}/cancel")
        click.echo(f"{found} is being cancelled", err=True)
        return exits.OK

    return with_running_host(read_settings(), body)


@run.command()
@click.argument("run_id")
@click.option(
    "--from-failure/--all",
    "from_failure",
    default=True,
    help="Make what did not succeed (the default), or everything again.",
)
@click.option(
    "--select",
    "--steps",
    "steps",
    multiple=True,
    metavar="STEPS",
    help="Make these of its steps, such as load or load+; may be repeated.",
)
@output_option
@workspace_options
@click.pass_context
def retry(
    ctx: click.Context,
    /,
    run_id: str,
    from_failure: bool,
    steps: tuple[str, ...],
    output: str,
    **workspace: Any,
) -> int:
    """Launch a run that has ended once more, and show how it goes.

    It has the config and tags of the first one, and reads what that has made.
    """
    from atoll_server.cli.asset import follow

    source = ctx.get_parameter_source("from_failure")
    if steps and source is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("say --from-failure, --all or --select, and not two of them")

    async def body(client: Client) -> int:
        found = (await find_run(client, run_id))["run_id"]
        asked = {"from_failure": from_failure, "steps": list(steps)}
        again = await client.post(f"/runs/{segment(found)}/retry", asked)
        return await follow(client, again["run_id"], output)

    return with_host(read_settings(), lambda: read_workspace(**workspace), body, takes_work=True)


@run.command()
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID...")
@click.option("-f", "--force", is_flag=True, help="Do not ask.")
def delete(run_ids: tuple[str, ...], force: bool) -> int:
    """Delete runs that have ended: their events, and what their steps printed.

    Values of assets stay. An asset's latest materialization is then the latest that is left.
    """
    if not force:
        confirm(f"Delete {len(run_ids)} run{'s' * (len(run_ids) > 1)} for good?", "--force")

    async def body(client: Client) -> int:
        found = [(await find_run(client, run_id))["run_id"] for run_id in run_ids]
        for each in dict.fromkeys(found):
            accepted = await client.delete(f"/runs/{segment(each)}")
            await client.carried_out(accepted["intent"])
            click.echo(f"{each} is deleted", err=True)
        return exits.OK

    return with_engine(read_settings(), body)


async def _stored_events(
    client: Client, run_id: str, step: str | None
) -> AsyncIterator[dict[str, Any]]:
    cursor: int | None = 0
    while cursor is not None:
        page = await client.get(f"/runs/{segment(run_id)}/events", after=cursor, step=step)
        for event in page["items"]:
            yield event
        cursor = page["next"]


async def _print_events(
    client: Client, run_id: str, step: str | None, is_followed: bool, output: str
) -> int:
    cursor = 0
    async for event in _stored_events(client, run_id, step):
        _print_event(event, output)
        cursor = event["id"]
    found = await client.get(f"/runs/{segment(run_id)}")
    is_over = not is_followed or found["status"] in _ENDED
    if cursor == 0:
        tell_of_no_events(step, not is_over)
    if is_over:
        return exits.OK
    async for event in client.events(run_id, cursor):
        if step is None or event["step"] == step:
            _print_event(event, output)
    return exits.OK


async def _print_output(client: Client, run_id: str, step: str, stream: str) -> int:
    path, offset = f"/runs/{segment(run_id)}/steps/{segment(step)}/output", 0
    while True:
        piece = await client.get(path, stream=stream, offset=offset)
        click.echo(piece["text"], nl=False)
        is_end = piece["next_offset"] >= piece["size"] or not piece["text"]
        if is_end and not piece.get("is_complete", True):
            click.echo("that is not all: the rest is still fetched from the server", err=True)
        elif piece["size"] == 0:
            click.echo(f'step "{step}" has written nothing to {stream}', err=True)
        if is_end:
            return exits.OK
        offset = piece["next_offset"]


def _print_event(event: Mapping[str, Any], output: str) -> None:
    if output == "yaml":
        click.echo("---\n" + document(event, output), nl=False)
        return
    if output != "table":
        click.echo(json.dumps(event))
        return
    level, trace = event["data"].get("level"), event["data"].get("traceback")
    parts = [
        time.strftime("%H:%M:%S", time.localtime(event["timestamp"])),
        event["step"] or "-",
        f"{event['kind']} {level}" if level and event["kind"] == kinds.LOG else event["kind"],
        event["message"],
    ]
    click.echo("  ".join(part for part in parts if part))
    if trace:
        click.echo("    " + trace.rstrip().replace("\n", "\n    "))
    failure = event["data"].get("failure")
    if failure:
        from atoll_server.cli.progress import failure_text

        click.echo("    " + failure_text(failure).replace("\n", "\n    "))


def _assets(item: Mapping[str, Any]) -> str:
    """What a run of a list was asked to make, or, of a job, what it makes; lists cut that."""
    more = ["…"] * (item.get("asset_count", 0) > len(item["assets"]))
    return ",".join(item["selection"] or [*item["assets"], *more])


def _took(item: Mapping[str, Any]) -> str:
    if item["started_at"] is None:
        return ""
    return duration((item["ended_at"] or time.time()) - item["started_at"])
