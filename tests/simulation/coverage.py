"""What simulations have seen: where nothing ever happened, they are blind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.simulation.accidents import ACCIDENTS, WISHES
from tests.simulation.host import awaits_of_the_engine
from tests.simulation.story import Story
from tests.simulation.transitions import IMPOSSIBLE, all_transitions

ASIDE = frozenset(
    [
        "Engine.stop",  # a host that is killed does not stop
        "Departed.close",
        "Housekeeper.take_up",  # works where there is no engine
    ]
)
"""What of the engine the simulator does not use."""


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
        return sorted(all_transitions() - self.transitions.keys() - IMPOSSIBLE.keys())

    @property
    def unseen_deaths(self) -> dict[str, str]:
        """Awaits of the engine at which it never died, and the functions that they stand in."""
        awaits = awaits_of_the_engine()
        return {
            where: name
            for where, name in awaits.items()
            if where not in self.deaths and name not in ASIDE
        }

    @property
    def unseen_faults(self) -> list[str]:
        """What never befell any deployment."""
        return sorted({act.__name__ for act in [*ACCIDENTS, *WISHES]} - self.faults.keys())

    @property
    def is_blind(self) -> bool:
        """Whether too much of what may happen has never happened.

        A few awaits are reached so seldom that it takes more than a thousand seeds to die there.
        """
        most = len(awaits_of_the_engine()) // 8
        return bool(self.unseen_faults or self.unseen_transitions or len(self.unseen_deaths) > most)

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
        lines += [f"never befell anybody: {name}" for name in self.unseen_faults]
        lines += [f"never taken: {name}" for name in self.unseen_transitions]
        lines += [f"never died at: {at} ({name})" for at, name in self.unseen_deaths.items()]
        return lines
