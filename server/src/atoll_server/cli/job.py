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


_select_option = click.option(
    "--select", "selection", multiple=True, help="Which of the job's assets; all by default."
)


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
            "ASSETS": lambda item: str(item["asset_count"]),
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
    """Print one job: its assets in the order of making, each with its location."""
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
            ("defined in", place),
        ]
        print_object(found, output, lines)
        if output == "table":
            click.echo()
            rows = [[asset["key"], asset["location"]] for asset in found["assets"]]
            print_table(["ASSET", "LOCATION"], rows)
        return exits.OK

    return with_host(settings, lambda: read_workspace(**workspace), body)


@job.command()
@_job_options
@_select_option
@run_config_options
@output_option
def launch(
    name: str,
    location: str | None,
    selection: tuple[str, ...],
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
    output: str,
) -> int:
    """Ask the running host for a run of a job, and print the run's id."""
    launch = _launch(name, location, selection, config_json, config_files, tags)

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
@_select_option
@run_config_options
@output_option
@workspace_options
def execute(
    name: str,
    location: str | None,
    selection: tuple[str, ...],
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
    output: str,
    **workspace: Any,
) -> int:
    """Run a job, and show how it goes. The exit code is the run's result."""
    launch = _launch(name, location, selection, config_json, config_files, tags)
    settings = read_settings()

    async def body(client: Client) -> int:
        run = await client.post("/runs", launch)
        return await follow(client, run["run_id"], output)

    return with_host(settings, lambda: read_workspace(**workspace), body, takes_work=True)


def _launch(
    name: str,
    location: str | None,
    selection: tuple[str, ...],
    config_json: str | None,
    config_files: tuple[str, ...],
    tags: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "job": name,
        "location": location,
        "assets": list(selection),
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


def _pairs(tags: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in tags.items())
