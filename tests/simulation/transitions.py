"""Counts the transitions that are taken in the machines' tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from atoll_server.core.location.table import GENERATIONS
from atoll_server.core.run.table import RUNS, STEPS

_TABLES: dict[str, dict[Any, dict[str, Any]]] = {
    "run": RUNS,
    "step": STEPS,
    "generation": GENERATIONS,
}


IMPOSSIBLE = {
    "step STARTING STEP_SUCCESS": "a journal begins with STEP_WORKER_STARTED",
    "step STARTING STEP_SKIPPED": "a journal begins with STEP_WORKER_STARTED",
    "generation loading WorkerMode": "it is told behind GenerationLoaded",
}
"""Transitions that the tables allow and no supervisor brings about; with the reason."""


class _Row(dict[str, Any]):
    """A row of a table that counts what is looked up in it, which is what `evolve` does."""

    def __init__(self, name: str, row: dict[str, Any], seen: Counter[str]) -> None:
        super().__init__(row)
        self._name, self._seen = name, seen

    def get(self, kind: str, default: Any = None) -> Any:
        if kind in self and not _paused:
            self._seen[f"{self._name} {kind}"] += 1
        return super().get(kind, default)


_paused: list[None] = []


@contextmanager
def uncounted() -> Iterator[None]:
    """Let the machines' tables be used without being counted."""
    _paused.append(None)
    try:
        yield
    finally:
        _paused.pop()


@contextmanager
def counted(seen: Counter[str]) -> Iterator[None]:
    """Count every transition that is taken meanwhile."""
    plain = {name: dict(table) for name, table in _TABLES.items()}
    for name, table in _TABLES.items():
        for status, row in plain[name].items():
            table[status] = _Row(f"{name} {status}", row, seen)
    try:
        yield
    finally:
        for name, table in _TABLES.items():
            table.update(plain[name])


def all_transitions() -> set[str]:
    """Every transition that the tables allow."""
    return {
        f"{name} {status} {kind}"
        for name, table in _TABLES.items()
        for status, row in table.items()
        for kind in row
    }
