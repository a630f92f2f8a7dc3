"""`atoll doctor`: whether Atoll can work here, line by line."""

from __future__ import annotations

from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.options import output_option, read_settings
from atoll_server.cli.output import print_items, style

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}
_WIDTH = max(map(len, _COLOURS))


@click.command()
@output_option
def doctor(output: str) -> int:
    """Check whether Atoll can work here: machine, deployment, workspace of this folder.

    One line each, with what to do where something is wrong. Exits with 1 if there is a problem.
    """
    from atoll_server.cli import checks

    settings = read_settings()
    found: list[dict[str, Any]] = []
    for look in checks.ALL:
        for check in look(settings):
            hint = "" if check.status == checks.OK else check.hint
            found.append({**check._asdict(), "hint": hint})
            if output == "table":
                _print(found[-1])
    if output != "table":
        print_items(found, output, {}, "")
    has_problem = any(one["status"] == checks.PROBLEM for one in found)
    return exits.RUN_FAILED if has_problem else exits.OK


def _print(found: dict[str, Any]) -> None:
    status = style(found["status"].ljust(_WIDTH), fg=_COLOURS[found["status"]])
    click.echo(f"{status}  {found['about']}: {found['message']}")
    if found["hint"]:
        click.echo(f"{' ' * _WIDTH}  {found['hint']}")
