"""`atoll config`: what this deployment is set to, and by what."""

from __future__ import annotations

import click

from atoll_server.cli import exits
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items


@click.group()
def config() -> None:
    """Show the settings."""


@config.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@output_option
def show(origin: bool, output: str) -> int:
    """Show every setting as a command started here and now would have it.

    A host that runs keeps those that it was started with: atoll instance info.
    """
    items = [
        {
            "name": one.name,
            "variable": one.variable,
            "value": one.value,
            **({"origin": one.origin} if origin else {}),
        }
        for one in read_settings().shown()
    ]
    columns = {
        "SETTING": lambda item: item["name"],
        "VALUE": lambda item: str(item["value"]),
        "VARIABLE": lambda item: item["variable"],
    }
    if origin:
        columns["ORIGIN"] = lambda item: item["origin"]
    print_items(items, output, columns, "There are no settings.")
    return exits.OK
