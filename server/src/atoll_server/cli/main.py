"""`atoll`: the entry point, and the table of command groups."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import click

from atoll_server.cli import exits
from atoll_server.cli.lazy import Lazy, LazyGroup
from atoll_server.settings import RELEASE

_COMMANDS = {
    "dev": Lazy("atoll_server.cli.dev", "dev", "Run the whole host in this terminal."),
    "webserver": Lazy("atoll_server.cli.webserver", "webserver", "Run the web alone."),
    "daemon": Lazy("atoll_server.cli.daemon", "daemon", "Run the engine alone."),
    "asset": Lazy("atoll_server.cli.asset", "asset", "List, materialize and wipe assets."),
    "check": Lazy("atoll_server.cli.check", "check", "List and evaluate checks of assets."),
    "job": Lazy("atoll_server.cli.job", "job", "List, print, launch and execute jobs."),
    "run": Lazy("atoll_server.cli.run", "run", "List, follow, cancel, retry and delete runs."),
    "location": Lazy("atoll_server.cli.location", "location", "List and reload code locations."),
    "api": Lazy("atoll_server.cli.api", "api", "Serve a code location for hosts elsewhere."),
    "definitions": Lazy("atoll_server.cli.definitions", "definitions", "Check code locations."),
    "init": Lazy("atoll_server.cli.init", "init", "Write a small project that runs."),
    "instance": Lazy("atoll_server.cli.instance", "instance", "Show what the deployment is."),
    "db": Lazy("atoll_server.cli.db", "db", "Upgrade, check and prune the database."),
    "config": Lazy("atoll_server.cli.config", "config", "Show and change the settings."),
    "pool": Lazy("atoll_server.cli.pool", "pool", "List pools, and limit them."),
    "queue": Lazy("atoll_server.cli.queue", "queue", "Show what runs, what waits, and for what."),
    "doctor": Lazy("atoll_server.cli.doctor", "doctor", "Check whether Atoll can work here."),
    "completion": Lazy(
        "atoll_server.cli.completion", "completion", "Print a shell's completion script."
    ),
}


class _OutputFailed(Exception):
    """Stdout or stderr does not take what is written to it."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return _OutputFailed, (self.reason,)

    def end(self) -> int:
        """Say so where that is worth it and can be done; returns the exit code."""
        is_read = not isinstance(self.reason, BrokenPipeError)
        with contextlib.suppress(OSError):
            if is_read:
                told = f"Error: cannot write the output: {self.reason.strerror}"
                click.echo(told, err=True)
        for stream in (sys.__stdout__, sys.__stderr__):
            # What a stream still holds goes nowhere: else the interpreter complains as it ends.
            if stream is not None:
                try:
                    stream.flush()
                except OSError:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return exits.OUTPUT_FAILED if is_read else exits.READER_LEFT


@contextlib.contextmanager
def _output_watched() -> Iterator[None]:
    """Tell a failure to write apart, before click makes of it what means something else here."""
    try:
        yield
    except OSError as error:
        frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
        if isinstance(error, BrokenPipeError) or frames[-1] is click.echo.__code__:
            raise _OutputFailed(error) from None
        raise


class _Root(LazyGroup):
    """All commands, with failures to write their output told."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Where `--help` and `--version` print."""
        with _output_watched():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Where commands print."""
        with _output_watched():
            return super().invoke(ctx)


@click.group(
    cls=_Root,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["--help"], "auto_envvar_prefix": "ATOLL_CLI"},
)
@click.version_option(RELEASE, prog_name="atoll")
def atoll() -> None:
    """Orchestrate data assets in isolated code locations.

    The deployment lies in ATOLL_HOME (default ./.atoll). Exit codes: 0 done, 1 the run failed,
    2 wrong usage, 3 definitions that do not load, 4 not found, 5 host not reachable,
    74 output that cannot be written, 130 interrupted, 141 the reader of the output has left.
    """


def main() -> None:
    """Run the command line and exit with the outcome's number."""
    sys.exit(run(None))


def run(arguments: list[str] | None) -> int:
    """Run the command line with `arguments` (None: the process's own); returns the exit code."""
    try:
        result = atoll.main(arguments, prog_name="atoll", standalone_mode=False)
    except _OutputFailed as error:
        return error.end()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return exits.INTERRUPTED
    return result if isinstance(result, int) else exits.OK
