"""Random graphs, conditions and events, evaluated by the package that is named: one JSON line each.

python scenario.py dagster|atoll FIRST_SEED COUNT
"""

from __future__ import annotations

import importlib
import json
import random
import sys
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2024, 3, 1, 0, 7, tzinfo=UTC)


def condition(dice: random.Random, dg: Any, depth: int = 0) -> Any:
    """A whole policy, or parts combined at random."""
    of = dg.AutomationCondition
    if depth == 0 and dice.random() < 0.5:
        return dice.choice([of.eager, lambda: of.on_cron("0 */5 * * *"), of.on_missing])()
    if depth > 2 or dice.random() < 0.3:
        parts = [
            of.missing,
            of.newly_updated,
            of.newly_requested,
            of.will_be_requested,
            of.initial_evaluation,
            of.newly_missing,
            of.any_deps_updated,
            of.any_deps_missing,
            of.in_latest_time_window,
            of.code_version_changed,
            lambda: of.cron_tick_passed("0 */5 * * *"),
            lambda: of.all_deps_updated_since_cron("0 */5 * * *"),
        ]
        return dice.choice(parts)()
    kind = dice.randrange(8)
    inner = condition(dice, dg, depth + 1)
    if kind == 0:
        return inner & condition(dice, dg, depth + 1)
    if kind == 1:
        return inner | condition(dice, dg, depth + 1)
    if kind == 2:
        return inner.since(condition(dice, dg, depth + 1))
    if kind == 3:
        return ~inner
    if kind == 4:
        return inner.newly_true()
    if kind == 5:
        return inner.since_last_handled()
    return (of.any_deps_match if kind == 6 else of.all_deps_match)(inner)


def definitions(dice: random.Random, dg: Any) -> Any:
    """Up to six assets, each depending on some of those before it."""
    parts = [
        None,
        None,
        dg.StaticPartitionsDefinition(["a", "b", "c"]),
        dg.DailyPartitionsDefinition(start_date="2024-02-27"),
    ]
    is_partitioned = dice.random() < 0.6
    made: list[Any] = []
    for place in range(dice.randint(2, 6)):
        deps = [one for one in range(place) if dice.random() < 0.5][-3:]
        partitions_def = dice.choice(parts) if is_partitioned else None
        for dep in deps:
            other = made[dep].partitions_def
            if None not in (other, partitions_def) and other != partitions_def:
                partitions_def = None

        def function() -> None: ...

        function.__name__ = f"k{place}"
        made.append(
            dg.asset(
                deps=[f"k{dep}" for dep in deps],
                partitions_def=partitions_def,
                automation_condition=condition(dice, dg) if dice.random() < 0.75 else None,
            )(function)
        )
    return made


def play(seed: int, dg: Any) -> dict[str, Any]:
    """What each evaluation of a random sequence of events asks for."""
    dice = random.Random(seed)
    assets = definitions(dice, dg)
    instance, cursor, now, told = dg.DagsterInstance.ephemeral(), None, START, []
    for _ in range(8):
        for _ in range(dice.choice([0, 0, 1, 1, 2])):
            chosen = dice.choice(assets)
            keys = ["a", "b", "c"]
            if isinstance(chosen.partitions_def, dg.DailyPartitionsDefinition):
                keys = ["2024-02-27", "2024-02-28", "2024-02-29"]
            key = dice.choice(keys)
            partition = None if chosen.partitions_def is None else key
            event = dg.AssetMaterialization(asset_key=chosen.key, partition=partition)
            instance.report_runless_asset_event(event)
        now += timedelta(minutes=dice.choice([1, 30, 300, 1500]))
        result = dg.evaluate_automation_conditions(
            defs=assets, instance=instance, evaluation_time=now, cursor=cursor
        )
        cursor = result.cursor
        told.append(
            {
                one.key.to_user_string(): sorted(
                    str(part) for part in result.get_requested_partitions(one.key)
                )
                for one in assets
                if result.get_num_requested(one.key)
            }
        )
    shown = {
        one.key.to_user_string(): [
            str(next(iter(one.automation_conditions_by_key.values()), None)),
            type(one.partitions_def).__name__,
        ]
        for one in assets
    }
    return {"seed": seed, "assets": shown, "asked": told}


def main() -> None:
    warnings.simplefilter("ignore")
    package = importlib.import_module(sys.argv[1])
    first, count = int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + count):
        print(json.dumps(play(seed, package)))


if __name__ == "__main__":
    main()
