"""`atoll definitions`: whether the code of the workspace loads, before anything runs it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atoll_server.cli import exits
from atoll_server.cli.options import output_option, read_workspace, workspace_options
from atoll_server.cli.output import duration, print_items, style
from atoll_server.core.location.table import UP
from atoll_server.settings import Settings
from atoll_wire.messages import Target

if TYPE_CHECKING:
    from atoll_wire.snapshot import LocationSnapshot

_TOLD = ("name", "status", "python_version", "load_seconds", "notices", "error", "error_text")


@click.group()
def definitions() -> None:
    """Check code locations."""


@definitions.command()
@click.option(
    "--dagster",
    is_flag=True,
    help="Also read the code: which names and arguments of Dagster's it uses, and which are there.",
)
@output_option
@workspace_options
def validate(output: str, dagster: bool, **workspace: Any) -> int:
    """Load every location, and say what is wrong with those that do not load.

    Neither the deployment nor a running host is touched. Exit code 3: a location does not load,
    two of them define the same asset, or (with --dagster) one uses what Atoll does not have.
    """
    locations = read_workspace(**workspace)
    with tempfile.TemporaryDirectory(prefix="atoll-", ignore_cleanup_errors=True) as home:
        settings = Settings.from_environment({}, home=Path(home))
        found = asyncio.run(_loaded(settings, locations))
    if dagster:
        _add_uses(found, locations)
    if output == "table":
        for location in found:
            click.echo(_lines(location))
    if output != "table" or not found:
        print_items(found, output, {}, "There are no locations.")
    return exits.OK if all(location["ok"] for location in found) else exits.INVALID_DEFINITIONS


def _add_uses(found: Sequence[dict[str, Any]], locations: Sequence[Any]) -> None:
    """Add to each location that runs here what it uses of Dagster."""
    from atoll_server.cli.dagster_report import uses_of, would_run

    for location, told in zip(locations, found, strict=True):
        if isinstance(location.target, Target):
            told["dagster"] = uses_of(location.target)
            told["ok"] = told["ok"] and would_run(told["dagster"])


async def _loaded(settings: Settings, locations: Sequence[Any]) -> list[dict[str, Any]]:
    """What became of each location, in workspace order."""
    from atoll_server import assembly
    from atoll_server.api.views import location_view
    from atoll_server.core.catalog import Serving, build
    from atoll_server.ports.event_log import LocationRecord
    from atoll_wire.snapshot import LocationSnapshot

    records: dict[str, LocationRecord] = {}
    host = assembly.Host(
        settings,
        locations,
        on_location=lambda record: records.update({record.name: record}),
        is_throwaway=True,
    )
    servings = []
    try:
        await host.start()
        await host.settled()
        views = [location_view(records[location.name]) for location in locations]
        for view in views:
            text = await host.context.log.snapshot(view["snapshot_hash"] or "")
            if view["status"] in UP and text is not None:
                snapshot = await asyncio.to_thread(LocationSnapshot.loads, text)
                servings.append(Serving(view["name"], 1, "", snapshot))
    finally:
        await host.stop()
    # Not those that the host has noted: it may be about to.
    catalog = build(servings)
    assets = {serving.location: _defined(serving.snapshot) for serving in servings}
    return [
        {
            **{key: view.get(key) for key in _TOLD},
            "place": location.place,
            "assets": assets.get(location.name, 0),
            "conflicts": [c.message for c in catalog.conflicts if c.location == location.name],
            "ok": location.name in assets
            and all(conflict.location != location.name for conflict in catalog.conflicts),
        }
        for location, view in zip(locations, views, strict=True)
    ]


def _defined(snapshot: LocationSnapshot) -> int:
    """How many assets a location defines; those that it only refers to have no place."""
    return sum(asset.step is not None or asset.file is not None for asset in snapshot.assets)


def _lines(location: Mapping[str, Any]) -> str:
    """What people read about a location: one line, or all that is wrong with it."""
    took = duration(location["load_seconds"])
    if location["ok"]:
        count = "1 asset" if location["assets"] == 1 else f"{location['assets']} assets"
        facts = f"{count}, Python {location['python_version']}, {took}"
        lines = [f"{location['name']}: {style('ok', fg='green')}, {facts}"]
    else:
        after = f" after {took}" if took and not location["conflicts"] else ""
        failed = style("failed", fg="red")
        lines = [f"{location['name']} ({location['place']}): {failed}{after}"]
        text = "\n".join(location["conflicts"]) or location["error_text"] or location["status"]
        lines += [f"  {line}" for line in text.splitlines()]
    lines += [f"  notice: {notice}" for notice in location["notices"] or ()]
    if "dagster" in location:
        from atoll_server.cli.dagster_report import report_lines

        lines += report_lines(location["dagster"])
    return "\n".join(lines)
