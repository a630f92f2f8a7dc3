"""`python -m tests.simulation SEED [SEED ...]`: live through seeds again, and tell."""

from __future__ import annotations

import sys

from tests.simulation.simulate import simulate


def main() -> int:
    failed = False
    for argument in sys.argv[1:]:
        story = simulate(int(argument))
        print("\n".join(story.lines))
        print(f"seed {story.seed}: {story.runs}; {len(story.violations)} violations")
        failed = failed or bool(story.violations)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
