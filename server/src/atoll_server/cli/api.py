"""`atoll api`: the commands of the SDK's wheel, which run without the host as well."""

from __future__ import annotations

import click


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_extra_args": True,
        "help_option_names": [],
    }
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def api(arguments: tuple[str, ...]) -> int:
    """Serve a code location for hosts elsewhere."""
    from atoll_supervisor import command

    return command.api(list(arguments))
