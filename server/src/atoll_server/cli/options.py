"""Options that several commands share: which locations, which home, which output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.cli import exits
from atoll_server.settings import Settings, SettingsError, prepare_home

Command = TypeVar("Command", bound=Callable[..., Any])

_TARGETS = "targets"


def workspace_options(command: Command) -> Command:
    """`-m`, `-f`, `--package-name`, `-w`, `-a`, `-d`, `--empty-workspace`; all may be mixed.

    The order of `-m`, `-f` and `--package-name` among each other is kept: it is the order of
    the workspace.
    """
    for decorate in reversed(
        [
            _target_option("-m", "--module-name", "module", "A module that holds Definitions."),
            _target_option("-f", "--python-file", "file", "A file that holds Definitions."),
            _target_option(None, "--package-name", "package", "A package that holds them."),
            click.option(
                "-w",
                "--workspace",
                "workspace_files",
                multiple=True,
                type=click.Path(),
                help="A workspace.yaml. May be given several times.",
            ),
            click.option("-a", "--attribute", help="Name of the Definitions in the one target."),
            click.option(
                "-d", "--working-directory", type=click.Path(), help="Where the code runs."
            ),
            click.option("--empty-workspace", is_flag=True, help="Work with no location."),
        ]
    ):
        command = decorate(command)
    return command


def _target_option(short: str | None, long: str, kind: str, about: str) -> Any:
    def keep(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> None:
        ctx.meta.setdefault(_TARGETS, []).extend((kind, value) for value in values)

    names = [name for name in (short, long) if name]
    return click.option(
        *names,
        multiple=True,
        expose_value=False,
        callback=keep,
        help=f"{about} May be given several times.",
    )


def read_workspace(
    workspace_files: tuple[str, ...],
    attribute: str | None,
    working_directory: str | None,
    empty_workspace: bool,
) -> list[Any]:
    """The locations that the options name, or those of the current folder."""
    from atoll_server.adapters.workspace.load import WorkspaceOptions, load_workspace

    options = WorkspaceOptions(
        targets=tuple(click.get_current_context().meta.get(_TARGETS, ())),
        workspace_files=workspace_files,
        attribute=attribute,
        working_directory=working_directory,
        is_empty=empty_workspace,
    )
    try:
        return load_workspace(options)
    except WorkspaceError as error:
        raise exits.CommandFailed(str(error), exits.USAGE) from None


def read_settings(**chosen: Any) -> Settings:
    """The settings; nothing is made yet."""
    try:
        return Settings.from_environment(os.environ, **chosen)
    except SettingsError as error:
        raise exits.CommandFailed(str(error), exits.USAGE) from None


def make_home(settings: Settings) -> None:
    """Make the deployment's folder, where there is none."""
    try:
        prepare_home(settings.home)
    except SettingsError as error:
        raise exits.CommandFailed(str(error), exits.USAGE) from None


def output_option(command: Command) -> Command:
    """`-o table|json|jsonl|yaml`."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "jsonl", "yaml"]),
        default="table",
        show_default=True,
        help="How to print: for people, as one JSON value, as one JSON object per line, as YAML.",
    )(command)


def confirm(question: str, skip: str) -> None:
    """Ask before something that cannot be undone; `skip` is the option that makes this needless."""
    if not sys.stdin.isatty():
        raise exits.CommandFailed(
            f"nobody is there to be asked: {question}; say {skip} if that is what you want",
            exits.USAGE,
        )
    if not click.confirm(question, err=True):
        raise exits.CommandFailed("nothing was done", exits.INTERRUPTED)
