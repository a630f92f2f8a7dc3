"""`atoll db`: the deployment's database, upgraded, checked and pruned."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client
from atoll_server.cli.connection import (
    refused_as_failure,
    with_engine,
    with_own_storage,
    with_storage,
)
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items, print_object


@click.group()
def db() -> None:
    """Upgrade, check and prune the database."""


@db.command()
def upgrade() -> int:
    """Bring the database to the schema of this release, after a backup.

    Every command that opens the storage does the same; this one does nothing else.
    """
    import asyncio

    from atoll_server import assembly

    settings = read_settings()
    if not (settings.home / "atoll.db").exists():
        raise exits.CommandFailed(
            f"there is no database in {settings.home}; name the deployment with ATOLL_HOME",
            exits.NOT_FOUND,
        )

    async def body() -> int:
        async with refused_as_failure():
            done = await assembly.upgrade_storage(settings)
        if done.backup is None:
            click.echo(f"The database has schema {done.after} already.", err=True)
        else:
            click.echo(f"Upgraded from schema {done.before} to {done.after}.", err=True)
            click.echo(f"What it was before: {done.backup}", err=True)
        return exits.OK

    return asyncio.run(body())


@db.command()
@output_option
def check(output: str) -> int:
    """Read the whole database, and tell what is damaged and what to do.

    Reads the file itself, beside a running host. Exits with 1 if something is found.
    """

    async def body(client: Client) -> int:
        found = (await client.get("/storage/check"))["items"]
        if output == "table" and found:
            for one in found:
                click.echo(f"{one['message']}\n  {one['hint']}")
        else:
            print_items(found, output, {}, "The database is sound.")
        return exits.RUN_FAILED if found else exits.OK

    return with_own_storage(read_settings(), body)


@db.command()
@click.option("--keep-days", type=click.IntRange(0, 100_000), help="Keep runs of so many days.")
@click.option("--keep-runs", type=click.IntRange(0, 1 << 53), help="Keep so many of the newest.")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@output_option
def prune(keep_days: int | None, keep_runs: int | None, dry_run: bool, output: str) -> int:
    """Erase old runs that have ended, and what only they needed.

    With both rules, a run that either keeps stays. Values of assets are never erased.
    """
    if keep_days is None and keep_runs is None:
        raise click.UsageError("say what to keep: --keep-days, --keep-runs, or both")
    rules = {"keep_days": keep_days, "keep_runs": keep_runs}

    async def body(client: Client) -> int:
        if dry_run:
            found = await client.get("/storage/prunable", **rules)
        else:
            found = await client.post("/storage/prune", rules)
            await client.carried_out(found.pop("intent"))
        click.echo("would be erased:" if dry_run else "erased:", err=True)
        print_object(found, output, _lines(found))
        return exits.OK

    settings = read_settings()
    return with_storage(settings, body) if dry_run else with_engine(settings, body)


def _lines(found: Any) -> list[tuple[str, str]]:
    return [(name, str(found[name])) for name in ("runs", "events", "snapshots")]
