"""What commands print on stdout: tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

_STYLES = {
    "SUCCESS": "green",
    "loaded": "green",
    "FAILURE": "red",
    "failed": "red",
    "crash_loop": "red",
    "unreachable": "red",
    "CANCELED": "yellow",
    "CANCELING": "yellow",
    "degraded": "yellow",
}


def print_items(
    items: Sequence[Mapping[str, Any]],
    output: str,
    columns: Mapping[str, Callable[[Any], str]],
    empty: str,
) -> None:
    """Print a list.

    Args:
        output: `table`, `json`, `jsonl` or `yaml`.
        columns: heading to what makes a cell of an item; only for tables.
        empty: the sentence (on stderr) that a table without rows is replaced by.
    """
    if output == "jsonl":
        for item in items:
            click.echo(json.dumps(item))
    elif output != "table":
        click.echo(document(items, output), nl=False)
    elif not items:
        click.echo(empty, err=True)
    else:
        rows = [[cell(item) for cell in columns.values()] for item in items]
        print_table(list(columns), rows)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns, aligned, as wide as they need to be."""
    lines = [list(headings), *([cell.replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        if number == 0:
            text = style("  ".join(cells).rstrip(), bold=True)
        else:
            text = "  ".join(
                style(cell, fg=_STYLES[cell.strip()]) if cell.strip() in _STYLES else cell
                for cell in cells
            ).rstrip()
        click.echo(text)


def document(value: Any, output: str) -> str:
    """`value` as one JSON or YAML text, with a newline at its end."""
    if output == "json":
        return json.dumps(value, indent=2) + "\n"
    import yaml

    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)


def print_object(value: Mapping[str, Any], output: str, lines: Sequence[tuple[str, str]]) -> None:
    """Print one object: its members as JSON, or `lines` of label and text."""
    if output == "jsonl":
        click.echo(json.dumps(value))
    elif output != "table":
        click.echo(document(value, output), nl=False)
    else:
        width = max(len(label) for label, _ in lines)
        for label, text in lines:
            if text:
                colour = _STYLES.get(text)
                click.echo(f"{label.ljust(width)}  {style(text, fg=colour) if colour else text}")


def style(text: str, **how: Any) -> str:
    """`text` in colour, unless NO_COLOR is set; click drops it where there is no terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **how)


def is_terminal() -> bool:
    """Whether a person watches: both outputs are terminals that can move the cursor."""
    return sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def moment(at: float | None) -> str:
    """A time of day with its date, local."""
    return "" if at is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def size(bytes_: float | None) -> str:
    """A number of bytes in the unit that suits it."""
    if bytes_ is None:
        return ""
    for unit in ("bytes", "KiB", "MiB"):
        if bytes_ < 1024:
            return f"{bytes_:.0f} {unit}"
        bytes_ /= 1024
    return f"{bytes_:.1f} GiB"


def duration(seconds: float | None) -> str:
    """A duration in the unit that suits it."""
    if seconds is None or seconds < 0:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes} min {rest:02d} s"
        if minutes < 60
        else f"{minutes // 60} h {minutes % 60:02d} min"
    )
