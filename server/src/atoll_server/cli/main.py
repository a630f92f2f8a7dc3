"""`atoll`: the entry point, and the table of command groups."""

from __future__ import annotations

import os
import sys

import click

from atoll_server.cli import exits
from atoll_server.cli.lazy import Lazy, LazyGroup
from atoll_server.settings import RELEASE

_COMMANDS = {
    "dev": Lazy("atoll_server.cli.dev", "dev", "Run the whole host in this terminal."),
    "asset": Lazy("atoll_server.cli.asset", "asset", "List and materialize assets."),
    "run": Lazy("atoll_server.cli.run", "run", "List, show, follow and cancel runs."),
    "location": Lazy("atoll_server.cli.location", "location", "List and reload code locations."),
}


@click.group(
    cls=LazyGroup,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["--help"], "auto_envvar_prefix": "ATOLL_CLI"},
)
@click.version_option(RELEASE, prog_name="atoll")
def atoll() -> None:
    """Orchestrate data assets in isolated code locations.

    The deployment lies in ATOLL_HOME (default ./.atoll). Exit codes: 0 done, 1 the run failed,
    2 wrong usage, 3 definitions that do not load, 4 not found, 5 host not reachable,
    130 interrupted.
    """


def main() -> None:
    """Run the command line and exit with the outcome's number."""
    sys.exit(run(None))


def run(arguments: list[str] | None) -> int:
    """Run the command line with `arguments` (None: the process's own); returns the exit code."""
    try:
        result = atoll.main(arguments, prog_name="atoll", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; the interpreter must not complain about it either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    return result if isinstance(result, int) else exits.OK
