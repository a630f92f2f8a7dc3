"""`atoll pool`: pools, how many slots they have, and how many are taken."""

from __future__ import annotations

import difflib
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client, segment
from atoll_server.cli.connection import with_engine, with_storage
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items


@click.group()
def pool() -> None:
    """List pools, and limit them.

    A step says which pool it is in: @asset(pool="database").
    """


@pool.command("list")
@output_option
def list_(output: str) -> int:
    """List every pool that has a limit or that a step is in."""

    async def body(client: Client) -> int:
        found = (await client.get("/pools"))["items"]
        columns = {
            "POOL": lambda item: item["name"],
            "LIMIT": _limit,
            "TAKEN": lambda item: str(item["taken"]),
            "WAITING": lambda item: str(item["waiting"]),
        }
        print_items(found, output, columns, "There are no pools.")
        return exits.OK

    return with_storage(read_settings(), body)


def _limit(item: Any) -> str:
    number = "unlimited" if item["limit"] is None else str(item["limit"])
    return number if item["has_own_limit"] else f"{number} (default)"


@pool.command("set")
@click.argument("name")
@click.argument("limit")
def set_(name: str, limit: str) -> int:
    """Give a pool so many slots: a number, or unlimited. With 0, nothing in it starts.

    It holds at once, and after every start. What runs goes on.
    """

    async def body(client: Client) -> int:
        known = [item["name"] for item in (await client.get("/pools"))["items"]]
        asked = await client.put(f"/pools/{segment(name)}", {"limit": limit})
        await client.carried_out(asked["intent"])
        click.echo(f"Pool {name} has the limit {limit}.", err=True)
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        if name not in known and near:
            click.echo(f"No step is in it yet; did you mean {near[0]}?", err=True)
        return exits.OK

    return with_engine(read_settings(), body)


@pool.command()
@click.argument("name")
def unset(name: str) -> int:
    """Give a pool the limit that all pools have without one of their own."""

    async def body(client: Client) -> int:
        asked = await client.delete(f"/pools/{segment(name)}")
        await client.carried_out(asked["intent"])
        click.echo(f"Pool {name} has no limit of its own any more.", err=True)
        return exits.OK

    return with_engine(read_settings(), body)
