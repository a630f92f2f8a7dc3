"""How a command ends: one number per kind of outcome, the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from atoll_server.ports.event_log import StorageError

OK = 0
RUN_FAILED = 1
USAGE = 2
INVALID_DEFINITIONS = 3
NOT_FOUND = 4
UNREACHABLE = 5
OUTPUT_FAILED = 74
"""EX_IOERR of sysexits.h."""
INTERRUPTED = 130
READER_LEFT = 141
"""What a shell says of a program that SIGPIPE has ended."""


class CommandFailed(click.ClickException):
    """A command that ends with a sentence on stderr and an exit code.

    Args:
        message: what went wrong, and what to do.
        exit_code: one of this module's numbers.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def __reduce__(self) -> tuple[object, ...]:
        return CommandFailed, (self.message, self.exit_code)


def refused_storage(error: StorageError) -> CommandFailed:
    """A storage that cannot be used, in the words of the command line."""
    hint = f"\n{error.hint}" if error.hint else ""
    return CommandFailed(f"{error}{hint}", UNREACHABLE)
