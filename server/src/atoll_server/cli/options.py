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
    """Every option that says which locations to work with; all of them may be mixed.

    The order of those that name code among each other is kept: it is the order of the workspace.
    """
    for decorate in reversed(_WORKSPACE_OPTIONS):
        command = decorate(command)
    return command


def _about(text: str, variable: str) -> str:
    return f"{text}  [env var: ATOLL_{variable}]"


def _target_option(kind: str, *names: str, about: str) -> Any:
    def keep(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> None:
        ctx.meta.setdefault(_TARGETS, []).extend((kind, value) for value in values)

    return click.option(*names, multiple=True, expose_value=False, callback=keep, help=about)


_WORKSPACE_OPTIONS: list[Callable[[Any], Any]] = [
    _target_option(
        "module",
        "-m",
        "--module-name",
        about=_about("A module that holds Definitions; repeatable.", "MODULE_NAME"),
    ),
    _target_option(
        "file",
        "-f",
        "--python-file",
        about=_about("A file that holds Definitions; repeatable.", "PYTHON_FILE"),
    ),
    _target_option(
        "package",
        "--package-name",
        about=_about("A package that holds Definitions; repeatable.", "PACKAGE_NAME"),
    ),
    _target_option(
        "autoload",
        "--autoload-defs-module-name",
        about="A package of which all modules' definitions are taken; repeatable.",
    ),
    click.option(
        "-w",
        "--workspace",
        "workspace_files",
        multiple=True,
        type=click.Path(),
        help=_about("A workspace.yaml; repeatable.", "WORKSPACE"),
    ),
    click.option(
        "-a", "--attribute", help=_about("Name of the Definitions in the one target.", "ATTRIBUTE")
    ),
    click.option(
        "-d",
        "--working-directory",
        type=click.Path(),
        help=_about("Where the code runs.", "WORKING_DIRECTORY"),
    ),
    click.option("--grpc-host", help=_about("Host of a self-hosted server.", "GRPC_HOST")),
    click.option("--grpc-port", help=_about("Port of a self-hosted server.", "GRPC_PORT")),
    click.option("--grpc-socket", help=_about("Or its Unix socket.", "GRPC_SOCKET")),
    click.option("--use-ssl", is_flag=True, help="Speak TLS with that server."),
    click.option("--empty-workspace", is_flag=True, help="Work with no location."),
]


def read_workspace(empty_workspace: bool, **given: Any) -> list[Any]:
    """The locations that the options name, or those of the current folder."""
    from atoll_server.adapters.workspace.load import WorkspaceOptions, load_workspace

    targets = tuple(click.get_current_context().meta.get(_TARGETS, ()))
    options = WorkspaceOptions(targets=targets, is_empty=empty_workspace, **given)
    try:
        return load_workspace(options)
    except WorkspaceError as error:
        raise exits.CommandFailed(str(error), exits.USAGE) from None


def tell_of_ignored() -> None:
    """Say on stderr which options are not looked at, because whoever runs has its own locations."""
    context = click.get_current_context()
    of_locations = {"workspace_files", "attribute", "working_directory", "empty_workspace"}
    of_locations |= {"grpc_host", "grpc_port", "grpc_socket", "use_ssl"}
    from_line = click.core.ParameterSource.COMMANDLINE
    given = [value for _, value in context.meta.get(_TARGETS, ())]
    for name, value in context.params.items():
        if name in of_locations and context.get_parameter_source(name) is from_line:
            given += [str(value)] if not isinstance(value, tuple) else list(value)
    if given:
        click.echo(
            f"a running host has its own locations: {', '.join(given)} is not looked at; stop it, "
            "or choose another ATOLL_HOME",
            err=True,
        )


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
