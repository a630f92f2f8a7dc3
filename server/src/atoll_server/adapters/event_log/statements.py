"""The SQL beside this module, as data: named queries and numbered migrations."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


@cache
def queries() -> dict[str, str]:
    """Every statement of `queries.sql` by its name."""
    text = resources.files(__package__).joinpath("queries.sql").read_text("utf-8")
    parts = _NAME.split(text)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def migrations() -> dict[int, str]:
    """The script that makes each version of the schema out of the one before, by number."""
    folder = resources.files(__package__).joinpath("migrations")
    found = {
        int(match.group(1)): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if (match := _MIGRATION.fullmatch(entry.name))
    }
    return dict(sorted(found.items()))
