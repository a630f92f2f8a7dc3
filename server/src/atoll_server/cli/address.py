"""Options that say where a web listens, and taking that address."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Any, TypeVar

import click

from atoll_server.api.listener import bind
from atoll_server.cli import exits
from atoll_server.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def address_options(command: Command) -> Command:
    """`-p`, `-h` and `--insecure`."""
    for decorate in reversed(
        [
            click.option(
                "-p",
                "--port",
                type=click.IntRange(0, 65535),
                help="Port of the web (3000; 0: any free one).",
            ),
            click.option("-h", "--host", help="Address of the web (127.0.0.1)."),
            click.option(
                "--insecure",
                is_flag=True,
                default=None,
                help="Listen beyond this machine without a login.",
            ),
        ]
    ):
        command = decorate(command)
    return command


def refuse_open_address(settings: Settings) -> None:
    """End with a sentence where others could reach the web and nobody said that they may."""
    if not settings.is_loopback and not settings.insecure:
        raise exits.CommandFailed(
            f"{settings.host} can be reached from other machines, and nobody has to log in; "
            "leave --host out, or say --insecure if that is what you want",
            exits.USAGE,
        )


def take_address(settings: Settings, port: int | None) -> socket.socket:
    """A listening socket; where nobody chose the port and it is taken, on any free one.

    Args:
        port: as the option has it; None: it was not given.
    """
    is_chosen = port is not None or bool(os.environ.get("ATOLL_PORT"))
    try:
        return bind(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and not is_chosen:
            click.echo(f"port {settings.port} is taken; using a free one", err=True)
            return bind(settings.host, 0)
        raise exits.CommandFailed(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}", exits.USAGE
        ) from None
