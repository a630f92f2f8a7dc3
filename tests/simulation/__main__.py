"""`python -m tests.simulation`: live through seeds, tell one again, or find what it needs to fail.

SEED ...            tell these stories from beginning to end
SEED --without 3,5  the same, without these entries of its script
SEED --shrink       leave out what a failing seed does not need
SEED --aim PLACE    the same, and the engine dies at this await as well
--seeds N           many seeds, in several processes; tells failures, then what was seen
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator
from multiprocessing.pool import Pool

from tests.simulation.coverage import Coverage
from tests.simulation.simulate import simulate
from tests.simulation.story import Story

_BATCH = 50
_MOST_TOLD = 5
_ATTEMPTS = 200
"""So many seeds may try to come to one await."""
_ENOUGH = 1000
"""Where so many seeds leave something unseen, that is a failure."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("seed", type=int, nargs="*")
    parser.add_argument("--without", default="", help="numbers of entries, with commas")
    parser.add_argument("--aim", default="", help="such as storing.py:54")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--digest", action="store_true", help="only the name of each story")
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    asked = parser.parse_args()
    if asked.seeds:
        return _many(range(asked.first, asked.first + asked.seeds), asked.jobs)
    without = frozenset(int(number) for number in asked.without.split(",") if number)
    stories = [simulate(seed, without, asked.aim) for seed in asked.seed]
    for story in stories:
        if asked.digest:
            print(story.seed, story.digest)
        elif asked.shrink and story.violations:
            print(shrunk(story).told())
        else:
            _tell(story)
    return int(any(story.violations for story in stories))


def shrunk(story: Story) -> Story:
    """The story with as few entries of its script as still make it fail."""
    number = len(story.script)
    while number > 0:
        number -= 1
        if number in story.without:
            continue
        shorter = simulate(story.seed, {*story.without, number}, story.aim)
        if shorter.violations:
            story, number = shorter, len(story.script)
    return story


def _tell(story: Story) -> None:
    for number, entry in enumerate(story.script):
        left_out = "  (left out)" if number in story.without else ""
        print(f"{number:3d}  {entry}{left_out}")
    print("\n".join(story.lines))
    print(f"seed {story.seed}: {story.runs}; {len(story.violations)} violations")


def _many(seeds: range, jobs: int) -> int:
    coverage, failed = Coverage(), 0
    batches = [seeds[first : first + _BATCH] for first in range(0, len(seeds), _BATCH)]
    with multiprocessing.Pool(jobs) as pool:
        for number, (seen, failures) in enumerate(pool.imap_unordered(_batch, batches), 1):
            coverage.merge(seen)
            for seed in failures:
                failed += 1
                if failed <= _MOST_TOLD:
                    print(shrunk(simulate(seed)).told(), flush=True)
                else:
                    print(f"seed {seed} fails, too", flush=True)
            if number % 20 == 0:
                print(f"{number * _BATCH} seeds", file=sys.stderr)
        if len(seeds) >= _ENOUGH:
            for story in _look_closer(coverage, seeds.stop, pool):
                failed += 1
                print(story.told(), flush=True)
    print("\n".join(coverage.table()))
    print(f"{len(seeds)} seeds, {failed} of them failed")
    is_blind = coverage.is_blind and len(seeds) >= _ENOUGH
    return int(failed > 0 or is_blind)


def _look_closer(coverage: Coverage, first: int, pool: Pool) -> Iterator[Story]:
    """Go where the seeds have not been: to awaits by aiming at them, else by more seeds.

    Yields:
        Stories that fail.
    """
    for aim in coverage.unseen_deaths:
        for seed in range(first, first + _ATTEMPTS):
            story = simulate(seed, aim=aim)
            coverage.add([story])
            if story.violations:
                yield shrunk(story)
            if story.deaths[aim]:
                break
    more = range(first, first + _ENOUGH, _BATCH)
    while coverage.unseen_transitions and more:
        batches = [range(at, at + _BATCH) for at in more[:4]]
        more = more[4:]
        for seen, failures in pool.imap_unordered(_batch, batches):
            coverage.merge(seen)
            yield from (shrunk(simulate(seed)) for seed in failures)


def _batch(seeds: range) -> tuple[Coverage, list[int]]:
    coverage = Coverage()
    return coverage, list(_failures(seeds, coverage))


def _failures(seeds: range, coverage: Coverage) -> Iterator[int]:
    for seed in seeds:
        story = simulate(seed)
        coverage.add([story])
        if story.violations:
            yield seed


if __name__ == "__main__":
    sys.exit(main())
