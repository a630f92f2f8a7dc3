"""`atoll config`: what this deployment is set to, and by what."""

from __future__ import annotations

import json
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.client import Client
from atoll_server.cli.connection import with_engine, with_own_storage
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items
from atoll_server.stored_settings import STORABLE, SettingsError, find


@click.group()
def config() -> None:
    """Show and change the settings."""


@config.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@output_option
def show(origin: bool, output: str) -> int:
    """Show every setting as a command started here and now would have it.

    A host that runs keeps those that it was started with, but for those that are stored (atoll
    config set): they hold for every host, at once.
    """
    settings = read_settings()

    async def stored(client: Client) -> list[Any]:
        items: list[Any] = (await client.get("/settings"))["items"]
        return items

    if (settings.home / "atoll.db").exists():
        found = with_own_storage(settings, stored)
    else:
        found = [{**one._asdict()} for one in settings.shown()]
    names = ["name", "variable", "value", *(["origin"] if origin else [])]
    items = [{name: one[name] for name in names} for one in found]
    columns = {
        "SETTING": lambda item: item["name"],
        "VALUE": lambda item: _text(item["value"]),
        "VARIABLE": lambda item: item["variable"],
    }
    if origin:
        columns["ORIGIN"] = lambda item: item["origin"]
    print_items(items, output, columns, "There are no settings.")
    return exits.OK


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def _about() -> str:
    rows = [
        f"{name}{'.NAME' if row.has_members else ''}: {row.about}" for name, row in STORABLE.items()
    ]
    return "\b\n" + "\n".join(rows)


@config.command("set", epilog=_about())
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> int:
    """Store a setting: it wins over variables and defaults, now and after every start.

    An engine that runs goes by it at once.
    """
    return _change(name, value)


@config.command()
@click.argument("name")
def unset(name: str) -> int:
    """Store a setting no longer: its variable or its default holds again."""
    return _change(name, None)


def _change(name: str, value: str | None) -> int:
    try:
        read = None if value is None else find(name).read(name, value)
        find(name)
    except SettingsError as error:
        raise exits.CommandFailed(str(error), exits.USAGE) from None

    async def body(client: Client) -> int:
        before = {one["name"]: one for one in (await client.get("/settings"))["items"]}
        if value is None and before.get(name, {}).get("origin") != "stored":
            click.echo(f"{name} is not stored.", err=True)
            return exits.OK
        asked = await client.patch("/settings", {"changes": {name: read}})
        await client.carried_out(asked["intent"])
        now = {one["name"]: one for one in (await client.get("/settings"))["items"]}
        if name in now:
            click.echo(f"{name} is {_text(now[name]['value'])} ({now[name]['origin']}).", err=True)
        else:
            click.echo(f"{name} is not set any more.", err=True)
        return exits.OK

    return with_engine(read_settings(), body)
