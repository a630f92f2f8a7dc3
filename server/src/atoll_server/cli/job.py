"""`atoll job`: what the locations offer to run by name, and running it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from atoll_server.cli import exits
from atoll_server.cli.asset import follow, report_failed_locations
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_host, with_running_host
from atoll_server.cli.options import (
    output_option,
    read_settings,
    read_workspace,
    workspace_options,
)
from atoll_server.cli.output import print_items, print_object, print_table
from atoll_server.cli.partition import partition_options, read_partition
from atoll_server.cli.run_config import read_config, read_tags, run_config_options

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def job() -> None:
    """List, print, launch and execute jobs."""


def _job_options(command: Command) -> Command:
    """`-j` and `-l`: which job."""
    for decorate in (
        click.option("-l", "--location", help="Where it lies, if several locations have one."),
        click.option("-j", "--job", "name", required=True, help="Name of the job."),
    ):
        command = decorate(command)
    return command


def _launch_options(command: Command) -> Command:
    """What of the job, and for which partition."""
    for decorate in (
        run_config_options,
        partition_options,
        click.option("--op", "ops", multiple=True, help="Which of its ops: load, load*, +load."),
        click.option(
            "--select", "selection", multiple=True, help="Which of its assets; all by default."
        ),
    ):
        command = decorate(command)
    return command


@job.command("list")
@output_option
@workspace_options
def list_jobs(output: str, **workspace: Any) -> int:
    """List jobs, each with the location that defines it."""
    settings = read_settings()

    async def body(client: Client) -> int:
        items = (await client.get("/jobs"))["items"]
        columns = {
            "JOB": lambda item: item["name"],
            "LOCATION": lambda item: item["location"],
            "MAKES": _makes,
            "DESCRIPTION": lambda item: (item["description"] or "").strip().partition("\n")[0],
        }
        print_items(items, output, columns, "There are no jobs.")
        return await report_failed_locations(client)

    return with_host(settings, lambda: read_workspace(**workspace), body)


@job.command("print")
@_job_options
@output_option
@workspace_options
def print_job(name: str, location: str | None, output: str, **workspace: Any) -> int:
    """Print one job: its assets or ops, in the order in which they are made or run."""
    settings = read_settings()

    async def body(client: Client) -> int:
        found = await _find(client, name, location)
        if found is None:
            return exits.INVALID_DEFINITIONS
        place = "" if found["file"] is None else f"{found['file']}:{found['line']}"
        lines = [
            ("job", found["name"]),
            ("location", found["location"]),
            ("description", found["description"] or ""),
            ("owners", " ".join(found["owners"])),
            ("tags", _pairs(found["tags"])),
            ("tags of runs", _pairs(found["run_tags"])),
            ("config", json.dumps(found["config"]) if found["config"] else ""),
            ("cannot be run", found["not_supported"] or ""),
            ("defined in", place),
        ]
        print_object(found, output, lines)
        if output == "table":
            click.echo()
            _print_parts(found)
        return exits.OK

    return with_host(settings, lambda: read_workspace(**workspace), body)


@job.command()
@_job_options
@_launch_options
@output_option
def launch(
    name: str,
    location: str | None,
    output: str,
    **asked: Any,
) -> int:
    """Ask the running host for a run of a job, and print the run's id."""
    launch = _launch(name, location, **asked)

    async def body(client: Client) -> int:
        run = await client.post("/runs", launch)
        if output == "table":
            click.echo(run["run_id"])
        else:
            print_object(run, output, [])
        return exits.OK

    return with_running_host(read_settings(), body)


@job.command()
@_job_options
@_launch_options
@output_option
@workspace_options
def execute(
    name: str,
    location: str | None,
    selection: tuple[str, ...],
    ops: tuple[str, ...],
    partition: str | None,
    partition_range: str | None,
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
    output: str,
    **workspace: Any,
) -> int:
    """Run a job, and show how it goes. The exit code is the run's result."""
    launch = _launch(
        name,
        location,
        selection=selection,
        ops=ops,
        partition=partition,
        partition_range=partition_range,
        config_json=config_json,
        config_files=config_files,
        tags=tags,
    )
    settings = read_settings()

    async def body(client: Client) -> int:
        run = await client.post("/runs", launch)
        return await follow(client, run["run_id"], output)

    return with_host(settings, lambda: read_workspace(**workspace), body, takes_work=True)


def _launch(
    name: str,
    location: str | None,
    *,
    selection: tuple[str, ...],
    ops: tuple[str, ...],
    partition: str | None,
    partition_range: str | None,
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "job": name,
        "location": location,
        "assets": list(selection),
        **({"ops": list(ops)} if ops else {}),
        **read_partition(partition, partition_range),
        "config": read_config(config_json, config_files),
        "tags": read_tags(tags),
    }


async def _find(client: Client, name: str, location: str | None) -> Any:
    """The job; None where a location that does not load may have it, which is then told."""
    try:
        return await client.get(f"/jobs/{segment(name)}", location=location)
    except exits.CommandFailed as error:
        is_missing = error.exit_code == exits.NOT_FOUND
        if not is_missing:
            raise
        missing = error
    if await report_failed_locations(client):
        return None
    raise missing


def _makes(job: Any) -> str:
    """How much a job holds, in a word or two."""
    counts = {"op": job["step_count"], "asset": job["asset_count"], "check": job["check_count"]}
    told = [f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count]
    return ", ".join(told)


def _print_parts(job: Any) -> None:
    """What a job is made of: its ops with those that each comes after, or its assets."""
    if job["steps"]:
        rows = [[step["key"], ", ".join(step["deps"])] for step in job["steps"]]
        print_table(["OP", "AFTER"], rows)
        return
    print_table(["ASSET", "LOCATION"], [[one["key"], one["location"]] for one in job["assets"]])
    if job["checks"]:
        click.echo()
        print_table(["CHECK"], [[key] for key in job["checks"]])


def _pairs(tags: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in tags.items())
