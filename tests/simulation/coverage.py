"""What a simulation has seen: a fault or a transition that never occurs is not tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.simulation.host import awaits_of_the_engine
from tests.simulation.story import Story

from atoll_server.core.location.table import GENERATIONS
from atoll_server.core.run.table import RUNS, STEPS

_TABLES: dict[str, dict[Any, dict[str, Any]]] = {
    "run": RUNS,
    "step": STEPS,
    "generation": GENERATIONS,
}


class _Row(dict[str, Any]):
    """A row of a table that counts what is looked up in it, which is what `evolve` does."""

    def __init__(self, name: str, row: dict[str, Any], seen: Counter[str]) -> None:
        super().__init__(row)
        self._name, self._seen = name, seen

    def get(self, kind: str, default: Any = None) -> Any:
        if kind in self:
            self._seen[f"{self._name} {kind}"] += 1
        return super().get(kind, default)


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


class Coverage:
    """What many stories have seen together."""

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.transitions: Counter[str] = Counter()
        self.deaths: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()

    def add(self, stories: Iterable[Story]) -> None:
        """Count these, too."""
        for story in stories:
            self.faults.update(story.faults)
            self.transitions.update(story.transitions)
            self.deaths.update(story.deaths)
            self.runs.update(story.runs.values())

    def merge(self, other: Coverage) -> None:
        """Count what another one has seen, too."""
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine.update(theirs)

    @property
    def unseen_transitions(self) -> list[str]:
        """Transitions that were never taken."""
        return sorted(all_transitions() - self.transitions.keys())

    @property
    def unseen_deaths(self) -> list[str]:
        """Awaits of the engine at which it never died."""
        return sorted(awaits_of_the_engine() - self.deaths.keys())

    def table(self) -> list[str]:
        """All of it, for people."""
        parts = {
            "runs": self.runs,
            "faults": self.faults,
            "transitions": self.transitions,
            "deaths of the engine at": self.deaths,
        }
        lines = []
        for title, counts in parts.items():
            lines.append(f"{title}:")
            lines += [f"{count:10d}  {name}" for name, count in sorted(counts.items())]
        lines += [f"never taken: {name}" for name in self.unseen_transitions]
        lines += [f"never died at: {name}" for name in self.unseen_deaths]
        return lines
