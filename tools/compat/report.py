"""What came of it: in total, by symbol, by reason and by file."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from tools.compat.running import Outcome

GOOD = "passed"
WORDED = "worded"
"""The right error, in other words than Dagster's."""


def print_report(outcomes: list[Outcome], left_out: int, shown: int) -> None:
    """Print tables, the worst first.

    Args:
        left_out: tests that do not pass with the real thing in this harness.
        shown: rows of each table.
    """
    outcomes = [outcome for outcome in outcomes if outcome.outcome != "skipped"]
    _table("symbol", _rates((o, o.symbols) for o in outcomes), shown)
    _table("file", _rates((o, [o.module]) for o in outcomes), shown)
    reasons = Counter(_reason(o.why) for o in outcomes if not _is_good(o))
    print("\nfailures  reason")
    for reason, count in reasons.most_common(shown):
        print(f"{count:8}  {reason}")
    kinds = Counter(outcome.outcome for outcome in outcomes)
    total = len(outcomes)
    good = kinds[GOOD] + kinds[WORDED]
    share = 100 * good / total if total else 0.0
    print(
        f"\n{good} of {total} tests pass ({share:.1f} %), {kinds[WORDED]} of them but for the "
        f"words of an error; {kinds['failed']} fail, {kinds['error']} have errors; "
        f"{left_out} do not pass with dagster itself and are left out"
    )


def _is_good(outcome: Outcome) -> bool:
    return outcome.outcome in (GOOD, WORDED)


def _rates(items: Iterable[tuple[Outcome, list[str]]]) -> dict[str, tuple[int, int]]:
    """Passed and total by key."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome, keys in items:
        for key in keys:
            counts[key][0] += _is_good(outcome)
            counts[key][1] += 1
    return {key: (passed, total) for key, (passed, total) in counts.items()}


def _table(title: str, rates: dict[str, tuple[int, int]], shown: int) -> None:
    missing: Callable[[str], tuple[int, str]] = lambda k: (rates[k][0] - rates[k][1], k)  # noqa: E731
    worst = [key for key in sorted(rates, key=missing) if rates[key][0] < rates[key][1]]
    if worst:
        print(f"\n  failed   passed    rate  {title}")
    for key in worst[:shown]:
        passed, total = rates[key]
        print(f"{total - passed:8} {passed:8} {100 * passed / total:5.0f} %  {key}")


def _reason(why: str | None) -> str:
    """The same for failures that differ in values only."""
    text = re.sub(r"0x[0-9a-f]+", "0x…", why or "")
    text = re.sub(r"\(?/[^ ]*\)?", "PATH", text)
    return text[:160]
