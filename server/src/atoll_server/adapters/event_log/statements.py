"""The SQL beside this module, as data: named queries and numbered migrations."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_FILES = ("queries.sql", "runs.sql", "parts.sql")
_SECTION = re.compile(r"^-- (name|part): (\w+)\n", re.MULTILINE)
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


@cache
def queries() -> dict[str, str]:
    """Every statement of the files by its name, with the parts that several share in place."""
    parts: dict[str, str] = {}
    found: dict[str, str] = {}
    for file in _FILES:
        text = resources.files(__package__).joinpath(file).read_text("utf-8")
        _, *sections = _SECTION.split(text)
        for kind, name, sql in zip(sections[::3], sections[1::3], sections[2::3], strict=True):
            (parts if kind == "part" else found)[name] = sql.strip()
    return {name: _filled(sql, parts) for name, sql in found.items()}


def _filled(sql: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        sql = sql.replace(f"{{{name}}}", part)
    return sql


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
