"""The options that say which partitions a command makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_DOTS = "..."


def partition_options(command: Command) -> Command:
    """`--partition` and `--partition-range`."""
    for decorate in (
        click.option("--partition-range", metavar="FIRST...LAST", help="These, in one run."),
        click.option("--partition", metavar="KEY", help="The partition to make."),
    ):
        command = decorate(command)
    return command


def read_partition(partition: str | None, partition_range: str | None) -> dict[str, Any]:
    """The members of a launch that name partitions."""
    if partition_range is None:
        return {} if partition is None else {"partition": partition}
    if partition is not None:
        raise click.UsageError("say --partition or --partition-range, not both")
    first, dots, last = partition_range.partition(_DOTS)
    if not (first and dots and last):
        raise click.UsageError("a range is FIRST...LAST, such as 2024-01-01...2024-01-31")
    return {"partition_range": [first, last]}
