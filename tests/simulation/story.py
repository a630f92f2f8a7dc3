"""What happened under a seed, and what was wrong with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

_TAIL = 40
VIOLATION = "VIOLATION"


@dataclass
class Story:
    """One life of a deployment."""

    seed: int
    without: Collection[int] = ()
    """Which entries of the script were left out, by number."""
    aim: str = ""
    """An await of the engine at which its process is to die, beside all else; empty: none."""
    script: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    """Final status by run."""
    faults: Counter[str] = field(default_factory=Counter)
    transitions: Counter[str] = field(default_factory=Counter)
    """How often each transition of the machines' tables was taken."""
    deaths: Counter[str] = field(default_factory=Counter)
    """At which awaits of the engine its process died."""

    @property
    def digest(self) -> str:
        """The name of exactly this story."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()

    @property
    def command(self) -> str:
        """What tells it again."""
        left_out = ",".join(map(str, sorted(self.without)))
        options = f" --without {left_out}" if left_out else ""
        options += f" --aim {self.aim}" if self.aim else ""
        return f"python -m tests.simulation {self.seed}{options}"

    def told(self) -> str:
        """The end of the story up to its first violation, and how to hear all of it."""
        marks = (n for n, line in enumerate(self.lines) if VIOLATION in line)
        end = next(marks, len(self.lines) - 1) + 1
        skipped = [] if end <= _TAIL else [f"  ... {end - _TAIL} lines before"]
        shown = skipped + self.lines[max(0, end - _TAIL) : end]
        told = "\n".join(f">{line}" if VIOLATION in line else f" {line}" for line in shown)
        return f"seed {self.seed}:\n{told}\nthe whole story: {self.command}"
