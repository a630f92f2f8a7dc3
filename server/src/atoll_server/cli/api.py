"""`atoll api`: the commands of the SDK's wheel, which run without the host as well."""

from __future__ import annotations

import click

_AS_THEY_ARE = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}


@click.group()
def api() -> None:
    """Serve a code location for hosts elsewhere."""


@api.command("grpc", context_settings=_AS_THEY_ARE)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def grpc(arguments: tuple[str, ...]) -> int:
    """Serve one code location by gRPC."""
    return _run("grpc", arguments)


@api.command("grpc-health-check", context_settings=_AS_THEY_ARE)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def grpc_health_check(arguments: tuple[str, ...]) -> int:
    """Ask a server whether it is there."""
    return _run("grpc-health-check", arguments)


def _run(command: str, arguments: tuple[str, ...]) -> int:
    from atoll_supervisor.command import api as run

    return run([command, *arguments])
